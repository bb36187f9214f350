//! What people are called on this page, so that no two are called alike.

use std::rc::Rc;

use litemap::LiteMap;
use mesh::{Announcement, PeerView, View};
use protocol::{ChatMessage, Name, PeerId, is_alphanumeric, is_numeric, lowercase, uppercase};
use yew::prelude::*;

use crate::text::{Language, Sentence, Text, fill};

/// Who of those with one look came as which: **a number once given stays with the person for this
/// visit**, through leaving, reconnecting and coming back, in the chat too.
///
/// They count in the order in which this page came to know them, oneself too, and whoever is known
/// by the chat alone comes last. So pages agree on everybody who came while they looked, and the
/// server lists in order of arrival whom they find inside. Those who had left in silence no page
/// can know, nor does whoever loads it again know that the others count from before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers(LiteMap<(String, PeerId), u32>);

impl Numbers {
    /// More people than a long day brings. Beyond it those are forgotten who are neither here nor
    /// in the chat.
    const MAX_REMEMBERED: usize = 4096;

    /// Gives numbers to whom it has not seen.
    pub fn see(&mut self, view: &View) {
        for (id, name) in seen(view) {
            self.give(id, name);
        }
        if self.0.len() > Self::MAX_REMEMBERED {
            self.forget_all_but(view);
        }
    }

    /// The same for somebody of whom is said that they came or went: perhaps both since the page
    /// last looked.
    pub fn hear(&mut self, announcement: &Announcement) {
        match announcement {
            Announcement::Joined(id, name)
            | Announcement::Left(id, name)
            | Announcement::HandRaised(id, name)
            | Announcement::ScreenShared(id, name)
            | Announcement::ScreenEnded(id, name)
            | Announcement::Reacted(id, name, _) => self.give(*id, name),
            Announcement::Reconnecting | Announcement::BackOnline => {}
        }
    }

    fn give(&mut self, id: PeerId, name: &Name) {
        let look = name.look();
        let alike = self.0.iter().filter(|((other, _), _)| *other == look);
        let last = alike.map(|(_, number)| *number).max();
        let next = last.map_or(1, |last| last.saturating_add(1));
        self.0.entry((look, id)).or_insert(next);
    }

    fn forget_all_but(&mut self, view: &View) {
        self.0.retain(|(look, id), _| {
            seen(view).any(|(seen, name)| seen == *id && name.look() == *look)
        });
    }

    /// What one of the others is called: the name; `NAME (2)` for the second of that look; a
    /// numbered guest without one. **Nobody's bare name is what this page calls somebody else**:
    /// who typed `Kim (2)`, `Guest 1` or `Ada (you)` is numbered from the first, `Kim (2) (1)`.
    pub fn label(&self, id: PeerId, name: &Name, text: &Text) -> String {
        let number = self.0.get(&(name.look(), id)).copied().unwrap_or(1);
        match (name.as_str(), number) {
            ("", number) => fill(text.numbered_guest, &[&number.to_string()]).to_string(),
            (bare, 1) if !is_like_a_label(name) => bare.to_owned(),
            (name, number) => format!("{name} ({number})"),
        }
    }

    /// What the one is called who passes on a peer's sound, if it comes that way.
    pub fn through(&self, peer: &PeerView, peers: &[PeerView], text: &Text) -> Option<String> {
        let third = peers.iter().find(|other| Some(other.id) == peer.through)?;
        Some(self.label(third.id, &third.name, text))
    }

    /// What the status region says, of people as their tiles call them.
    pub fn announcement(&self, announcement: &Announcement, text: &Text) -> Sentence {
        let about = |sentence, id, name| fill(sentence, &[&self.label(id, name, text)]);
        match announcement {
            Announcement::Joined(id, name) => about(text.joined, *id, name),
            Announcement::Left(id, name) => about(text.left, *id, name),
            Announcement::HandRaised(id, name) => about(text.raised, *id, name),
            Announcement::ScreenShared(id, name) => about(text.shares, *id, name),
            Announcement::ScreenEnded(id, name) => about(text.shares_no_longer, *id, name),
            Announcement::Reacted(id, name, reaction) => {
                about(text.reacted, *id, name).and(text.reaction(*reaction))
            }
            Announcement::Reconnecting => text.reconnecting.into(),
            Announcement::BackOnline => text.back_online.into(),
        }
    }

