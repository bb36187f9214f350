//! The list of everybody in the call.

use std::rc::Rc;

use mesh::{Device, LinkState, PeerView, View};
use yew::prelude::*;

use crate::components::{
    avatar::Avatar,
    icon::{Glyph, Icon},
    label::Numbers,
    language::use_text,
    name::PersonName,
    panel::Panel,
    phrase::phrase,
    tile::link_words,
};

/// Who is in the call.
#[derive(Properties, PartialEq)]
pub struct PeopleProps {
    /// The call.
    pub view: View,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// The person closes the panel.
    pub onclose: Callback<()>,
}

/// Everybody with what they send and how they are connected, oneself first.
#[component]
pub fn People(props: &PeopleProps) -> Html {
    let text = use_text();
    let view = &props.view;
    let peer = |peer: &PeerView| {
        let label = props.numbers.label(peer.id, &peer.name, text);
        html! {
            <Person key={peer.id.to_string()} {label} name={peer.name.to_string()} link={peer.link}
                microphone={peer.media.microphone} camera={peer.media.camera} />
        }
    };
    html! {
        <Panel label={text.people_panel} title={text.people} close={text.hide_people} onclose={&props.onclose}>
            <ul class="people">
                <Person key="own" label={text.own_name(&view.name)} name={view.name.to_string()} link={LinkState::Connected}
                    microphone={view.microphone == Device::On} camera={view.camera == Device::On} />
                {for view.peers.iter().map(peer)}
            </ul>
        </Panel>
    }
}

#[derive(Properties, PartialEq)]
struct PersonProps {
    label: AttrValue,
    name: AttrValue,
    link: LinkState,
    microphone: bool,
    camera: bool,
}

#[component]
fn Person(props: &PersonProps) -> Html {
    let text = use_text();
    let off = |glyph, words: &'static str| html! { <><Icon {glyph} /><span class="unseen">{phrase(words)}</span></> };
    html! {
        <li>
            <Avatar name={&props.name} />
            <PersonName label={&props.label} />
            <span class="states">
                if let Some(words) = link_words(props.link, text) {
                    {phrase(words)}
                }
                if !props.microphone {
                    {off(Glyph::MicrophoneOff, text.muted)}
                }
                if !props.camera {
                    {off(Glyph::CameraOff, text.camera_off)}
                }
            </span>
        </li>
    }
}
