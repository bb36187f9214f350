//! One's own devices: what is wanted, what the browser is asked for, what each does.

use crate::{
    event::{CaptureError, DeviceCommand, DeviceEvent},
    source::{PerSource, Source, Wish},
    view::Device,
};

/// The devices of all sources.
#[derive(Debug, Default)]
pub(crate) struct Devices(PerSource<Slot>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Slot {
    #[default]
    Off,
    /// The browser was asked and has not answered yet. It may take a person an hour to answer, and
    /// be no longer wanted then.
    Asking {
        wanted: bool,
    },
    On,
    /// On, and the browser or the system silences it for a while.
    Muted,
    Blocked(CaptureError),
}

impl Devices {
    pub(crate) fn states(&self) -> PerSource<Device> {
        self.0.map(Slot::state)
    }

    pub(crate) fn is_on(&self, source: Source) -> bool {
        self.0[source] == Slot::On
    }

    /// The person wants sources on or off. What is asked for together is asked in one request.
    pub(crate) fn want(&mut self, wish: Wish) -> Vec<DeviceCommand> {
        let mut commands = Vec::new();
        let mut asked = PerSource::default();
        for (source, wanted) in wish.iter() {
            match wanted {
                Some(true) => asked[source] = self.turn_on(source),
                Some(false) => commands.extend(self.turn_off(source)),
                None => {}
            }
        }
        if asked != PerSource::default() {
            commands.push(DeviceCommand::Capture(asked));
        }
        commands
    }

    /// Whether the browser has to be asked.
    fn turn_on(&mut self, source: Source) -> bool {
        let slot = &mut self.0[source];
        let is_off = matches!(slot, Slot::Off | Slot::Blocked(_));
        if is_off || matches!(slot, Slot::Asking { .. }) {
            *slot = Slot::Asking { wanted: true };
        }
        is_off
    }

    fn turn_off(&mut self, source: Source) -> Option<DeviceCommand> {
        let slot = &mut self.0[source];
        match slot {
            Slot::Asking { wanted } => *wanted = false,
            Slot::On | Slot::Muted => {
                *slot = Slot::Off;
                return Some(DeviceCommand::Release(source));
            }
            Slot::Off | Slot::Blocked(_) => *slot = Slot::Off,
        }
        None
    }

    /// Something happened at a device.
    pub(crate) fn happened(&mut self, source: Source, event: DeviceEvent) -> Option<DeviceCommand> {
        let slot = &mut self.0[source];
        let (next, is_over) = match (event, *slot) {
            (DeviceEvent::Captured, Slot::Asking { wanted: true }) => (Slot::On, false),
            (DeviceEvent::Captured, Slot::Asking { wanted: false } | Slot::Off) => {
                (Slot::Off, true)
            }
            (DeviceEvent::Refused(error), Slot::Asking { wanted: true }) => {
                (Slot::Blocked(error), false)
            }
            (DeviceEvent::Refused(_), Slot::Asking { wanted: false }) => (Slot::Off, false),
            (DeviceEvent::Ended(error), Slot::On | Slot::Muted) => (Slot::Blocked(error), true),
            (DeviceEvent::Muted, Slot::On) => (Slot::Muted, false),
            (DeviceEvent::Unmuted, Slot::Muted) => (Slot::On, false),
            (_, unchanged) => (unchanged, false),
        };
        *slot = next;
        is_over.then_some(DeviceCommand::Release(source))
    }
}

impl Slot {
    fn state(self) -> Device {
        match self {
            Self::Off | Self::Asking { wanted: false } => Device::Off,
            Self::Asking { wanted: true } => Device::Starting,
            Self::On => Device::On,
            Self::Muted => Device::Muted,
            Self::Blocked(error) => Device::Blocked(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceCommand::{Capture, Release};
    use DeviceEvent::{Captured, Ended, Muted, Refused, Unmuted};
    use Source::{Camera, Microphone};

    fn want(devices: &mut Devices, sources: &[Source], on: bool) -> Vec<DeviceCommand> {
        devices.want(PerSource::only(sources, Some(on)))
    }

    /// A microphone that is on.
    fn with_microphone() -> Devices {
        let mut devices = Devices::default();
        want(&mut devices, &[Microphone], true);
        assert_eq!(devices.happened(Microphone, Captured), None);
        devices
    }

    #[test]
    fn both_are_asked_for_in_one_request_and_answered_one_by_one() {
        let mut devices = Devices::default();
        let both = [Microphone, Camera];
        let asked = want(&mut devices, &both, true);
        assert_eq!(asked, [Capture(PerSource::only(&both, true))]);
        assert_eq!(devices.happened(Microphone, Captured), None);
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
        assert_eq!(devices.happened(Microphone, Captured), None);
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
        assert!(!devices.is_on(Microphone));
        assert_eq!(want(&mut devices, &[Microphone], true), []);
        devices.happened(Microphone, Unmuted);
        assert_eq!(devices.states()[Microphone], Device::On);
    }

    #[test]
    fn what_the_system_mutes_can_be_turned_off_and_stays_off() {
        let mut devices = with_microphone();
        devices.happened(Microphone, Muted);
        let released = want(&mut devices, &[Microphone], false);
        assert_eq!(released, [Release(Microphone)]);
        devices.happened(Microphone, Unmuted);
        assert_eq!(devices.states()[Microphone], Device::Off);
    }

    #[test]
    fn a_device_that_is_off_cannot_be_muted() {
        let mut devices = Devices::default();
        devices.happened(Camera, Muted);
        assert_eq!(devices.states()[Camera], Device::Off);
    }
}
