//! The two buttons that turn one's own devices on and off.

use mesh::{Device, PerSource, Source, Wish};
use yew::prelude::*;

use crate::components::{
    icon::{Glyph, icon},
    language::use_text,
    preferences::PreferenceContext,
};

/// How the devices stand.
#[derive(Properties, PartialEq)]
pub struct TogglesProps {
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// The person wants something else.
    pub onwant: Callback<Wish>,
}

/// Microphone and camera, side by side.
#[component]
pub fn Toggles(props: &TogglesProps) -> Html {
    let text = use_text();
    let preferences = use_context::<PreferenceContext>();
    let voice_only = preferences.is_some_and(|preferences| preferences.is_voice_only());
    let want = |source| {
        props
            .onwant
            .reform(move |on| PerSource::only(&[source], Some(on)))
    };
    html! {
        <>
            <Toggle device={props.devices[Source::Microphone]} on={(text.turn_off_microphone, Glyph::Microphone)}
                off={(text.turn_on_microphone, Glyph::MicrophoneOff)} onwant={want(Source::Microphone)} />
            <Toggle device={props.devices[Source::Camera]} on={(text.turn_off_camera, Glyph::Camera)}
                off={(text.turn_on_camera, Glyph::CameraOff)} disabled={voice_only} onwant={want(Source::Camera)} />
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
    #[prop_or_default]
    disabled: bool,
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
        <button type="button" class={classes!("control", (!on).then_some("off"))} aria-label={name} title={name} aria-busy={busy} disabled={props.disabled}
            onclick={props.onwant.reform(move |_: MouseEvent| !wanted)}>
            {icon(glyph)}
            if matches!(props.device, Device::Muted | Device::Blocked(_)) {
                <span class="blocked">{icon(Glyph::Alert)}</span>
            }
        </button>
    }
}
