//! The log.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use protocol::{Chat, ChatKey, ChatMessage, ChatText, Incarnation, Name, PeerId, Seen, encode};

use super::clock::{Clock, Reach};

/// A load of somebody's page.
pub(super) type Author = (PeerId, Incarnation);

/// In messages, as pages do.
const MAX_LINES: usize = 2000;
/// Of one `missed`, in JSON.
const MAX_PORTION: usize = 32 * 1024;
/// Of all that a `have` tells, in JSON.
const MAX_HAVE: usize = 16 * 1024;

#[derive(Debug)]
pub(super) struct Log {
    own: Author,
    name: Name,
    clock: Clock,
    said: u32,
    lines: BTreeMap<ChatKey, ChatMessage>,
    /// All that was ever taken, also what was forgotten since.
    taken: BTreeMap<Author, BTreeMap<u32, Source>>,
}

/// By whom a message was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Author,
    Other,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Taken {
    New(ChatMessage),
    /// Known, or not to be believed.
    Not,
    /// It is too far ahead: ask what is missing.
    Ahead,
}

impl Log {
    pub(super) fn new(own: Author, name: Name, now: Instant) -> Self {
        Self {
            own,
            name,
            clock: Clock::new(now),
            said: 0,
            lines: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    pub(super) fn say(&mut self, text: ChatText) -> Chat {
        self.said += 1;
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let message = ChatMessage {
            key: ChatKey {
                clock: self.clock.next(),
                author: self.own.0,
                incarnation: self.own.1,
                seq: self.said,
            },
            time: since_1970.map_or(0, |time| time.as_millis() as u64),
            name: self.name.clone(),
            text,
        };
        self.put(message.clone(), Source::Author);
        Chat::Said { message }
    }

    /// Over `teller`'s own channel, said now.
    pub(super) fn hear(&mut self, message: ChatMessage, teller: Author, now: Instant) -> Taken {
        if author(&message.key) != teller {
            return Taken::Not;
        }
        self.take(message, Source::Author, now)
    }

    /// Told by `teller`, of whomever; `present` are heard themselves.
    pub(super) fn told(
        &mut self,
        message: ChatMessage,
        teller: Author,
        present: &BTreeSet<Author>,
        now: Instant,
    ) -> Taken {
        let author = author(&message.key);
        if author == teller {
            self.take(message, Source::Author, now)
        } else if author == self.own || present.contains(&author) {
            Taken::Not
        } else {
            self.take(message, Source::Other, now)
        }
    }

    fn take(&mut self, mut message: ChatMessage, source: Source, now: Instant) -> Taken {
        let key = message.key;
        let known = self
            .taken
            .get(&author(&key))
            .and_then(|it| it.get(&key.seq));
        let is_as_good = known.is_some_and(|known| *known == Source::Author || source == *known);
        if key.seq == 0 || is_as_good {
            return Taken::Not;
        }
        match self.clock.follow(key.clock, now) {
            Reach::Reached => {}
            Reach::Later => return Taken::Ahead,
            Reach::Never => message.key.clock = self.clock.step(),
        }
        self.put(message.clone(), source);
        Taken::New(message)
    }

    fn put(&mut self, message: ChatMessage, source: Source) {
        let (author, seq) = (author(&message.key), message.key.seq);
        self.drop(author, seq);
        self.taken.entry(author).or_default().insert(seq, source);
        self.lines.insert(message.key, message);
        if self.lines.len() > MAX_LINES {
            self.lines.pop_first();
        }
    }

    fn drop(&mut self, author: Author, seq: u32) {
        let is_it =
            |key: &ChatKey| (key.author, key.incarnation, key.seq) == (author.0, author.1, seq);
        self.lines.retain(|key, _| !is_it(key));
        if let Some(taken) = self.taken.get_mut(&author) {
            taken.remove(&seq);
        }
    }

    /// For `reader` to tell what is missing: of its own messages what it said itself. Those come
    /// first who wrote last.
    pub(super) fn have(&self, reader: Author) -> Chat {
        let mut authors: Vec<Author> = self.taken.keys().copied().collect();
        let age = |of: &Author| self.lines.keys().rev().position(|key| author(key) == *of);
        authors.sort_by_key(|of| age(of).unwrap_or(usize::MAX));
        let mut length = 0;
        let seen = authors.into_iter().map(|of| self.seen(of, of == reader));
        let seen = seen.filter(|seen| !seen.runs.is_empty());
        let fits = |seen: &Seen| {
            length += encode(seen).len() + 1;
            length <= MAX_HAVE
        };
        Chat::Have {
            clock: self.clock.value(),
            seen: seen.take_while(fits).collect(),
        }
    }

    fn seen(&self, of: Author, is_heard_only: bool) -> Seen {
        let taken = self.taken.get(&of).into_iter().flatten();
        let taken = taken.filter(|(_, source)| !is_heard_only || **source == Source::Author);
        Seen {
            author: of.0,
            incarnation: of.1,
            runs: runs(taken.map(|(seq, _)| *seq)),
        }
    }

    /// `teller` has this; with what it lacks, in portions. What others told in its name and it does
    /// not know was never said.
    pub(super) fn compare(
        &mut self,
        (clock, seen): (u64, &[Seen]),
        teller: Author,
        now: Instant,
    ) -> Vec<Chat> {
        self.clock.follow(clock, now);
        let has = |author: Author, seq: u32| {
            let of_author = |seen: &&Seen| (seen.author, seen.incarnation) == author;
            let mut runs = seen.iter().filter(of_author).flat_map(|seen| &seen.runs);
            runs.any(|(first, last)| (*first..=*last).contains(&seq))
        };
        let told = self.taken.get(&teller).into_iter().flatten();
        let invented: Vec<u32> = told
            .filter(|(seq, source)| **source == Source::Other && !has(teller, **seq))
            .map(|(seq, _)| *seq)
            .collect();
        invented.into_iter().for_each(|seq| self.drop(teller, seq));
        let missing = self.lines.values();
        portions(missing.filter(|message| !has(author(&message.key), message.key.seq)))
    }
}

fn author(key: &ChatKey) -> Author {
    (key.author, key.incarnation)
}

/// `[[1, 3], [5, 5]]` of 1, 2, 3 and 5.
fn runs(counts: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for count in counts {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(count) => *last = count,
            _ => runs.push((count, count)),
        }
    }
    runs
}

fn portions<'a>(messages: impl Iterator<Item = &'a ChatMessage>) -> Vec<Chat> {
    let mut portions: Vec<Vec<ChatMessage>> = Vec::new();
    let mut length = MAX_PORTION;
    for message in messages {
        length += encode(message).len() + 1;
        if length > MAX_PORTION - r#"{"type":"missed","messages":[]}"#.len() {
            length = encode(message).len() + 1;
            portions.push(Vec::new());
        }
        portions
            .last_mut()
            .into_iter()
            .for_each(|portion| portion.push(message.clone()));
    }
    portions
        .into_iter()
        .map(|messages| Chat::Missed { messages })
        .collect()
}
