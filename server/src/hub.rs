//! The rooms behind one lock, with a bounded queue for each WebSocket.

mod registration;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use hyper_tungstenite::tungstenite::Utf8Bytes;
use protocol::{CloseCode, IceServer, MAX_MESSAGE, PeerId, Rejection, ServerMessage};
use rooms::{ConnectionKey, Delivery, Rooms};
use tokio::time::Instant;

use crate::{
    ice::Ice,
    memory::Memory,
    metrics::{Counts, Metrics},
    queue::{Outgoing, Queue, Subject},
};
pub(crate) use registration::Registration;

/// Where all WebSockets meet.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    state: Arc<Mutex<State>>,
    ice: Arc<Ice>,
    memory: Memory,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct State {
    rooms: Rooms,
    connections: HashMap<ConnectionKey, Connected>,
    capacity: usize,
    /// How many there were so far.
    count: u64,
    is_closed: bool,
}

#[derive(Debug)]
struct Connected {
    queue: Arc<Queue>,
    /// Whose it is, for the TURN server.
    customer: u32,
}

/// How much a hub can take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// WebSockets.
    pub connections: usize,
    /// Bytes of the [`Memory`] that all share.
    pub bytes: usize,
}

/// Why a WebSocket is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RegisterError {
    /// All are taken.
    Full,
    /// The server goes down.
    Closed,
}

impl Hub {
    /// A hub of rooms that take `capacity` people each, who are told to use `ice`.
    pub(crate) fn new(capacity: usize, ice: Ice, bounds: Bounds, metrics: Arc<Metrics>) -> Self {
        let state = State {
            rooms: Rooms::new(capacity, ice.stun(), ice.relay()),
            connections: HashMap::new(),
            capacity: bounds.connections,
            count: 0,
            is_closed: false,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            ice: Arc::new(ice),
            memory: Memory::new(bounds.bytes),
            metrics,
        }
    }

    /// Registers one more WebSocket, which comes from the network of this customer. What waits for
    /// it is reserved from this memory.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn register(
        &self,
        customer: &[u8],
        memory: &Memory,
    ) -> Result<Registration, RegisterError> {
        let customer = self.ice.customer(customer);
        let mut state = self.lock();
        if state.is_closed {
            return Err(RegisterError::Closed);
        }
        if state.connections.len() >= state.capacity {
            return Err(RegisterError::Full);
        }
        state.count += 1;
        let key = ConnectionKey(state.count);
        let queue = Arc::new(Queue::new(memory));
        let connected = Connected {
            queue: Arc::clone(&queue),
            customer,
        };
        state.connections.insert(key, connected);
        drop(state);
        Ok(Registration {
            hub: self.clone(),
            key,
            queue,
        })
    }

    /// The memory that all WebSockets share for what waits.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// How many there are of each.
    pub(crate) fn counts(&self) -> Counts {
        let state = self.lock();
        Counts {
            connections: state.connections.len(),
            rooms: state.rooms.len(),
            participants: state.rooms.participants(),
            queued_bytes: self.memory.used(),
        }
    }

    /// Whether anybody may register.
    pub(crate) fn is_open(&self) -> bool {
        !self.lock().is_closed
    }

    /// Registers nobody any more, and returns who is registered, for [`Hub::end`].
    pub(crate) fn close(&self) -> Vec<ConnectionKey> {
        let mut state = self.lock();
        state.is_closed = true;
        state.connections.keys().copied().collect()
    }

    /// Ends these WebSockets with this code, after what was said to them before.
    pub(crate) fn end(&self, connections: &[ConnectionKey], code: CloseCode) {
        let state = self.lock();
        for queue in connections.iter().filter_map(|key| state.queue(*key)) {
            queue.end(code);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; if it did, one broken room is better than none
        // that works.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The TURN server that a participant is told to use.
    fn turn_server(
        &self,
        connections: &HashMap<ConnectionKey, Connected>,
        key: ConnectionKey,
        id: PeerId,
    ) -> Option<IceServer> {
        let customer = connections.get(&key)?.customer;
        self.ice.turn_server(customer, id, since_1970())
    }

    fn deliver(&self, state: &State, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            match delivery {
                Delivery::Send(recipients, message) => {
                    let subject = match &message {
                        ServerMessage::PeerLeft { id, .. } => Subject::Left(*id),
                        ServerMessage::PeerJoined { peer } => Subject::Joined {
                            id: peer.id,
                            is_new: false,
                        },
                        _ => Subject::Answer,
                    };
                    self.tell(state, &recipients, &message, subject);
                }
                Delivery::Arrive(recipients, peer) => {
                    let id = peer.id;
                    let subject = Subject::Joined { id, is_new: true };
                    self.tell(
                        state,
                        &recipients,
                        &ServerMessage::PeerJoined { peer },
                        subject,
                    );
                }
                Delivery::End(connection, code) => {
                    if let Some(queue) = state.queue(connection) {
                        queue.end(code);
                    }
                }
            }
        }
    }

    /// What the server itself says cannot be left out: a page that does not read even that has to
    /// go.
    fn tell(&self, state: &State, to: &[ConnectionKey], message: &ServerMessage, subject: Subject) {
        let text = Utf8Bytes::from(protocol::encode(message));
        for queue in to.iter().filter_map(|key| state.queue(*key)) {
            let text = text.clone();
            if !queue.push(Outgoing { text, subject }) {
                self.metrics.queue_overflows.inc();
                queue.clear();
                queue.end(CloseCode::TOO_SLOW);
            }
        }
    }

    /// Passes a signal on if it may wait. Nobody is let go because others write much.
    fn relay(
        &self,
        state: &State,
        (sender, to): (ConnectionKey, PeerId),
        text: impl FnOnce(PeerId) -> String,
        since: Instant,
    ) -> Result<(), Rejection> {
        let (recipient, from) = state.rooms.route(sender, to)?;
        let text = Utf8Bytes::from(text(from));
        // It is longer than what came in: the page is told more about the sender than the sender
        // said about the recipient.
        if text.len() > MAX_MESSAGE {
            return Err(Rejection::TooLarge { to });
        }
        let Some(queue) = state.queue(recipient) else {
            return Err(Rejection::NoSuchPeer { to });
        };
        let subject = Subject::Signal { from, since };
        if queue.push(Outgoing { text, subject }) {
            Ok(())
        } else {
            self.metrics.refusal("congested");
            Err(Rejection::Congested { to })
        }
    }
}

impl State {
    fn queue(&self, key: ConnectionKey) -> Option<&Queue> {
        Some(&self.connections.get(&key)?.queue)
    }
}

/// By the wall clock, which TURN servers go by too.
fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
