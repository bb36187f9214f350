//! The list of everybody in the call.

use std::rc::Rc;

use mesh::{Device, LinkState, PeerView, PerSource, Source, in_order};
use protocol::{Name, PeerId};
use yew::prelude::*;

use crate::components::{
    avatar::avatar,
    hand,
    icon::{Glyph, icon},
    label::Numbers,
    language::use_text,
    name::person_name,
    panel::panel,
    phrase::phrase,
    tile::{is_known, link_words},
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
    /// Whose hands are up, in order.
    pub hands: Vec<PeerId>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// The person closes the panel.
    pub onclose: Callback<()>,
}

/// Everybody with what they send and how they are connected: who raised a hand first, in order,
/// then oneself and the others.
#[component]
pub fn People(props: &PeopleProps) -> Html {
    let text = use_text();
    let place = |id| hand::place(&props.hands, id);
    let peer = |peer: &PeerView| {
        let (label, hand) = (
            props.numbers.label(peer.id, &peer.name, text),
            place(Some(peer.id)),
        );
        let person = html! {
            <Person key={peer.id.to_string()} {label} name={peer.name.to_string()} link={peer.link}
                microphone={peer.media.microphone} camera={peer.media.camera} {hand} />
        };
        (hand, person)
    };
    let own = html! {
        <Person key="own" label={text.own_name(&props.name)} name={props.name.to_string()} link={LinkState::Connected}
            microphone={props.devices[Source::Microphone] == Device::On} camera={props.devices[Source::Camera] == Device::On}
            hand={place(props.own)} />
    };
    let people = std::iter::once((place(props.own), own)).chain(props.peers.iter().map(peer));
    let people = in_order(people, |(hand, _)| hand.unwrap_or(usize::MAX));
    let children = html! {
        <>
            <ul class="people">
                {for people.into_iter().map(|(_, person)| person)}
            </ul>
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

#[derive(Properties, PartialEq)]
struct PersonProps {
    label: AttrValue,
    name: AttrValue,
    link: LinkState,
    microphone: bool,
    camera: bool,
    hand: Option<usize>,
}

#[component]
fn Person(props: &PersonProps) -> Html {
    let text = use_text();
    let known = is_known(props.link);
    let off = |glyph, words: &'static str| html! { <>{icon(glyph)}<span class="unseen">{phrase(words)}</span></> };
    html! {
        <li>
            {avatar(&props.name)}
            <div class="person">
                {person_name(&props.label)}
                <span class="states">
                    if let Some(place) = props.hand {
                        {hand::raised(place, text)}
                    }
                    if let Some(words) = link_words(props.link, text) {
                        {phrase(words)}
                    }
                    if !props.microphone && known {
                        {off(Glyph::MicrophoneOff, text.muted)}
                    }
                    if !props.camera && known {
                        {off(Glyph::CameraOff, text.camera_off)}
                    }
                </span>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use mesh::Side;

    use super::*;
    use crate::components::markup;

    fn person(link: LinkState) -> String {
        markup::<Person>(PersonProps {
            label: "Ada".into(),
            name: "Ada".into(),
            link,
            microphone: false,
            camera: false,
            hand: None,
        })
    }

    #[test]
    fn what_somebody_sends_is_told_as_long_as_it_is_known() {
        for link in [LinkState::Connected, LinkState::Reconnecting] {
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
