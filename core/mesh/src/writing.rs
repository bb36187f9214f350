//! Who writes to all at this moment.

use std::time::Duration;

/// One's own writing, and what the others know of it.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    /// When the last key was pressed for what is not sent yet.
    typed: Option<Duration>,
    /// When the others were last told of it.
    told: Option<Duration>,
    /// They believe it still.
    is_believed: bool,
}

impl Writing {
    /// From one word of it to the next.
    const PAUSE: Duration = Duration::from_secs(3);
    /// Who has pressed no key for so long does something else.
    const IDLE: Duration = Duration::from_secs(5);
    /// So long the others believe a word of it: one may be late.
    pub(crate) const BELIEVED: Duration = Duration::from_secs(6);

    /// A key was pressed, and there is something to send after it or not.
    pub(crate) fn type_key(&mut self, is_text: bool, now: Duration) {
        self.typed = is_text.then_some(now);
    }

    /// What to tell the others now.
    pub(crate) fn advance(&mut self, now: Duration) -> Option<bool> {
        self.typed = self.typed.filter(|typed| *typed + Self::IDLE > now);
        match (self.typed, self.next_word()) {
            (None, _) => std::mem::take(&mut self.is_believed).then_some(false),
            (_, Some(due)) if due <= now => {
                self.told = Some(now);
                self.is_believed = true;
                Some(true)
            }
            _ => None,
        }
    }

    /// When something is to be told next, after what is due now.
    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        let idle = self.typed? + Self::IDLE;
        Some(self.next_word().map_or(idle, |due| due.min(idle)))
    }

    /// When to tell next that something was typed which the others do not know of.
    fn next_word(&self) -> Option<Duration> {
        let (typed, told) = (self.typed?, self.told);
        let is_new = !self.is_believed || told < Some(typed);
        is_new.then(|| told.map_or(Duration::ZERO, |told| told + Self::PAUSE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// What is told and when, if these keys are pressed, and whether there is text after each.
    fn told(keys: &[(u64, bool)]) -> Vec<(u64, bool)> {
        let mut writing = Writing::default();
        let mut told = Vec::new();
        for now in (0..20_000).step_by(100) {
            for (_, is_text) in keys.iter().filter(|(pressed, _)| *pressed == now) {
                writing.type_key(*is_text, at(now));
            }
            let word = writing.advance(at(now));
            told.extend(word.map(|on| (now, on)));
            assert!(writing.next_timeout().is_none_or(|next| next > at(now)));
        }
        told
    }

    #[test]
    fn it_is_told_at_once_and_again_while_one_types() {
        let keys: Vec<_> = (0..80).map(|key| (key * 100, true)).collect();
        let on = [(0, true), (3000, true), (6000, true), (9000, true)];
        assert_eq!(told(&keys), [&on[..], &[(12_900, false)]].concat());
    }

    #[test]
    fn it_is_taken_back_at_once_when_there_is_nothing_any_more() {
        assert_eq!(
            told(&[(0, true), (500, true), (700, false)]),
            [(0, true), (700, false)]
        );
    }

    #[test]
    fn it_is_taken_back_when_one_does_something_else() {
        assert_eq!(told(&[(1000, true)]), [(1000, true), (6000, false)]);
        assert_eq!(told(&[(0, false)]), []);
    }

    #[test]
    fn a_key_that_follows_soon_is_told_later() {
        let on = [(0, true), (3000, true)];
        assert_eq!(
            told(&[(0, true), (2000, true)]),
            [&on[..], &[(7000, false)]].concat()
        );
    }

    #[test]
    fn who_writes_and_takes_back_again_and_again_tells_little() {
        let keys: Vec<_> = (0..60).map(|key| (key * 100, key % 2 == 0)).collect();
        let told = told(&keys);
        assert_eq!(told, [(0, true), (100, false), (3000, true), (3100, false)]);
    }

    #[test]
    fn the_others_believe_it_as_long_as_it_is_so() {
        let longest = Writing::PAUSE.max(Writing::IDLE);
        assert!(longest < Writing::BELIEVED);
        let [pause, idle, believed] =
            [Writing::PAUSE, Writing::IDLE, Writing::BELIEVED].map(|time| time.as_secs());
        says(
            PAIR,
            &format!("again {pause} seconds later at the earliest"),
        );
        says(PAIR, &format!("and {idle} seconds after the last key"));
        says(
            PAIR,
            &format!("shown for {believed} seconds after the last word"),
        );
    }
}
