//! Who hears whom, in words and as a table.

use mesh::{LinkState, LinkView, PeerView};
use protocol::{LinkStatus, PeerId};
use yew::prelude::*;

use crate::{
    components::{
        icon::{Glyph, icon},
        label::Numbers,
        name::person_name,
        phrase::phrase,
    },
    text::{Sentence, Text, fill},
};

/// From so many others on there is a table. Before, all is said on the tiles.
const MANY: usize = 3;

/// Who of the others cannot hear each other, and both are heard here: so it is between these two.
fn broken<'a>(
    peers: &'a [PeerView],
    links: &'a [LinkView],
) -> impl Iterator<Item = [&'a PeerView; 2]> {
    let heard = |id: PeerId| {
        let mut heard = peers.iter().filter(|it| it.link == LinkState::Connected);
        heard.find(|peer| peer.id == id)
    };
    let broken = links
        .iter()
        .filter(|link| link.status >= LinkStatus::Reconnecting);
    broken.filter_map(move |link| {
        let [one, other] = link.ends.map(heard);
        Some([one?, other?])
    })
}

/// What is wrong between others, for those who do not look at the list.
pub fn words(
    peers: &[PeerView],
    links: &[LinkView],
    numbers: &Numbers,
    text: &Text,
) -> Option<Sentence> {
    let mut broken = broken(peers, links);
    let first = broken.next()?;
    Some(match broken.next() {
        None => of_pair(first, numbers, text),
        Some(_) => text.several_cannot_hear.into(),
    })
}

fn of_pair(pair: [&PeerView; 2], numbers: &Numbers, text: &Text) -> Sentence {
    let [one, other] = pair.map(|peer| numbers.label(peer.id, &peer.name, text));
    fill(text.cannot_hear, &[&one, &other])
}

/// What is wrong between others, each pair by name.
pub fn trouble(peers: &[PeerView], links: &[LinkView], numbers: &Numbers, text: &Text) -> Html {
    let draw = |pair| {
        html! {
            <li>{icon(Glyph::Alert)}<p>{phrase(of_pair(pair, numbers, text))}</p></li>
        }
    };
    let pairs: Vec<Html> = broken(peers, links).map(draw).collect();
    if pairs.is_empty() {
        return Html::default();
    }
    html! { <ul class="trouble">{pairs}</ul> }
}

/// Everybody's connection to everybody, folded away.
pub fn table(peers: &[PeerView], links: &[LinkView], numbers: &Numbers, text: &Text) -> Html {
    if peers.len() < MANY {
        return Html::default();
    }
    // Oneself first.
    let people = || std::iter::once(None).chain(peers.iter().map(Some));
    let head = |place: usize| html! { <th scope="col" translate="no">{place + 1}</th> };
    let row = |(place, one): (usize, Option<&PeerView>)| {
        let label = one.map(|peer| numbers.label(peer.id, &peer.name, text));
        let name = label.map_or_else(|| phrase(text.you.trim()), |label| person_name(&label));
        html! {
            <tr>
                <th scope="row"><span class="place" translate="no">{place + 1}</span>{name}</th>
                {for people().map(|other| cell(one, other, links, text))}
            </tr>
        }
    };
    html! {
        <details class="links">
            <summary>{phrase(text.connections)}</summary>
            <table>
                <thead><tr><td></td>{for (0..=peers.len()).map(head)}</tr></thead>
                <tbody>{for people().enumerate().map(row)}</tbody>
            </table>
        </details>
    }
}

fn cell(one: Option<&PeerView>, other: Option<&PeerView>, links: &[LinkView], text: &Text) -> Html {
    let Some(status) = status(one, other, links) else {
        return html! { <td></td> };
    };
    let (sign, words) = match status {
        LinkStatus::Connected => ("✓", text.connected),
        LinkStatus::Connecting => ("…", text.connecting),
        LinkStatus::Reconnecting => ("…", text.reconnecting),
        LinkStatus::Failed => ("✕", text.cannot_connect),
    };
    html! {
        <td title={words}><span aria-hidden="true">{sign}</span><span class="unseen">{phrase(words)}</span></td>
    }
}

/// None for nobody with oneself, and for what is not known.
fn status(
    one: Option<&PeerView>,
    other: Option<&PeerView>,
    links: &[LinkView],
) -> Option<LinkStatus> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let ends = [one.id, other.id];
            let between = |link: &&LinkView| {
                ends != [one.id; 2] && ends.iter().all(|id| link.ends.contains(id))
            };
            links.iter().find(between).map(|link| link.status)
        }
        (None, None) => None,
        (Some(peer), None) | (None, Some(peer)) => Some(match peer.link {
            LinkState::Connected => LinkStatus::Connected,
            LinkState::Connecting => LinkStatus::Connecting,
            LinkState::NoSound(_) | LinkState::Reconnecting | LinkState::Away => {
                LinkStatus::Reconnecting
            }
            LinkState::CannotConnect | LinkState::NoWayOut(_) => LinkStatus::Failed,
            LinkState::HungUp => return None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use protocol::{MediaState, Name};

    fn peer((place, link): (u8, LinkState)) -> PeerView {
        PeerView {
            id: PeerId([place; 16]),
            name: Name::new(["Ada", "Ben", "Cho"][usize::from(place)]),
            link,
            media: MediaState::default(),
            through: None,
        }
    }

    fn link(one: u8, other: u8, status: LinkStatus) -> LinkView {
        LinkView {
            ends: [one, other].map(|place| PeerId([place; 16])),
            status,
        }
    }

    fn said(states: [LinkState; 3], links: &[LinkView]) -> Option<String> {
        let peers: Vec<PeerView> = (0..).zip(states).map(peer).collect();
        let text = Language::English.text();
        words(&peers, links, &Numbers::default(), text).map(|words| words.to_string())
    }

    #[test]
    fn who_is_told_of_is_heard_here_and_not_by_one_another() {
        let well = [LinkState::Connected; 3];
        assert_eq!(said(well, &[link(0, 1, LinkStatus::Connected)]), None);
        assert_eq!(said(well, &[link(0, 1, LinkStatus::Connecting)]), None);
        let between = [link(0, 2, LinkStatus::Reconnecting)];
        let sentence = "Ada and Cho cannot hear each other. It is being repaired.";
        assert_eq!(said(well, &between).as_deref(), Some(sentence));
        let [mut one_is_gone, _] = [well; 2];
        one_is_gone[2] = LinkState::Reconnecting;
        assert_eq!(
            said(one_is_gone, &between),
            None,
            "perhaps nobody hears them"
        );
        let several = [0, 1].map(|one| link(one, 2, LinkStatus::Failed));
        let sentence = said(well, &several).expect("a sentence");
        assert!(sentence.starts_with("Several people"), "{sentence}");
    }

    #[test]
    fn the_table_knows_everybody_with_everybody_else() {
        let [ada, ben, cho] = [0, 1, 2].map(|place| peer((place, LinkState::Away)));
        let links = [link(0, 1, LinkStatus::Failed)];
        let status = |one, other| status(one, other, &links);
        assert_eq!(status(Some(&ada), Some(&ben)), Some(LinkStatus::Failed));
        assert_eq!(status(Some(&ben), Some(&ada)), Some(LinkStatus::Failed));
        assert_eq!(status(Some(&ada), Some(&ada)), None);
        assert_eq!(status(Some(&ada), Some(&cho)), None);
        assert_eq!(status(None, None), None);
        assert_eq!(status(None, Some(&cho)), Some(LinkStatus::Reconnecting));
        assert_eq!(status(Some(&cho), None), Some(LinkStatus::Reconnecting));
    }
}
