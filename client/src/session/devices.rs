//! One's own microphone and camera as the browser has them.

use mesh::{Device, DeviceKind, Phase, View};

use crate::browser::{Stream, Track};

/// What was captured and is still held.
#[derive(Default)]
pub(super) struct Devices {
    microphone: Option<Track>,
    camera: Option<Track>,
    picture: Option<Stream>,
}

impl Devices {
    pub(super) fn track(&self, kind: DeviceKind) -> Option<&Track> {
        match kind {
            DeviceKind::Microphone => self.microphone.as_ref(),
            DeviceKind::Camera => self.camera.as_ref(),
        }
    }

    pub(super) fn picture(&self) -> Option<&Stream> {
        self.picture.as_ref()
    }

    /// Whether a device need not be asked for.
    pub(super) fn is_held(&self, kind: DeviceKind) -> bool {
        self.track(kind).is_some_and(Track::is_live)
    }

    /// Keeps what was captured. A microphone is silent until [`Devices::settle`].
    pub(super) fn keep(&mut self, kind: DeviceKind, track: Track) {
        match kind {
            DeviceKind::Microphone => {
                track.enable(false);
                self.microphone = Some(track);
            }
            DeviceKind::Camera => {
                self.picture = track.stream();
                self.camera = Some(track);
            }
        }
    }

    /// Lets go of a camera. A microphone that was on is silenced and kept, since taking it again
    /// can take a second and makes headsets click; one that was never on is let go of.
    pub(super) fn release(&mut self, kind: DeviceKind) {
        match (kind, &self.microphone) {
            (DeviceKind::Camera, _) => self.drop_track(kind),
            (DeviceKind::Microphone, Some(track)) if track.is_enabled() && track.is_live() => {
                track.enable(false);
            }
            (DeviceKind::Microphone, _) => self.drop_track(kind),
        }
    }

    /// The track that the browser ended; `None` if that was one which is not held any more.
    pub(super) fn take_ended(&mut self, kind: DeviceKind) -> Option<Track> {
        if self.track(kind)?.is_live() {
            return None;
        }
        match kind {
            DeviceKind::Microphone => self.microphone.take(),
            DeviceKind::Camera => {
                self.picture = None;
                self.camera.take()
            }
        }
    }

    /// Brings what is held into line with what the call looks like.
    pub(super) fn settle(&mut self, view: &View) {
        if let Phase::Left(_) = view.phase {
            *self = Self::default();
        }
        if let Some(microphone) = &self.microphone {
            microphone.enable(matches!(view.microphone, Device::On | Device::Muted));
        }
    }

    fn drop_track(&mut self, kind: DeviceKind) {
        match kind {
            DeviceKind::Microphone => self.microphone = None,
            DeviceKind::Camera => (self.camera, self.picture) = (None, None),
        }
    }
}
