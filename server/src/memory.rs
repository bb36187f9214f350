//! Memory for what pages keep waiting: to be read by them, to be written, or for the rest of what
//! they began to say.

use std::{iter, mem};

use prometheus_client::metrics::gauge::Gauge;

/// So many bytes for all together, and a part of them for each customer; whoever keeps little has
/// that in any case.
#[derive(Clone, Debug)]
pub struct Memory {
    all: Budget,
    customer: Option<Budget>,
}

#[derive(Clone, Debug)]
struct Budget {
    /// Shared by all of them.
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
    /// Bytes that each may keep even if all together have too much, of what it says, of what others
    /// say, and of what the server says: what a page is told of a full room, and a handshake.
    pub const FLOOR: usize = 16 * 1024;
    /// One customer may have so much of it, one of so many parts: a few shall not leave the others
    /// with [`Memory::FLOOR`] alone.
    pub const PARTS: i64 = 4;

    /// Of so many bytes, which are counted here.
    pub fn new(used: Gauge, most: usize) -> Self {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        Self {
            all: Budget { used, most },
            customer: None,
        }
    }

    /// As much of it as a customer may have whose bytes are counted here too.
    pub fn of(&self, used: Gauge) -> Self {
        let most = self.all.most / Self::PARTS;
        Self {
            all: self.all.clone(),
            customer: Some(Budget { used, most }),
        }
    }

    /// Whether somebody may keep so much.
    pub fn allows(&self, bytes: usize) -> bool {
        bytes <= Self::FLOOR
            || self
                .budgets()
                .all(|budget| budget.used.get() <= budget.most)
    }

    /// Keeps nothing yet.
    pub fn keep(&self) -> Keep {
        Keep {
            memory: self.clone(),
            bytes: 0,
        }
    }

    fn budgets(&self) -> impl Iterator<Item = &Budget> {
        iter::once(&self.all).chain(&self.customer)
    }
}

impl Keep {
    /// Keeps so much from now on.
    pub fn set(&mut self, bytes: usize) {
        let before = mem::replace(&mut self.bytes, bytes);
        if bytes != before {
            for budget in self.memory.budgets() {
                budget.used.inc_by(bytes as i64 - before as i64);
            }
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
