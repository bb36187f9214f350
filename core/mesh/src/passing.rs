//! What is shown for a while.

use std::time::Duration;

/// Something that ends by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passing<T>(Option<(T, Duration)>);

impl<T: Copy> Passing<T> {
    /// There is nothing.
    pub(crate) const fn new() -> Self {
        Self(None)
    }

    /// This is there until then, in place of what was before.
    pub(crate) fn begin(&mut self, what: T, until: Duration) {
        self.0 = Some((what, until));
    }

    pub(crate) fn end(&mut self) {
        self.0 = None;
    }

    pub(crate) fn get(&self, now: Duration) -> Option<T> {
        self.lasting(now).map(|(what, _)| what)
    }

    /// When it ends, if it has not.
    pub(crate) fn next_timeout(&self, now: Duration) -> Option<Duration> {
        self.lasting(now).map(|(_, until)| until)
    }

    fn lasting(&self, now: Duration) -> Option<(T, Duration)> {
        self.0.filter(|(_, until)| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_until_its_time_or_until_something_takes_its_place() {
        let at = Duration::from_secs;
        let mut passing = Passing::new();
        assert_eq!(passing.get(at(0)), None);
        passing.begin('a', at(5));
        assert_eq!(passing.get(at(4)), Some('a'));
        assert_eq!(passing.next_timeout(at(4)), Some(at(5)));
        assert_eq!(passing.get(at(5)), None);
        assert_eq!(passing.next_timeout(at(5)), None);
        passing.begin('b', at(9));
        passing.begin('c', at(8));
        assert_eq!(passing.get(at(7)), Some('c'));
        assert_eq!(passing.get(at(8)), None);
        passing.begin('d', at(9));
        passing.end();
        assert_eq!(passing.get(at(8)), None);
    }
}
