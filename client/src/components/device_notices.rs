//! Says why a device could not be had.

use mesh::{CaptureError, Device};
use yew::prelude::*;

use crate::{
    components::{icon::Glyph, language::use_text, notice::Notice},
    text::Devices,
};

/// How the devices stand.
#[derive(Properties, PartialEq)]
pub struct DeviceNoticesProps {
    /// One's own microphone.
    pub microphone: Device,
    /// One's own camera.
    pub camera: Device,
}

/// An alert for each device that is blocked; one for both if the reason is the same.
#[component]
pub fn DeviceNotices(props: &DeviceNoticesProps) -> Html {
    let text = use_text();
    let notice = |(devices, error): (Devices, CaptureError)| {
        let words = text.capture_error(devices, error);
        html! { <Notice key={words.clone()} glyph={Glyph::Alert} words={words.clone()} alert=true dismissable=true /> }
    };
    html! { <>{for blocked(props.microphone, props.camera).into_iter().map(notice)}</> }
}

fn blocked(microphone: Device, camera: Device) -> Vec<(Devices, CaptureError)> {
    match (microphone, camera) {
        (Device::Blocked(one), Device::Blocked(other)) if one == other => {
            vec![(Devices::Both, one)]
        }
        (Device::Blocked(one), Device::Blocked(other)) => {
            vec![(Devices::Microphone, one), (Devices::Camera, other)]
        }
        (Device::Blocked(error), _) => vec![(Devices::Microphone, error)],
        (_, Device::Blocked(error)) => vec![(Devices::Camera, error)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reason_for_both_devices_is_said_once() {
        let denied = Device::Blocked(CaptureError::Denied);
        assert_eq!(
            blocked(denied, denied),
            [(Devices::Both, CaptureError::Denied)]
        );
        assert_eq!(
            blocked(Device::On, denied),
            [(Devices::Camera, CaptureError::Denied)]
        );
        assert_eq!(
            blocked(Device::Blocked(CaptureError::NotFound), denied),
            [
                (Devices::Microphone, CaptureError::NotFound),
                (Devices::Camera, CaptureError::Denied)
            ]
        );
        assert_eq!(blocked(Device::Off, Device::Starting), []);
    }
}
