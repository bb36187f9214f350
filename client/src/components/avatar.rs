//! Stands for a person whose picture is not there.

use yew::prelude::*;

use crate::{
    components::{
        icon::{Glyph, icon},
        label::initials,
        phrase::phrase,
    },
    text::Sentence,
};

/// As many colours as `style.css` has.
const HUES: u32 = 6;

/// Initials on a colour that goes with the name; without letters, a silhouette.
pub fn avatar(name: &str) -> Html {
    let hue = name.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    }) % HUES;
    let initials = initials(name);
    html! {
        <span class={format!("avatar hue-{hue}")} aria-hidden="true">
            if initials.is_empty() {
                {icon(Glyph::Person)}
            } else {
                {phrase(Sentence::value(initials))}
            }
        </span>
    }
}
