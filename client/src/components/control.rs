//! A button of the control bar.

use yew::prelude::*;

use crate::components::{
    class::class,
    icon::{Glyph, icon},
};

/// A button that shows no more than an icon; perhaps it is marked by a class.
pub fn control(
    mark: Option<&'static str>,
    name: &'static str,
    glyph: Glyph,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button type="button" class={class("control", mark)} aria-label={name} title={name} {onclick}>
            {icon(glyph)}
        </button>
    }
}
