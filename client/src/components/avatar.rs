//! Stands for a person whose picture is not there.

use yew::prelude::*;

use crate::{
    components::{
        icon::{Glyph, Icon},
        label::initials,
        phrase::phrase,
    },
    text::Sentence,
};

/// As many colours as `style.css` has.
const HUES: u32 = 6;

/// Whom it stands for.
#[derive(Properties, PartialEq)]
pub struct AvatarProps {
    /// The person's name.
    pub name: AttrValue,
}

/// Initials on a colour that goes with the name; without letters, a silhouette.
#[component]
pub fn Avatar(props: &AvatarProps) -> Html {
    let hue = props.name.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    }) % HUES;
    let initials = initials(&props.name);
    html! {
        <span class={classes!("avatar", format!("hue-{hue}"))} aria-hidden="true">
            if initials.is_empty() {
                <Icon glyph={Glyph::Person} />
            } else {
                {phrase(Sentence::value(initials))}
            }
        </span>
    }
}
