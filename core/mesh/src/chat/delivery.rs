//! Whom one's own messages have reached.
//!
//! Each peer says what it has, in a [`Chat::Have`](protocol::Chat::Have) or a
//! [`Chat::Got`](protocol::Chat::Got). **It is believed about itself alone**: whoever lies changes
//! nothing but what people read of the liar.

use std::{cell::OnceCell, rc::Rc, time::Duration};

use litemap::LiteMap;
use protocol::{ChatKey, PeerId, Seen};

use super::Author;
use crate::{allowance::Allowance, view::Undelivered};

/// All others who are here.
#[derive(Debug, Default)]
pub(super) struct Readers {
    own: Option<PeerId>,
    all: LiteMap<Author, Reader>,
    undelivered: OnceCell<Rc<[Undelivered]>>,
}

#[derive(Debug, Default)]
struct Reader {
    /// What it says it has of one's own messages.
    has: Vec<Seen>,
    /// Some of its messages came, and it was not told so yet.
    is_owed: bool,
    /// When it may be told next.
    next: Duration,
    /// When it is asked whether there is more of what it told.
    ask: Option<Duration>,
}

impl Readers {
    /// From one [`Chat::Got`](protocol::Chat::Got) to the next.
    pub(super) const PAUSE: Duration = Duration::from_secs(1);
    /// Of one's own page loads, for each reader: more reloads than anybody has patience for.
    const MAX_LOADS: usize = 32;
    /// Of each of them the newest runs: gaps are closed by the next round.
    const MAX_RUNS: usize = 256;

    /// These are here now.
    pub(super) fn meet(&mut self, own: PeerId, here: &[Author]) {
        let is_same = self.own == Some(own) && self.all.keys().eq(here);
        if is_same {
            return;
        }
        self.own = Some(own);
        self.all.retain(|author, _| here.contains(author));
        for author in here {
            self.all.entry(*author).or_default();
        }
        self.change();
    }

    /// A message came or went.
    pub(super) fn change(&mut self) {
        self.undelivered.take();
    }

    /// Somebody says to have this. What it said before still holds: nobody loses what was read.
    pub(super) fn believe(&mut self, author: Author, seen: &[Seen]) {
        let Some(reader) = self.all.get_mut(&author) else {
            return;
        };
        for said in seen.iter().filter(|seen| Some(seen.author) == self.own) {
            let newest = said.runs.len().saturating_sub(Self::MAX_RUNS);
            let runs = said.runs.iter().skip(newest).copied().collect();
            let is_more = reader.has.len() < Self::MAX_LOADS;
            let mut has = reader.has.iter_mut();
            match has.find(|has| has.incarnation == said.incarnation) {
                Some(has) => has.runs = runs,
                None if is_more => reader.has.push(Seen { runs, ..*said }),
                None => {}
            }
        }
        self.change();
    }

    /// Messages of this author came, as the author is to be told.
    pub(super) fn owe(&mut self, author: Author) {
        if let Some(reader) = self.all.get_mut(&author) {
            reader.is_owed = true;
        }
    }

    /// It told something new, and perhaps not all.
    pub(super) fn ask_again(&mut self, author: Author, now: Duration) {
        if let Some(reader) = self.all.get_mut(&author) {
            reader.ask.get_or_insert(now + Allowance::PAUSE);
        }
    }

    /// Whom to ask now whether there is more.
    pub(super) fn questions(&mut self, now: Duration) -> Vec<Author> {
        let due = |reader: &mut Reader| reader.ask.take_if(|ask| *ask <= now).is_some();
        let all = self.all.iter_mut();
        all.filter_map(|(author, reader)| due(reader).then_some(*author))
            .collect()
    }

    /// Whom to tell now what came of them.
    pub(super) fn due(&mut self, now: Duration) -> Vec<Author> {
        let mut due = Vec::new();
        for (author, reader) in &mut self.all {
            if reader.is_owed && reader.next <= now {
                reader.is_owed = false;
                reader.next = now + Self::PAUSE;
                due.push(*author);
            }
        }
        due
    }

