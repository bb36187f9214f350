//! The logical clock that orders messages, and how far others may move it.
//!
//! Whoever claims a number that is out of reach moves nothing. All pages move at the same bounded
//! speed and tell each other where they are, so that what one of them was led to, the others reach
//! soon.

use std::time::Duration;

use crate::budget::Budget;

#[derive(Debug)]
pub(super) struct Clock {
    value: u64,
    /// In steps.
    leaps: Budget,
}

/// Whether the clock has reached a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Reached,
    /// After a while it can be.
    Later,
    /// It is too far.
    Never,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            value: 0,
            leaps: Budget::new(Self::MOST_LEAPS, Self::LEAPS_PER_SECOND),
        }
    }
}

impl Clock {
    /// Followed at any time: nobody who is connected lags behind by more messages.
    pub(super) const STEP: u64 = 1 << 10;
    /// Beyond that, in steps: a minute's worth at once, so that whoever was kept in the dark for a
    /// round or two catches up. At 2²⁶ a second all numbers last for four years.
    const MOST_LEAPS: u32 = 1 << 22;
    const LEAPS_PER_SECOND: u32 = 1 << 16;
    /// The greatest integer that every JavaScript counts to.
    pub(super) const MAX: u64 = (1 << 53) - 1;

    #[cfg(test)]
    pub(super) fn at(value: u64) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }

    /// What the clock was moved to.
    pub(super) fn value(&self) -> u64 {
        self.value
    }

    /// For one's own message.
    pub(super) fn next(&mut self) -> u64 {
        self.value = (self.value + 1).min(Self::MAX);
        self.value
    }

    /// Moves to this number, if it may.
    pub(super) fn reach(&mut self, number: u64, now: Duration) -> Reach {
        if number > Self::MAX || Self::is_too_far(self.value, number) {
            return Reach::Never;
        }
        let leaps = self.leaps.take_up_to(Self::leaps(self.value, number), now);
        let farthest = self.value + (leaps + 1) * Self::STEP;
        self.value = self.value.max(number.min(farthest));
        if self.value < number {
            return Reach::Later;
        }
        Reach::Reached
    }

    /// An earlier load of the page was at this number; whether there is such a one.
    pub(super) fn resume(&mut self, number: u64) -> bool {
        let is_number = number <= Self::MAX;
        if is_number {
            self.value = self.value.max(number);
        }
        is_number
    }

    /// Moves by one step.
    pub(super) fn step(&mut self) -> u64 {
        self.value = (self.value + Self::STEP).min(Self::MAX);
        self.value
    }

    /// Whether somebody who is at this number cannot reach the clock.
    pub(super) fn is_out_of_reach_of(&self, number: u64) -> bool {
        Self::is_too_far(number, self.value)
    }

    /// Twice what is reached at once: pages that were led to the edge and told of it a little later
    /// still meet.
    fn is_too_far(from: u64, to: u64) -> bool {
        Self::leaps(from, to) > 2 * u64::from(Self::MOST_LEAPS)
    }

    fn leaps(from: u64, to: u64) -> u64 {
        to.saturating_sub(from).saturating_sub(1) / Self::STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{CHAT, says};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_claim_beyond_reach_moves_nothing() {
        let mut clock = Clock::default();
        for number in [1 << 34, 1 << 53, u64::MAX] {
            assert_eq!(clock.reach(number, SECOND), Reach::Never);
        }
        assert_eq!(clock.next(), 1);
        assert_eq!(clock.reach(1 << 32, SECOND), Reach::Reached);
        assert_eq!(clock.reach(1 << 33, SECOND), Reach::Later);
        assert_eq!(clock.reach(1 << 33, SECOND * 70), Reach::Reached);
    }

    #[test]
    fn all_numbers_last_for_years_however_one_is_pushed() {
        let mut clock = Clock::default();
        for second in 0..3600 {
            let now = SECOND * second;
            let mut push = 1 << 40;
            while push > 1 {
                while clock.reach(clock.value() + push, now) == Reach::Reached && push > Clock::STEP
                {
                }
                push /= 2;
            }
        }
        let years = Clock::MAX / clock.value() / (24 * 365);
        assert!(years >= 3, "{years} years");
    }

    #[test]
    fn who_is_moved_by_others_is_reached_by_those_who_were_not() {
        let (mut pushed, mut other) = (Clock::default(), Clock::default());
        for second in 1..1000 {
            let now = SECOND * second;
            let mut push = 1 << 32;
            while push > Clock::STEP {
                while pushed.reach(pushed.value() + push, now) == Reach::Reached {}
                push /= 2;
            }
            // Every 15 seconds a page tells where it is.
            if second % 15 == 0 {
                other.reach(pushed.value(), now + SECOND);
            }
        }
        let behind = pushed.value() - other.value();
        let reached = other.reach(pushed.value(), SECOND * 1060);
        assert_eq!(reached, Reach::Reached, "{behind} behind");
    }

    #[test]
    fn the_clock_moves_as_the_essay_says() {
        let most = Clock::STEP * u64::from(Clock::MOST_LEAPS);
        let a_second = Clock::STEP * u64::from(Clock::LEAPS_PER_SECOND);
        says(CHAT, &format!("Up to {} ahead", Clock::STEP));
        says(CHAT, &format!("{} further than the clock", Clock::STEP));
        says(
            CHAT,
            &format!("moves by {most} at once and {a_second} a second"),
        );
        assert_eq!(Clock::MAX, (1 << 53) - 1);
        says(CHAT, "is not below 2⁵³");
    }
}
