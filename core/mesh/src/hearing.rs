//! Whether sound gets through between two who are connected, each way.
//!
//! Who sends its microphone sends packets all the time, in silence as well: where it says that it
//! does and none come, one does not hear it.

use std::time::Duration;

use crate::view::NoSound;

/// What is known of one connection.
#[derive(Debug, Default)]
pub(crate) struct Hearing {
    /// The other side says that it sends its microphone.
    due: bool,
    comes: bool,
    /// Since when what is due has not come, if it does not.
    since: Duration,
    /// Nothing is missed before, for the first packet takes its time.
    begins: Duration,
    /// The other side says that it does not hear this one.
    is_unheard: bool,
    /// What the other side was told: that this one does not hear it.
    told: bool,
}

/// What a side does not hear, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deafness {
    since: Duration,
}

impl Hearing {
    /// Whose packets have not come for so long is told of: so long a silence takes seven of them,
    /// one after the other, where a person says nothing.
    const DEAF: Duration = Duration::from_secs(3);
    /// Who does not hear somebody for so long sends nothing either.
    const ONE_WAY: Duration = Duration::from_secs(10);
    /// The browser has looked for so long when it says that none come.
    pub(crate) const LOOK: Duration = Duration::from_secs(1);
    /// From the opening of a connection to its first packet, on a slow machine.
    const BEGINNING: Duration = Duration::from_secs(5);

    /// The connection is open.
    pub(crate) fn establish(&mut self, now: Duration) {
        self.begins = now + Self::BEGINNING;
    }

    /// The other side says whether it sends its microphone.
    pub(crate) fn announce(&mut self, due: bool, now: Duration) {
        if due && !self.due {
            self.since = now.max(self.begins);
        }
        self.due = due;
    }

    /// Packets of the other side's microphone come, or come no more.
    pub(crate) fn flow(&mut self, comes: bool, now: Duration) {
        if comes {
            self.begins = Duration::ZERO;
            // From now on it is no beginning any more.
            self.since = self.since.min(now);
        } else {
            self.since = self.since.max(now.saturating_sub(Self::LOOK));
        }
        self.comes = comes;
    }

    /// The other side says whether it hears this one.
    pub(crate) fn answer(&mut self, hears: bool) {
        self.is_unheard = !hears;
    }

    /// What the other side is to be told, if it was not: whether this one hears it.
    pub(crate) fn tell(&mut self, hears: bool) -> Option<bool> {
        let is_news = std::mem::replace(&mut self.told, !hears) == hears;
        is_news.then_some(hears)
    }

    /// Since when this side does not hear the other one, if it is so. `silent`: since when there
    /// was no word either, if that is long enough to be told of.
    pub(crate) fn deafness(&self, silent: Option<Duration>, now: Duration) -> Option<Deafness> {
        let missed = self.missed().filter(|since| *since + Self::DEAF <= now);
        let since = missed.into_iter().chain(silent).min()?;
        Some(Deafness { since })
    }

    fn missed(&self) -> Option<Duration> {
        (self.due && !self.comes).then_some(self.since)
    }

    /// Whether nothing is to be sent to the other side: **nobody is heard for long who does not
    /// hear.** Who is not heard goes on, or neither would ever hear the other again.
    pub(crate) fn is_paused(&self, deafness: Option<Deafness>, now: Duration) -> bool {
        let is_long = deafness.is_some_and(|it| it.since + Self::ONE_WAY <= now);
        is_long && !self.is_unheard
    }

    /// What people read, if sound does not get through.
    pub(crate) fn view(&self, deafness: Option<Deafness>, now: Duration) -> Option<NoSound> {
        match (deafness, self.is_unheard) {
            (None, false) => None,
            (None, true) => Some(NoSound::There),
            (Some(_), true) => Some(NoSound::Both),
            (Some(_), false) if self.is_paused(deafness, now) => Some(NoSound::Paused),
            (Some(_), false) => Some(NoSound::Here),
        }
    }

