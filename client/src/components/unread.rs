//! What others wrote and the person has not looked at yet.

use std::{cell::RefCell, rc::Rc};

use litemap::LiteMap;
use mesh::{ChatLine, Phase, Provenance, View};
use protocol::{Incarnation, PeerId};

/// What the person has looked at in one visit, through leaving and coming back. Clones are the
/// same.
#[derive(Clone, Default)]
pub struct Unread(Rc<RefCell<Looked>>);

#[derive(Default)]
struct Looked {
    /// When the person first came in, in milliseconds since 1970.
    came: Option<u64>,
    /// The chat when it was last looked at.
    chat: Rc<[ChatLine]>,
}

impl Unread {
    /// How many messages of others wait to be looked at; `looking`: the chat is open now. **What
    /// was written while the connection was away, or the person out, waits too; what was written
    /// before the person first came in does not.** Clocks tell which is which, and those of two
    /// people may differ a little. `now` in milliseconds since 1970.
    pub fn unread(&self, view: &View, looking: bool, now: u64) -> usize {
        let mut looked = self.0.borrow_mut();
        if view.phase == Phase::InCall {
            looked.came.get_or_insert(now);
        }
        if looking {
            looked.chat = view.chat.clone();
        }
        looked.unread(view)
    }
}

impl PartialEq for Unread {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Looked {
    fn unread(&self, view: &View) -> usize {
        // A set: `LiteMap` has no other.
        let mut seen = LiteMap::new_vec();
        for line in self.chat.iter() {
            seen.insert(number(line), ());
        }
        let waits = |line: &&ChatLine| {
            let own = view.id == Some(line.message.key.author);
            !own && self.is_new(line) && !seen.contains_key(&number(line))
        };
        view.chat.iter().filter(waits).count()
    }

    /// Whether it is not what a newcomer is told first.
    fn is_new(&self, line: &ChatLine) -> bool {
        line.provenance == Provenance::Said
            || self.came.is_some_and(|came| line.message.time >= came)
    }
}

/// A message that only others told before has another place in its author's own words.
fn number(line: &ChatLine) -> (PeerId, Incarnation, u32) {
    let key = line.message.key;
    (key.author, key.incarnation, key.seq)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mesh::{PerSource, Server};
    use protocol::{ChatKey, ChatMessage, ChatText, Name};

    const ME: PeerId = PeerId([1; 16]);
    const OTHER: PeerId = PeerId([2; 16]);
    /// When the person of these tests comes in.
    const CAME: u64 = 1_000_000;

    fn line(author: PeerId, clock: u64, provenance: Provenance, time: u64) -> ChatLine {
        let key = ChatKey {
            clock,
            author,
            incarnation: Incarnation(1),
            seq: clock as u32,
        };
        let text = ChatText::try_from("hello".to_owned()).unwrap();
        ChatLine {
            message: ChatMessage {
                key,
                time,
                name: Name::new("Kim"),
                text,
            },
            provenance,
        }
    }

    fn said(clock: u64) -> ChatLine {
        line(OTHER, clock, Provenance::Said, CAME)
    }

    fn view(chat: &[ChatLine]) -> View {
        View {
            room: "room".parse().unwrap(),
            name: Name::new("Me"),
            id: Some(ME),
            phase: Phase::InCall,
            server: Server::Online,
            capacity: Some(8),
            devices: PerSource::default(),
            voice_only: false,
            peers: Vec::new(),
            links: Vec::new(),
            hands: Vec::new(),
            reactions: Vec::new(),
            writing: Vec::new(),
            chat: chat.into(),
            chat_was_full: false,
            undelivered: [].into(),
        }
    }

    /// Of somebody who came in, looked at this, and closed the chat.
    fn seen(chat: &[ChatLine]) -> Unread {
        let seen = Unread::default();
        assert_eq!(seen.unread(&view(chat), true, CAME), 0);
        seen
    }

    fn unread(seen: &Unread, chat: &[ChatLine]) -> usize {
        seen.unread(&view(chat), false, CAME + 60_000)
    }

    #[test]
    fn unread_is_what_others_wrote_since_one_looked() {
        let chat = [said(1), line(ME, 2, Provenance::Said, CAME), said(3)];
        assert_eq!(unread(&seen(&[said(1)]), &chat), 1);
        assert_eq!(unread(&seen(&[]), &chat), 2);
    }

    #[test]
    fn a_message_that_finds_its_place_before_seen_ones_is_unread_too() {
        assert_eq!(unread(&seen(&[said(2)]), &[said(1), said(2)]), 1);
    }

    #[test]
    fn what_was_written_while_the_connection_was_away_is_unread() {
        let away = CAME + 30_000;
        let chat = [
            said(1),
            line(OTHER, 2, Provenance::Earlier, away),
            line(PeerId([3; 16]), 3, Provenance::Told(OTHER), away),
            line(ME, 4, Provenance::Told(OTHER), away),
        ];
        let seen = seen(&chat[..1]);
        assert_eq!(unread(&seen, &chat), 2);
        assert_eq!(seen.unread(&view(&chat), true, away), 0);
        assert_eq!(unread(&seen, &chat), 0);
    }

    #[test]
    fn what_was_written_before_one_came_is_not() {
        let chat = [
            line(OTHER, 1, Provenance::Earlier, CAME - 1),
            line(PeerId([3; 16]), 2, Provenance::Told(OTHER), CAME - 1),
            said(3),
        ];
        assert_eq!(unread(&seen(&[]), &chat), 1);
    }

    #[test]
    fn what_its_author_says_after_others_told_it_was_looked_at() {
        let told = line(OTHER, 5, Provenance::Told(ME), CAME);
        let mut heard = line(OTHER, 7, Provenance::Earlier, CAME);
        heard.message.key.seq = 5;
        assert_eq!(unread(&seen(&[told]), &[heard]), 0);
    }
}
