//! Memory for what pages keep waiting: to be read by them, to be written, or for the rest of what
//! they began to say.

use std::{
    iter, mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// So many bytes for all together, and a part of them for each customer. Whoever keeps little has
/// that in any case.
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

/// A number of bytes that all who use them count together.
#[derive(Clone, Debug, Default)]
pub struct Used(Arc<AtomicUsize>);

/// What one page keeps of it. Dropping it gives it back.
#[derive(Debug)]
pub struct Reservation {
    memory: Memory,
    bytes: usize,
}

impl Memory {
    /// Bytes that each may keep even if all together have too much, of what it says, of what others
    /// say, and of what the server says: what a page is told of a full room, and a handshake.
    pub const FLOOR: usize = 16 * 1024;
    /// One customer may have one of so many parts of it: a few customers shall not leave the others
    /// with [`Memory::FLOOR`] alone.
    pub const PARTS: usize = 4;

    /// So many bytes.
    pub fn new(most: usize) -> Self {
        let used = Used::default();
        Self {
            all: Budget { used, most },
            customer: None,
        }
    }

    /// As much of it as a customer may have, whose bytes are counted here too.
    pub fn of(&self, used: Used) -> Self {
        let most = self.all.most / Self::PARTS;
        Self {
            all: self.all.clone(),
            customer: Some(Budget { used, most }),
        }
    }

    /// How many bytes all together keep.
    pub fn used(&self) -> usize {
        self.all.used.bytes()
    }

    /// Whether somebody may keep so much.
    pub fn allows(&self, bytes: usize) -> bool {
        bytes <= Self::FLOOR
            || self
                .budgets()
                .all(|budget| budget.used.bytes() <= budget.most)
    }

    /// Keeps nothing yet.
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
        // What wraps in between comes out right: the sum of all changes is never below zero.
        self.0
            .fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
    }
}

impl Reservation {
    /// Keeps so much from now on.
    pub fn resize(&mut self, bytes: usize) {
        let before = mem::replace(&mut self.bytes, bytes);
        if bytes != before {
            for budget in self.memory.budgets() {
                budget.used.change(before, bytes);
            }
        }
    }

    /// What is kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it may be as much as that.
    pub fn may_grow_to(&self, bytes: usize) -> bool {
        self.memory.allows(bytes)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.resize(0);
    }
}
