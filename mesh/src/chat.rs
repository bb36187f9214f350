//! The chat: a grow-only set of messages that everybody sorts alike.
//!
//! A message never changes and has a unique place. Whoever hears of a message keeps it and tells those who lack it, so that all
//! logs become the same even where two people were never connected. Nothing but trust says that a message told by others
//! is its author's.

use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};

use protocol::{Chat, ChatKey, ChatMessage, ChatText, Incarnation, Name, PeerId, Seen};

use crate::view::ChatLine;

/// All messages, in order.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: BTreeMap<ChatKey, ChatLine>,
    bytes: usize,
    /// Messages up to here were forgotten.
    after: Option<ChatKey>,
    /// How many messages this page load has written.
    said: u32,
    shown: OnceCell<Rc<[ChatLine]>>,
}

impl Log {
    /// What a latecomer is told at most, and what a page keeps: a long meeting's worth.
    const MAX_LINES: usize = 500;
    const MAX_BYTES: usize = 256 * 1024;
    /// A message of the future does not drag everybody's clock along further than this, in milliseconds.
    const MAX_SKEW: u64 = 60_000;
    /// Of text in one [`Chat::Missed`]: what every browser's data channel takes, even when escaping makes it three times longer.
    const BATCH_BYTES: usize = 16 * 1024;

    /// Writes a message at `wall_clock`, in milliseconds since 1970.
    pub(crate) fn say(
        &mut self,
        (author, incarnation): (PeerId, Incarnation),
        name: Name,
        text: ChatText,
        wall_clock: u64,
    ) -> ChatMessage {
        self.said += 1;
        let newest = self.lines.last_key_value().map_or(0, |(key, _)| key.stamp);
        let stamp = wall_clock.max(
            newest
                .min(wall_clock.saturating_add(Self::MAX_SKEW))
                .saturating_add(1),
        );
        let message = ChatMessage {
            key: ChatKey {
                stamp,
                author,
                incarnation,
                seq: self.said,
            },
            name,
            text,
        };
        self.insert(message.clone(), false);
        message
    }

    /// Keeps a message; `earlier` if it was not heard from its author as it was written.
    pub(crate) fn insert(&mut self, message: ChatMessage, earlier: bool) {
        let key = message.key;
        if self.after.is_some_and(|after| key <= after) || self.lines.contains_key(&key) {
            return;
        }
        self.bytes += weight(&message);
        self.lines.insert(key, ChatLine { message, earlier });
        while self.lines.len() > Self::MAX_LINES || self.bytes > Self::MAX_BYTES {
            let Some((oldest, line)) = self.lines.pop_first() else {
                break;
            };
            self.bytes -= weight(&line.message);
            self.after = Some(oldest);
        }
        self.shown.take();
    }

    /// What is there, for the others to tell what is missing.
    pub(crate) fn have(&self) -> Chat {
        let mut counts: BTreeMap<(PeerId, Incarnation), Vec<u32>> = BTreeMap::new();
        for key in self.lines.keys() {
            counts
                .entry((key.author, key.incarnation))
                .or_default()
                .push(key.seq);
        }
        let seen = counts
            .into_iter()
            .map(|((author, incarnation), counts)| Seen {
                author,
                incarnation,
                runs: runs(counts),
            })
            .collect();
        Chat::Have {
            after: self.after,
            seen,
        }
    }

    /// What somebody who has that lacks, in portions.
    pub(crate) fn missed(&self, after: Option<ChatKey>, seen: &[Seen]) -> Vec<Chat> {
        let runs: BTreeMap<_, _> = seen
            .iter()
            .map(|seen| ((seen.author, seen.incarnation), &seen.runs))
            .collect();
        let has = |key: &ChatKey| {
            let runs = runs.get(&(key.author, key.incarnation));
            runs.is_some_and(|runs| {
                runs.iter()
                    .any(|(first, last)| (first..=last).contains(&&key.seq))
            })
        };
        let missing = self
            .lines
            .iter()
            .filter(|(key, _)| Some(**key) > after && !has(key));
        portions(missing.map(|(_, line)| line.message.clone()))
    }

    /// The lines to show; the same allocation until something changes.
    pub(crate) fn shown(&self) -> Rc<[ChatLine]> {
        Rc::clone(
            self.shown
                .get_or_init(|| self.lines.values().cloned().collect()),
        )
    }
}

/// What a message counts for: its texts and its key.
fn weight(message: &ChatMessage) -> usize {
    message.text.as_str().len() + message.name.as_str().len() + size_of::<ChatKey>()
}

