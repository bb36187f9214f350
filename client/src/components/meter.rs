//! How loud one's own microphone is.

use yew::prelude::*;

use crate::{
    components::hooks::use_boxed_effect,
    components::icon::{Glyph, icon},
};

/// Whom to ask.
#[derive(Properties, PartialEq)]
pub struct MeterProps {
    /// This wants to be told how loud the microphone is, from 0 to 5, whenever that changes.
    pub onmeter: Callback<Callback<u8>>,
}

/// Draws itself anew some times a second, and nothing else.
#[component]
pub fn Meter(props: &MeterProps) -> Html {
    let level = use_state_eq(|| 0_u8);
    {
        let level = level.setter();
        use_boxed_effect(props.onmeter.clone(), move |onmeter| {
            onmeter.emit(Callback::from(move |now| level.set(now)));
        });
    }
    let lit = |bar: u8| html! { <i class={if bar < *level { "lit" } else { "" }} /> };
    html! {
        <span class="level" aria-hidden="true">{icon(Glyph::Microphone)}{for (0..5).map(lit)}</span>
    }
}
