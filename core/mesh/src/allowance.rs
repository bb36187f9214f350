//! What this page reads of one peer, and does for it. What goes beyond is dropped unread: whoever
//! is honest tells it again.

use std::time::Duration;

use crate::{budget::Budget, event::Channel};

/// One peer's.
#[derive(Debug)]
pub(crate) struct Allowance {
    /// Bytes that are read: a whole log and more at once.
    bytes: Budget,
    /// Texts on the control channel, where every two seconds one is usual.
    controls: Budget,
    /// Reactions.
    reactions: Budget,
    /// Words of it that the peer writes, or does not.
    writing: Budget,
    /// Messages said: as fast as somebody can paste.
    said: Budget,
    /// Messages told: two whole logs at once.
    told: Budget,
    /// What the peer says it got: twice as often as somebody honest says it.
    got: Budget,
    /// Bytes of the log that the peer is told.
    answers: Budget,
    /// Connections that were opened in close succession, and when the next one may be.
    haste: u32,
    next_open: Duration,
    next_answer: Duration,
    next_question: Duration,
    next_hand: Duration,
    next_reaction: Duration,
    next_screen: Duration,
    /// What people were told last: that the peer shares a screen, or nothing of the kind.
    told_screen: bool,
}

impl Allowance {
    /// Between two answers to one peer, and between two questions out of turn.
    pub(crate) const PAUSE: Duration = Duration::from_secs(2);
    /// From one announcement of a raised hand to the next, from one of a reaction to the next, and
    /// from one of a screen to the next: whoever hears them hears others too.
    const ANNOUNCEMENT: Duration = Duration::from_secs(5);
    /// As many reactions as somebody makes who means them.
    pub(crate) const REACTIONS: Budget = Budget::new(5, 1);
    /// From one connection to the next, whoever wants it; doubled each time, up to so much. An
    /// initiator that means well waits longer.
    const FIRST_OPEN: Duration = Duration::from_millis(125);
    const MAX_OPEN: Duration = Duration::from_secs(16);
    /// After so long without a new connection it begins anew.
    const CALM: Duration = Duration::from_secs(60);

    pub(crate) const fn new() -> Self {
        Self {
            bytes: Budget::new(2 * 1024 * 1024, 32 * 1024),
            controls: Budget::new(60, 10),
            reactions: Self::REACTIONS,
            writing: Budget::new(4, 1),
            said: Budget::new(20, 2),
            told: Budget::new(4000, 8),
            got: Budget::new(4, 2),
            answers: Budget::new(2 * 1024 * 1024, 4 * 1024),
            haste: 0,
            next_open: Duration::ZERO,
            next_answer: Duration::ZERO,
            next_question: Duration::ZERO,
            next_hand: Duration::ZERO,
            next_reaction: Duration::ZERO,
            next_screen: Duration::ZERO,
            told_screen: false,
        }
    }

    /// Whether a text of this length is read at all.
    pub(crate) fn reads(&mut self, channel: Channel, length: usize, now: Duration) -> bool {
        let may = match channel {
            Channel::Control => self.controls.take(1, now),
            Channel::Chat => true,
        };
        may && self.bytes.take(length as u64, now)
    }

    /// Whether a reaction of the peer is shown.
    pub(crate) fn reacts(&mut self, now: Duration) -> bool {
        self.reactions.take(1, now)
    }

    /// Whether it is believed that the peer writes, or does not.
    pub(crate) fn writes(&mut self, now: Duration) -> bool {
        self.writing.take(1, now)
    }

    pub(crate) fn hears(&mut self, now: Duration) -> bool {
        self.said.take(1, now)
    }

    pub(crate) fn is_told(&mut self, now: Duration) -> bool {
        self.told.take(1, now)
    }

    /// Whether it is believed what the peer says it got.
    pub(crate) fn confirms(&mut self, now: Duration) -> bool {
        self.got.take(1, now)
    }

    /// Whether the peer's question is answered now.
    pub(crate) fn answers(&mut self, now: Duration) -> bool {
        Self::is_due(&mut self.next_answer, Self::PAUSE, now)
    }

    /// Whether the peer is asked out of turn.
    pub(crate) fn asks(&mut self, now: Duration) -> bool {
        Self::is_due(&mut self.next_question, Self::PAUSE, now)
    }

