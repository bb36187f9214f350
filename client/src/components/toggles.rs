//! The two buttons that turn one's own devices on and off.

use mesh::Device;
use yew::prelude::*;

use crate::components::{
    icon::{Glyph, Icon},
    language::use_text,
};

/// What a person wants of the devices; `None` leaves one as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// The microphone on or off.
    pub microphone: Option<bool>,
    /// The camera on or off.
    pub camera: Option<bool>,
}

/// How the devices stand.
#[derive(Properties, PartialEq)]
pub struct TogglesProps {
    /// One's own microphone.
    pub microphone: Device,
    /// One's own camera.
    pub camera: Device,
    /// The person wants something else.
    pub onwant: Callback<Want>,
}

/// Microphone and camera, side by side.
#[component]
pub fn Toggles(props: &TogglesProps) -> Html {
    let text = use_text();
    let microphone = props.onwant.reform(|on| Want {
        microphone: Some(on),
        camera: None,
    });
    let camera = props.onwant.reform(|on| Want {
        microphone: None,
        camera: Some(on),
    });
    html! {
        <>
            <Toggle device={props.microphone} on={(text.turn_off_microphone, Glyph::Microphone)}
                off={(text.turn_on_microphone, Glyph::MicrophoneOff)} onwant={microphone} />
            <Toggle device={props.camera} on={(text.turn_off_camera, Glyph::Camera)}
                off={(text.turn_on_camera, Glyph::CameraOff)} onwant={camera} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ToggleProps {
    device: Device,
    /// The name while the device is wanted, and the icon while it is on.
    on: (&'static str, Glyph),
    /// The name while it is not wanted, and the icon while it is not on.
    off: (&'static str, Glyph),
    onwant: Callback<bool>,
}

/// Looks like what the device does, and is called what a press does: **while a device starts, a
/// press takes the wish back**.
#[component]
fn Toggle(props: &ToggleProps) -> Html {
    let (on, wanted) = (props.device == Device::On, props.device.is_wanted());
    let (name, _) = if wanted { props.on } else { props.off };
    let (_, glyph) = if on { props.on } else { props.off };
    let busy = (props.device == Device::Starting).then_some("true");
    html! {
        <button type="button" class={classes!("control", (!on).then_some("off"))} aria-label={name} title={name} aria-busy={busy}
            onclick={props.onwant.reform(move |_: MouseEvent| !wanted)}>
            <Icon {glyph} />
            if matches!(props.device, Device::Muted | Device::Blocked(_)) {
                <span class="blocked"><Icon glyph={Glyph::Alert} /></span>
            }
        </button>
    }
}
