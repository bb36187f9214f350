//! The list of everybody in the call.

use mesh::{Device, LinkState, Source, View, in_order};
use protocol::Name;
use yew::prelude::*;

use crate::{
    components::{
        avatar::avatar,
        hand,
        icon::{Glyph, icon},
        label::Numbers,
        links,
        name::person_name,
        panel::panel,
        phrase::phrase,
        qr_code::qr_code_button,
        tile::{is_known, link_words},
    },
    text::Text,
};

/// Everybody with what they send and how they are connected: who raised a hand first, in order,
/// then oneself and the others.
pub fn people(
    view: &View,
    numbers: &Numbers,
    onqrcode: &Callback<()>,
    onclose: &Callback<()>,
    text: &Text,
) -> Html {
    let place = |id| hand::place(&view.hands, id);
    let peers = view.peers.iter().map(|peer| Person {
        key: peer.id.to_string(),
        label: numbers.label(peer.id, &peer.name, text),
        name: &peer.name,
        link: peer.link,
        through: numbers.through(peer, &view.peers, text),
        microphone: peer.media.microphone,
        camera: peer.media.camera,
        hand: place(Some(peer.id)),
    });
    let own = Person {
        key: "own".to_owned(),
        label: text.own_name(&view.name),
        name: &view.name,
        link: LinkState::Connected,
        through: None,
        microphone: view.devices[Source::Microphone] == Device::On,
        camera: view.devices[Source::Camera] == Device::On,
        hand: place(view.id),
    };
    let people = std::iter::once(own).chain(peers);
    let people = in_order(people, |person| person.hand.unwrap_or(usize::MAX));
    let children = html! {
        <>
            <ul class="people">
                {for people.iter().map(|person| person.draw(text))}
            </ul>
            {links::trouble(&view.peers, &view.links, numbers, text)}
            {links::table(&view.peers, &view.links, numbers, text)}
            <div class="more-people">{qr_code_button(text, onqrcode)}</div>
        </>
    };
    panel(
        text.people_panel,
        text.people,
        text.hide_people,
        onclose,
        children,
    )
}

/// A line of the list.
struct Person<'a> {
    key: String,
    label: String,
    name: &'a Name,
    link: LinkState,
    through: Option<String>,
    microphone: bool,
    camera: bool,
    hand: Option<usize>,
}

impl Person<'_> {
    fn draw(&self, text: &Text) -> Html {
        let known = is_known(self.link);
        let off = |glyph, words: &'static str| html! { <>{icon(glyph)}<span class="unseen">{phrase(words)}</span></> };
        html! {
            <li key={&*self.key}>
                {avatar(self.name.as_str())}
                <div class="person">
                    {person_name(&self.label)}
                    <span class="states">
                        if let Some(place) = self.hand {
                            {hand::raised(place, text)}
                        }
                        if let Some(words) = link_words(self.link, &self.label, self.through.as_deref(), text) {
                            {phrase(words)}
                        }
                        if !self.microphone && known {
                            {off(Glyph::MicrophoneOff, text.muted)}
                        }
                        if !self.camera && known {
                            {off(Glyph::CameraOff, text.camera_off)}
                        }
                    </span>
                </div>
            </li>
        }
    }
}

#[cfg(test)]
mod tests {
    use mesh::{NoSound, PeerView, PerSource, Phase, Server, Side};
    use protocol::{MediaState, PeerId};

    use super::*;
    use crate::{components::markup, text::Language};

    fn person(link: LinkState) -> String {
        let ada = PeerView {
            id: PeerId([1; 16]),
            name: Name::new("Ada"),
            link,
            media: MediaState::default(),
            through: None,
        };
        let view = View {
            peers: vec![ada],
            room: "room".parse().unwrap(),
            name: Name::default(),
            id: None,
            phase: Phase::InCall,
            server: Server::Online,
            capacity: Some(8),
            devices: PerSource::of(|_| Device::On),
            voice_only: false,
            links: Vec::new(),
            hands: Vec::new(),
            reactions: Vec::new(),
            writing: Vec::new(),
            chat: [].into(),
            chat_was_full: false,
            undelivered: [].into(),
        };
        let nothing = Callback::noop();
        markup(people(
            &view,
            &Numbers::default(),
            &nothing,
            &nothing,
            Language::English.text(),
        ))
    }

    #[test]
    fn what_somebody_sends_is_told_as_long_as_it_is_known() {
        for link in [
            LinkState::Connected,
            LinkState::NoSound(NoSound::There),
            LinkState::Reconnecting,
            LinkState::Away,
        ] {
            let person = person(link);
            assert!(person.contains("Muted") && person.contains("Camera off"));
        }
        for link in [
            LinkState::Connecting,
            LinkState::CannotConnect,
            LinkState::HungUp,
            LinkState::NoWayOut(Side::Here),
            LinkState::NoWayOut(Side::There),
        ] {
            let person = person(link);
            assert!(!person.contains("Muted") && !person.contains("Camera off"));
        }
    }
}
