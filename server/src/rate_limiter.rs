//! A rate that is kept by waiting: first come, first served, and nobody is turned away.
//!
//! Nobody knows which of those who share an address is the greedy one. But whoever asks again and
//! again goes to the end of the line again and again, behind everybody who asks once.

use std::sync::{Mutex, PoisonError};

use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

use crate::bucket::{Bucket, Rate};

/// A [`Rate`], and the line of those waiting for it.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    rate: Rate,
    bucket: Mutex<Bucket>,
    /// Whose turn it is, in order of arrival.
    turn: Semaphore,
}

impl RateLimiter {
    /// Nobody has taken anything.
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            bucket: Mutex::new(Bucket::full(rate, Instant::now())),
            turn: Semaphore::new(1),
        }
    }

    /// Waits for its turn and until so much is there, and takes it. The cost is asked for when the
    /// turn comes. A caller that stops waiting takes nothing.
    pub(crate) async fn acquire(&self, cost: impl Fn() -> f64) {
        // The semaphore is never closed.
        let _turn = self.turn.acquire().await;
        while let Some(due) = self.take(cost()) {
            sleep(due - Instant::now()).await;
        }
    }

    /// Whether it is the same as a new one.
    pub(crate) fn is_idle(&self) -> bool {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.is_full(self.rate, Instant::now())
    }

    /// Takes it, or says when it will be there.
    fn take(&self, cost: f64) -> Option<Instant> {
        let now = Instant::now();
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = bucket.wait(cost, self.rate, now);
        if wait.is_zero() {
            bucket.spend(cost, self.rate, now);
            return None;
        }
        Some(now + wait)
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use futures_util::{FutureExt, future::join_all};

    use super::*;

    const RATE: Rate = Rate {
        burst: 3.0,
        per_second: 2.0,
    };

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_at_once_and_then_one_after_the_other() {
        let limiter = RateLimiter::new(RATE);
        let begin = Instant::now();
        let passing = (0..7).map(async |_| {
            limiter.acquire(|| 1.0).await;
            begin.elapsed().as_millis() / 500
        });
        assert_eq!(join_all(passing).await, [0, 0, 0, 1, 2, 3, 4]);
        assert!(!limiter.is_idle());
        sleep(Duration::from_millis(1500)).await;
        assert!(limiter.is_idle());
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_waiting_takes_nothing_and_what_costs_nothing_is_not_waited_for() {
        let limiter = RateLimiter::new(RATE);
        limiter.acquire(|| 3.0).await;
        let impatient = tokio::time::timeout(Duration::from_millis(400), limiter.acquire(|| 1.0));
        assert!(impatient.await.is_err());
        let begin = Instant::now();
        let cost = Cell::new(1.0);
        let is_free = limiter.acquire(|| 0.0).now_or_never().is_some();
        limiter.acquire(|| cost.replace(0.0)).await;
        assert!(is_free && begin.elapsed() <= Duration::from_millis(110));
    }

    /// A file may cost more than a burst.
    #[tokio::test(start_paused = true)]
    async fn what_costs_more_than_a_burst_is_owed_by_the_next() {
        let limiter = RateLimiter::new(RATE);
        limiter.acquire(|| 7.0).await;
        let begin = Instant::now();
        limiter.acquire(|| 1.0).await;
        assert_eq!(begin.elapsed(), Duration::from_millis(2500));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_again_and_again_stands_behind_those_who_ask_once() {
        let limiter = RateLimiter::new(RATE);
        let hog = async {
            loop {
                limiter.acquire(|| 1.0).await;
            }
        };
        let neighbours = join_all((0..4).map(async |_| {
            sleep(Duration::from_secs(10)).await;
            let begin = Instant::now();
            limiter.acquire(|| 1.0).await;
            begin.elapsed()
        }));
        tokio::select! {
            () = hog => {}
            waits = neighbours => assert!(waits.iter().all(|wait| *wait <= Duration::from_millis(2500)), "{waits:?}"),
        }
    }
}
