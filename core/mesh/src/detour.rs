//! What goes by way of a third: whose sound is wanted, and whose is passed on.

use std::time::Duration;

use protocol::PeerId;

use crate::budget::Budget;

/// What goes by way of one peer, and by way of this page to it.
#[derive(Debug)]
pub(crate) struct Detour {
    /// Whose sound this page wants by way of it, and since when.
    pub(crate) wanted: Option<(PeerId, Duration)>,
    /// Whose sound it says it passes on.
    pub(crate) passed: Option<PeerId>,
    /// It is not asked before then.
    pub(crate) next: Duration,
    /// Whose sound it wants by way of this page.
    pub(crate) asked: Option<PeerId>,
    /// Whose sound it is passed by this page.
    pub(crate) given: Option<PeerId>,
    /// How often it may ask.
    pub(crate) asks: Budget,
}

impl Detour {
    /// How many of the others a page passes sound to.
    pub(crate) const MOST: usize = 2;
    /// Who has not answered by then is asked no longer,
    pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
    /// nor is who has refused, for so long.
    const REFUSED: Duration = Duration::from_secs(10);

    pub(crate) const fn new() -> Self {
        Self {
            wanted: None,
            passed: None,
            next: Duration::ZERO,
            asked: None,
            given: None,
            asks: Budget::new(4, 1),
        }
    }

    pub(crate) fn is_wanted(&self, of: PeerId) -> bool {
        self.wanted.is_some_and(|(wanted, _)| wanted == of)
    }

    /// Whether somebody is heard by way of this peer.
    pub(crate) fn passes(&self, of: PeerId) -> bool {
        self.is_wanted(of) && self.passed == Some(of)
    }

    /// It said no, or nothing.
    pub(crate) fn refuse(&mut self, now: Duration) {
        (self.wanted, self.passed) = (None, None);
        self.next = now + Self::REFUSED;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn sound_is_passed_on_as_the_essay_says() {
        says(PAIR, &format!("to {} others at most", Detour::MOST));
        let (patience, refused) = (Detour::PATIENCE.as_secs(), Detour::REFUSED.as_secs());
        says(PAIR, &format!("within {patience} seconds"));
        says(PAIR, &format!("for {refused} seconds"));
        let [asks, a_second] = Detour::new().asks.rate();
        says(
            PAIR,
            &format!("{asks} such wishes at once and {a_second} a second"),
        );
    }
}
