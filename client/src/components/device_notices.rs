//! Says why a device gives nothing.

use mesh::{Device, PerSource, Source};
use yew::prelude::*;

use crate::{
    components::{icon::Glyph, notice::Notice},
    text::{Devices, Text},
};

/// An alert for each device that gives nothing; one for both if the reason is the same.
pub fn device_notices(devices: &PerSource<Device>, text: &Text) -> Html {
    let notice = |(devices, device): (Devices, Device)| {
        let words = text.device_trouble(devices, device)?;
        // What was put away stays so in other words.
        let cause = format!("{devices:?} {device:?}");
        Some(
            html! { <Notice key={cause} glyph={Glyph::Alert} {words} alert=true dismissable=true /> },
        )
    };
    let devices = Source::DEVICES.map(|source| devices[source]);
    html! { <key="devices">{for by_trouble(devices).into_iter().filter_map(notice)}</> }
}

/// Which devices one sentence is about.
fn by_trouble([microphone, camera]: [Device; 2]) -> Vec<(Devices, Device)> {
    if microphone == camera {
        vec![(Devices::Both, microphone)]
    } else {
        vec![(Devices::Microphone, microphone), (Devices::Camera, camera)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use mesh::CaptureError;

    fn words(microphone: Device, camera: Device) -> Vec<String> {
        let text = Language::English.text();
        let troubles = by_trouble([microphone, camera]).into_iter();
        troubles
            .filter_map(|(devices, device)| text.device_trouble(devices, device))
            .collect()
    }

    #[test]
    fn one_reason_for_both_devices_is_said_once() {
        let denied = Device::Blocked(CaptureError::Denied);
        let said = words(denied, denied);
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("use the camera or microphone"));
    }

    #[test]
    fn each_reason_is_said_of_its_device() {
        let denied = Device::Blocked(CaptureError::Denied);
        let said = words(Device::Muted, denied);
        assert!(said[0].contains("keeps the microphone from working"));
        assert!(said[1].contains("use the camera"));
        assert_eq!(said.len(), 2);
    }

    #[test]
    fn a_device_that_is_well_says_nothing() {
        assert!(words(Device::Off, Device::Starting).is_empty());
        assert!(words(Device::On, Device::On).is_empty());
    }
}
