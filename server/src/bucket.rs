//! Token buckets: so much at once, so much in the long run.

use std::time::Duration;

use tokio::time::Instant;

/// What a [`Bucket`] grants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    /// At once.
    pub burst: f64,
    /// In the long run.
    pub per_second: f64,
}

impl std::ops::Mul<u32> for Rate {
    type Output = Self;

    fn mul(self, times: u32) -> Self {
        Self {
            burst: self.burst * f64::from(times),
            per_second: self.per_second * f64::from(times),
        }
    }
}

/// What is left of a [`Rate`] for one of those it is granted to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    since: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) fn full(rate: Rate, now: Instant) -> Self {
        Self {
            tokens: rate.burst,
            since: now,
        }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) -> bool {
        self.fill(rate, now);
        let is_granted = self.tokens >= 1.0;
        if is_granted {
            self.tokens -= 1.0;
        }
        is_granted
    }

    /// Takes so much, even if it is not there.
    pub(crate) fn spend(&mut self, cost: f64, rate: Rate, now: Instant) {
        self.fill(rate, now);
        self.tokens -= cost;
    }

    /// How long until so much is there. A cost of more than a burst waits for a full bucket.
    pub(crate) fn wait(&mut self, cost: f64, rate: Rate, now: Instant) -> Duration {
        self.fill(rate, now);
        let missing = cost.min(rate.burst) - self.tokens;
        Duration::from_secs_f64((missing / rate.per_second).max(0.0))
    }

    /// Takes what was used already, and says how long to wait until no more has been used than was
    /// granted.
    ///
    /// As long as something is left it does not ask for the time, so after a pause it may grant two
    /// bursts at once.
    pub(crate) fn owe(&mut self, used: f64, rate: Rate, now: impl FnOnce() -> Instant) -> Duration {
        if self.tokens < used {
            self.fill(rate, now());
        }
        self.tokens -= used;
        Duration::from_secs_f64((-self.tokens / rate.per_second).max(0.0))
    }

    /// Whether it is the same as a new one.
    pub(crate) fn is_full(&mut self, rate: Rate, now: Instant) -> bool {
        self.fill(rate, now);
        self.tokens >= rate.burst
    }

    fn fill(&mut self, rate: Rate, now: Instant) {
        let passed = now.saturating_duration_since(self.since).as_secs_f64();
        self.tokens = (self.tokens + passed * rate.per_second).min(rate.burst);
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3.0,
        per_second: 2.0,
    };

    #[test]
    fn a_burst_is_granted_and_then_the_rate() {
        let mut now = Instant::now();
        let mut bucket = Bucket::full(RATE, now);
        let mut take = |now| bucket.take(RATE, now);
        assert_eq!([(); 4].map(|()| take(now)), [true, true, true, false]);
        now += Duration::from_millis(500);
        assert_eq!([(); 2].map(|()| take(now)), [true, false]);
        now += Duration::from_secs(3600);
        assert_eq!([(); 4].map(|()| take(now)), [true, true, true, false]);
    }

    #[test]
    fn what_is_owed_is_waited_for() {
        let now = Instant::now();
        let mut bucket = Bucket::full(RATE, now);
        assert_eq!(bucket.owe(3.0, RATE, || now), Duration::ZERO);
        assert_eq!(bucket.owe(4.0, RATE, || now), Duration::from_secs(2));
        let now = now + Duration::from_secs(2);
        assert_eq!(bucket.owe(1.0, RATE, || now), Duration::from_millis(500));
        assert!(!bucket.is_full(RATE, now + Duration::from_secs(1)));
        assert!(bucket.is_full(RATE, now + Duration::from_secs(2)));
    }
}
