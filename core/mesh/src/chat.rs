//! The chat: a set of messages that everybody sorts alike.
//!
//! A message never changes and has a unique place. Whoever hears of a message keeps it and tells
//! those who lack it, so that all logs become the same even where two people were never connected.
//! **Only over an author's own link is something said in that author's name; what others tell is
//! marked as theirs, and gives way to the author's own word.**
//!
//! Places follow a logical clock, and no wall clock: an answer stands after what its author had
//! read. **A clock is followed in bounded steps**, so that nobody can move the others' messages,
//! nor use the numbers up.

mod clock;
mod delivery;
mod exchange;
mod portion;
mod share;

use std::{cell::OnceCell, rc::Rc, time::Duration};

use litemap::LiteMap;
use protocol::{Chat, ChatKey, ChatMessage, ChatText, Incarnation, Name, PeerId, Seen};

use self::clock::{Clock, Reach};
pub(crate) use self::exchange::Exchange;
use crate::view::{ChatLine, Provenance};

/// A load of somebody's page, which counts its messages from 1.
pub(crate) type Author = (PeerId, Incarnation);

/// All messages, in order.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: LiteMap<ChatKey, ChatLine>,
    /// Where each message stands: there is one place for each.
    places: LiteMap<(Author, u32), u64>,
    /// What they weigh.
    bytes: usize,
    /// Up to which number an author's messages were forgotten.
    forgotten: LiteMap<Author, Forgotten>,
    /// There was not room for all.
    was_full: bool,
    clock: Clock,
    /// How many messages this page load has written.
    said: u32,
    shown: OnceCell<Rc<[ChatLine]>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Forgotten {
    /// As the author said it.
    heard: u32,
    /// As others told it, or as the author said it.
    told: u32,
}

/// What became of a message that was just said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Taken,
    /// It is too far ahead as yet.
    Ahead,
}

/// When something happens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moment {
    /// Since the call was made.
    pub(crate) now: Duration,
    /// In milliseconds since 1970, as this page's clock shows it.
    pub(crate) wall_clock: u64,
}

impl Log {
    /// By how much the clocks of two people may differ before the reader's is the better guess.
    const SKEW: Duration = Duration::from_secs(60);
    /// Nothing in a log is older.
    const LONGEST_CALL: Duration = Duration::from_secs(24 * 3600);
    /// In a [`Chat::Have`], as JSON: what everybody reads, and far more than a long meeting's.
    const MAX_HAVE: usize = 16 * 1024;
    /// More do not fit into it.
    const MAX_AUTHORS: usize = Self::MAX_HAVE / 64;
    /// More authors than a log has lines; that many are invented.
    const MAX_FORGOTTEN: usize = 2 * share::MAX_LINES;

    /// The log of an earlier load of the page. Who says so is what it was; what cannot have been in
    /// it is left out.
    pub(crate) fn restored(lines: Vec<ChatLine>) -> Self {
        let mut log = Self::default();
        for line in lines {
            if log.clock.resume(line.message.key.clock) {
                log.put(line.message, line.provenance);
            }
        }
        // A full log has gone on.
        log.was_full |= log.lines.len() == share::MAX_LINES;
        log
    }

    /// Writes a message.
    pub(crate) fn say(
        &mut self,
        author: Author,
        name: Name,
        text: ChatText,
        moment: Moment,
    ) -> ChatMessage {
        self.said += 1;
        let message = ChatMessage {
            key: key(self.clock.next(), author, self.said),
            time: moment.wall_clock,
            name,
            text,
        };
        self.put(message.clone(), Provenance::Said);
        message
    }

    /// Its author says this now, over a link of its own.
    pub(crate) fn hear(&mut self, mut message: ChatMessage, moment: Moment) -> Said {
        if self.clock.is_out_of_reach_of(message.key.clock) {
            // Its author cannot catch up. What is said now stands last.
            message.key.clock = self.clock.value() + 1;
        }
        if self.clock.reach(message.key.clock, moment.now) != Reach::Reached {
            return Said::Ahead;
        }
        let now = moment.wall_clock;
        if now.abs_diff(message.time) > Self::SKEW.as_millis() as u64 {
            message.time = now;
        }
        self.put(message, Provenance::Said);
        Said::Taken
    }

