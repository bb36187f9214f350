//! The list of everybody in the call.

use std::rc::Rc;

use mesh::{Device, LinkState, LinkView, PeerView, PerSource, Source, in_order};
use protocol::{Name, PeerId};
use yew::prelude::*;

use crate::{
    components::{
        avatar::avatar,
        hand,
        icon::{Glyph, icon},
        label::Numbers,
        language::use_text,
        links,
        name::person_name,
        panel::panel,
        phrase::phrase,
        qr_code::qr_code_button,
        tile::{is_known, link_words},
    },
    text::Text,
};

/// Who is in the call.
#[derive(Properties, PartialEq)]
pub struct PeopleProps {
    /// One's own name.
    pub name: Name,
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// Everybody else, in order of arrival.
    pub peers: Vec<PeerView>,
    /// One's own id.
    pub own: Option<PeerId>,
    /// How the others hear each other.
    pub links: Vec<LinkView>,
    /// Whose hands are up, in order.
    pub hands: Vec<PeerId>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// The person wants to see the QR code of the link.
    pub onqrcode: Callback<()>,
    /// The person closes the panel.
    pub onclose: Callback<()>,
}

/// Everybody with what they send and how they are connected: who raised a hand first, in order,
/// then oneself and the others.
#[component]
pub fn People(props: &PeopleProps) -> Html {
    let text = use_text();
    let place = |id| hand::place(&props.hands, id);
    let peers = props.peers.iter().map(|peer| Person {
        key: peer.id.to_string(),
        label: props.numbers.label(peer.id, &peer.name, text),
        name: &peer.name,
        link: peer.link,
        through: props.numbers.through(peer, &props.peers, text),
        microphone: peer.media.microphone,
        camera: peer.media.camera,
        hand: place(Some(peer.id)),
    });
    let own = Person {
        key: "own".to_owned(),
        label: text.own_name(&props.name),
        name: &props.name,
        link: LinkState::Connected,
        through: None,
        microphone: props.devices[Source::Microphone] == Device::On,
        camera: props.devices[Source::Camera] == Device::On,
        hand: place(props.own),
    };
    let people = std::iter::once(own).chain(peers);
    let people = in_order(people, |person| person.hand.unwrap_or(usize::MAX));
    let children = html! {
        <>
            <ul class="people">
                {for people.iter().map(|person| person.draw(text))}
            </ul>
            {links::trouble(&props.peers, &props.links, &props.numbers, text)}
            {links::table(&props.peers, &props.links, &props.numbers, text)}
            <div class="more-people">{qr_code_button(text, &props.onqrcode)}</div>
        </>
    };
    panel(
        text.people_panel,
        text.people,
        text.hide_people,
        &props.onclose,
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
                        if let Some(words) = link_words(self.link, self.through.as_deref(), text) {
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
    use mesh::Side;
    use protocol::MediaState;

    use super::*;
    use crate::components::markup;

    fn person(link: LinkState) -> String {
        let ada = PeerView {
            id: PeerId([1; 16]),
            name: Name::new("Ada"),
            link,
            media: MediaState::default(),
            through: None,
        };
        markup::<People>(PeopleProps {
            name: Name::default(),
            devices: PerSource::of(|_| Device::On),
            peers: vec![ada],
            links: Vec::new(),
            own: None,
            hands: Vec::new(),
            numbers: Rc::default(),
            onqrcode: Callback::noop(),
            onclose: Callback::noop(),
        })
    }

    #[test]
    fn what_somebody_sends_is_told_as_long_as_it_is_known() {
        for link in [
            LinkState::Connected,
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
