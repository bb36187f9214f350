//! How much a page may say.

use std::time::Duration;

use tokio::time::Instant;

use crate::bucket::{Bucket, Rate};

/// Messages of one page. Joining a full room takes 150 at once.
pub(super) const MESSAGES: Rate = Rate {
    burst: 400.0,
    per_second: 50.0,
};
/// Pings and pongs of one page: it sends one pong for each ping of ours, and browsers send no
/// pings.
pub(super) const CONTROLS: Rate = Rate {
    burst: 30.0,
    per_second: 10.0,
};

/// How often one page may enter or look into a room, even the same one: each time costs everybody
/// there a message.
pub(super) const ENTRIES: Rate = Rate {
    burst: 12.0,
    per_second: 0.5,
};
/// How long a page waits for its address's turn. Its own patience ends after ten seconds.
pub(super) const TURN: Duration = Duration::from_secs(8);

/// What a page may still say.
pub(super) struct Allowance {
    messages: Bucket,
    controls: Bucket,
    entries: Bucket,
    /// Messages in a row that could not be read.
    pub(super) mistakes: u32,
}

impl Allowance {
    /// Nothing of it is used yet.
    pub(super) fn full(now: Instant) -> Self {
        Self {
            messages: Bucket::full(MESSAGES, now),
            controls: Bucket::full(CONTROLS, now),
            entries: Bucket::full(ENTRIES, now),
            mistakes: 0,
        }
    }

    /// Whether the page may say one more message.
    pub(super) fn message(&mut self, now: Instant) -> bool {
        self.messages.take(MESSAGES, now)
    }

    /// Whether it may send one more ping or pong.
    pub(super) fn control(&mut self, now: Instant) -> bool {
        self.controls.take(CONTROLS, now)
    }

    /// Whether it may enter one more room.
    pub(super) fn entry(&mut self, now: Instant) -> bool {
        self.entries.take(ENTRIES, now)
    }
}
