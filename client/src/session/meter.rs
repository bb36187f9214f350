//! How loud one's own microphone is.

use yew::Callback;

use super::{Event, Queue};
use crate::browser::{Level, Track};

/// Measures while it is wanted, and tells the last who asked.
#[derive(Default)]
pub(super) struct Meter {
    level: Option<Level>,
    told: Option<Callback<u8>>,
}

impl Meter {
    pub(super) fn measure(&mut self, wanted: bool, track: Option<&Track>, queue: &Queue) {
        if !wanted {
            self.level = None;
        } else if self.level.is_none() {
            let queue = queue.clone();
            let watch = |track| Level::watch(track, move |level| queue.push(Event::Level(level)));
            self.level = track.and_then(watch);
        }
    }

    /// The microphone is another one.
    pub(super) fn forget(&mut self) {
        self.level = None;
    }

    pub(super) fn tell(&mut self, told: Callback<u8>) {
        self.told = Some(told);
    }

    pub(super) fn changed(&self, level: u8) {
        self.told.iter().for_each(|told| told.emit(level));
    }
}
