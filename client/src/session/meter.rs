//! How loud one's own microphone is.

use yew::Callback;

use super::{Event, Queue};
use crate::{
    browser::{Level, Track, monotonic},
    speech::Speech,
};

/// The loudness that a quiet room does not reach, in dB below the loudest, and how much makes one
/// step more.
const FLOOR: f32 = -55.0;
const STEP: f32 = 10.0;

/// What the microphone is listened to for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// How loud it is, in steps.
    Level,
    /// Whether the person speaks.
    Speech,
    /// Whether somebody speaks who is muted, and wants to be told.
    MutedSpeech,
}

/// Measures while it is wanted, and tells the last who asked.
#[derive(Default)]
pub(super) struct Meter {
    measures: Option<Measure>,
    told: Option<Callback<u8>>,
    speaks: bool,
}

struct Measure {
    purpose: Purpose,
    _level: Level,
    /// Of its own, where the one that is sent is silent.
    _track: Option<Track>,
}

impl Meter {
    pub(super) fn measure(
        &mut self,
        purpose: Option<Purpose>,
        track: Option<&Track>,
        queue: &Queue,
    ) {
        if self.purpose() == purpose {
            return;
        }
        self.forget();
        if let (Some(purpose), Some(track)) = (purpose, track) {
            let own = (purpose == Purpose::MutedSpeech).then(|| track.listening());
            let level = watch(purpose, own.as_ref().unwrap_or(track), queue.clone());
            self.measures = level.map(|level| Measure {
                purpose,
                _level: level,
                _track: own,
            });
        }
    }

    fn purpose(&self) -> Option<Purpose> {
        self.measures.as_ref().map(|measure| measure.purpose)
    }

    /// The microphone is another one.
    pub(super) fn forget(&mut self) {
        self.measures = None;
        self.speaks = false;
    }

    pub(super) fn tell(&mut self, told: Callback<u8>) {
        self.told = Some(told);
    }

    pub(super) fn changed(&self, level: u8) {
        self.told.iter().for_each(|told| told.emit(level));
    }

    pub(super) fn speaking(&mut self, speaks: bool) {
        self.speaks = speaks;
    }

    /// Whether the person speaks, and that is what is listened for.
    pub(super) fn speaks(&self, purpose: Purpose) -> bool {
        self.speaks && self.purpose() == Some(purpose)
    }
}

/// Tells only what changed.
fn watch(purpose: Purpose, track: &Track, queue: Queue) -> Option<Level> {
    let (mut speech, mut last) = (Speech::default(), (0, false));
    Level::watch(track, move |decibels| {
        let now = match purpose {
            Purpose::Level => (steps(decibels), false),
            Purpose::Speech | Purpose::MutedSpeech => (0, speech.hear(decibels, monotonic())),
        };
        if now.0 != last.0 {
            queue.push(Event::Level(now.0));
        }
        if now.1 != last.1 {
            queue.push(Event::Speaking(now.1));
        }
        last = now;
    })
}

/// 0 in a quiet room, and 5 at the most.
fn steps(decibels: f32) -> u8 {
    ((decibels - FLOOR) / STEP).ceil().clamp(0.0, 5.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::decibels;

    #[test]
    fn silence_is_none_speech_is_some_and_a_shout_is_all() {
        let steps = |loudness| steps(decibels(loudness));
        assert_eq!(steps(0.0), 0);
        assert_eq!(steps(0.001), 0);
        assert_eq!(steps(0.01), 2);
        assert_eq!(steps(0.05), 3);
        assert_eq!(steps(1.0), 5);
    }
}
