//! Who has raised a hand, and in which order.

use protocol::PeerId;

use crate::order;

/// One's own hand.
///
/// **The order is the same for all who hear each other**, however late they hear: a turn is given
/// once, by its owner, and told again with each new connection.
#[derive(Debug, Default)]
pub(crate) struct Hand {
    /// Up, with this turn.
    turn: Option<u32>,
}

impl Hand {
    /// A hostile turn pushes those that come after it no further than this: all of them last for
    /// days of that. It is more than anybody raises hands while one stays up.
    const LEAD: u32 = 1 << 10;

    pub(crate) fn turn(&self) -> Option<u32> {
        self.turn
    }

    /// Raises or lowers one's own. Raised twice it keeps its turn.
    pub(crate) fn raise(&mut self, up: bool, others: impl Iterator<Item = u32>) {
        let next = || others.max().map_or(1, |last| last.saturating_add(1));
        self.turn = up.then(|| self.turn.unwrap_or_else(next));
    }

    /// What is believed of a turn that somebody claims, when `others` are the turns of all others.
    pub(crate) fn believed(claimed: u32, others: impl Iterator<Item = u32>) -> u32 {
        claimed.min(others.max().unwrap_or(0).saturating_add(Self::LEAD))
    }
}

/// Whose hands are up, in order.
pub(crate) fn in_order(hands: impl Iterator<Item = (PeerId, Option<u32>)>) -> Vec<PeerId> {
    let up = hands.filter_map(|(id, turn)| Some((turn?, id)));
    order::in_order(up, |up| *up)
        .into_iter()
        .map(|(_, id)| id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn a_hand_comes_after_those_that_are_up_and_keeps_its_turn() {
        let mut hand = Hand::default();
        hand.raise(true, [4, 7].into_iter());
        assert_eq!(hand.turn(), Some(8));
        hand.raise(true, [20].into_iter());
        assert_eq!(hand.turn(), Some(8));
        hand.raise(false, [20].into_iter());
        assert_eq!(hand.turn(), None);
        hand.raise(true, [].into_iter());
        assert_eq!(hand.turn(), Some(1));
    }

    #[test]
    fn of_equal_turns_the_smaller_id_comes_first() {
        let id = |first| PeerId([first; 16]);
        let hands = [
            (id(3), Some(1)),
            (id(2), Some(2)),
            (id(1), Some(2)),
            (id(4), None),
        ];
        assert_eq!(in_order(hands.into_iter()), [id(3), id(1), id(2)]);
    }

    #[test]
    fn a_turn_far_ahead_is_pulled_back() {
        assert_eq!(Hand::believed(9, [2].into_iter()), 9);
        assert_eq!(Hand::believed(u32::MAX, [2].into_iter()), 2 + Hand::LEAD);
        assert_eq!(Hand::believed(u32::MAX, [u32::MAX].into_iter()), u32::MAX);
        says(PAIR, &format!("than {} ahead of all others", Hand::LEAD));
    }
}