    /// What the author of a message is called: as on the tile while that person is here.
    pub fn author(
        &self,
        message: &ChatMessage,
        own: Option<PeerId>,
        peers: &[PeerView],
        text: &Text,
    ) -> String {
        let author = message.key.author;
        let here = peers.iter().find(|peer| peer.id == author);
        match here {
            _ if own == Some(author) => text.own_name(&message.name),
            Some(peer) => self.label(author, &peer.name, text),
            None => self.label(author, &message.name, text),
        }
    }
}

/// Whether a name reads as what a page makes of other names, in whatever language.
fn is_like_a_label(name: &Name) -> bool {
    let name = folded(&name.look());
    let is_number = |words: &str| !words.is_empty() && words.chars().all(is_numeric);
    let in_brackets = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once('('))
        .map(|(_, words)| words);
    let is_a_guest_or_oneself = |language: Language| {
        let text = language.text();
        let [guest, you, screen] = [text.numbered_guest, text.you, text.screen_of]
            .map(|words| folded(&words.replace("{}", "")));
        let is_own_screen = name == folded(text.own_screen);
        name.strip_prefix(&guest).is_some_and(is_number)
            || name.ends_with(&you)
            || name.ends_with(&screen)
            || is_own_screen
    };
    in_brackets.is_some_and(is_number) || Language::ALL.into_iter().any(is_a_guest_or_oneself)
}

/// Without what the eye passes over.
fn folded(words: &str) -> String {
    let seen = words.chars().filter(|c| !c.is_whitespace());
    seen.map(lowercase).collect()
}

/// Everybody of whom this page knows, those who are here first and in order of arrival.
fn seen(view: &View) -> impl Iterator<Item = (PeerId, &Name)> {
    let peers = view.peers.iter().map(|peer| (peer.id, &peer.name));
    let own = view.id.map(|id| (id, &view.name));
    let authors = view
        .chat
        .iter()
        .map(|line| (line.message.key.author, &line.message.name));
    peers.chain(own).chain(authors)
}

/// The numbers of this visit.
#[hook]
pub fn use_numbers(view: Option<&View>, announcements: &[(u64, Announcement)]) -> Rc<Numbers> {
    let numbers = use_mut_ref(Rc::<Numbers>::default);
    let mut now = Numbers::clone(&numbers.borrow());
    if let Some(view) = view {
        now.see(view);
    }
    for (_, announcement) in announcements {
        now.hear(announcement);
    }
    if now != **numbers.borrow() {
        numbers.replace(Rc::new(now));
    }
    Rc::clone(&numbers.borrow())
}

