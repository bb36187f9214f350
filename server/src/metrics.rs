//! What the server counts, in the Prometheus text format (OpenMetrics 1.0).
//!
//! Labels are words of this file and of the wire, never of a page: their number is bounded.

use std::fs;

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Metric, Registry, Unit},
};
use protocol::CloseCode;

/// A counter for each value of one label.
type By<T> = Family<[(&'static str, T); 1], Counter>;

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// Bytes read below TLS and WebSocket.
    pub bytes_received: Counter,
    /// Bytes written below TLS and WebSocket.
    pub bytes_sent: Counter,
    /// Pages that were let go because they did not even read what the server itself says.
    pub queue_overflows: Counter,
    /// Signals passed on: most of all messages, so this counter is at hand.
    pub signals: Counter,
    /// From a signal's arrival until it was written to the recipient's connection, in seconds; of
    /// those that are written together, the one that waited longest.
    pub relay_seconds: Histogram,
    /// From a request's head to its answer, in seconds.
    pub http_request_seconds: Histogram,
    messages: By<&'static str>,
    refusals: By<&'static str>,
    closes: By<u16>,
    responses: By<u16>,
    connections: Gauge,
    rooms: Gauge,
    participants: Gauge,
    queued_bytes: Gauge,
    memory: Gauge,
    files: Gauge,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// WebSockets.
    pub connections: usize,
    /// Rooms with somebody in them or in their lobby.
    pub rooms: usize,
    /// Who joined.
    pub participants: usize,
    /// Bytes that wait for pages to read them, or are being written.
    pub queued_bytes: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("madang");
        let names = &mut registry;
        let bytes: By<&'static str> =
            named(names, "bytes", "Read and written below TLS and WebSocket");
        let messages: By<&'static str> = named(names, "messages", "What pages said, by type");
        Self {
            bytes_received: bytes.get_or_create_owned(&[("direction", "received")]),
            bytes_sent: bytes.get_or_create_owned(&[("direction", "sent")]),
            signals: messages.get_or_create_owned(&[("type", "signal")]),
            messages,
            queued_bytes: named(
                names,
                "queued_bytes",
                "Bytes that wait for pages to read them",
            ),
            queue_overflows: named(
                names,
                "queue_overflows",
                "Pages let go because they did not read",
            ),
            relay_seconds: seconds(
                names,
                "relay",
                "From a signal's arrival until it was written",
            ),
            http_request_seconds: seconds(
                names,
                "http_request",
                "From a request's head to its answer",
            ),
            refusals: named(names, "refusals", "What was refused, by reason"),
            closes: named(
                names,
                "closes",
                "WebSockets that the server closed, by code",
            ),
            responses: named(names, "http_responses", "Answers, by status"),
            connections: named(names, "connections", "WebSockets"),
            rooms: named(
                names,
                "rooms",
                "Rooms with somebody in them or in their lobby",
            ),
            participants: named(names, "participants", "Who joined a room"),
            memory: named(names, "resident_memory_bytes", "Memory of the process"),
            files: named(names, "open_files", "File descriptors of the process"),
            registry,
        }
    }
}

fn named<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

fn seconds(registry: &mut Registry, name: &str, help: &str) -> Histogram {
    let histogram = Histogram::new(BUCKETS);
    registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
    histogram
}

/// Seconds: 2 microseconds to 8 seconds, each four times the one before.
const BUCKETS: [f64; 12] = [
    2e-6, 8e-6, 32e-6, 128e-6, 512e-6, 2e-3, 8e-3, 32e-3, 128e-3, 512e-3, 2.0, 8.0,
];

impl Metrics {
    /// A page said something of this type.
    pub(crate) fn message(&self, kind: &'static str) {
        self.messages.get_or_create(&[("type", kind)]).inc();
    }

    /// Something was refused.
    pub(crate) fn refusal(&self, reason: &'static str) {
        self.refusals.get_or_create(&[("reason", reason)]).inc();
    }

    /// The server closed a WebSocket.
    pub(crate) fn close(&self, code: CloseCode) {
        self.closes.get_or_create(&[("code", code.0)]).inc();
    }

    /// A request was answered.
    pub(crate) fn response(&self, status: u16, seconds: f64) {
        self.responses.get_or_create(&[("status", status)]).inc();
        self.http_request_seconds.observe(seconds);
    }

    /// All of it, for Prometheus.
    pub(crate) fn text(&self, counts: Counts) -> String {
        self.connections.set(counts.connections as i64);
        self.rooms.set(counts.rooms as i64);
        self.participants.set(counts.participants as i64);
        self.queued_bytes.set(counts.queued_bytes as i64);
        self.memory.set(resident_memory().unwrap_or(0));
        self.files.set(open_files().unwrap_or(0));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Bytes; Linux alone tells.
fn resident_memory() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn open_files() -> Option<i64> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_name_a_type_and_a_help() {
        let metrics = Metrics::default();
        metrics.signals.inc();
        metrics.message("join");
        metrics.refusal("origin");
        metrics.close(CloseCode::POLICY);
        metrics.response(200, 0.001);
        metrics.relay_seconds.observe(3e-6);
        let text = metrics.text(Counts {
            connections: 3,
            rooms: 1,
            participants: 2,
            queued_bytes: 4,
        });
        for line in [
            "madang_connections 3",
            "madang_rooms 1",
            "madang_participants 2",
            "madang_queued_bytes 4",
            "madang_messages_total{type=\"signal\"} 1",
            "madang_messages_total{type=\"join\"} 1",
            "madang_refusals_total{reason=\"origin\"} 1",
            "madang_closes_total{code=\"1008\"} 1",
            "madang_http_responses_total{status=\"200\"} 1",
            "madang_relay_seconds_bucket{le=\"0.000008\"} 1",
            "madang_bytes_total{direction=\"received\"} 0",
            "madang_queue_overflows_total 0",
            "# EOF",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} in\n{text}");
        }
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.starts_with("madang_"), "{line}");
        }
    }
}