    /// Somebody tells what this page lacks, in order; whether it did. `is_present`: who speaks for
    /// itself, over a link of its own.
    pub(crate) fn told(
        &mut self,
        mut message: ChatMessage,
        teller: Author,
        is_present: impl Fn(Author) -> bool,
        moment: Moment,
    ) -> bool {
        let author = author(&message.key);
        match self.clock.reach(message.key.clock, moment.now) {
            Reach::Reached => {}
            // It will be told again.
            Reach::Later => return false,
            // Nobody is to be unheard. It stands where it arrives.
            Reach::Never => message.key.clock = self.clock.step(),
        }
        if author != teller && is_present(author) {
            return false;
        }
        let provenance = if author == teller {
            Provenance::Earlier
        } else {
            Provenance::Told(teller.0)
        };
        let now = moment.wall_clock;
        let earliest = now.saturating_sub(Self::LONGEST_CALL.as_millis() as u64);
        let latest = now.saturating_add(Self::SKEW.as_millis() as u64);
        if !(earliest..=latest).contains(&message.time) {
            message.time = now;
        }
        self.put(message, provenance)
    }

    /// Somebody's clock is there.
    pub(crate) fn follow(&mut self, clock: u64, now: Duration) {
        self.clock.reach(clock, now);
    }

    /// Whether it is something new.
    fn put(&mut self, message: ChatMessage, provenance: Provenance) -> bool {
        let key = message.key;
        let (author, forgotten) = (author(&key), self.forgotten(author(&key)));
        let is_over = match provenance {
            Provenance::Said | Provenance::Earlier => key.seq <= forgotten.heard,
            Provenance::Told(_) => key.seq <= forgotten.told,
        };
        if key.seq == 0 || is_over || self.is_as_good(author, key.seq, provenance) {
            return false;
        }
        self.remove((author, key.seq));
        self.bytes += share::weight(&message);
        self.places.insert((author, key.seq), key.clock);
        self.lines.insert(
            key,
            ChatLine {
                message,
                provenance,
            },
        );
        self.shown.take();
        while self.is_overfull()
            && let Some(key) = share::next_to_go(self.lines.values())
        {
            self.forget(key);
        }
        true
    }

    fn is_overfull(&self) -> bool {
        self.bytes > share::MAX_BYTES || self.lines.len() > share::MAX_LINES
    }

    /// Whether older messages were dropped for want of room.
    pub(crate) fn was_full(&self) -> bool {
        self.was_full
    }

    /// Whether there is a message of this number that need not give way.
    fn is_as_good(&self, author: Author, seq: u32, provenance: Provenance) -> bool {
        self.line(author, seq)
            .is_some_and(|line| line.provenance.is_heard() || !provenance.is_heard())
    }

    fn line(&self, author: Author, seq: u32) -> Option<&ChatLine> {
        let clock = *self.places.get(&(author, seq))?;
        self.lines.get(&key(clock, author, seq))
    }

    /// The numbers of an author's messages, in order, and where they stand.
    fn places_of(&self, author: Author) -> impl Iterator<Item = (u32, u64)> {
        let first = self.places.find_index(&(author, 0));
        let places = first.unwrap_or_else(|first| first)..;
        let places = places.map_while(|place| self.places.get_indexed(place));
        let own = places.take_while(move |((other, _), _)| *other == author);
        own.map(|((_, seq), clock)| (*seq, *clock))
    }

    fn remove(&mut self, (author, seq): (Author, u32)) -> Option<ChatLine> {
        let clock = self.places.remove(&(author, seq))?;
        self.shown.take();
        let line = self.lines.remove(&key(clock, author, seq))?;
        self.bytes -= share::weight(&line.message);
        Some(line)
    }

    fn forget(&mut self, key: ChatKey) {
        let author = author(&key);
        let Some(line) = self.remove((author, key.seq)) else {
            return;
        };
        self.was_full = true;
        let forgotten = self.forgotten.entry(author).or_default();
        forgotten.told = forgotten.told.max(key.seq);
        if line.provenance.is_heard() {
            forgotten.heard = forgotten.heard.max(key.seq);
        }
        if self.forgotten.len() > Self::MAX_FORGOTTEN {
            self.forget_authors();
        }
    }

    /// Of whom nothing is left.
    fn forget_authors(&mut self) {
        let mut forgotten = std::mem::take(&mut self.forgotten);
        forgotten.retain(|author, _| self.places_of(*author).next().is_some());
        self.forgotten = forgotten;
    }

    fn forgotten(&self, author: Author) -> Forgotten {
        self.forgotten.get(&author).copied().unwrap_or_default()
    }

