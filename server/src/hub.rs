//! The rooms behind one lock, with a bounded queue for each WebSocket.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use hyper_tungstenite::tungstenite::Utf8Bytes;
use protocol::{ClientMessage, MAX_MESSAGE, PeerId, Rejection, ServerMessage, SignalRef, close};
use tokio::time::Instant;

use crate::{
    memory::Memory,
    metrics::{Census, Metrics},
    queue::{Outgoing, Portion, Queue, Subject},
    rooms::{ConnectionKey, Delivery, Rooms},
};

/// Where all WebSockets meet.
#[derive(Clone, Debug)]
pub struct Hub {
    state: Arc<Mutex<State>>,
    memory: Memory,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct State {
    rooms: Rooms,
    queues: HashMap<ConnectionKey, Arc<Queue>>,
    capacity: usize,
    connections: u64,
    is_closed: bool,
}

/// How much a hub takes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// WebSockets.
    pub connections: usize,
    /// Bytes of the [`Memory`] that all have together.
    pub bytes: usize,
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
            capacity: bounds.connections,
            connections: 0,
            is_closed: false,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            memory: Memory::new(metrics.queued_bytes.clone(), bounds.bytes),
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
        if state.queues.len() >= state.capacity {
            return Err(NoSeat::Full);
        }
        state.connections += 1;
        let key = ConnectionKey(state.connections);
        let queue = Arc::new(Queue::new(&self.memory));
        state.queues.insert(key, Arc::clone(&queue));
        drop(state);
        Ok(Seat {
            hub: self.clone(),
            key,
            queue,
        })
    }

    /// What all WebSockets have together for what waits.
    pub fn memory(&self) -> &Memory {
        &self.memory
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
                    if let Some(queue) = state.queues.get(&connection) {
                        queue.end(code);
                    }
                }
            }
        }
    }

    /// What the server says cannot be left out: a page that does not read even that has to go.
    fn tell(&self, state: &State, to: &[ConnectionKey], message: &ServerMessage, subject: Subject) {
        let text = Utf8Bytes::from(protocol::encode(message));
        for queue in to.iter().filter_map(|key| state.queues.get(key)) {
            let text = text.clone();
            if !queue.push(Outgoing { text, subject }) {
                self.metrics.queue_overflows.inc();
                queue.clear();
                queue.end(close::TOO_SLOW);
            }
        }
    }

    /// Passes a signal on, if it may wait: nobody is let go because others write much.
    fn relay(
        &self,
        state: &State,
        (sender, to): (ConnectionKey, PeerId),
        text: impl FnOnce(PeerId) -> String,
        since: Instant,
    ) -> Result<(), Rejection> {
        let (recipient, from) = state.rooms.route(sender, to)?;
        let text = Utf8Bytes::from(text(from));
        // Longer than what came in: the page is told more of who it is from than its sender was of
        // who it is for.
        if text.len() > MAX_MESSAGE {
            return Err(Rejection::TooLarge { to });
        }
        let Some(queue) = state.queues.get(&recipient) else {
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

impl Seat {
    /// The number of this WebSocket since the server began.
    pub fn number(&self) -> u64 {
        self.key.0
    }

    /// The page comes from the network of this customer.
    pub fn arrive(&self, customer: &[u8]) {
        self.hub.lock().rooms.arrived(self.key, customer);
    }

    /// The page said this.
    pub fn say(&self, message: ClientMessage, since: Instant) {
        let mut state = self.hub.lock();
        if let ClientMessage::Signal { to, payload } = message {
            let relayed = |from| protocol::encode(&ServerMessage::Signal { from, payload });
            return self.relay(&state, to, relayed, since);
        }
        let deliveries = state.rooms.handle(self.key, message, since_1970());
        self.hub.deliver(&state, deliveries);
    }

    /// The page sends this to another.
    pub fn signal(&self, signal: SignalRef<'_>, since: Instant) {
        let relayed = |from| signal.relayed(from);
        self.relay(&self.hub.lock(), signal.to, relayed, since);
    }

    fn relay(
        &self,
        state: &State,
        to: PeerId,
        relayed: impl FnOnce(PeerId) -> String,
        since: Instant,
    ) {
        let passed_on = self.hub.relay(state, (self.key, to), relayed, since);
        if let Err(rejection) = passed_on {
            self.reject(state, rejection);
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
        self.queue.close();
        let deliveries = state.rooms.disconnected(self.key);
        self.hub.deliver(&state, deliveries);
    }

    /// Waits for something to send, once all that was taken before is sent. Cancel safe.
    pub fn next(&self) -> impl Future<Output = Portion> {
        self.queue.take()
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
        seat.say(
            ClientMessage::Join {
                version: protocol::VERSION,
                room: "tea".parse().unwrap(),
                name: Name::default(),
                secret: PeerSecret([person; 16]),
                incarnation: Incarnation(0),
            },
            Instant::now(),
        );
    }

    /// The id that a page is told.
    fn joined(seat: &Seat) -> PeerId {
        let portion = seat.next().now_or_never().unwrap();
        match protocol::decode(&portion.messages[0].text) {
            Some(ServerMessage::Joined { id, .. }) => id,
            other => panic!("{other:?}"),
        }
    }

    fn house(bytes: usize) -> (Hub, Arc<Metrics>, [Seat; 3]) {
        let metrics = Arc::new(Metrics::default());
        let bounds = Bounds {
            connections: 3,
            bytes,
        };
        let hub = Hub::new(Rooms::new(3, Ice::default()), bounds, Arc::clone(&metrics));
        let seats = [1, 2, 3].map(|person| {
            let seat = hub.sit_down().unwrap();
            join(&seat, person);
            seat
        });
        assert_eq!(hub.sit_down().unwrap_err(), NoSeat::Full);
        (hub, metrics, seats)
    }

    fn write(seat: &Seat, to: PeerId, length: usize) {
        let payload = "x".repeat(length);
        seat.say(ClientMessage::Signal { to, payload }, Instant::now());
    }

    /// All that waits.
    fn told(seat: &Seat) -> Vec<ServerMessage> {
        let mut told = Vec::new();
        while let Some(portion) = seat.next().now_or_never() {
            let texts = portion.messages.iter().map(|message| &message.text);
            told.extend(texts.map(|text| protocol::decode(text).unwrap()));
        }
        told
    }

    #[test]
    fn if_all_together_is_too_much_each_still_has_a_little() {
        let (hub, metrics, seats) = house(20_000);
        let [writer, slow, other] = &seats;
        let ids = [slow, other].map(joined);
        told(writer);
        write(writer, ids[0], 20_000);
        assert_eq!(told(writer), []);
        write(writer, ids[0], 10);
        let to = ids[0];
        let rejection = Rejection::Congested { to };
        assert_eq!(told(writer), [ServerMessage::Rejected { rejection }]);
        write(writer, ids[1], 10);
        assert_eq!(told(writer), []);
        assert!(!slow.queue.is_ending() && !other.queue.is_ending());
        // Who has that much waiting and is to be told more by the server itself has to go.
        other.say(ClientMessage::Leave, Instant::now());
        assert!(slow.queue.is_ending() && !writer.queue.is_ending());
        assert_eq!(metrics.queue_overflows.get(), 1);
        drop(seats);
        assert_eq!(metrics.queued_bytes.get(), 0);
        assert_eq!(hub.census(), Census::default());
    }

    #[test]
    fn what_is_passed_on_is_never_larger_than_a_page_takes() {
        let (_hub, _, [writer, reader, _other]) = house(1_000_000);
        let (id, to) = (joined(&writer), joined(&reader));
        told(&writer);
        let around = protocol::encode(&ServerMessage::Signal {
            from: id,
            payload: String::new(),
        });
        let most = MAX_MESSAGE - around.len();
        told(&reader);
        write(&writer, to, most);
        let [ServerMessage::Signal { payload, .. }] = &told(&reader)[..] else {
            panic!()
        };
        assert_eq!(payload.len(), most);
        write(&writer, to, most + 1);
        let rejection = Rejection::TooLarge { to };
        assert_eq!(told(&writer), [ServerMessage::Rejected { rejection }]);
        assert_eq!(told(&reader), []);
    }
}
