//! One's own devices: what is wanted, what the browser is asked for, what each does.

use crate::{
    event::{CaptureError, DeviceCommand, DeviceEvent, Encoding, Sending},
    source::{PerSource, Source, Wish},
    view::Device,
};

/// The devices of all sources.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    slots: PerSource<Slot>,
    /// What the camera was last asked to give.
    shape: Option<Encoding>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Slot {
    #[default]
    Off,
    /// The browser was asked and has not answered yet. It may take a person an hour to answer, and
    /// be no longer wanted then.
    Asking { wanted: bool },
    /// The browser gave it. The person wants it on or off, and the browser or the system may mute
    /// it for a while.
    Held { on: bool, muted: bool },
    /// It was wanted and could not be had.
    Blocked(CaptureError),
}

impl Devices {
    pub(crate) fn states(&self) -> PerSource<Device> {
        self.slots.map(Slot::state)
    }

    /// What each gives for every peer.
    pub(crate) fn sendings(&self, encoding: Encoding) -> PerSource<Sending> {
        PerSource::of(|source| match self.slots[source].state() {
            Device::On if source.is_sound() => Sending::Sound,
            Device::On => Sending::Picture(encoding),
            _ => Sending::Nothing,
        })
    }

    /// No peer is sent larger pictures than these.
    pub(crate) fn shape(&mut self, encoding: Encoding) -> Option<DeviceCommand> {
        let is_on = self.slots[Source::Camera].state() == Device::On;
        let shape = is_on.then_some(encoding);
        let is_new = std::mem::replace(&mut self.shape, shape) != shape;
        let command = DeviceCommand::Shape(Source::Camera, encoding);
        (is_new && is_on).then_some(command)
    }

    /// The person wants sources on or off. What is asked for together is asked in one request.
    pub(crate) fn want(&mut self, wish: Wish) -> Vec<DeviceCommand> {
        let mut commands = Vec::new();
        let mut asked = PerSource::default();
        for (source, wanted) in wish.iter() {
            match wanted {
                Some(true) if self.slots[source].has_to_be_asked() => {
                    self.slots[source] = Slot::Asking { wanted: true };
                    asked[source] = true;
                }
                Some(on) => commands.extend(self.turn(source, *on)),
                None => {}
            }
        }
        if asked != PerSource::default() {
            commands.push(DeviceCommand::Capture(asked));
        }
        commands
    }

    fn turn(&mut self, source: Source, wanted: bool) -> Option<DeviceCommand> {
        let slot = &mut self.slots[source];
        match slot {
            Slot::Off => None,
            Slot::Blocked(_) => {
                *slot = Slot::Off;
                None
            }
            Slot::Asking { wanted: before } => {
                *before = wanted;
                None
            }
            Slot::Held { on, .. } if *on == wanted => None,
            Slot::Held { on, .. } if wanted || is_kept(source) => {
                *on = wanted;
                Some(if wanted {
                    DeviceCommand::Unmute(source)
                } else {
                    DeviceCommand::Mute(source)
                })
            }
            Slot::Held { .. } => self.release(source),
        }
    }

    /// Lets go of everything, and wants nothing.
    pub(crate) fn release_all(&mut self) -> impl Iterator<Item = DeviceCommand> {
        Source::ALL
            .into_iter()
            .filter_map(|source| self.release(source))
    }

    fn release(&mut self, source: Source) -> Option<DeviceCommand> {
        let slot = &mut self.slots[source];
        let next = match slot {
            Slot::Asking { .. } => Slot::Asking { wanted: false },
            _ => Slot::Off,
        };
        let before = std::mem::replace(slot, next);
        matches!(before, Slot::Held { .. }).then_some(DeviceCommand::Release(source))
    }

