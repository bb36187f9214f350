//! The rooms behind one lock, with a bounded queue for each WebSocket.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use protocol::{ClientMessage, ServerMessage, close};
use tokio::sync::Notify;

use crate::rooms::{ConnectionKey, Delivery, Rooms};

/// Messages that may wait for one page: three times what joining a full room brings.
pub const MAX_QUEUED: usize = 512;
/// Bytes that may wait for one page.
pub const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// Where all WebSockets meet.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    rooms: Rooms,
    queues: HashMap<ConnectionKey, Queue>,
    max_connections: usize,
    connections: u64,
}

/// What waits for one page.
#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<String>,
    bytes: usize,
    /// The WebSocket is to end with this code once the queue is empty.
    end: Option<u16>,
    wake: Arc<Notify>,
}

/// One WebSocket's place in the hub. Dropping it leaves the room.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    key: ConnectionKey,
    wake: Arc<Notify>,
}

/// What a WebSocket has to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Order {
    /// Send this text.
    Send(String),
    /// Close with this code.
    Close(u16),
}

impl Hub {
    /// A hub for these rooms and so many WebSockets.
    pub fn new(rooms: Rooms, max_connections: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            rooms,
            queues: HashMap::new(),
            max_connections,
            connections: 0,
        })))
    }

    /// A place for one more WebSocket, if there is room.
    pub fn sit_down(&self) -> Option<Seat> {
        let mut state = self.lock();
        if state.queues.len() >= state.max_connections {
            return None;
        }
        state.connections += 1;
        let key = ConnectionKey(state.connections);
        let queue = Queue::default();
        let wake = Arc::clone(&queue.wake);
        state.queues.insert(key, queue);
        Some(Seat {
            hub: self.clone(),
            key,
            wake,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; if it did, one broken room is better than none that works.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The page said this.
    pub fn say(&self, message: ClientMessage) {
        let mut state = self.hub.lock();
        let deliveries = state.rooms.handle(self.key, message);
        state.deliver(deliveries);
    }

    /// The server says this to this page alone.
    pub fn tell(&self, message: ServerMessage) {
        self.hub
            .lock()
            .deliver(vec![Delivery::Send(self.key, message)]);
    }

    /// Waits for something to do. Cancel safe.
    pub async fn next(&mut self) -> Order {
        loop {
            if let Some(order) = self.try_next() {
                return order;
            }
            self.wake.notified().await;
        }
    }

    /// Something to do at once, if there is.
    pub fn try_next(&mut self) -> Option<Order> {
        let mut state = self.hub.lock();
        let queue = state.queues.get_mut(&self.key)?;
        if let Some(text) = queue.messages.pop_front() {
            queue.bytes -= text.len();
            return Some(Order::Send(text));
        }
        queue.end.map(Order::Close)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.hub.lock();
        state.queues.remove(&self.key);
        let deliveries = state.rooms.disconnected(self.key);
        state.deliver(deliveries);
    }
}

impl State {
    fn deliver(&mut self, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            match delivery {
                Delivery::Send(to, message) => {
                    if let Some(queue) = self.queues.get_mut(&to) {
                        queue.push(protocol::encode(&message));
                    }
                }
                Delivery::End(connection, code) => {
                    if let Some(queue) = self.queues.get_mut(&connection) {
                        queue.end(code);
                    }
                }
            }
        }
    }
}

impl Queue {
    /// A page that reads too slowly is let go: the sender must not wait for it.
    fn push(&mut self, text: String) {
        if self.end.is_some() {
            return;
        }
        self.bytes += text.len();
        self.messages.push_back(text);
        if self.messages.len() > MAX_QUEUED || self.bytes > MAX_QUEUED_BYTES {
            self.messages.clear();
            self.bytes = 0;
            self.end(close::TOO_SLOW);
        }
        self.wake.notify_one();
    }

    fn end(&mut self, code: u16) {
        self.end.get_or_insert(code);
        self.wake.notify_one();
    }
}
