//! Which thing is due when.

use std::time::Duration;

/// One time at most for each thing that can be due; in no order, for they are few.
#[derive(Clone, Debug)]
pub(crate) struct TimerTable<T>(Vec<(T, Duration)>);

impl<T: Copy + Ord> TimerTable<T> {
    /// Nothing is due.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// This is due then, and not when it was before.
    pub(crate) fn set(&mut self, timer: T, at: Duration) {
        self.stop(timer);
        self.0.push((timer, at));
    }

    /// This is not due any more.
    pub(crate) fn stop(&mut self, timer: T) {
        self.0.retain(|(set, _)| *set != timer);
    }

    pub(crate) fn get(&self, timer: T) -> Option<Duration> {
        let mut timers = self.0.iter();
        timers.find(|(set, _)| *set == timer).map(|(_, at)| *at)
    }

    /// When something is due next.
    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        self.0.iter().map(|(_, at)| *at).min()
    }

    /// Takes out what is due by now, one after the other, in the order of `T`.
    pub(crate) fn expire(&mut self, now: Duration) -> Option<T> {
        let due = self.0.iter().filter(|(_, at)| *at <= now);
        let timer = due.map(|(timer, _)| *timer).min()?;
        self.stop(timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_taken_out_once() {
        let mut timers = TimerTable::new();
        let at = Duration::from_secs;
        timers.set('b', at(2));
        timers.set('a', at(9));
        timers.set('a', at(3));
        timers.set('c', at(4));
        timers.stop('c');
        assert_eq!(timers.next_timeout(), Some(at(2)));
        assert_eq!(timers.expire(at(1)), None);
        assert_eq!(timers.expire(at(2)), Some('b'));
        assert_eq!(timers.get('a'), Some(at(3)));
        assert_eq!(timers.expire(at(3)), Some('a'));
        assert_eq!(timers.expire(at(9)), None);
        assert_eq!(timers.next_timeout(), None);
    }
}