    /// Something happened at a device.
    pub(crate) fn happened(&mut self, source: Source, event: DeviceEvent) -> Option<DeviceCommand> {
        let slot = &mut self.slots[source];
        match (event, &mut *slot) {
            (DeviceEvent::Captured, Slot::Asking { wanted: true }) => {
                *slot = Slot::Held {
                    on: true,
                    muted: false,
                };
                Some(DeviceCommand::Unmute(source))
            }
            (DeviceEvent::Captured, Slot::Asking { wanted: false } | Slot::Off) => {
                *slot = Slot::Off;
                Some(DeviceCommand::Release(source))
            }
            (DeviceEvent::Refused(error), Slot::Asking { wanted }) => {
                *slot = Slot::without(*wanted, error);
                None
            }
            (DeviceEvent::Ended(error), Slot::Held { on, .. }) => {
                *slot = Slot::without(*on, error);
                Some(DeviceCommand::Release(source))
            }
            (DeviceEvent::Muted, Slot::Held { muted, .. }) => {
                *muted = true;
                None
            }
            (DeviceEvent::Unmuted, Slot::Held { muted, .. }) => {
                *muted = false;
                None
            }
            _ => None,
        }
    }
}

/// To take a microphone again can take a second and makes headsets click. A camera has a light.
fn is_kept(source: Source) -> bool {
    source == Source::Microphone
}

impl Slot {
    fn without(wanted: bool, error: CaptureError) -> Self {
        if wanted {
            Self::Blocked(error)
        } else {
            Self::Off
        }
    }

    fn has_to_be_asked(self) -> bool {
        matches!(self, Self::Off | Self::Blocked(_))
    }

