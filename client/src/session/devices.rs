//! One's own devices as the browser has them.

use mesh::{PerSource, Source};

use crate::browser::{Stream, Track};

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

    /// Keeps what was captured, which gives nothing yet.
    pub(super) fn keep(&mut self, source: Source, track: Track) {
        track.enable(false);
        if source == Source::Camera {
            self.picture = track.stream();
        }
        self.tracks[source] = Some(track);
    }

    /// Has a device give something, or nothing.
    pub(super) fn enable(&self, source: Source, enabled: bool) {
        if let Some(track) = self.track(source) {
            track.enable(enabled);
        }
    }

    /// Lets go of a device.
    pub(super) fn release(&mut self, source: Source) -> Option<Track> {
        if source == Source::Camera {
            self.picture = None;
        }
        self.tracks[source].take()
    }

    /// The track that the browser ended; `None` if that was one which is not held any more.
    pub(super) fn take_ended(&mut self, source: Source) -> Option<Track> {
        if self.track(source)?.is_live() {
            return None;
        }
        self.release(source)
    }
}