/// `[1, 2, 3, 7]` as `[(1, 3), (7, 7)]`.
fn runs(mut counts: Vec<u32>) -> Vec<(u32, u32)> {
    counts.sort_unstable();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for count in counts {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(count) => *last = count,
            _ => runs.push((count, count)),
        }
    }
    runs
}

fn portions(messages: impl Iterator<Item = ChatMessage>) -> Vec<Chat> {
    let mut portions: Vec<Vec<ChatMessage>> = Vec::new();
    let mut room = 0;
    for message in messages {
        let weight = weight(&message);
        if weight > room {
            portions.push(Vec::new());
            room = Log::BATCH_BYTES;
        }
        room = room.saturating_sub(weight);
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: (PeerId, Incarnation) = (PeerId([1; 16]), Incarnation(1));
    const BOB: (PeerId, Incarnation) = (PeerId([2; 16]), Incarnation(1));

    fn say(
        log: &mut Log,
        author: (PeerId, Incarnation),
        text: &str,
        wall_clock: u64,
    ) -> ChatMessage {
        log.say(
            author,
            Name::default(),
            text.to_owned().try_into().unwrap(),
            wall_clock,
        )
    }

    fn texts(log: &Log) -> Vec<String> {
        log.shown()
            .iter()
            .map(|line| line.message.text.as_str().to_owned())
            .collect()
    }

    /// `to` tells `from` what it has, and takes in the answer as `from` sends it.
    fn sync(from: &Log, to: &mut Log) {
        let Chat::Have { after, seen } = to.have() else {
            panic!()
        };
        for portion in from.missed(after, &seen) {
            assert!(protocol::encode(&portion).len() < 64 * 1024);
            let Chat::Missed { messages } = portion else {
                panic!()
            };
            messages
                .into_iter()
                .for_each(|message| to.insert(message, true));
        }
    }

    #[test]
    fn an_answer_follows_its_question_whatever_the_clocks_say() {
        let (mut alice, mut bob) = (Log::default(), Log::default());
        let question = say(&mut alice, ALICE, "question", 50_000);
        bob.insert(question, false);
        let answer = say(&mut bob, BOB, "answer", 1_000);
        alice.insert(answer, false);
        assert_eq!(texts(&alice), ["question", "answer"]);
        assert_eq!(texts(&bob), ["question", "answer"]);
    }

    #[test]
    fn a_clock_in_the_future_does_not_take_the_others_along() {
        let mut bob = Log::default();
        let mut tomorrow = say(&mut Log::default(), ALICE, "tomorrow", 86_400_000);
        tomorrow.key.seq = 1;
        bob.insert(tomorrow, false);
        assert_eq!(say(&mut bob, BOB, "today", 1_000).key.stamp, 61_001);
    }

    #[test]
    fn logs_that_tell_each_other_what_they_lack_become_the_same() {
        let (mut alice, mut bob) = (Log::default(), Log::default());
        for minute in 0..40 {
            let said = say(
                &mut alice,
                ALICE,
                &format!("alice {minute} {}", "x".repeat(1000)),
                minute * 2,
            );
            if minute % 3 == 0 {
                bob.insert(said, false);
            }
            say(&mut bob, BOB, &format!("bob {minute}"), minute * 2 + 1);
        }
        sync(&alice, &mut bob);
        sync(&bob, &mut alice);
        assert_eq!(texts(&alice).len(), 80);
        assert_eq!(texts(&alice), texts(&bob));
    }

    #[test]
    fn a_log_forgets_its_oldest_lines_and_is_not_told_them_again() {
        let (mut alice, mut bob) = (Log::default(), Log::default());
        for minute in 0..Log::MAX_LINES as u64 {
            say(&mut alice, ALICE, "hello", 1_000 + minute);
        }
        sync(&alice, &mut bob);
        say(&mut bob, BOB, "one more", 900_000);
        assert_eq!(bob.shown().len(), Log::MAX_LINES);
        let Chat::Have { after, seen } = bob.have() else {
            panic!()
        };
        assert_eq!(alice.missed(after, &seen), []);
        sync(&bob, &mut alice);
        assert_eq!(texts(&alice), texts(&bob));
    }

    #[test]
    fn a_log_is_bounded_in_bytes() {
        let mut alice = Log::default();
        for minute in 0..100 {
            say(&mut alice, ALICE, &"x".repeat(ChatText::MAX_BYTES), minute);
        }
        assert!(alice.bytes <= Log::MAX_BYTES);
        assert!(alice.shown().len() < 64);
    }

    #[test]
    fn runs_join_what_follows_each_other() {
        assert_eq!(
            runs(vec![3, 1, 2, 7, u32::MAX]),
            [(1, 3), (7, 7), (u32::MAX, u32::MAX)]
        );
    }
}
