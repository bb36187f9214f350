//! The signaling server: the rooms that the real one has, and what befalls it.

use std::time::Duration;

use protocol::{ClientMessage, CloseCode, Rejection, ServerMessage, decode, encode};
use rooms::{ConnectionKey, Delivery, Rooms};

/// What travels in a WebSocket.
#[derive(Clone, Debug)]
pub enum Frame {
    Text(String),
    Close(CloseCode),
}

/// The server's rooms: sockets are numbers, and what is to be sent is returned.
pub struct Server {
    rooms: Rooms,
    capacity: usize,
    /// It runs.
    pub is_up: bool,
    /// It stands still until then.
    pub thaw: Duration,
    /// Every second signal finds no room in the receiver's queue.
    pub is_congested: bool,
    signals: u64,
}

/// What is to be sent over which socket.
pub type Deliveries = Vec<(usize, Frame)>;

impl Server {
    pub fn new(capacity: usize) -> Self {
        Self {
            rooms: Rooms::new(capacity, Vec::new(), None),
            capacity,
            is_up: true,
            thaw: Duration::ZERO,
            is_congested: false,
            signals: 0,
        }
    }

    pub fn forget_everything(&mut self) {
        *self = Self::new(self.capacity);
    }

    pub fn received(&mut self, socket: usize, text: &str) -> Deliveries {
        assert!(
            text.len() <= protocol::MAX_MESSAGE,
            "a message of {} bytes",
            text.len()
        );
        let message = decode(text).unwrap_or_else(|| panic!("not a message: {text}"));
        let from = ConnectionKey(socket as u64);
        frames(match self.congestion(from, &message) {
            Some(rejection) => vec![Delivery::Send(
                vec![from],
                ServerMessage::Rejected { rejection },
            )],
            None => self.rooms.handle(from, message, &|_, _| None),
        })
    }

    pub fn closed(&mut self, socket: usize) -> Deliveries {
        frames(self.rooms.disconnected(ConnectionKey(socket as u64)))
    }

    fn congestion(&mut self, from: ConnectionKey, message: &ClientMessage) -> Option<Rejection> {
        let ClientMessage::Signal { to, .. } = *message else {
            return None;
        };
        self.rooms.route(from, to).ok()?;
        self.signals += 1;
        (self.is_congested && self.signals.is_multiple_of(2)).then_some(Rejection::Congested { to })
    }
}

fn frames(deliveries: Vec<Delivery>) -> Deliveries {
    let frames = |delivery| match delivery {
        Delivery::Send(to, message) => texts(to, &message),
        Delivery::Arrive(to, peer) => texts(to, &ServerMessage::PeerJoined { peer }),
        Delivery::End(to, code) => vec![(to.0 as usize, Frame::Close(code))],
    };
    deliveries.into_iter().flat_map(frames).collect()
}

fn texts(to: Vec<ConnectionKey>, message: &ServerMessage) -> Deliveries {
    let text = encode(message);
    let frame = |to: ConnectionKey| (to.0 as usize, Frame::Text(text.clone()));
    to.into_iter().map(frame).collect()
}
