//! What the two say to each other through the server.

use std::time::Instant;

use protocol::{ClientMessage, Envelope, Generation, Signal, Step, decode, encode};

use super::{Connection, Link, Output, Pair, Role};

impl Pair {
    /// The same page load joined again: what was said meanwhile may be lost.
    pub(in crate::guest) fn rejoined(&mut self) {
        match &self.link {
            Link::Asking { .. } => self.ask(),
            Link::Due { .. } => {}
            Link::Live(live) => live.again().into_iter().for_each(|step| self.signal(step)),
        }
    }

    /// The server had no room for what was said last.
    pub(in crate::guest) fn congested(&mut self, now: Instant) {
        if let Link::Live(live) = &mut self.link {
            live.congested(now);
        }
    }

    /// The peer said this through the server.
    pub(in crate::guest) fn hear(&mut self, payload: &str, now: Instant) {
        let own = self.own;
        let envelope: Option<Envelope> = decode(payload);
        let Some(envelope) = envelope.filter(|envelope| envelope.to == own) else {
            return;
        };
        if envelope.from != self.peer.incarnation {
            return;
        }
        match envelope.signal {
            Signal::Ready { after } if self.role == Role::Initiator => self.asked(after, now),
            Signal::Ready { .. } => {}
            Signal::Step {
                generation,
                seq,
                ack,
                step,
            } => match step {
                Step::Offer { negotiation, sdp } if seq == 0 && self.is_newer(generation) => {
                    self.close();
                    self.generation = generation;
                    let offer = (negotiation, &*sdp);
                    self.open(|address| Connection::answer(address, offer, now), now);
                }
                step if generation == self.generation => self.take((seq, ack), step, now),
                _ => {}
            },
        }
    }

    /// Whether an offer of this generation begins a new connection.
    fn is_newer(&self, generation: Generation) -> bool {
        self.role == Role::Responder && generation > self.generation
    }

    /// The responder wants a connection newer than `after`.
    fn asked(&mut self, after: Generation, now: Instant) {
        match &self.link {
            Link::Asking { .. } => self.link = Link::Due { from: now },
            Link::Due { .. } => {}
            Link::Live(live) if after < self.generation && !live.was_heard() => self.rejoined(),
            Link::Live(_) => self.give_up(now),
        }
        self.generation = self.generation.max(after);
    }

    fn take(&mut self, (seq, ack): (u32, u32), step: Step, now: Instant) {
        let Link::Live(live) = &mut self.link else {
            return;
        };
        live.acknowledge(ack);
        match live.take(seq, step, now) {
            Ok(answer) => self.say(answer),
            Err(_) => self.give_up(now),
        }
    }

    pub(super) fn ask(&mut self) {
        if self.role == Role::Responder {
            let after = self.generation;
            self.signal(Signal::Ready { after });
        }
    }

    pub(super) fn say(&mut self, steps: impl IntoIterator<Item = Step>) {
        for step in steps {
            if let Link::Live(live) = &mut self.link {
                let step = live.number(step);
                self.signal(step);
            }
        }
    }

    fn signal(&mut self, signal: Signal) {
        let envelope = Envelope {
            from: self.own,
            to: self.peer.incarnation,
            signal,
        };
        self.outputs.push(Output::Send(ClientMessage::Signal {
            to: self.peer.id,
            payload: encode(&envelope),
        }));
    }
}
