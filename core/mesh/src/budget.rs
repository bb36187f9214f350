//! What one peer may make this page do: so much at once, and so much a second after that.

use std::time::Duration;

/// A token bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    most: u32,
    per_second: u32,
    /// In thousandths, as of `since`.
    left: u64,
    since: Duration,
}

impl Budget {
    const UNIT: u64 = 1000;

    /// `most` at once, `per_second` after that. It is full at first.
    pub(crate) const fn new(most: u32, per_second: u32) -> Self {
        Self {
            most,
            per_second,
            left: most as u64 * Self::UNIT,
            since: Duration::ZERO,
        }
    }

    /// How much at once, and how much a second.
    #[cfg(test)]
    pub(crate) fn rate(&self) -> [u32; 2] {
        [self.most, self.per_second]
    }

    /// Whether so much is there; then it is taken.
    pub(crate) fn take(&mut self, amount: u64, now: Duration) -> bool {
        self.refill(now);
        let amount = amount.saturating_mul(Self::UNIT);
        let is_there = amount <= self.left;
        if is_there {
            self.left -= amount;
        }
        is_there
    }

    /// As much of it as is there is taken.
    pub(crate) fn take_up_to(&mut self, amount: u64, now: Duration) -> u64 {
        self.refill(now);
        let amount = amount.min(self.left / Self::UNIT);
        self.left -= amount * Self::UNIT;
        amount
    }

    fn refill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.since).as_millis() as u64;
        self.since = now.max(self.since);
        let more = passed.saturating_mul(self.per_second.into());
        let full = u64::from(self.most) * Self::UNIT;
        self.left = self.left.saturating_add(more).min(full);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_much_at_once_and_so_much_a_second_after_that() {
        let mut budget = Budget::new(10, 2);
        let at = Duration::from_millis;
        let taken = |budget: &mut Budget, now| (0..100).filter(|_| budget.take(1, now)).count();
        assert_eq!(taken(&mut budget, at(0)), 10);
        assert_eq!(taken(&mut budget, at(499)), 0);
        assert_eq!(taken(&mut budget, at(500)), 1);
        assert_eq!(taken(&mut budget, at(2500)), 4);
        assert_eq!(taken(&mut budget, at(1_000_000)), 10);
        assert_eq!(taken(&mut budget, at(0)), 0, "time does not go back");
    }

    #[test]
    fn what_is_too_much_takes_nothing() {
        let mut budget = Budget::new(10, 1);
        assert!(!budget.take(11, Duration::ZERO));
        assert!(budget.take(10, Duration::ZERO));
    }
}
