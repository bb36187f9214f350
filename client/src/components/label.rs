//! What people are called on this page, so that no two are called alike.

use std::collections::BTreeMap;

use mesh::{PeerView, View};
use protocol::{ChatMessage, PeerId};

use crate::text::{Text, fill};

/// What each of the others is called: the name; `NAME (2)` for the second of that name; a numbered guest without one.
pub fn labels(peers: &[PeerView], text: &Text) -> BTreeMap<PeerId, String> {
    let mut counts = BTreeMap::<&str, u32>::new();
    let label = |peer: &PeerView, count: u32| match (peer.name.as_str(), count) {
        ("", count) => fill(text.numbered_guest, &[&count.to_string()]),
        (name, 1) => name.to_owned(),
        (name, count) => format!("{name} ({count})"),
    };
    let count = |peer| {
        let count = counts.entry(name_of(peer)).or_default();
        *count += 1;
        (peer.id, label(peer, *count))
    };
    peers.iter().map(count).collect()
}

/// What the author of a message is called: as on the tile while that person is here.
pub fn author(
    message: &ChatMessage,
    view: &View,
    labels: &BTreeMap<PeerId, String>,
    text: &Text,
) -> String {
    match labels.get(&message.key.author) {
        _ if view.id == Some(message.key.author) => text.own_name(&message.name),
        Some(label) => label.clone(),
        None if message.name.as_str().is_empty() => text.guest.to_owned(),
        None => message.name.to_string(),
    }
}

/// The letters that stand for a person without a picture: the first of the first and of the last word.
pub fn initials(label: &str) -> String {
    let mut words = label
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

fn name_of(peer: &PeerView) -> &str {
    peer.name.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use mesh::LinkState;
    use protocol::{MediaState, Name};

    fn named(names: &[&str]) -> Vec<String> {
        let peer = |(place, name): (usize, &&str)| PeerView {
            id: PeerId([place as u8; 16]),
            name: Name::new(name),
            link: LinkState::Connected,
            media: MediaState::default(),
        };
        let peers: Vec<_> = names.iter().enumerate().map(peer).collect();
        labels(&peers, Language::Korean.text())
            .into_values()
            .collect()
    }

    #[test]
    fn the_later_of_two_with_one_name_is_numbered() {
        assert_eq!(
            named(&["Kim", "Lee", "Kim", "Kim"]),
            ["Kim", "Lee", "Kim (2)", "Kim (3)"]
        );
    }

    #[test]
    fn guests_are_numbered() {
        assert_eq!(named(&["", "Kim", ""]), ["손님 1", "Kim", "손님 2"]);
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Marta Maria Silva"), "MS");
        assert_eq!(initials("하늘"), "하");
        assert_eq!(initials("Kim (2)"), "K2");
        assert_eq!(initials("🙂"), "");
    }
}
