//! What stands in the small window: the others' faces, and the most pressing buttons.

use litemap::LiteMap;
use mesh::{Device, PeerView, PerSource, Wish};
use protocol::PeerId;
use yew::prelude::*;

use crate::{
    browser::Stream,
    components::{
        avatar::avatar,
        class::class,
        controls::leave_button,
        icon::{Glyph, icon},
        label::Numbers,
        name::person_name,
        phrase::phrase,
        tile::{is_known, link_words},
        toggles::toggles,
        video::Video,
    },
    text::Text,
};

/// There is no room for more faces.
const MAX_FACES: usize = 4;

/// Who is in the call, and how one's devices stand.
pub struct Miniature<'a> {
    /// One's own devices.
    pub devices: &'a PerSource<Device>,
    /// There are to be no pictures.
    pub voice_only: bool,
    /// Everybody else, in order of arrival.
    pub peers: &'a [PeerView],
    /// The others' cameras.
    pub cameras: &'a LiteMap<PeerId, Stream>,
    /// Who speaks.
    pub speaking: &'a [PeerId],
    /// Who of one name is which.
    pub numbers: &'a Numbers,
    /// The person wants devices on or off.
    pub onwant: &'a Callback<Wish>,
    /// The person leaves.
    pub onleave: &'a Callback<()>,
}

impl Miniature<'_> {
    /// The call in miniature. Its layout is the style sheet's alone: nothing of the page measures
    /// while another one lies above it.
    pub fn draw(&self, text: &Text) -> Html {
        let face = |peer: &PeerView| {
            let label = self.numbers.label(peer.id, &peer.name, text);
            let speaking = peer.media.microphone && self.speaking.contains(&peer.id);
            let known = is_known(peer.link);
            html! {
                <div key={format!("{:?}", peer.id)} class={class("tile", speaking.then_some("speaking"))} role="group" aria-label={label.clone()}>
                    <Video stream={self.cameras.get(&peer.id).cloned()} />
                    if !peer.media.camera || !known {
                        <div class="cover">{avatar(peer.name.as_str())}</div>
                    }
                    if let Some(words) = link_words(peer.link, &label, self.numbers.through(peer, self.peers, text).as_deref(), text) {
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
                <div class="pictures">{for self.peers.iter().take(MAX_FACES).map(face)}</div>
                <div class="controls">
                    {toggles(self.devices, self.voice_only, self.onwant, text)}
                    {leave_button(self.onleave, text)}
                </div>
            </div>
        }
    }
}
