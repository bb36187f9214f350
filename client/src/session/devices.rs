//! One's own devices as the browser has them.

use mesh::{DeviceCommand, DeviceEvent, Encoding, PerSource, Source};
use wasm_bindgen_futures::spawn_local;

use super::{Event, Queue};
use crate::browser::{
    Stream, Track, TrackEvent,
    capture::{self, CaptureResult},
};

/// What was captured and is still held.
#[derive(Default)]
pub(super) struct Devices {
    tracks: PerSource<Option<Track>>,
    /// The camera's picture, to look at.
    picture: Option<Stream>,
}

impl Devices {
    pub(super) fn track(&self, source: Source) -> Option<&Track> {
        self.tracks[source].as_ref()
    }

    pub(super) fn picture(&self) -> Option<&Stream> {
        self.picture.as_ref()
    }

    pub(super) fn is_held(&self, source: Source) -> bool {
        self.track(source).is_some_and(Track::is_live)
    }

    pub(super) fn command(&mut self, command: DeviceCommand, queue: &Queue) {
        match command {
            DeviceCommand::Capture(sources) => capture(sources, queue.clone()),
            DeviceCommand::Unmute(source) => self.enable(source, true),
            DeviceCommand::Mute(source) => self.enable(source, false),
            DeviceCommand::Release(source) => drop(self.release(source)),
            DeviceCommand::Shape(source, encoding) => self.shape(source, encoding, queue.clone()),
        }
    }

    /// What came of asking for a device. One that was captured gives nothing yet.
    pub(super) fn captured(
        &mut self,
        (source, result): CaptureResult,
        queue: &Queue,
    ) -> (Source, Vec<DeviceEvent>) {
        let mut track = match result {
            Ok(track) => track,
            Err(error) => return (source, vec![DeviceEvent::Refused(error)]),
        };
        let queue = queue.clone();
        track.watch(move |event| queue.push(Event::Track(source, event)));
        track.enable(false);
        let muted = track.is_muted().then_some(DeviceEvent::Muted);
        if source == Source::Camera {
            self.picture = track.stream();
        }
        self.tracks[source] = Some(track);
        let events = [DeviceEvent::Captured].into_iter().chain(muted);
        (source, events.collect())
    }

    /// What the browser did to a track. Why one ended is found out first.
    pub(super) fn track_event(
        &mut self,
        source: Source,
        event: TrackEvent,
        queue: &Queue,
    ) -> Option<DeviceEvent> {
        match event {
            TrackEvent::Muted => Some(DeviceEvent::Muted),
            TrackEvent::Unmuted => Some(DeviceEvent::Unmuted),
            TrackEvent::Ended => {
                let track = self.take_ended(source)?;
                let queue = queue.clone();
                spawn_local(async move {
                    let error = capture::why_ended(source, track.device_id()).await;
                    queue.push(Event::Ended(source, error));
                });
                None
            }
        }
    }

    fn enable(&self, source: Source, enabled: bool) {
        if let Some(track) = self.track(source) {
            track.enable(enabled);
        }
    }

    fn release(&mut self, source: Source) -> Option<Track> {
        if source == Source::Camera {
            self.picture = None;
        }
        self.tracks[source].take()
    }

    /// The track that the browser ended; `None` if that was one which is not held any more.
    fn take_ended(&mut self, source: Source) -> Option<Track> {
        if self.track(source)?.is_live() {
            return None;
        }
        self.release(source)
    }

    fn shape(&self, source: Source, encoding: Encoding, queue: Queue) {
        if let Some(track) = self.track(source) {
            let shaping = track.shape(encoding);
            spawn_local(async move {
                // What cannot be is scaled down for each peer.
                if shaping.await.is_ok() {
                    queue.push(Event::Shaped(source));
                }
            });
        }
    }
}

/// It outlives the visit if it has to: a device that is given too late is let go of by its track's
/// drop.
fn capture(sources: PerSource<bool>, queue: Queue) {
    spawn_local(async move {
        queue.push(Event::Captured(capture::capture(sources).await));
    });
}
