//! Memory for what waits for pages to read it, is being written, or is the beginning of a message
//! that they have not finished.

use std::{
    iter, mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A number of bytes for all together, and a part of them for each customer. Everybody gets a
/// little in any case.
#[derive(Clone, Debug)]
pub struct Memory {
    all: Budget,
    customer: Option<Budget>,
}

#[derive(Clone, Debug)]
struct Budget {
    used: Used,
    most: usize,
}

/// A number of bytes that several count together.
#[derive(Clone, Debug, Default)]
pub struct Used(Arc<AtomicUsize>);

/// What is reserved for one page. Dropping it gives it back.
#[derive(Debug)]
pub struct Reservation {
    memory: Memory,
    bytes: usize,
}

impl Memory {
    /// Bytes that each page may reserve even if all together have too much: of what it says, of
    /// what others say to it, and of what the server tells it. A full room, told to a newcomer, and
    /// a handshake fit.
    pub const FLOOR: usize = 16 * 1024;
    /// One customer may have one of so many parts of it, so that a few customers do not leave the
    /// others with [`Memory::FLOOR`] alone.
    pub const PARTS: usize = 4;

    /// A memory of so many bytes.
    pub fn new(most: usize) -> Self {
        let used = Used::default();
        Self {
            all: Budget { used, most },
            customer: None,
        }
    }

    /// The part of it that one customer may have, whose bytes are counted here too.
    pub fn of(&self, used: Used) -> Self {
        let most = self.all.most / Self::PARTS;
        Self {
            all: self.all.clone(),
            customer: Some(Budget { used, most }),
        }
    }

    /// How many bytes are reserved in all.
    pub fn used(&self) -> usize {
        self.all.used.bytes()
    }

    /// Whether one page may reserve so much.
    pub fn allows(&self, bytes: usize) -> bool {
        bytes <= Self::FLOOR
            || self
                .budgets()
                .all(|budget| budget.used.bytes() <= budget.most)
    }

    /// A reservation of nothing yet.
    pub fn reserve(&self) -> Reservation {
        Reservation {
            memory: self.clone(),
            bytes: 0,
        }
    }

    fn budgets(&self) -> impl Iterator<Item = &Budget> {
        iter::once(&self.all).chain(&self.customer)
    }
}

impl Used {
    /// How many there are.
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn change(&self, before: usize, after: usize) {
        // It may wrap in between, and comes out right: the sum of all changes is never below zero.
        self.0
            .fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
    }
}

impl Reservation {
    /// Reserves so much from now on.
    pub fn resize(&mut self, bytes: usize) {
        let before = mem::replace(&mut self.bytes, bytes);
        if bytes != before {
            for budget in self.memory.budgets() {
                budget.used.change(before, bytes);
            }
        }
    }

    /// How much is reserved.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it may become as much as that.
    pub fn may_grow_to(&self, bytes: usize) -> bool {
        self.memory.allows(bytes)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.resize(0);
    }
}