    /// Whether people are told that the peer raised a hand.
    pub(crate) fn announces_hand(&mut self, now: Duration) -> bool {
        Self::is_due(&mut self.next_hand, Self::ANNOUNCEMENT, now)
    }

    /// Whether people are told that the peer reacted.
    pub(crate) fn announces_reaction(&mut self, now: Duration) -> bool {
        Self::is_due(&mut self.next_reaction, Self::ANNOUNCEMENT, now)
    }

    /// Whether people are told that the peer shares a screen, or no longer does. Unlike a hand this
    /// is not over when it was not told: what still holds then is told later.
    pub(crate) fn announces_screen(&mut self, is_shared: bool, now: Duration) -> bool {
        let announces = self.told_screen != is_shared
            && Self::is_due(&mut self.next_screen, Self::ANNOUNCEMENT, now);
        if announces {
            self.told_screen = is_shared;
        }
        announces
    }

    /// When people are to be told so.
    pub(crate) fn next_screen(&self, is_shared: bool) -> Option<Duration> {
        (self.told_screen != is_shared).then_some(self.next_screen)
    }

    fn is_due(next: &mut Duration, pause: Duration, now: Duration) -> bool {
        let is_due = *next <= now;
        if is_due {
            *next = now + pause;
        }
        is_due
    }

    /// When a connection may be opened next.
    pub(crate) fn next_open(&self) -> Duration {
        self.next_open
    }

    /// A connection is opened.
    pub(crate) fn opened(&mut self, now: Duration) {
        let is_calm = self.next_open + Self::CALM <= now;
        self.haste = if is_calm { 0 } else { (self.haste + 1).min(7) };
        self.next_open = now + (Self::FIRST_OPEN * (1 << self.haste)).min(Self::MAX_OPEN);
    }

    /// Whether an answer may be longer by so many bytes.
    pub(crate) fn tells(&mut self, length: usize, now: Duration) -> bool {
        self.answers.take(length as u64, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{CHAT, PAIR, says};

    #[test]
    fn what_is_read_of_a_peer_is_what_the_essay_says() {
        let Allowance {
            bytes,
            controls,
            reactions,
            writing,
            said,
            told,
            got,
            answers,
            ..
        } = Allowance::new();
        let ([controls, a_second], bytes) = (controls.rate(), bytes.rate());
        says(
            PAIR,
            &format!("{controls} control messages at once and {a_second} a second"),
        );
        let [bytes, a_second] = bytes;
        says(
            PAIR,
            &format!("{bytes} bytes at once and {a_second} a second of all"),
        );
        let ([said, a_second], told) = (said.rate(), told.rate());
        says(
            CHAT,
            &format!("{said} messages said at once and {a_second} a second"),
        );
        let [told, a_second] = told;
        says(CHAT, &format!("{told} told and {a_second} a second"));
        let [got, a_second] = got.rate();
        says(
            CHAT,
            &format!("{got} times at once and {a_second} a second what it got"),
        );
        let [reactions, a_second] = reactions.rate();
        says(
            PAIR,
            &format!("{reactions} reactions at once and {a_second} a second"),
        );
        let [words, a_second] = writing.rate();
        says(
            PAIR,
            &format!("{words} such words at once and {a_second} a second"),
        );
        let pause = Allowance::ANNOUNCEMENT.as_secs();
        says(PAIR, &format!("up again within {pause} seconds"));
        says(PAIR, &format!("another within {pause} seconds"));
        says(PAIR, &format!("{pause} seconds after the last"));
        let ([bytes, a_second], pause) = (answers.rate(), Allowance::PAUSE.as_secs());
        says(
            CHAT,
            &format!(
                "every {pause} seconds at most, and in all with {bytes} bytes at once and {a_second} a second"
            ),
        );
        says(
            CHAT,
            &format!("every {pause} seconds at most, when something that was said"),
        );
    }

    #[test]
    fn connections_are_opened_at_the_pace_of_the_essay() {
        let pace = format!(
            "after {} milliseconds, doubled up to {} seconds, until {} seconds passed",
            Allowance::FIRST_OPEN.as_millis(),
            Allowance::MAX_OPEN.as_secs(),
            Allowance::CALM.as_secs()
        );
        says(PAIR, &pace);
    }
}
