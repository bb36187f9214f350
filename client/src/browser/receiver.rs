//! What comes through one `RTCRtpReceiver`.

use std::cell::Cell;

use gloo_timers::callback::Interval;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcRtpReceiver;

use super::{
    monotonic,
    shim::{self, AsReceiver},
};
use crate::speech::{Speech, decibels};

/// Between two looks, in milliseconds.
const PERIOD: u32 = 50;
/// After as long without a packet there is silence, in milliseconds: Opus sends one in 400 then.
const STALE: f64 = 450.0;

/// Watches whether somebody speaks; dropping it ends that.
pub(super) struct SpeechWatch {
    _interval: Interval,
}

impl SpeechWatch {
    /// Calls back whenever the person begins or stops.
    pub(super) fn new(receiver: RtcRtpReceiver, report: impl Fn(bool) + 'static) -> Self {
        let (mut speech, mut last) = (Speech::default(), Packet::default());
        let spoke = Cell::new(false);
        let interval = Interval::new(PERIOD, move || {
            let now = monotonic();
            let loudness = last.loudness(newest(&receiver), now);
            let speaks = speech.hear(decibels(loudness), now);
            if spoke.replace(speaks) != speaks {
                report(speaks);
            }
        });
        Self {
            _interval: interval,
        }
    }
}

/// The last packet, and when it was first seen.
#[derive(Default)]
struct Packet {
    timestamp: f64,
    loudness: f32,
    seen: f64,
}

impl Packet {
    /// How loud it is now, from 0 to 1: as loud as the newest packet, for as long as they come.
    fn loudness(&mut self, newest: Option<(f64, f32)>, now: f64) -> f32 {
        match newest {
            Some((timestamp, loudness)) if timestamp != self.timestamp => {
                *self = Self {
                    timestamp,
                    loudness,
                    seen: now,
                };
            }
            _ if now - self.seen > STALE => self.loudness = 0.0,
            _ => {}
        }
        self.loudness
    }
}

/// When the newest packet was played, in milliseconds since some fixed moment, and how loud, from 0
/// to 1: W3C WebRTC, section 5.3.1.
fn newest(receiver: &RtcRtpReceiver) -> Option<(f64, f32)> {
    let sources = receiver
        .unchecked_ref::<AsReceiver>()
        .synchronization_sources()
        .ok()?;
    let packet = |source: JsValue| {
        let loudness = shim::number(&source, "audioLevel").unwrap_or_default();
        Some((shim::number(&source, "timestamp")?, loudness as f32))
    };
    let packets = sources.iter().filter_map(packet);
    packets.max_by(|one, other| one.0.total_cmp(&other.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_loud_is_silent_when_nothing_comes_any_more() {
        let mut packet = Packet::default();
        assert_eq!(packet.loudness(Some((7.0, 0.5)), 1000.0), 0.5);
        assert_eq!(packet.loudness(Some((7.0, 0.5)), 1400.0), 0.5);
        assert_eq!(packet.loudness(Some((7.0, 0.5)), 1500.0), 0.0);
        assert_eq!(packet.loudness(Some((8.0, 0.5)), 1600.0), 0.5);
        assert_eq!(packet.loudness(None, 2100.0), 0.0);
    }
}
