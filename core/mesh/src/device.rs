//! One's own devices and shared screen: what is wanted, what the browser is asked for, what each
//! does.

use crate::{
    encoding::Encodings,
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
    pub(crate) fn sendings(&self, encodings: &Encodings) -> PerSource<Sending> {
        PerSource::of(|source| match (self.slots[source].state(), source) {
            (Device::On, Source::Microphone | Source::ScreenSound) => Sending::Sound,
            (Device::On, Source::Camera) => Sending::Picture(encodings.camera),
            (Device::On, Source::Screen) => Sending::Picture(encodings.screen),
            _ => Sending::Nothing,
        })
    }

    /// Whether one's own screen is shared.
    pub(crate) fn is_shared(&self) -> bool {
        self.slots[Source::Screen].state() == Device::On
    }

    /// No peer is sent larger pictures than these.
    pub(crate) fn shape(&mut self, encoding: Encoding) -> Option<DeviceCommand> {
        let is_on = self.slots[Source::Camera].state() == Device::On;
        let shape = is_on.then_some(encoding);
        let is_new = std::mem::replace(&mut self.shape, shape) != shape;
        let command = DeviceCommand::Shape(Source::Camera, encoding);
        (is_new && is_on).then_some(command)
    }

    /// The person wants sources on or off. What is asked for together is asked in one request. **A
    /// screen comes and goes with what it plays**, if it gives that.
    pub(crate) fn want(&mut self, mut wish: Wish) -> Vec<DeviceCommand> {
        let mut commands = Vec::new();
        let mut asked = PerSource::default();
        wish[Source::ScreenSound] = wish[Source::Screen];
        let asks_for_screen = self.slots[Source::Screen].has_to_be_asked();
        for (source, wanted) in wish.iter() {
            let may_ask = source != Source::ScreenSound || asks_for_screen;
            match wanted {
                Some(true) if may_ask && self.slots[source].has_to_be_asked() => {
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
    pub(crate) fn happened(&mut self, source: Source, event: DeviceEvent) -> Vec<DeviceCommand> {
        let command = self.take(source, event);
        let is_over = source == Source::Screen && matches!(event, DeviceEvent::Ended(_));
        let sound = is_over.then(|| self.release(Source::ScreenSound)).flatten();
        command.into_iter().chain(sound).collect()
    }

    fn take(&mut self, source: Source, event: DeviceEvent) -> Option<DeviceCommand> {
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
                *slot = Slot::without(*wanted && is_news(source, error), error);
                None
            }
            (DeviceEvent::Ended(error), Slot::Held { on, .. }) => {
                *slot = Slot::without(*on && !source.is_shared(), error);
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

/// Whether the person learns of it only here. Not every screen plays something, and who closes the
/// browser's list of screens knows it.
fn is_news(source: Source, error: CaptureError) -> bool {
    match source {
        Source::Microphone | Source::Camera => true,
        Source::ScreenSound => false,
        Source::Screen => !matches!(
            error,
            CaptureError::Denied | CaptureError::DeniedNow | CaptureError::Dismissed
        ),
    }
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
    use Source::{Camera, Microphone, Screen, ScreenSound};

    fn want(devices: &mut Devices, sources: &[Source], on: bool) -> Vec<DeviceCommand> {
        devices.want(PerSource::only(sources, Some(on)))
    }

    /// A microphone that is on.
    fn with_microphone() -> Devices {
        let mut devices = Devices::default();
        want(&mut devices, &[Microphone], true);
        let unmuted = devices.happened(Microphone, Captured);
        assert_eq!(unmuted, [Unmute(Microphone)]);
        devices
    }

    #[test]
    fn both_are_asked_for_in_one_request_and_answered_one_by_one() {
        let mut devices = Devices::default();
        let both = [Microphone, Camera];
        let asked = want(&mut devices, &both, true);
        assert_eq!(asked, [Capture(PerSource::only(&both, true))]);
        let unmuted = devices.happened(Microphone, Captured);
        assert_eq!(unmuted, [Unmute(Microphone)]);
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
        assert_eq!(released, [Release(Camera)]);
        assert_eq!(devices.states()[Camera], Device::Off);
    }

    #[test]
    fn a_late_refusal_of_a_withdrawn_wish_is_no_news() {
        let mut devices = Devices::default();
        want(&mut devices, &[Camera], true);
        want(&mut devices, &[Camera], false);
        assert_eq!(devices.happened(Camera, Refused(CaptureError::Denied)), []);
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
        assert_eq!(unmuted, [Unmute(Microphone)]);
        assert_eq!(devices.states()[Microphone], Device::On);
    }

    #[test]
    fn a_device_that_the_browser_takes_away_says_why_it_is_gone() {
        for error in [CaptureError::Denied, CaptureError::NotFound] {
            let mut devices = with_microphone();
            let released = devices.happened(Microphone, Ended(error));
            assert_eq!(released, [Release(Microphone)]);
            assert_eq!(devices.states()[Microphone], Device::Blocked(error));
            assert_eq!(devices.happened(Camera, Ended(error)), []);
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
        assert_eq!(ended, [Release(Microphone)]);
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
        assert_eq!(devices.happened(Camera, Captured), [Release(Camera)]);
        assert_eq!(devices.states(), PerSource::default());
    }

    #[test]
    fn a_device_that_is_off_cannot_be_muted() {
        let mut devices = Devices::default();
        devices.happened(Camera, Muted);
        assert_eq!(devices.states()[Camera], Device::Off);
    }

    /// A screen that is shared, with what it plays.
    fn with_screen() -> Devices {
        let mut devices = Devices::default();
        let asked = want(&mut devices, &[Screen], true);
        let both = PerSource::only(&[ScreenSound, Screen], true);
        assert_eq!(asked, [Capture(both)]);
        for source in [ScreenSound, Screen] {
            assert_eq!(devices.happened(source, Captured), [Unmute(source)]);
        }
        devices
    }

    #[test]
    fn a_screen_comes_and_goes_with_what_it_plays() {
        let mut devices = with_screen();
        assert_eq!(want(&mut devices, &[Screen], true), []);
        let off = want(&mut devices, &[Screen], false);
        assert_eq!(off, [Release(ScreenSound), Release(Screen)]);
        assert_eq!(devices.states(), PerSource::default());
    }

    #[test]
    fn a_screen_without_sound_is_shared_and_not_asked_for_it_again() {
        let mut devices = Devices::default();
        want(&mut devices, &[Screen], true);
        devices.happened(ScreenSound, Refused(CaptureError::NotFound));
        devices.happened(Screen, Captured);
        assert_eq!(devices.states(), PerSource::only(&[Screen], Device::On));
        assert_eq!(want(&mut devices, &[Screen], true), []);
    }

    #[test]
    fn the_browsers_own_stop_is_no_failure() {
        let mut devices = with_screen();
        let released = devices.happened(Screen, Ended(CaptureError::InUse));
        assert_eq!(released, [Release(Screen), Release(ScreenSound)]);
        assert_eq!(devices.states(), PerSource::default());
    }

    #[test]
    fn who_chooses_no_screen_is_told_nothing_and_who_cannot_is() {
        for (error, state) in [
            (CaptureError::Denied, Device::Off),
            (CaptureError::InUse, Device::Blocked(CaptureError::InUse)),
        ] {
            let mut devices = Devices::default();
            want(&mut devices, &[Screen], true);
            devices.happened(ScreenSound, Refused(error));
            devices.happened(Screen, Refused(error));
            assert_eq!(devices.states(), PerSource::only(&[Screen], state));
        }
    }
}
