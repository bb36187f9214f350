//! Memory for what all pages together keep waiting: to be read by them, to be written, or for the
//! rest of what they began to say.

use std::mem;

use prometheus_client::metrics::gauge::Gauge;

/// So many bytes for all together; whoever keeps little has that in any case.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Shared by all.
    used: Gauge,
    most: i64,
}

/// What one page keeps of it. Dropping it gives it back.
#[derive(Debug)]
pub struct Keep {
    memory: Memory,
    bytes: usize,
}

impl Memory {
    /// Bytes that each may keep in each direction even if all together have too much: what a page
    /// is told of a full room, and a handshake.
    pub const FLOOR: usize = 16 * 1024;

    /// Of so many bytes, which are counted here.
    pub fn new(used: Gauge, most: usize) -> Self {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        Self { used, most }
    }

    /// Whether somebody may keep so much.
    pub fn allows(&self, bytes: usize) -> bool {
        bytes <= Self::FLOOR || self.used.get() <= self.most
    }

    /// Keeps nothing yet.
    pub fn keep(&self) -> Keep {
        Keep {
            memory: self.clone(),
            bytes: 0,
        }
    }
}

impl Keep {
    /// Keeps so much from now on.
    pub fn set(&mut self, bytes: usize) {
        let before = mem::replace(&mut self.bytes, bytes);
        if bytes != before {
            self.memory.used.inc_by(bytes as i64 - before as i64);
        }
    }

    /// What is kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it may be as much as that.
    pub fn may_be(&self, bytes: usize) -> bool {
        self.memory.allows(bytes)
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        self.set(0);
    }
}