    /// What is there, for `reader` to tell what is missing. It comes first, then the newest, in
    /// case it is too much.
    pub(crate) fn have(&self, reader: Author) -> Chat {
        let mut authors = vec![reader];
        for key in self.lines.keys().rev() {
            if authors.len() < Self::MAX_AUTHORS && !authors.contains(&author(key)) {
                authors.push(author(key));
            }
        }
        let gone = self.forgotten.keys();
        let gone: Vec<Author> = gone
            .filter(|gone| !authors.contains(gone))
            .copied()
            .collect();
        Chat::Have {
            clock: self.clock.value(),
            seen: self.seen(authors.into_iter().chain(gone), reader),
        }
    }

    /// What is there of a reader's own messages, of all loads of its page.
    pub(crate) fn got(&self, reader: Author) -> Chat {
        let first = self.places.find_index(&((reader.0, Incarnation(0)), 0));
        let places = first.unwrap_or_else(|first| first)..;
        let places = places.map_while(|place| self.places.get_indexed(place));
        let mut authors = vec![reader];
        for ((author, _), _) in places.take_while(|((author, _), _)| author.0 == reader.0) {
            if !authors.contains(author) {
                authors.push(*author);
            }
        }
        Chat::Got {
            seen: self.seen(authors.into_iter(), reader),
        }
    }

    fn seen(&self, authors: impl Iterator<Item = Author>, reader: Author) -> Vec<Seen> {
        let seen = authors.filter_map(|author| {
            let runs = self.runs(author, author == reader);
            (!runs.is_empty()).then_some(Seen {
                author: author.0,
                incarnation: author.1,
                runs,
            })
        });
        portion::fitting(seen, Self::MAX_HAVE)
    }

    /// The numbers that were taken, in runs; `heard`: from the author alone.
    fn runs(&self, author: Author, heard: bool) -> Vec<(u32, u32)> {
        let forgotten = self.forgotten(author);
        let upto = if heard {
            forgotten.heard
        } else {
            forgotten.told
        };
        let mut runs: Vec<(u32, u32)> = Vec::new();
        runs.extend((upto > 0).then_some((1, upto)));
        let kept = self.places_of(author).filter(|(seq, _)| *seq > upto);
        for (seq, clock) in kept {
            let line = self.lines.get(&key(clock, author, seq));
            if heard && !line.is_some_and(|line| line.provenance.is_heard()) {
                continue;
            }
            match runs.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(seq) => *last = seq,
                _ => runs.push((seq, seq)),
            }
        }
        runs
    }

    /// What somebody who has that lacks, in portions.
    pub(crate) fn missed(&self, seen: &[Seen]) -> impl Iterator<Item = Chat> {
        let missing = self.lines.iter();
        let missing = missing.filter(|(key, _)| !delivery::has(seen, key));
        portion::portions(missing.map(|(_, line)| &line.message)).into_iter()
    }

    /// `author` says what it has: what others told in its name and it does not know was never said.
    pub(crate) fn vouched(&mut self, author: Author, seen: &[Seen]) {
        let own = |seen: &&Seen| (seen.author, seen.incarnation) == author;
        let runs: &[(u32, u32)] = seen.iter().find(own).map_or(&[], |seen| &seen.runs);
        let invented = self.places_of(author).filter(|(seq, _)| {
            let is_told = self
                .line(author, *seq)
                .is_some_and(|line| !line.provenance.is_heard());
            is_told
                && !runs
                    .iter()
                    .any(|(first, last)| (first..=last).contains(&seq))
        });
        let invented: Vec<u32> = invented.map(|(seq, _)| seq).collect();
        invented
            .into_iter()
            .for_each(|seq| drop(self.remove((author, seq))));
    }

    /// What this person said, be it before a reload, in order.
    fn own(&self, id: PeerId) -> impl Iterator<Item = ChatKey> {
        let own = self.lines.iter();
        let own = own.filter(move |(key, line)| key.author == id && line.provenance.is_heard());
        own.map(|(key, _)| *key)
    }

    /// The lines to show; the same allocation until something changes.
    pub(crate) fn shown(&self) -> Rc<[ChatLine]> {
        let lines = || self.lines.values().cloned().collect();
        Rc::clone(self.shown.get_or_init(lines))
    }
}

fn author(key: &ChatKey) -> Author {
    (key.author, key.incarnation)
}

fn key(clock: u64, (author, incarnation): Author, seq: u32) -> ChatKey {
    ChatKey {
        clock,
        author,
        incarnation,
        seq,
    }
}

#[cfg(test)]
mod tests;
