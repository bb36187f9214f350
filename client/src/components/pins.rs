//! Which tiles a person wants large.

use mesh::Source;
use protocol::PeerId;

/// A tile of the stage: whose, oneself's without an id, and whether it is the camera or the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileId {
    /// Whose.
    pub person: Option<PeerId>,
    /// Of what.
    pub source: Source,
}

/// As many are large at once: a speaker and an interpreter, or two screens.
const MAX_LARGE: usize = 2;

/// The pinned tiles, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pins(Vec<TileId>);

impl Pins {
    /// Pins this tile, or unpins it. One too many takes the place of the oldest.
    pub fn toggled(&self, tile: TileId) -> Self {
        let mut pins: Vec<TileId> = self.0.iter().copied().filter(|pin| *pin != tile).collect();
        if pins.len() == self.0.len() {
            pins.push(tile);
        }
        let gone = pins.len().saturating_sub(MAX_LARGE);
        Self(pins.split_off(gone))
    }

    /// Whether a tile is pinned.
    pub fn has(&self, tile: TileId) -> bool {
        self.0.contains(&tile)
    }

    /// Which of these tiles are large: those that are pinned, or else the screens that others
    /// share, or else the face of `speaker`, if it is to be so. One's own screen is known to
    /// oneself, and shown large it would show itself in itself.
    pub fn large(&self, tiles: &[TileId], speaker: Option<PeerId>) -> Vec<bool> {
        let is_pinned = |tile: &TileId| self.has(*tile);
        let is_shared = |tile: &TileId| tile.source == Source::Screen && tile.person.is_some();
        let speaks = |tile: &TileId| speaker.is_some() && tile.person == speaker;
        let is_wanted: &dyn Fn(&TileId) -> bool = if tiles.iter().any(is_pinned) {
            &is_pinned
        } else if tiles.iter().any(is_shared) {
            &is_shared
        } else {
            &speaks
        };
        let mut left = MAX_LARGE;
        let mut is_large = |tile: &TileId| {
            let is_large = is_wanted(tile) && left > 0;
            left -= usize::from(is_large);
            is_large
        };
        tiles.iter().map(&mut is_large).collect()
    }

    /// Whether one of the large ones is a screen. Who speaks makes none large.
    pub fn has_large_screen(&self, tiles: &[TileId]) -> bool {
        let mut tiles_and_large = tiles.iter().zip(self.large(tiles, None));
        tiles_and_large.any(|(tile, is_large)| is_large && tile.source == Source::Screen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(person: u8, source: Source) -> TileId {
        TileId {
            person: (person > 0).then_some(PeerId([person; 16])),
            source,
        }
    }

    fn face(person: u8) -> TileId {
        tile(person, Source::Camera)
    }

    #[test]
    fn a_second_pin_stands_beside_the_first_and_a_third_takes_its_place() {
        let pins = Pins::default().toggled(face(1)).toggled(face(2));
        assert_eq!(
            pins.large(&[face(1), face(2), face(3)], None),
            [true, true, false]
        );
        let pins = pins.toggled(face(3));
        assert_eq!(
            pins.large(&[face(1), face(2), face(3)], None),
            [false, true, true]
        );
        let pins = pins.toggled(face(2)).toggled(face(3));
        assert_eq!(pins, Pins::default());
    }

    #[test]
    fn the_screens_of_others_are_large_by_themselves_and_make_way_for_a_pin() {
        let [own, first, second, third] = [0, 1, 2, 3].map(|it| tile(it, Source::Screen));
        let tiles = [face(1), own, first, second, third];
        let large = Pins::default().large(&tiles, None);
        assert_eq!(large, [false, false, true, true, false]);
        let large = Pins::default().toggled(face(1)).large(&tiles, None);
        assert_eq!(large, [true, false, false, false, false]);
        let large = Pins::default().toggled(own).large(&tiles, None);
        assert_eq!(large, [false, true, false, false, false]);
    }

    #[test]
    fn who_speaks_makes_way_for_a_screen_and_for_a_pin() {
        let speaker = Some(PeerId([2; 16]));
        let large = |pins: &Pins, tiles: &[TileId]| pins.large(tiles, speaker);
        let (none, tiles) = (Pins::default(), [face(1), face(2), face(0)]);
        assert_eq!(large(&none, &tiles), [false, true, false]);
        let pin = none.toggled(face(1));
        assert_eq!(large(&pin, &tiles), [true, false, false]);
        let shared = [face(1), tile(1, Source::Screen), face(2)];
        assert_eq!(large(&none, &shared), [false, true, false]);
        let gone = [face(1), face(0)];
        assert_eq!(large(&none, &gone), [false, false]);
    }

    #[test]
    fn a_screen_is_large_unless_faces_are_pinned() {
        let [own, shared] = [0, 1].map(|it| tile(it, Source::Screen));
        let tiles = [face(1), own, shared];
        let pins = Pins::default();
        assert!(pins.has_large_screen(&tiles));
        assert!(!pins.has_large_screen(&[face(1), own]));
        assert!(pins.toggled(own).has_large_screen(&tiles));
        assert!(!pins.toggled(face(1)).has_large_screen(&tiles));
    }

    #[test]
    fn a_pin_whose_tile_is_gone_counts_for_nothing() {
        let pins = Pins::default().toggled(face(9));
        let shared = tile(1, Source::Screen);
        assert_eq!(pins.large(&[face(1), shared], None), [false, true]);
    }
}
