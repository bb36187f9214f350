//! What comes through one `RTCRtpReceiver`.

use std::{cell::Cell, rc::Rc};

use futures_util::future::{AbortHandle, abortable};
use gloo_timers::callback::Interval;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::RtcRtpReceiver;

use super::{
    monotonic,
    shim::{self, AsReceiver},
};
use crate::{
    flow::Flow,
    speech::{Speech, decibels},
};

/// Between two looks, in milliseconds.
const PERIOD: u32 = 50;
/// After as long without a packet there is silence, in milliseconds: Opus sends one in 400 then.
const STALE: f64 = 450.0;

/// Something is heard that was not, or no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The person begins to speak, or stops.
    Speaks(bool),
    /// Packets begin to come, or stop.
    Comes(bool),
}

type Report = Rc<dyn Fn(Change)>;

/// Watches whether somebody speaks, and whether packets come at all; dropping it ends that.
pub(super) struct SoundWatch {
    _interval: Interval,
    counting: Rc<Cell<Option<AbortHandle>>>,
}

impl SoundWatch {
    /// Calls back whenever the person begins to speak or stops, and packets begin to come or stop.
    pub(super) fn new(receiver: RtcRtpReceiver, report: impl Fn(Change) + 'static) -> Self {
        let report: Report = Rc::new(report);
        let (mut speech, mut last) = (Speech::default(), Packet::default());
        let (mut spoke, flow) = (false, Rc::new(Cell::new(Flow::default())));
        let counting = Rc::new(Cell::new(None));
        let handle = counting.clone();
        let interval = Interval::new(PERIOD, move || {
            let now = monotonic();
            let newest = newest(&receiver);
            let loudness = last.loudness(newest, now);
            let speaks = speech.hear(decibels(loudness), now);
            if std::mem::replace(&mut spoke, speaks) != speaks {
                report(Change::Speaks(speaks));
            }
            let has_to_count = change(&flow, &report, |flow| {
                flow.look(newest.map(|(timestamp, _)| timestamp), now)
            });
            if has_to_count {
                handle.set(Some(count(&receiver, flow.clone(), report.clone())));
            }
        });
        Self {
            _interval: interval,
            counting,
        }
    }
}

impl Drop for SoundWatch {
    fn drop(&mut self) {
        if let Some(counting) = self.counting.take() {
            counting.abort();
        }
    }
}

/// Does something to what is known, and reports it if something else came of it.
fn change<R>(flow: &Cell<Flow>, report: &Report, act: impl FnOnce(&mut Flow) -> R) -> R {
    let mut now = flow.get();
    let came = now.comes();
    let result = act(&mut now);
    flow.set(now);
    if now.comes() != came {
        report(Change::Comes(!came));
    }
    result
}

/// Counts the packets that have come. A promise of a connection that is closed may never settle.
fn count(receiver: &RtcRtpReceiver, flow: Rc<Cell<Flow>>, report: Report) -> AbortHandle {
    let promise = receiver.unchecked_ref::<AsReceiver>().stats();
    let (work, handle) = abortable(async move {
        let packets = match promise {
            Ok(promise) => JsFuture::from(promise).await.ok(),
            Err(_) => None,
        };
        let packets = packets.as_ref().map(packets_received);
        change(&flow, &report, |flow| flow.count(packets));
    });
    spawn_local(async move {
        // Aborted is how it ends.
        let _ = work.await;
    });
    handle
}

/// `RTCReceivedRtpStreamStats.packetsReceived`: W3C WebRTC Statistics, section 8.2. None have come
/// where there is no stream yet.
fn packets_received(report: &JsValue) -> f64 {
    let entries = Array::from(report);
    let stats = entries.iter().filter_map(|it| shim::property(&it, "1"));
    let inbound = stats.filter(|it| shim::text(it, "type").as_deref() == Some("inbound-rtp"));
    inbound
        .filter_map(|it| shim::number(&it, "packetsReceived"))
        .sum()
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
