//! The two buttons that turn one's own devices on and off.

use mesh::{Device, PerSource, Source, Wish};
use yew::prelude::*;

use crate::{
    components::{
        class::class,
        icon::{Glyph, icon},
    },
    text::Text,
};

/// Microphone and camera, side by side. Where there are to be no pictures, the camera stays off.
pub fn toggles(
    devices: &PerSource<Device>,
    voice_only: bool,
    onwant: &Callback<Wish>,
    text: &Text,
) -> Html {
    let want = |source| onwant.reform(move |on| PerSource::only(&[source], Some(on)));
    let [microphone, camera] = Source::DEVICES;
    html! {
        <>
            {toggle(devices[microphone], (text.turn_off_microphone, Glyph::Microphone),
                (text.turn_on_microphone, Glyph::MicrophoneOff), false, &want(microphone))}
            {toggle(devices[camera], (text.turn_off_camera, Glyph::Camera),
                (text.turn_on_camera, Glyph::CameraOff), voice_only, &want(camera))}
        </>
    }
}

/// Looks like what the device does, and is called what a press does: **while a device starts, a
/// press takes the wish back**. `on` is the name while the device is wanted and the icon while it
/// is on, `off` those while it is not.
fn toggle(
    device: Device,
    on: (&'static str, Glyph),
    off: (&'static str, Glyph),
    disabled: bool,
    onwant: &Callback<bool>,
) -> Html {
    let (is_on, wanted) = (device == Device::On, device.is_wanted());
    let (name, _) = if wanted { on } else { off };
    let (_, glyph) = if is_on { on } else { off };
    let busy = (device == Device::Starting).then_some("true");
    html! {
        <button type="button" class={class("control", (!is_on).then_some("off"))} aria-label={name} title={name} aria-busy={busy} {disabled}
            onclick={onwant.reform(move |_: MouseEvent| !wanted)}>
            {icon(glyph)}
            if matches!(device, Device::Muted | Device::Blocked(_)) {
                <span class="blocked">{icon(Glyph::Alert)}</span>
            }
        </button>
    }
}