/// The letters that stand for a person without a picture: the first of the first and of the last
/// word.
pub fn initials(label: &str) -> String {
    let mut words = label
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| is_alphanumeric(*c)));
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .map(uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use mesh::{ChatLine, LinkState, PeerView, PerSource, Phase, Provenance, Server};
    use protocol::{ChatKey, ChatText, Incarnation, MediaState, Reaction};

    const ME: PeerId = PeerId([100; 16]);

    fn id(place: u8) -> PeerId {
        PeerId([place; 16])
    }

    fn view(peers: &[(u8, &str)]) -> View {
        let peer = |(place, name): &(u8, &str)| PeerView {
            id: id(*place),
            name: Name::new(name),
            link: LinkState::Connected,
            media: MediaState::default(),
            through: None,
        };
        View {
            room: "room".parse().unwrap(),
            name: Name::new("Me"),
            id: Some(ME),
            phase: Phase::InCall,
            server: Server::Online,
            capacity: Some(8),
            devices: PerSource::default(),
            voice_only: false,
            peers: peers.iter().map(peer).collect(),
            hands: Vec::new(),
            links: Vec::new(),
            reactions: Vec::new(),
            writing: Vec::new(),
            chat: [].into(),
            chat_was_full: false,
            undelivered: [].into(),
        }
    }

    fn message(author: u8, name: &str) -> ChatMessage {
        ChatMessage {
            key: ChatKey {
                clock: 1,
                author: id(author),
                incarnation: Incarnation(1),
                seq: 1,
            },
            time: 0,
            name: Name::new(name),
            text: ChatText::try_from("no".to_owned()).unwrap(),
        }
    }

    fn labels(numbers: &mut Numbers, view: &View) -> Vec<String> {
        numbers.see(view);
        let text = Language::Korean.text();
        view.peers
            .iter()
            .map(|peer| numbers.label(peer.id, &peer.name, text))
            .collect()
    }

    fn named(peers: &[(u8, &str)]) -> Vec<String> {
        labels(&mut Numbers::default(), &view(peers))
    }

    #[test]
    fn the_later_of_two_with_one_name_is_numbered() {
        assert_eq!(
            named(&[(1, "Kim"), (2, "Lee"), (3, "Kim"), (4, "Kim")]),
            ["Kim", "Lee", "Kim (2)", "Kim (3)"]
        );
        assert_eq!(named(&[(1, "Kim"), (2, "Kim\u{200b}")]), ["Kim", "Kim (2)"]);
        assert_eq!(named(&[(1, "ﬁnn"), (2, "finn")]), ["ﬁnn", "finn (2)"]);
    }

    #[test]
    fn guests_are_numbered() {
        assert_eq!(
            named(&[(1, ""), (2, "Kim"), (3, "\u{3164}")]),
            ["손님 1", "Kim", "손님 2"]
        );
    }

    #[test]
    fn nobody_is_called_what_somebody_else_is() {
        assert_eq!(
            named(&[(1, "Kim (2)"), (2, "Kim"), (3, "Kim"), (4, "Kim (2)")]),
            ["Kim (2) (1)", "Kim", "Kim (2)", "Kim (2) (2)"]
        );
        assert_eq!(
            named(&[(1, "손님 1"), (2, ""), (3, "Guest 1"), (4, "손님 1 (1)")]),
            ["손님 1 (1)", "손님 1", "Guest 1 (1)", "손님 1 (1) (1)"]
        );
        assert_eq!(
            named(&[(1, "Me (나)"), (2, "Me (you)"), (3, "손님 (나)")]),
            ["Me (나) (1)", "Me (you) (1)", "손님 (나) (1)"]
        );
    }

    #[test]
    fn names_that_only_look_like_labels_are_numbered_too() {
        for name in [
            "Kim(2)",
            "Kim （２）",
            "Kim ⑵",
            "Kim ( 2 )",
            "Kim (٢)",
            "(2)",
            "guest 1",
            "GUEST１",
            "손님①",
            "Ada (YOU)",
            "Ada（나）",
        ] {
            assert_eq!(named(&[(1, name)]), [format!("{name} (1)")]);
        }
    }

    #[test]
    fn names_with_numbers_and_brackets_stay_as_they_are() {
        for name in [
            "Guest",
            "손님",
            "Guest A",
            "R2D2",
            "Kim 2",
            "Kim (Sales)",
            "Kim ()",
            "너 나",
            "2",
        ] {
            assert_eq!(named(&[(1, name)]), [name]);
        }
    }

    #[test]
    fn oneself_counts_too() {
        let mut numbers = Numbers::default();
        numbers.see(&view(&[]));
        assert_eq!(labels(&mut numbers, &view(&[(1, "Me")])), ["Me (2)"]);
    }

    #[test]
    fn a_number_stays_with_its_person_when_others_leave_and_come() {
        let mut numbers = Numbers::default();
        numbers.see(&view(&[(1, ""), (2, "")]));
        assert_eq!(labels(&mut numbers, &view(&[(2, "")])), ["손님 2"]);
        assert_eq!(
            labels(&mut numbers, &view(&[(2, ""), (3, "")])),
            ["손님 2", "손님 3"]
        );
        assert_eq!(
            labels(&mut numbers, &view(&[(2, ""), (3, ""), (1, "")])),
            ["손님 2", "손님 3", "손님 1"]
        );
    }

    #[test]
    fn who_left_keeps_the_number_in_the_chat() {
        let mut numbers = Numbers::default();
        let text = Language::English.text();
        numbers.see(&view(&[(1, ""), (2, "")]));
        let now = view(&[(2, "")]);
        numbers.see(&now);
        let author = |place| numbers.author(&message(place, ""), now.id, &now.peers, text);
        assert_eq!(author(1), "Guest 1");
        assert_eq!(author(2), "Guest 2");
    }

    #[test]
    fn announcements_name_people_as_their_tiles_do() {
        let mut numbers = Numbers::default();
        numbers.see(&view(&[(1, ""), (2, ""), (3, "하늘")]));
        let said = |language: Language, announcement| {
            let sentence = numbers.announcement(&announcement, language.text());
            sentence.to_string()
        };
        let guest = Announcement::Left(id(2), Name::default());
        assert_eq!(said(Language::English, guest.clone()), "Guest 2 left");
        assert_eq!(said(Language::Korean, guest), "손님 2 님이 나갔습니다");
        let haneul = Announcement::Joined(id(3), Name::new("하늘"));
        assert_eq!(said(Language::English, haneul.clone()), "하늘 joined");
        assert_eq!(said(Language::Korean, haneul), "하늘 님이 들어왔습니다");
        let heart = Announcement::Reacted(id(3), Name::new("하늘"), Reaction::Heart);
        assert_eq!(said(Language::English, heart.clone()), "하늘: Heart");
        assert_eq!(said(Language::Korean, heart), "하늘 님: 하트");
        let shared = Announcement::ScreenShared(id(1), Name::default());
        assert_eq!(
            said(Language::English, shared.clone()),
            "Guest 1 shares a screen"
        );
        assert_eq!(
            said(Language::Korean, shared),
            "손님 1 님이 화면을 공유합니다"
        );
        let ended = Announcement::ScreenEnded(id(3), Name::new("하늘"));
        assert_eq!(
            said(Language::English, ended.clone()),
            "하늘 no longer shares a screen"
        );
        assert_eq!(
            said(Language::Korean, ended),
            "하늘 님이 화면 공유를 멈췄습니다"
        );
    }

    #[test]
    fn who_came_and_went_between_two_looks_is_nobody_else() {
        let mut numbers = Numbers::default();
        numbers.see(&view(&[(1, "")]));
        let left = Announcement::Left(id(2), Name::default());
        numbers.hear(&left);
        let sentence = numbers.announcement(&left, Language::English.text());
        assert_eq!(sentence.to_string(), "Guest 2 left");
    }

    #[test]
    fn who_is_known_by_the_chat_alone_is_numbered_too() {
        let mut numbers = Numbers::default();
        let mut now = view(&[(2, "Kim")]);
        let line = |message| ChatLine {
            message,
            provenance: Provenance::Earlier,
        };
        now.chat = [line(message(1, "Kim")), line(message(3, ""))].into();
        numbers.see(&now);
        let text = Language::English.text();
        let author =
            |author, name| numbers.author(&message(author, name), now.id, &now.peers, text);
        assert_eq!(author(2, "Kim"), "Kim");
        assert_eq!(author(1, "Kim"), "Kim (2)");
        assert_eq!(author(3, ""), "Guest 1");
    }

    #[test]
    fn of_too_many_those_are_forgotten_who_are_neither_here_nor_in_the_chat() {
        let mut numbers = Numbers::default();
        let stays = (1, "Kim");
        for place in 0..=Numbers::MAX_REMEMBERED {
            numbers.see(&view(&[stays, (2, &format!("Passer {place}"))]));
        }
        let remembered = numbers.0.len();
        assert!(remembered < 10, "{remembered}");
        assert_eq!(
            labels(&mut numbers, &view(&[(3, "Kim"), stays])),
            ["Kim (2)", "Kim"]
        );
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Marta Maria Silva"), "MS");
        assert_eq!(initials("하늘"), "하");
        assert_eq!(initials("Kim (2)"), "K2");
        assert_eq!(initials("🙂"), "");
    }
}