    /// When somebody is to be told or asked next.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        let next = |reader: &Reader| [reader.is_owed.then_some(reader.next), reader.ask];
        self.all.values().flat_map(next).flatten().min()
    }

    /// Which of one's own messages somebody lacks; the same allocation until something changes.
    pub(super) fn undelivered(&self, own: impl Iterator<Item = ChatKey>) -> Rc<[Undelivered]> {
        let undelivered = || {
            let lacking = own.map(|key| Undelivered {
                key,
                to: self.lacking(&key),
            });
            lacking.filter(|message| !message.to.is_empty()).collect()
        };
        Rc::clone(self.undelivered.get_or_init(undelivered))
    }

    fn lacking(&self, key: &ChatKey) -> Vec<PeerId> {
        let lacks = self.all.iter().filter(|(_, reader)| !has(&reader.has, key));
        lacks.map(|((id, _), _)| *id).collect()
    }
}

/// Whether a message is among those.
pub(super) fn has(seen: &[Seen], key: &ChatKey) -> bool {
    let of = |seen: &&Seen| (seen.author, seen.incarnation) == super::author(key);
    let runs = seen.iter().rfind(of).map_or(&[][..], |seen| &seen.runs);
    let next = runs.partition_point(|(_, last)| *last < key.seq);
    runs.get(next).is_some_and(|(first, _)| *first <= key.seq)
}

#[cfg(test)]
mod tests {
    use protocol::Incarnation;

    use super::*;
    use crate::essay::{CHAT, says};

    const OWN: PeerId = PeerId([1; 16]);
    const BOB: Author = (PeerId([2; 16]), Incarnation(1));
    const CAROL: Author = (PeerId([3; 16]), Incarnation(1));

    fn seen(incarnation: u32, runs: &[(u32, u32)]) -> Seen {
        Seen {
            author: OWN,
            incarnation: Incarnation(incarnation),
            runs: runs.to_vec(),
        }
    }

    fn key(seq: u32) -> ChatKey {
        ChatKey {
            clock: seq.into(),
            author: OWN,
            incarnation: Incarnation(1),
            seq,
        }
    }

    /// Who lacks each of the first three messages.
    fn lacking(readers: &Readers) -> [Vec<PeerId>; 3] {
        [1, 2, 3].map(|seq| readers.lacking(&key(seq)))
    }

    #[test]
    fn each_reader_speaks_for_itself() {
        let mut readers = Readers::default();
        readers.meet(OWN, &[BOB, CAROL]);
        readers.believe(BOB, &[seen(1, &[(1, 2)])]);
        readers.believe(CAROL, &[seen(2, &[(1, 9)])]);
        let of_bob = Seen {
            author: BOB.0,
            ..seen(1, &[(3, 3)])
        };
        readers.believe(CAROL, &[of_bob]);
        assert_eq!(
            lacking(&readers),
            [vec![CAROL.0], vec![CAROL.0], vec![BOB.0, CAROL.0]]
        );
        // A load of a page that says nothing more of an earlier one's still has it.
        readers.believe(BOB, &[seen(2, &[(1, 1)])]);
        readers.believe(BOB, &[]);
        assert_eq!(lacking(&readers)[0], [CAROL.0]);
        // Who loads the page anew has to say so anew.
        readers.meet(OWN, &[(BOB.0, Incarnation(2))]);
        assert_eq!(lacking(&readers)[0], [BOB.0]);
    }

    #[test]
    fn what_is_kept_of_a_claim_is_little() {
        let mut readers = Readers::default();
        readers.meet(OWN, &[BOB]);
        let runs: Vec<_> = (1..10_000).map(|run| (2 * run, 2 * run)).collect();
        let all: Vec<_> = (0..100).map(|load| seen(load, &runs)).collect();
        readers.believe(BOB, &all);
        let has = &readers.all.get(&BOB).unwrap().has;
        assert_eq!(has.len(), Readers::MAX_LOADS);
        let last = Some(&(19_998, 19_998));
        assert!(has.iter().all(|has| has.runs.len() == Readers::MAX_RUNS));
        assert!(has.iter().all(|has| has.runs.last() == last));
    }

    #[test]
    fn an_author_is_told_at_once_and_then_at_the_pace_of_the_essay() {
        let mut readers = Readers::default();
        readers.meet(OWN, &[BOB]);
        let second = Duration::from_secs(1);
        assert_eq!(readers.due(second), []);
        readers.owe(BOB);
        readers.owe(CAROL);
        assert_eq!(readers.due(second), [BOB]);
        readers.owe(BOB);
        assert_eq!(readers.due(second), []);
        assert_eq!(readers.next_timeout(), Some(2 * second));
        assert_eq!(readers.due(2 * second), [BOB]);
        assert_eq!(readers.next_timeout(), None);
        let pause = Readers::PAUSE.as_secs();
        says(CHAT, &format!("{pause} second after the last `got`"));
    }
}