    fn state(self) -> Device {
        match self {
            Self::Off | Self::Asking { wanted: false } | Self::Held { on: false, .. } => {
                Device::Off
            }
            Self::Asking { wanted: true } => Device::Starting,
            Self::Held { muted: false, .. } => Device::On,
            Self::Held { muted: true, .. } => Device::Muted,
            Self::Blocked(error) => Device::Blocked(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceCommand::{Capture, Mute, Release, Unmute};
    use DeviceEvent::{Captured, Ended, Muted, Refused, Unmuted as Restored};
    use Source::{Camera, Microphone};

    fn want(devices: &mut Devices, sources: &[Source], on: bool) -> Vec<DeviceCommand> {
        devices.want(PerSource::only(sources, Some(on)))
    }

    /// A microphone that is on.
    fn with_microphone() -> Devices {
        let mut devices = Devices::default();
        want(&mut devices, &[Microphone], true);
        let unmuted = devices.happened(Microphone, Captured);
        assert_eq!(unmuted, Some(Unmute(Microphone)));
        devices
    }

    #[test]
    fn both_are_asked_for_in_one_request_and_answered_one_by_one() {
        let mut devices = Devices::default();
        let both = [Microphone, Camera];
        let asked = want(&mut devices, &both, true);
        assert_eq!(asked, [Capture(PerSource::only(&both, true))]);
        let unmuted = devices.happened(Microphone, Captured);
        assert_eq!(unmuted, Some(Unmute(Microphone)));
        devices.happened(Camera, Refused(CaptureError::InUse));
        assert_eq!(devices.states()[Microphone], Device::On);
        let blocked = Device::Blocked(CaptureError::InUse);
        assert_eq!(devices.states()[Camera], blocked);
        let asked = want(&mut devices, &both, true);
        assert_eq!(asked, [Capture(PerSource::only(&[Camera], true))]);
    }

    #[test]
    fn a_late_answer_to_a_withdrawn_wish_is_let_go_of() {
        let mut devices = Devices::default();
        want(&mut devices, &[Camera], true);
        assert_eq!(want(&mut devices, &[Camera], false), []);
        let released = devices.happened(Camera, Captured);
        assert_eq!(released, Some(Release(Camera)));
        assert_eq!(devices.states()[Camera], Device::Off);
    }

    #[test]
    fn a_late_refusal_of_a_withdrawn_wish_is_no_news() {
        let mut devices = Devices::default();
        want(&mut devices, &[Camera], true);
        want(&mut devices, &[Camera], false);
        assert_eq!(
            devices.happened(Camera, Refused(CaptureError::Denied)),
            None
        );
        assert_eq!(devices.states()[Camera], Device::Off);
        let asked = want(&mut devices, &[Camera], true);
        assert_eq!(asked, [Capture(PerSource::only(&[Camera], true))]);
    }

    #[test]
    fn a_wish_renewed_while_the_browser_is_asked_is_not_asked_twice() {
        let mut devices = Devices::default();
        want(&mut devices, &[Microphone], true);
        want(&mut devices, &[Microphone], false);
        assert_eq!(want(&mut devices, &[Microphone], true), []);
        let unmuted = devices.happened(Microphone, Captured);
        assert_eq!(unmuted, Some(Unmute(Microphone)));
        assert_eq!(devices.states()[Microphone], Device::On);
    }

    #[test]
    fn a_device_that_the_browser_takes_away_says_why_it_is_gone() {
        for error in [CaptureError::Denied, CaptureError::NotFound] {
            let mut devices = with_microphone();
            let released = devices.happened(Microphone, Ended(error));
            assert_eq!(released, Some(Release(Microphone)));
            assert_eq!(devices.states()[Microphone], Device::Blocked(error));
            assert_eq!(devices.happened(Camera, Ended(error)), None);
        }
    }

    #[test]
    fn what_the_system_mutes_is_kept_and_comes_back_by_itself() {
        let mut devices = with_microphone();
        devices.happened(Microphone, Muted);
        assert_eq!(devices.states()[Microphone], Device::Muted);
        assert_eq!(want(&mut devices, &[Microphone], true), []);
        devices.happened(Microphone, Restored);
        assert_eq!(devices.states()[Microphone], Device::On);
    }

    #[test]
    fn what_the_system_mutes_can_be_turned_off_and_stays_off() {
        let mut devices = with_microphone();
        devices.happened(Microphone, Muted);
        assert_eq!(want(&mut devices, &[Microphone], false), [Mute(Microphone)]);
        devices.happened(Microphone, Restored);
        assert_eq!(devices.states()[Microphone], Device::Off);
    }

    #[test]
    fn a_microphone_is_kept_while_it_is_off_and_a_camera_is_let_go_of() {
        let mut devices = with_microphone();
        want(&mut devices, &[Camera], true);
        devices.happened(Camera, Captured);
        let both = [Microphone, Camera];
        let off = want(&mut devices, &both, false);
        assert_eq!(off, [Mute(Microphone), Release(Camera)]);
        assert_eq!(want(&mut devices, &both, false), []);
        let on = want(&mut devices, &both, true);
        let capture = Capture(PerSource::only(&[Camera], true));
        assert_eq!(on, [Unmute(Microphone), capture]);
        assert_eq!(devices.states()[Microphone], Device::On);
    }

    #[test]
    fn a_microphone_that_ends_while_it_is_off_is_no_news() {
        let mut devices = with_microphone();
        want(&mut devices, &[Microphone], false);
        let ended = devices.happened(Microphone, Ended(CaptureError::Unplugged));
        assert_eq!(ended, Some(Release(Microphone)));
        assert_eq!(devices.states()[Microphone], Device::Off);
        let asked = want(&mut devices, &[Microphone], true);
        assert_eq!(asked, [Capture(PerSource::only(&[Microphone], true))]);
    }

    #[test]
    fn a_microphone_that_was_muted_while_it_was_off_is_muted_when_it_comes_on() {
        let mut devices = with_microphone();
        want(&mut devices, &[Microphone], false);
        devices.happened(Microphone, Muted);
        want(&mut devices, &[Microphone], true);
        assert_eq!(devices.states()[Microphone], Device::Muted);
    }

    #[test]
    fn whoever_leaves_holds_nothing_and_gets_nothing_later() {
        let mut devices = with_microphone();
        want(&mut devices, &[Microphone], false);
        want(&mut devices, &[Camera], true);
        let released: Vec<_> = devices.release_all().collect();
        assert_eq!(released, [Release(Microphone)]);
        assert_eq!(devices.happened(Camera, Captured), Some(Release(Camera)));
        assert_eq!(devices.states(), PerSource::default());
    }

    #[test]
    fn a_device_that_is_off_cannot_be_muted() {
        let mut devices = Devices::default();
        devices.happened(Camera, Muted);
        assert_eq!(devices.states()[Camera], Device::Off);
    }
}
