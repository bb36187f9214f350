//! One person on the stage.

use mesh::{LinkState, Side};
use yew::prelude::*;

use crate::{
    browser::Stream,
    components::{
        avatar::avatar,
        hand,
        icon::{Glyph, icon},
        language::use_text,
        name::person_name,
        phrase::phrase,
        video::Video,
    },
    text::Text,
};

/// Who is on the tile.
#[derive(Properties, PartialEq)]
pub struct TileProps {
    /// What the person is called, one's own as `NAME (you)`.
    pub label: AttrValue,
    /// The name whose initials stand for a missing picture.
    pub name: AttrValue,
    /// The picture.
    pub stream: Option<Stream>,
    /// Whether it is oneself.
    #[prop_or_default]
    pub own: bool,
    /// Whether sound is sent.
    pub microphone: bool,
    /// Whether a picture is sent.
    pub camera: bool,
    /// How the connection stands.
    #[prop_or(LinkState::Connected)]
    pub link: LinkState,
    /// The hand's place among those that are up, from 1.
    #[prop_or_default]
    pub hand: Option<usize>,
}

/// A person's picture, or initials, with the name and what is the matter.
#[component]
pub fn Tile(props: &TileProps) -> Html {
    let text = use_text();
    let bad = matches!(
        props.link,
        LinkState::CannotConnect | LinkState::NoWayOut(_)
    );
    let known = is_known(props.link);
    html! {
        <div class={classes!("tile", props.own.then_some("own"))} role="group" aria-label={&props.label}>
            <Video stream={props.stream.clone()} />
            if !props.camera || !known {
                <div class="cover">{avatar(&props.name)}</div>
            }
            if !props.camera && known {
                <span class="unseen">{phrase(text.camera_off)}</span>
            }
            if let Some(words) = link_words(props.link, text) {
                <p class={classes!("state", bad.then_some("bad"))}>{phrase(words)}</p>
            }
            if let Some(place) = props.hand {
                {hand::raised(place, text)}
            }
            <p class="plate">
                if !props.microphone && known {
                    {icon(Glyph::MicrophoneOff)}<span class="unseen">{phrase(text.muted)}</span>
                }
                {person_name(&props.label)}
            </p>
        </div>
    }
}

/// Whether a connection tells what the person sends.
pub fn is_known(link: LinkState) -> bool {
    matches!(link, LinkState::Connected | LinkState::Reconnecting)
}

/// What is the matter with a connection, in words.
pub fn link_words(link: LinkState, text: &Text) -> Option<&'static str> {
    match link {
        LinkState::Connected => None,
        LinkState::Connecting => Some(text.connecting),
        LinkState::Reconnecting => Some(text.reconnecting),
        LinkState::CannotConnect => Some(text.cannot_connect),
        LinkState::NoWayOut(Side::Here) => Some(text.no_way_out_here),
        LinkState::NoWayOut(Side::There) => Some(text.no_way_out_there),
        LinkState::HungUp => Some(text.hung_up),
    }
}
