//! Numbered steps: what makes a negotiation survive a WebSocket that drops.
//!
//! The relay keeps the order of one sender's signals, but loses what was under way when a WebSocket
//! broke. So each side keeps its steps until the other has acknowledged them and repeats them when
//! the path is whole again; the other takes them in order and only once.

use std::collections::VecDeque;

use protocol::Step;

/// One's own steps that the other side has not acknowledged yet.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    acknowledged: u32,
    waiting: VecDeque<Step>,
}

impl Outbox {
    /// A negotiation has a description and a dozen candidates; with this many unacknowledged the
    /// other side is not there.
    pub(crate) const MAX_WAITING: usize = 128;

    /// Numbers a step.
    pub(crate) fn push(&mut self, step: Step) -> u32 {
        self.waiting.push_back(step);
        self.acknowledged + self.waiting.len() as u32 - 1
    }

    pub(crate) fn is_overfull(&self) -> bool {
        self.waiting.len() > Self::MAX_WAITING
    }

    /// The other side has taken all steps below `count`.
    pub(crate) fn acknowledge(&mut self, count: u32) {
        while self.acknowledged < count && self.waiting.pop_front().is_some() {
            self.acknowledged += 1;
        }
    }

    /// Whether the other side has taken any step.
    pub(crate) fn was_heard(&self) -> bool {
        self.acknowledged > 0
    }

    /// What to repeat, with its numbers.
    pub(crate) fn unacknowledged(&self) -> impl Iterator<Item = (u32, &Step)> {
        (self.acknowledged..).zip(&self.waiting)
    }
}

/// Counts the other side's steps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Inbox {
    taken: u32,
}

impl Inbox {
    /// Whether this step is the next one. Repetitions are not, and neither is what follows a gap:
    /// its sender will repeat both.
    pub(crate) fn take(&mut self, seq: u32) -> bool {
        let is_next = seq == self.taken;
        self.taken += u32::from(is_next);
        is_next
    }

    /// How many were taken.
    pub(crate) fn taken(self) -> u32 {
        self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    fn offer(negotiation: u32) -> Step {
        Step::Offer {
            negotiation,
            sdp: String::new(),
        }
    }

    #[test]
    fn what_was_not_acknowledged_is_repeated_with_its_numbers() {
        let mut outbox = Outbox::default();
        assert_eq!(
            [
                outbox.push(offer(1)),
                outbox.push(offer(2)),
                outbox.push(offer(3))
            ],
            [0, 1, 2]
        );
        outbox.acknowledge(2);
        assert_eq!(
            outbox.unacknowledged().collect::<Vec<_>>(),
            [(2, &offer(3))]
        );
        outbox.acknowledge(1);
        outbox.acknowledge(99);
        assert_eq!(outbox.unacknowledged().count(), 0);
        assert_eq!(outbox.push(offer(4)), 3);
    }

    #[test]
    fn steps_are_taken_in_order_and_once() {
        let mut inbox = Inbox::default();
        let taken: Vec<bool> = [0, 0, 2, 1, 2, 1, 3].map(|seq| inbox.take(seq)).into();
        assert_eq!(taken, [true, false, false, true, true, false, true]);
        assert_eq!(inbox.taken(), 4);
    }

    #[test]
    fn so_many_steps_wait_as_the_essay_says() {
        says(PAIR, &format!("With {} steps", Outbox::MAX_WAITING));
    }
}
