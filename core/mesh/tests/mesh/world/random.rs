//! Chance that can be had again: the same seed, the same world.

use std::{ops::Range, time::Duration};

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Less than `limit`, which is not zero.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance as usize
    }

    pub fn between(&mut self, range: Range<Duration>) -> Duration {
        let span = range.end.saturating_sub(range.start).as_micros() as u64;
        range.start + Duration::from_micros(if span == 0 { 0 } else { self.next() % span })
    }

    pub fn millis(&mut self, range: Range<u64>) -> Duration {
        self.between(Duration::from_millis(range.start)..Duration::from_millis(range.end))
    }

    pub fn bytes(&mut self) -> [u8; 16] {
        std::array::from_fn(|_| self.next() as u8)
    }
}
