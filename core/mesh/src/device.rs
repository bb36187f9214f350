//! One's own microphone and camera: what is wanted, what the browser is asked for, what it does.

use crate::{
    event::{CaptureError, DeviceKind, Output},
    view::Device,
};

/// Both devices.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    microphone: Slot,
    camera: Slot,
}

#[derive(Debug, Default)]
struct Slot {
    device: Device,
    /// The browser was asked and has not answered yet. It may take a person an hour to answer, and
    /// be no longer wanted then.
    asked: bool,
}

impl Devices {
    pub(crate) fn state(&self, kind: DeviceKind) -> Device {
        match kind {
            DeviceKind::Microphone => self.microphone.device,
            DeviceKind::Camera => self.camera.device,
        }
    }

    pub(crate) fn is_on(&self, kind: DeviceKind) -> bool {
        self.state(kind) == Device::On
    }

    /// The person wants devices on or off. What is asked for together is asked in one request.
    pub(crate) fn want(&mut self, microphone: Option<bool>, camera: Option<bool>) -> Vec<Output> {
        let mut outputs = Vec::new();
        let microphone = self.want_one(DeviceKind::Microphone, microphone, &mut outputs);
        let camera = self.want_one(DeviceKind::Camera, camera, &mut outputs);
        if microphone || camera {
            outputs.push(Output::Capture { microphone, camera });
        }
        outputs
    }

    /// Whether the browser has to be asked.
    fn want_one(&mut self, kind: DeviceKind, on: Option<bool>, outputs: &mut Vec<Output>) -> bool {
        let slot = self.slot(kind);
        match (on, slot.device) {
            (Some(true), Device::Off | Device::Blocked(_)) => {
                slot.device = Device::Starting;
                !std::mem::replace(&mut slot.asked, true)
            }
            (Some(false), device) => {
                slot.device = Device::Off;
                if matches!(device, Device::On | Device::Muted) {
                    outputs.push(Output::Release(kind));
                }
                false
            }
            (None, _) | (Some(true), Device::Starting | Device::On | Device::Muted) => false,
        }
    }

    /// The browser gave the device.
    pub(crate) fn captured(&mut self, kind: DeviceKind) -> Vec<Output> {
        let slot = self.slot(kind);
        slot.asked = false;
        if slot.device == Device::Starting {
            slot.device = Device::On;
            return Vec::new();
        }
        vec![Output::Release(kind)]
    }

    /// The browser did not give the device.
    pub(crate) fn refused(&mut self, kind: DeviceKind, error: CaptureError) {
        let slot = self.slot(kind);
        slot.asked = false;
        if slot.device == Device::Starting {
            slot.device = Device::Blocked(error);
        }
    }

    /// The browser took the device away.
    pub(crate) fn ended(&mut self, kind: DeviceKind, error: CaptureError) -> Vec<Output> {
        let slot = self.slot(kind);
        if !matches!(slot.device, Device::On | Device::Muted) {
            return Vec::new();
        }
        slot.device = Device::Blocked(error);
        vec![Output::Release(kind)]
    }

    /// The browser or the system silenced the device for a while.
    pub(crate) fn muted(&mut self, kind: DeviceKind) {
        let slot = self.slot(kind);
        if slot.device == Device::On {
            slot.device = Device::Muted;
        }
    }

    /// The device gives something again.
    pub(crate) fn unmuted(&mut self, kind: DeviceKind) {
        let slot = self.slot(kind);
        if slot.device == Device::Muted {
            slot.device = Device::On;
        }
    }

    fn slot(&mut self, kind: DeviceKind) -> &mut Slot {
        match kind {
            DeviceKind::Microphone => &mut self.microphone,
            DeviceKind::Camera => &mut self.camera,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceKind::{Camera, Microphone};

    #[test]
    fn both_are_asked_for_in_one_request_and_answered_one_by_one() {
        let mut devices = Devices::default();
        let asked = devices.want(Some(true), Some(true));
        assert_eq!(
            asked,
            [Output::Capture {
                microphone: true,
                camera: true
            }]
        );
        assert_eq!(devices.captured(Microphone), []);
        devices.refused(Camera, CaptureError::InUse);
        assert_eq!(devices.state(Microphone), Device::On);
        assert_eq!(devices.state(Camera), Device::Blocked(CaptureError::InUse));
        assert_eq!(
            devices.want(Some(true), Some(true)),
            [Output::Capture {
                microphone: false,
                camera: true
            }]
        );
    }

    #[test]
    fn a_late_answer_to_a_withdrawn_wish_is_let_go_of() {
        let mut devices = Devices::default();
        devices.want(None, Some(true));
        assert_eq!(devices.want(None, Some(false)), []);
        assert_eq!(devices.captured(Camera), [Output::Release(Camera)]);
        assert_eq!(devices.state(Camera), Device::Off);
    }

    #[test]
    fn a_wish_renewed_while_the_browser_is_asked_is_not_asked_twice() {
        let mut devices = Devices::default();
        devices.want(Some(true), None);
        devices.want(Some(false), None);
        assert_eq!(devices.want(Some(true), None), []);
        assert_eq!(devices.captured(Microphone), []);
        assert_eq!(devices.state(Microphone), Device::On);
    }

    #[test]
    fn a_device_that_the_browser_takes_away_says_why_it_is_gone() {
        for error in [CaptureError::Denied, CaptureError::NotFound] {
            let mut devices = Devices::default();
            devices.want(Some(true), None);
            devices.captured(Microphone);
            let released = devices.ended(Microphone, error);
            assert_eq!(released, [Output::Release(Microphone)]);
            assert_eq!(devices.state(Microphone), Device::Blocked(error));
            assert_eq!(devices.ended(Camera, error), []);
        }
    }

    #[test]
    fn what_the_system_mutes_is_kept_and_comes_back_by_itself() {
        let mut devices = Devices::default();
        devices.want(Some(true), None);
        devices.captured(Microphone);
        devices.muted(Microphone);
        assert_eq!(devices.state(Microphone), Device::Muted);
        assert!(!devices.is_on(Microphone));
        assert_eq!(devices.want(Some(true), None), []);
        devices.unmuted(Microphone);
        assert_eq!(devices.state(Microphone), Device::On);
    }

    #[test]
    fn what_the_system_mutes_can_be_turned_off_and_stays_off() {
        let mut devices = Devices::default();
        devices.want(Some(true), None);
        devices.captured(Microphone);
        devices.muted(Microphone);
        let released = devices.want(Some(false), None);
        assert_eq!(released, [Output::Release(Microphone)]);
        devices.unmuted(Microphone);
        assert_eq!(devices.state(Microphone), Device::Off);
    }

    #[test]
    fn a_device_that_is_off_cannot_be_muted() {
        let mut devices = Devices::default();
        devices.muted(Camera);
        assert_eq!(devices.state(Camera), Device::Off);
    }
}
