//! A connection that is there, with the steps that made it and the times that end it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use protocol::{Generation, Signal, Step};

use super::connection::Connection;
use crate::Result;

/// Of the essay's table.
const PATIENCE: Duration = Duration::from_secs(30);
const ALIVE: Duration = Duration::from_secs(2);
const DEAD: Duration = Duration::from_secs(20);
/// Until what was refused as congested is said again.
const CONGESTION: Duration = Duration::from_millis(1500);

pub(super) struct Live {
    pub(super) connection: Connection,
    generation: Generation,
    /// How many of the other side's steps were taken.
    taken: u32,
    /// How many of ours the other side has taken, and those that it has not.
    acknowledged: u32,
    waiting: VecDeque<Step>,
    /// Broken then, unless something happens.
    patience: Instant,
    /// When to say the next `alive`, once `ctl` is open.
    alive: Option<Instant>,
    repeat: Option<Instant>,
}

impl Live {
    /// As initiator `taken` no step yet, as responder the offer.
    pub(super) fn new(
        connection: Connection,
        generation: Generation,
        taken: u32,
        now: Instant,
    ) -> Self {
        Self {
            connection,
            generation,
            taken,
            acknowledged: 0,
            waiting: VecDeque::new(),
            patience: now + PATIENCE,
            alive: None,
            repeat: None,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.alive.is_some()
    }

    pub(super) fn is_dead(&self, now: Instant) -> bool {
        self.patience <= now
    }

    /// Whether the other side has taken anything.
    pub(super) fn was_heard(&self) -> bool {
        self.acknowledged > 0
    }

    /// When there is something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let times = [
            Some(self.patience),
            Some(self.connection.timeout()),
            self.alive,
            self.repeat,
        ];
        times.into_iter().flatten().min()
    }

    /// Takes a step, if it is the next one; with what to answer.
    pub(super) fn take(&mut self, seq: u32, step: Step, now: Instant) -> Result<Option<Step>> {
        if seq != self.taken {
            return Ok(None);
        }
        self.taken += 1;
        if !self.is_open() {
            self.patience = now + PATIENCE;
        }
        self.connection.take(step)
    }

    /// The other side has taken so many.
    pub(super) fn acknowledge(&mut self, count: u32) {
        while self.acknowledged < count && self.waiting.pop_front().is_some() {
            self.acknowledged += 1;
        }
    }

    /// Numbers a step, to be said.
    pub(super) fn number(&mut self, step: Step) -> Signal {
        self.waiting.push_back(step.clone());
        self.signal(self.acknowledged + self.waiting.len() as u32 - 1, step)
    }

    /// All that is not acknowledged.
    pub(super) fn again(&self) -> Vec<Signal> {
        let steps = (self.acknowledged..).zip(&self.waiting);
        steps
            .map(|(seq, step)| self.signal(seq, step.clone()))
            .collect()
    }

    fn signal(&self, seq: u32, step: Step) -> Signal {
        Signal::Step {
            generation: self.generation,
            seq,
            ack: self.taken,
            step,
        }
    }

    /// The server refused a step; it is said again a little later.
    pub(super) fn congested(&mut self, now: Instant) {
        self.repeat = Some(now + CONGESTION);
    }

    /// Whether that is now.
    pub(super) fn is_to_repeat(&mut self, now: Instant) -> bool {
        self.repeat.take_if(|due| *due <= now).is_some()
    }

    /// `ctl` is open.
    pub(super) fn opened(&mut self, now: Instant) {
        self.alive = Some(now);
        self.heard(now);
    }

    /// Any message is a sign of life.
    pub(super) fn heard(&mut self, now: Instant) {
        self.patience = now + DEAD;
    }

    /// How many steps to acknowledge with `alive`, if that is to be said now.
    pub(super) fn alive(&mut self, now: Instant) -> Option<u32> {
        self.alive.take_if(|due| *due <= now)?;
        self.alive = Some(now + ALIVE);
        Some(self.taken)
    }
}
