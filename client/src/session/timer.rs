//! The time of a visit, and the one timer that the core asks for.

use std::time::Duration;

use gloo_timers::callback::Timeout;

use super::{Event, Queue};
use crate::browser;

/// Timers of browsers are no good for longer; then the core is asked again.
const LONGEST: Duration = Duration::from_secs(600);

pub(super) struct Timer {
    /// [`browser::monotonic`] at the beginning of the visit.
    began: f64,
    armed: Option<(Duration, Timeout)>,
}

impl Timer {
    pub(super) fn new() -> Self {
        Self {
            began: browser::monotonic(),
            armed: None,
        }
    }

    /// Since the visit began.
    pub(super) fn now(&self) -> Duration {
        Duration::from_secs_f64((browser::monotonic() - self.began).max(0.0) / 1000.0)
    }

    /// [`Event::Tick`] comes when this has passed.
    pub(super) fn arm(&mut self, deadline: Option<Duration>, queue: &Queue) {
        if deadline == self.armed.as_ref().map(|(deadline, _)| *deadline) {
            return;
        }
        self.armed = deadline.map(|deadline| {
            let wait = deadline.saturating_sub(self.now()).min(LONGEST);
            let queue = queue.clone();
            let tick = move || queue.push(Event::Tick);
            (deadline, Timeout::new(wait.as_millis() as u32 + 1, tick))
        });
    }

    /// It came.
    pub(super) fn fired(&mut self) {
        self.armed = None;
    }
}
