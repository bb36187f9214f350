//! One's own devices as the browser has them.

use mesh::{Device, PerSource, Phase, Source, View};

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

    /// Whether a device need not be asked for.
    pub(super) fn is_held(&self, source: Source) -> bool {
        self.track(source).is_some_and(Track::is_live)
    }

    /// Keeps what was captured. A microphone is silent until [`Devices::settle`].
    pub(super) fn keep(&mut self, source: Source, track: Track) {
        if source == Source::Microphone {
            track.enable(false);
        }
        if source == Source::Camera {
            self.picture = track.stream();
        }
        self.tracks[source] = Some(track);
    }

    /// Lets go of a device. A microphone that was on is silenced and kept, since taking it again
    /// can take a second and makes headsets click; one that was never on is let go of.
    pub(super) fn release(&mut self, source: Source) {
        match &self.tracks[source] {
            Some(track)
                if source == Source::Microphone && track.is_enabled() && track.is_live() =>
            {
                track.enable(false);
            }
            _ => drop(self.take(source)),
        }
    }

    /// The track that the browser ended; `None` if that was one which is not held any more.
    pub(super) fn take_ended(&mut self, source: Source) -> Option<Track> {
        if self.track(source)?.is_live() {
            return None;
        }
        self.take(source)
    }

    /// Brings what is held into line with what the call looks like.
    pub(super) fn settle(&mut self, view: &View) {
        if let Phase::Left(_) = view.phase {
            *self = Self::default();
        }
        if let Some(microphone) = self.track(Source::Microphone) {
            let microphone_state = view.devices[Source::Microphone];
            microphone.enable(matches!(microphone_state, Device::On | Device::Muted));
        }
    }

    fn take(&mut self, source: Source) -> Option<Track> {
        if source == Source::Camera {
            self.picture = None;
        }
        self.tracks[source].take()
    }
}
