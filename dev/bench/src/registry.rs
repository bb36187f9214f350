//! Who is connected to a relay, by number, and what waits to be sent to each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// So many messages wait for one connection at most; what comes then is lost.
const QUEUE: usize = 512;

/// All connections. `T` is a message that is ready to be sent.
#[derive(Debug)]
pub struct Registry<T> {
    connections: Mutex<Connections<T>>,
}

#[derive(Debug)]
struct Connections<T> {
    next: u64,
    queues: HashMap<u64, Sender<T>>,
}

/// A connection's place in the registry; dropping it gives it up.
#[derive(Debug)]
pub struct Registration<T> {
    /// Its number.
    pub id: u64,
    /// What waits to be sent to it.
    pub queue: Receiver<T>,
    registry: Arc<Registry<T>>,
}

impl<T> Registry<T> {
    /// Nobody is connected.
    pub fn new() -> Arc<Self> {
        let connections = Mutex::new(Connections {
            next: 0,
            queues: HashMap::new(),
        });
        Arc::new(Self { connections })
    }

    /// A place for one more.
    pub fn register(self: &Arc<Self>) -> Registration<T> {
        let (sender, queue) = channel(QUEUE);
        let mut connections = self.lock();
        let id = connections.next;
        connections.next += 1;
        connections.queues.insert(id, sender);
        Registration {
            id,
            queue,
            registry: Arc::clone(self),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connections<T>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Registration<T> {
    /// Passes `NUMBER:payload` on to that connection, with the own number in front; anything else
    /// is nothing.
    pub fn pass(&self, text: &str, message: impl FnOnce(String) -> T) {
        let Some((to, payload)) = text.split_once(':') else {
            return;
        };
        let Ok(to) = to.parse() else { return };
        let message = message(format!("{}:{payload}", self.id));
        if let Some(queue) = self.registry.lock().queues.get(&to) {
            // Who does not read loses messages.
            let _ = queue.try_send(message);
        }
    }
}

impl<T> Drop for Registration<T> {
    fn drop(&mut self) {
        self.registry.lock().queues.remove(&self.id);
    }
}
