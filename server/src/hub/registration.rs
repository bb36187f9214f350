//! A WebSocket's registration in the hub.

use std::sync::Arc;

use protocol::{ClientMessage, CloseCode, PeerId, Rejection, ServerMessage, SignalRef};
use rooms::{ConnectionKey, Delivery};
use tokio::time::Instant;

use super::{Hub, State};
use crate::queue::{Batch, Queue};

/// One WebSocket's registration in the hub. Dropping it leaves the room.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(super) hub: Hub,
    pub(super) key: ConnectionKey,
    pub(super) queue: Arc<Queue>,
}

impl Registration {
    /// The number of this WebSocket since the server began.
    pub(crate) fn number(&self) -> u64 {
        self.key.0
    }

    /// The page said this, and it arrived at this time.
    pub(crate) fn say(&self, message: ClientMessage, since: Instant) {
        let mut state = self.hub.lock();
        if let ClientMessage::Signal { to, payload } = message {
            let relayed = |from| protocol::encode(&ServerMessage::Signal { from, payload });
            return self.relay(&state, to, relayed, since);
        }
        let State {
            rooms, connections, ..
        } = &mut *state;
        let turn = |key, id| self.hub.turn_server(connections, key, id);
        let deliveries = rooms.handle(self.key, message, &turn);
        self.hub.deliver(&state, deliveries);
    }

    /// The page sends this to another page.
    pub(crate) fn signal(&self, signal: SignalRef<'_>, since: Instant) {
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

    /// Tells the page that what it asked for is not done.
    pub(crate) fn refuse(&self, rejection: Rejection) {
        self.reject(&self.hub.lock(), rejection);
    }

    /// Ends the WebSocket, and says why.
    pub(crate) fn dismiss(&self, rejection: Rejection, code: CloseCode) {
        self.refuse(rejection);
        self.queue.end(code);
    }

    /// Sends new credentials, if the page is in a room.
    pub(crate) fn refresh(&self) {
        let state = self.hub.lock();
        let turn = |key, id| self.hub.turn_server(&state.connections, key, id);
        let deliveries = state.rooms.refresh(self.key, &turn);
        self.hub.deliver(&state, deliveries);
    }

    /// Leaves the hub, and the room. Nothing happens the second time.
    pub(crate) fn leave(&self) {
        let mut state = self.hub.lock();
        state.connections.remove(&self.key);
        self.queue.close();
        let deliveries = state.rooms.disconnected(self.key);
        self.hub.deliver(&state, deliveries);
    }

    /// Waits for something to send. What was taken before has been sent by then. Cancel safe.
    pub(crate) fn next(&self) -> impl Future<Output = Batch> {
        self.queue.take()
    }

    fn reject(&self, state: &State, rejection: Rejection) {
        let message = ServerMessage::Rejected { rejection };
        self.hub
            .deliver(state, vec![Delivery::Send(vec![self.key], message)]);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.leave();
    }
}
