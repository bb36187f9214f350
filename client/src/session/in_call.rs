//! What a page has of the browser while it is in a call.

use mesh::{Device, PerSource, Source};

use super::{Event, Queue};
use crate::browser::{LeaveGuard, MediaSession, WakeLock};

/// The browser asks before it closes the page, keeps the screen on, and knows how to mute.
pub(super) struct InCall {
    _guard: LeaveGuard,
    _wake_lock: WakeLock,
    media_session: MediaSession,
    told: Option<[bool; 2]>,
}

impl InCall {
    pub(super) fn new(queue: Queue) -> Self {
        Self {
            _guard: LeaveGuard::new(),
            _wake_lock: WakeLock::new(),
            media_session: MediaSession::new(move |action| queue.push(Event::MediaSession(action))),
            told: None,
        }
    }

    /// The devices stand like this now.
    pub(super) fn tell(&mut self, devices: &PerSource<Device>) {
        let now = Source::DEVICES.map(|source| devices[source] == Device::On);
        if self.told.replace(now) != Some(now) {
            let [microphone, camera] = now;
            self.media_session.set_active(microphone, camera);
        }
    }
}