    /// When something of this changes, if nothing happens before. `heard`: the last word.
    pub(crate) fn next_timeout(&self, heard: Duration, now: Duration) -> Option<Duration> {
        let missed = self.missed();
        let times = [
            missed.map(|since| since + Self::DEAF),
            missed.map(|since| since + Self::ONE_WAY),
            Some(heard + Self::ONE_WAY),
        ];
        let times = times.into_iter().flatten();
        times.filter(|time| *time > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    const SECOND: Duration = Duration::from_secs(1);

    /// A connection that has been open for a minute, with sound.
    fn well() -> Hearing {
        let mut hearing = Hearing::default();
        hearing.establish(Duration::ZERO);
        hearing.announce(true, SECOND);
        hearing.flow(true, 2 * SECOND);
        hearing
    }

    fn shown(hearing: &Hearing, now: Duration) -> Option<NoSound> {
        hearing.view(hearing.deafness(None, now), now)
    }

    #[test]
    fn the_times_are_the_essays() {
        let timers = [("DEAF", Hearing::DEAF), ("ONE_WAY", Hearing::ONE_WAY)];
        for (name, timer) in timers {
            says(PAIR, &format!("| `{name}` | {} |", timer.as_secs()));
        }
        let (look, beginning) = (Hearing::LOOK.as_secs(), Hearing::BEGINNING.as_secs());
        says(PAIR, &format!("{beginning} seconds more"));
        assert_eq!(look, 1);
    }

    #[test]
    fn what_does_not_come_is_told_of_after_three_seconds_and_answered_after_ten() {
        let mut hearing = well();
        hearing.flow(false, 61 * SECOND);
        let until = |hearing: &Hearing, now| hearing.next_timeout(now, now);
        assert_eq!(until(&hearing, 61 * SECOND), Some(63 * SECOND));
        assert_eq!(shown(&hearing, 62 * SECOND), None);
        assert_eq!(shown(&hearing, 63 * SECOND), Some(NoSound::Here));
        assert_eq!(until(&hearing, 63 * SECOND), Some(70 * SECOND));
        assert_eq!(shown(&hearing, 69 * SECOND), Some(NoSound::Here));
        assert_eq!(shown(&hearing, 70 * SECOND), Some(NoSound::Paused));
        hearing.flow(true, 71 * SECOND);
        assert_eq!(shown(&hearing, 71 * SECOND), None);
    }

    #[test]
    fn who_is_muted_is_not_missed() {
        let mut hearing = well();
        hearing.announce(false, 60 * SECOND);
        hearing.flow(false, 61 * SECOND);
        assert_eq!(shown(&hearing, 600 * SECOND), None);
        hearing.announce(true, 600 * SECOND);
        assert_eq!(shown(&hearing, 602 * SECOND), None);
        assert_eq!(shown(&hearing, 603 * SECOND), Some(NoSound::Here));
    }

    #[test]
    fn the_first_packet_takes_its_time() {
        let mut hearing = Hearing::default();
        hearing.establish(10 * SECOND);
        hearing.announce(true, 11 * SECOND);
        assert_eq!(shown(&hearing, 17 * SECOND), None);
        assert_eq!(shown(&hearing, 18 * SECOND), Some(NoSound::Here));
        // The next one does not.
        hearing.flow(true, 11 * SECOND);
        hearing.flow(false, 12 * SECOND);
        assert_eq!(shown(&hearing, 14 * SECOND), Some(NoSound::Here));
    }

    #[test]
    fn two_who_do_not_hear_each_other_both_go_on() {
        let mut hearing = well();
        hearing.answer(false);
        assert_eq!(shown(&hearing, 3 * SECOND), Some(NoSound::There));
        hearing.flow(false, 61 * SECOND);
        assert_eq!(shown(&hearing, 90 * SECOND), Some(NoSound::Both));
        let deafness = hearing.deafness(None, 90 * SECOND);
        assert!(!hearing.is_paused(deafness, 90 * SECOND));
        hearing.answer(true);
        assert!(hearing.is_paused(deafness, 90 * SECOND));
    }

    #[test]
    fn a_side_is_told_what_is_new_to_it() {
        let mut hearing = well();
        let told = [true, false, false, true].map(|hears| hearing.tell(hears));
        assert_eq!(told, [None, Some(false), None, Some(true)]);
    }

    #[test]
    fn who_says_nothing_either_is_not_heard_although_nothing_is_due() {
        let mut hearing = well();
        hearing.announce(false, 60 * SECOND);
        let deafness = hearing.deafness(Some(60 * SECOND), 70 * SECOND);
        assert!(hearing.is_paused(deafness, 70 * SECOND));
    }
}
