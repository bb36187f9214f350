//! The guest and one other page.

mod signals;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use protocol::{
    Chat, ClientMessage, Control, Generation, Incarnation, MediaState, Peer, Step, decode, encode,
};

use super::{
    Record,
    chat::Author,
    connection::{Channel, Connection, Outcome},
    live::Live,
};
use crate::Result;

/// Of the essay's table.
const READY: Duration = Duration::from_secs(5);
const MAX_PAUSE: Duration = Duration::from_secs(20);
/// Between two attempts of an initiator; there is only one guest, so nobody is in step with it.
const PAUSE: Duration = Duration::from_secs(1);

/// What a pair asks of its surroundings, or tells them.
#[derive(Debug)]
pub(super) enum Output {
    /// For the server.
    Send(ClientMessage),
    /// For the network.
    Datagram(SocketAddr, Vec<u8>),
    /// The chat can begin.
    ChatOpened,
    /// The peer said this.
    Control(Control),
    /// The peer said this.
    Chat(Chat),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Initiator,
    Responder,
}

pub(super) struct Pair {
    pub(super) peer: Peer,
    own: Incarnation,
    address: SocketAddr,
    role: Role,
    /// The newest that there was.
    generation: Generation,
    link: Link,
    outputs: Vec<Output>,
    record: Option<Record>,
}

enum Link {
    /// A responder asks for an offer, then and ever more rarely; an initiator waits to be asked.
    Asking {
        again: Instant,
        pause: Duration,
    },
    /// An initiator opens a connection then.
    Due {
        from: Instant,
    },
    Live(Box<Live>),
}

impl Pair {
    /// With somebody that `own` just learned of.
    pub(super) fn new(
        own: Author,
        peer: Peer,
        (address, record): (SocketAddr, Option<Record>),
        now: Instant,
    ) -> Self {
        let role = if own.0 < peer.id {
            Role::Initiator
        } else {
            Role::Responder
        };
        let mut pair = Self {
            peer,
            own: own.1,
            address,
            role,
            generation: Generation(0),
            link: Link::asking(now),
            outputs: Vec::new(),
            record,
        };
        pair.ask();
        pair
    }

    /// The peer and which load of its page.
    pub(super) fn author(&self) -> Author {
        (self.peer.id, self.peer.incarnation)
    }

    /// Whether the peer speaks for itself.
    pub(super) fn is_connected(&self) -> bool {
        matches!(&self.link, Link::Live(live) if live.is_open())
    }

    /// What came from the network; whether it was for this pair.
    pub(super) fn receive(&mut self, from: SocketAddr, datagram: &[u8], now: Instant) -> bool {
        match &mut self.link {
            Link::Live(live) => live.connection.receive(from, datagram, now),
            _ => false,
        }
    }

    /// When there is something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.link {
            Link::Asking { again, .. } => (self.role == Role::Responder).then_some(*again),
            Link::Due { from } => Some(*from),
            Link::Live(live) => live.deadline(),
        }
    }

    /// Does what is due.
    pub(super) fn advance(&mut self, now: Instant) {
        match &mut self.link {
            Link::Asking { again, pause } if self.role == Role::Responder && *again <= now => {
                *pause = (*pause + READY).min(MAX_PAUSE);
                *again = now + *pause;
                self.ask();
            }
            Link::Due { from } if *from <= now => {
                self.generation = self.generation.next();
                self.open(|address| Connection::offer(address, now), now);
            }
            Link::Live(live) if live.is_dead(now) => self.give_up(now),
            Link::Live(live) => {
                live.connection.wake(now);
                let (alive, is_to_repeat) = (live.alive(now), live.is_to_repeat(now));
                if let Some(ack) = alive {
                    self.tell(&Control::Alive { ack });
                }
                if is_to_repeat {
                    self.rejoined();
                }
            }
            Link::Asking { .. } | Link::Due { .. } => {}
        }
    }

    /// Says something on `ctl`, if it is open.
    pub(super) fn tell(&mut self, control: &Control) {
        self.send(Channel::Ctl, &encode(control));
    }

    /// Writes to `chat`, if it is open.
    pub(super) fn write(&mut self, chat: &Chat) {
        self.send(Channel::Chat, &encode(chat));
    }

    fn send(&mut self, channel: Channel, text: &str) {
        if let Link::Live(live) = &mut self.link {
            live.connection.say(channel, text);
            self.note(channel, '>', text);
        }
    }

    fn note(&self, channel: Channel, direction: char, text: &str) {
        if let Some(record) = &self.record {
            record.write(format!("{} {direction} {text}", channel.label()));
        }
    }

    /// What came of it all.
    pub(super) fn outputs(&mut self, now: Instant) -> Vec<Output> {
        let outcomes = match &mut self.link {
            Link::Live(live) => live.connection.outcomes(),
            _ => Vec::new(),
        };
        for outcome in outcomes {
            match outcome {
                Outcome::Datagram(to, datagram) => {
                    self.outputs.push(Output::Datagram(to, datagram));
                }
                Outcome::Opened(channel) => self.opened(channel, now),
                Outcome::Text(channel, text) => self.read(channel, &text, now),
                Outcome::Broken => {
                    self.give_up(now);
                    break;
                }
            }
        }
        std::mem::take(&mut self.outputs)
    }

    /// Closes the connection; what it has to say last is still said.
    pub(super) fn close(&mut self) {
        let Link::Live(live) = &mut self.link else {
            return;
        };
        live.connection.close();
        for outcome in live.connection.outcomes() {
            if let Outcome::Datagram(to, datagram) = outcome {
                self.outputs.push(Output::Datagram(to, datagram));
            }
        }
    }

    fn open(
        &mut self,
        open: impl FnOnce(SocketAddr) -> Result<(Connection, Vec<Step>)>,
        now: Instant,
    ) {
        let Ok((connection, steps)) = open(self.address) else {
            return self.give_up(now);
        };
        let taken = u32::from(self.role == Role::Responder);
        let live = Live::new(connection, self.generation, taken, now);
        self.link = Link::Live(Box::new(live));
        self.say(steps);
    }

    /// Closes what is broken. The responder asks for the next at once, the initiator opens it after
    /// a pause.
    fn give_up(&mut self, now: Instant) {
        self.close();
        self.link = match self.role {
            Role::Initiator => Link::Due { from: now + PAUSE },
            Role::Responder => Link::asking(now),
        };
        self.ask();
    }

    fn opened(&mut self, channel: Channel, now: Instant) {
        match (channel, &mut self.link) {
            (Channel::Ctl, Link::Live(live)) => {
                live.opened(now);
                self.tell(&Control::Media(MediaState::default()));
            }
            _ => self.outputs.push(Output::ChatOpened),
        }
    }

    fn read(&mut self, channel: Channel, text: &str, now: Instant) {
        self.note(channel, '<', text);
        let Link::Live(live) = &mut self.link else {
            return;
        };
        live.heard(now);
        match channel {
            Channel::Ctl => {
                let control = decode(text);
                if let Some(Control::Alive { ack }) = control {
                    live.acknowledge(ack);
                }
                self.outputs.extend(control.map(Output::Control));
            }
            Channel::Chat => self.outputs.extend(decode(text).map(Output::Chat)),
        }
    }
}

impl Link {
    fn asking(now: Instant) -> Self {
        Self::Asking {
            again: now + READY,
            pause: READY,
        }
    }
}
