//! The rooms behind one lock, with a bounded queue for each WebSocket.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use hyper_tungstenite::tungstenite::Utf8Bytes;
use protocol::{ClientMessage, Rejection, ServerMessage, SignalRef, close};
use tokio::time::Instant;

use crate::{
    metrics::{Census, Metrics},
    queue::{Outgoing, Queue, Waiting},
    rooms::{ConnectionKey, Delivery, Rooms},
};

/// Where all WebSockets meet.
#[derive(Clone, Debug)]
pub struct Hub {
    state: Arc<Mutex<State>>,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct State {
    rooms: Rooms,
    queues: HashMap<ConnectionKey, Arc<Queue>>,
    bounds: Bounds,
    connections: u64,
    is_closed: bool,
}

/// How much a hub takes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// WebSockets.
    pub connections: usize,
    /// Bytes that may wait for all pages together. Beyond that, whoever has most waiting is let go.
    pub queued_bytes: usize,
}

/// One WebSocket's place in the hub. Dropping it leaves the room.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    key: ConnectionKey,
    queue: Arc<Queue>,
}

/// Why there is no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSeat {
    /// All are taken.
    Full,
    /// The server goes down.
    Closed,
}

impl Hub {
    /// A hub for these rooms.
    pub fn new(rooms: Rooms, bounds: Bounds, metrics: Arc<Metrics>) -> Self {
        let state = State {
            rooms,
            queues: HashMap::new(),
            bounds,
            connections: 0,
            is_closed: false,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            metrics,
        }
    }

    /// A place for one more WebSocket.
    ///
    /// # Errors
    /// When there is none.
    pub fn sit_down(&self) -> Result<Seat, NoSeat> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(NoSeat::Closed);
        }
        if state.queues.len() >= state.bounds.connections {
            return Err(NoSeat::Full);
        }
        state.connections += 1;
        let key = ConnectionKey(state.connections);
        let queue = Arc::<Queue>::default();
        state.queues.insert(key, Arc::clone(&queue));
        drop(state);
        Ok(Seat {
            hub: self.clone(),
            key,
            queue,
        })
    }

    /// How many there are of what.
    pub fn census(&self) -> Census {
        let state = self.lock();
        Census {
            connections: state.queues.len(),
            ..state.rooms.census()
        }
    }

    /// Whether there may be seats.
    pub fn is_open(&self) -> bool {
        !self.lock().is_closed
    }

    /// Gives no more seats, and returns those who sit, for [`Hub::end`].
    pub fn close(&self) -> Vec<ConnectionKey> {
        let mut state = self.lock();
        state.is_closed = true;
        state.queues.keys().copied().collect()
    }

    /// Ends these WebSockets with this code, after what was said to them before.
    pub fn end(&self, connections: &[ConnectionKey], code: u16) {
        let state = self.lock();
        for queue in connections.iter().filter_map(|key| state.queues.get(key)) {
            queue.end(code);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; if it did, one broken room is better than none that works.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deliver(&self, state: &State, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            match delivery {
                Delivery::Send(recipients, message) => {
                    let text = Utf8Bytes::from(protocol::encode(&message));
                    for recipient in recipients {
                        self.push(state, recipient, text.clone(), None);
                    }
                }
                Delivery::End(connection, code) => {
                    if let Some(queue) = state.queues.get(&connection) {
                        queue.end(code);
                    }
                }
            }
        }
    }

    /// A page that reads too slowly is let go: the sender must not wait for it.
    fn push(&self, state: &State, to: ConnectionKey, text: Utf8Bytes, since: Option<Instant>) {
        let Some(queue) = state.queues.get(&to) else {
            return;
        };
        let bytes = text.len() as i64;
        if queue.push(Outgoing { text, since }) {
            let queued = self.metrics.queued_bytes.inc_by(bytes) + bytes;
            if queued > state.bounds.queued_bytes as i64 {
                self.let_go_of_the_slowest(state);
            }
        } else if !queue.is_ending() {
            self.overflow(queue);
        }
    }

    fn overflow(&self, queue: &Queue) {
        self.metrics.queue_overflows.inc();
        self.metrics.queued_bytes.dec_by(queue.clear() as i64);
        queue.end(close::TOO_SLOW);
    }

    fn let_go_of_the_slowest(&self, state: &State) {
        let slowest = state.queues.values().max_by_key(|queue| queue.bytes());
        if let Some(slowest) = slowest {
            self.overflow(slowest);
        }
    }
}

