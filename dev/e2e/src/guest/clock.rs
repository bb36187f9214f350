//! The clock that orders the chat, and how fast others may move it.

use std::time::Instant;

/// Followed at any time.
const STEP: u64 = 1 << 10;
/// Followed at once beyond that, and each second.
const LEAP: u64 = 1 << 32;
const LEAP_A_SECOND: u64 = 1 << 26;
/// Every JavaScript counts so far.
const MAX: u64 = (1 << 53) - 1;

#[derive(Debug)]
pub(super) struct Clock {
    value: u64,
    /// What is left of the leaps as of then.
    left: u64,
    since: Instant,
}

/// What became of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Reached,
    /// Ask again.
    Later,
    Never,
}

impl Clock {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            value: 0,
            left: LEAP,
            since: now,
        }
    }

    pub(super) fn value(&self) -> u64 {
        self.value
    }

    /// For a message of one's own.
    pub(super) fn next(&mut self) -> u64 {
        self.value = (self.value + 1).min(MAX);
        self.value
    }

    /// Goes to a number, or as near as it may.
    pub(super) fn follow(&mut self, number: u64, now: Instant) -> Reach {
        let leap = number.saturating_sub(self.value).saturating_sub(STEP);
        if number > MAX || leap > 2 * LEAP {
            return Reach::Never;
        }
        let passed = now.duration_since(self.since).as_secs();
        if passed > 0 {
            self.since = now;
            self.left = (self
                .left
                .saturating_add(passed.saturating_mul(LEAP_A_SECOND)))
            .min(LEAP);
        }
        let may = leap.min(self.left);
        self.left -= may;
        self.value = self.value.max(number.min(self.value + STEP + may));
        if self.value < number {
            return Reach::Later;
        }
        Reach::Reached
    }

    /// Where a message stands that is never reached.
    pub(super) fn step(&mut self) -> u64 {
        self.value = (self.value + STEP).min(MAX);
        self.value
    }
}
