//! What stands in the small window: the others' faces, and the most pressing buttons.

use std::rc::Rc;

use litemap::LiteMap;
use mesh::{Device, PeerView, PerSource, Wish};
use protocol::PeerId;
use yew::prelude::*;

use crate::{
    browser::{Preference, Stream},
    components::{
        avatar::avatar,
        icon::{Glyph, icon},
        label::Numbers,
        language::use_text,
        name::person_name,
        phrase::phrase,
        preferences::use_preference,
        tile::{is_known, link_words},
        toggles::toggles,
        video::Video,
    },
};

/// There is no room for more faces.
const MAX_FACES: usize = 4;

/// Who is in the call, and how one's devices stand.
#[derive(Properties, PartialEq)]
pub struct MiniatureProps {
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// Everybody else, in order of arrival.
    pub peers: Vec<PeerView>,
    /// The others' cameras.
    pub cameras: LiteMap<PeerId, Stream>,
    /// Who speaks.
    pub speaking: Vec<PeerId>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// The person wants devices on or off.
    pub onwant: Callback<Wish>,
    /// The person leaves.
    pub onleave: Callback<()>,
}

/// The call in miniature. Its layout is the style sheet's alone: nothing of the page measures while
/// another one lies above it.
#[component]
pub fn Miniature(props: &MiniatureProps) -> Html {
    let text = use_text();
    let voice_only = use_preference(Preference::VoiceOnly);
    let face = |peer: &PeerView| {
        let label = props.numbers.label(peer.id, &peer.name, text);
        let speaking = peer.media.microphone && props.speaking.contains(&peer.id);
        let known = is_known(peer.link);
        html! {
            <div key={format!("{:?}", peer.id)} class={classes!("tile", speaking.then_some("speaking"))} role="group" aria-label={label.clone()}>
                <Video stream={props.cameras.get(&peer.id).cloned()} />
                if !peer.media.camera || !known {
                    <div class="cover">{avatar(peer.name.as_str())}</div>
                }
                if let Some(words) = link_words(peer.link, props.numbers.through(peer, &props.peers, text).as_deref(), text) {
                    <p class="state">{phrase(words)}</p>
                }
                <p class="plate">
                    if !peer.media.microphone && known {
                        {icon(Glyph::MicrophoneOff)}<span class="unseen">{phrase(text.muted)}</span>
                    }
                    {person_name(&label)}
                </p>
            </div>
        }
    };
    html! {
        <div class="call miniature">
            <div class="pictures">{for props.peers.iter().take(MAX_FACES).map(face)}</div>
            <div class="controls">
                {toggles(&props.devices, voice_only, &props.onwant, text)}
                <button type="button" class="control leave" aria-label={text.leave_call} title={text.leave_call}
                    onclick={props.onleave.reform(|_: MouseEvent| ())}>
                    {icon(Glyph::Leave)}
                </button>
            </div>
        </div>
    }
}
