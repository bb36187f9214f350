//! Who speaks, from how loud it is, and who has the floor.

use protocol::PeerId;

/// Who is loud for so many milliseconds speaks: a cough is no speech.
const ATTACK: f64 = 200.0;
/// Who is quiet for so many has stopped: a pause between two words is no end.
const RELEASE: f64 = 700.0;

/// Whether one person speaks, steadily enough to be looked at.
#[derive(Debug, Default)]
pub struct Speech {
    speaks: bool,
    /// Since when it has sounded otherwise, in milliseconds.
    since: Option<f64>,
}

impl Speech {
    /// What is quieter is the room, in decibels below the loudest.
    pub const LOUD: f32 = -40.0;

    /// Takes how loud it is at this moment, in milliseconds since some fixed one, and tells whether
    /// the person speaks.
    pub fn hear(&mut self, decibels: f32, now: f64) -> bool {
        if (decibels >= Self::LOUD) == self.speaks {
            self.since = None;
            return self.speaks;
        }
        let since = *self.since.get_or_insert(now);
        let patience = if self.speaks { RELEASE } else { ATTACK };
        if now - since >= patience {
            self.speaks = !self.speaks;
            self.since = None;
        }
        self.speaks
    }
}

/// Who of those who speak has the floor, and with it the stage: **whoever has it keeps it while
/// speaking, and until another one speaks.**
#[derive(Debug, Default)]
pub struct Floor {
    holder: Option<PeerId>,
    /// When it may change hands again, in milliseconds.
    next_change: f64,
}

impl Floor {
    /// It changes hands at most every so many milliseconds: nobody can follow more.
    const PAUSE: f64 = 1600.0;

    /// Who has it.
    pub fn holder(&self) -> Option<PeerId> {
        self.holder
    }

    /// Takes who speaks at this moment, in milliseconds since some fixed one, and tells when to ask
    /// again if that stays so.
    pub fn hear(&mut self, speaking: &[PeerId], now: f64) -> Option<f64> {
        let next = *speaking.first()?;
        if self.holder.is_some_and(|holder| speaking.contains(&holder)) {
            return None;
        }
        if now < self.next_change {
            return Some(self.next_change);
        }
        self.holder = Some(next);
        self.next_change = now + Self::PAUSE;
        None
    }
}

/// Decibels of a loudness between 0 and 1.
pub fn decibels(loudness: f32) -> f32 {
    20.0 * loudness.log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether somebody is seen to speak who is heard every 50 ms, loud or not.
    fn seen(heard: impl IntoIterator<Item = bool>) -> Vec<bool> {
        let mut speech = Speech::default();
        let hear = |(place, loud)| {
            let loudness = if loud { 0.1 } else { 0.001 };
            speech.hear(decibels(loudness), f64::from(place) * 50.0)
        };
        (0_u32..).zip(heard).map(hear).collect()
    }

    #[test]
    fn who_is_loud_for_a_fifth_of_a_second_speaks() {
        assert_eq!(seen([true; 6]), [false, false, false, false, true, true]);
    }

    #[test]
    fn a_cough_is_no_speech() {
        let cough = [true, true, true, true, false, false];
        assert!(!seen(cough.repeat(10)).contains(&true));
    }

    #[test]
    fn a_breath_between_words_ends_nothing() {
        let words = [[true; 5].as_slice(), &[false; 14]].concat().repeat(3);
        assert!(!seen(words)[4..].contains(&false));
    }

    #[test]
    fn who_is_quiet_for_seven_tenths_of_a_second_has_stopped() {
        let seen = seen([[true; 5].as_slice(), &[false; 16]].concat());
        assert_eq!(seen.iter().rposition(|speaks| *speaks), Some(18));
    }

    #[test]
    fn the_floor_goes_to_who_speaks_and_stays_there_in_silence() {
        let [ada, ben] = [1, 2].map(|id| PeerId([id; 16]));
        let mut floor = Floor::default();
        assert_eq!((floor.hear(&[], 0.0), floor.holder()), (None, None));
        assert_eq!(floor.hear(&[ada], 100.0), None);
        assert_eq!(floor.hear(&[], 5000.0), None);
        assert_eq!(floor.holder(), Some(ada));
        assert_eq!(floor.hear(&[ben], 6000.0), None);
        assert_eq!(floor.holder(), Some(ben));
    }

    #[test]
    fn the_floor_changes_hands_at_most_every_sixteen_tenths_of_a_second() {
        let [ada, ben] = [1, 2].map(|id| PeerId([id; 16]));
        let mut floor = Floor::default();
        floor.hear(&[ada], 1000.0);
        assert_eq!(floor.hear(&[ben], 1200.0), Some(2600.0));
        assert_eq!(floor.holder(), Some(ada));
        // Who still speaks then gets it; who interrupts does not.
        assert_eq!(floor.hear(&[ben, ada], 2599.0), None);
        assert_eq!(floor.hear(&[ben], 2600.0), None);
        assert_eq!(floor.holder(), Some(ben));
    }

    #[test]
    fn silence_is_quiet_and_the_loudest_is_not() {
        assert!(decibels(0.0) < Speech::LOUD);
        assert_eq!(decibels(1.0), 0.0);
    }
}