impl Seat {
    /// The number of this WebSocket since the server began.
    pub fn number(&self) -> u64 {
        self.key.0
    }

    /// The page said this.
    pub fn say(&self, message: ClientMessage) {
        let mut state = self.hub.lock();
        let deliveries = state.rooms.handle(self.key, message, since_1970());
        self.hub.deliver(&state, deliveries);
    }

    /// The page sends this to another.
    pub fn signal(&self, signal: SignalRef<'_>, since: Instant) {
        let state = self.hub.lock();
        match state.rooms.route(self.key, signal.to) {
            Ok((recipient, from)) => {
                let text = signal.relayed(from).into();
                self.hub.push(&state, recipient, text, Some(since));
            }
            Err(rejection) => self.reject(&state, rejection),
        }
    }

    /// What this page asked for is not done.
    pub fn refuse(&self, rejection: Rejection) {
        self.reject(&self.hub.lock(), rejection);
    }

    /// The page has to go, and is told why.
    pub fn dismiss(&self, rejection: Rejection, code: u16) {
        self.refuse(rejection);
        self.queue.end(code);
    }

    /// New credentials are due, if the page is in a room.
    pub fn refresh(&self) {
        let state = self.hub.lock();
        let deliveries = state.rooms.refresh(self.key, since_1970());
        self.hub.deliver(&state, deliveries);
    }

    /// Leaves the hub, and the room. Nothing happens the second time.
    pub fn leave(&self) {
        let mut state = self.hub.lock();
        state.queues.remove(&self.key);
        let unsent = self.queue.clear() as i64;
        self.hub.metrics.queued_bytes.dec_by(unsent);
        let deliveries = state.rooms.disconnected(self.key);
        self.hub.deliver(&state, deliveries);
    }

    /// Waits for something to send. Cancel safe.
    pub async fn next(&self) -> Waiting {
        let waiting = self.queue.take().await;
        self.hub.metrics.queued_bytes.dec_by(waiting.bytes as i64);
        waiting
    }

    fn reject(&self, state: &State, rejection: Rejection) {
        let message = ServerMessage::Rejected { rejection };
        self.hub
            .deliver(state, vec![Delivery::Send(vec![self.key], message)]);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

/// By the wall clock, which TURN servers go by too.
fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ice::Ice;
    use futures_util::FutureExt;
    use protocol::{Incarnation, Name, PeerSecret};

    fn join(seat: &Seat, person: u8) {
        seat.say(ClientMessage::Join {
            version: protocol::VERSION,
            room: "tea".parse().unwrap(),
            name: Name::default(),
            secret: PeerSecret([person; 16]),
            incarnation: Incarnation(0),
        });
    }

    /// The id that a page is told.
    fn joined(seat: &Seat) -> protocol::PeerId {
        let waiting = seat.next().now_or_never().unwrap();
        match protocol::decode(&waiting.messages[0].text) {
            Some(ServerMessage::Joined { id, .. }) => id,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn if_all_together_is_too_much_whoever_has_most_waiting_goes() {
        let metrics = Arc::new(Metrics::default());
        let bounds = Bounds {
            connections: 3,
            queued_bytes: 10_000,
        };
        let hub = Hub::new(Rooms::new(3, Ice::default()), bounds, Arc::clone(&metrics));
        let seats = [1, 2, 3].map(|person| {
            let seat = hub.sit_down().unwrap();
            join(&seat, person);
            seat
        });
        assert_eq!(hub.sit_down().unwrap_err(), NoSeat::Full);
        let [writer, slow, slower] = &seats;
        let ids = [slow, slower].map(joined);
        let write = |id, length: usize| {
            let payload = "x".repeat(length);
            writer.say(ClientMessage::Signal { to: id, payload });
        };
        write(ids[0], 3000);
        write(ids[1], 5000);
        assert!(!slow.queue.is_ending() && !slower.queue.is_ending());
        write(ids[0], 3000);
        assert!(slow.queue.is_ending() && !slower.queue.is_ending());
        assert_eq!(metrics.queue_overflows.get(), 1);
        drop(seats);
        assert_eq!(metrics.queued_bytes.get(), 0);
        assert_eq!(hub.census(), Census::default());
    }
}
