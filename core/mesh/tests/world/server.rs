//! The signaling server, as the protocol's essay tells it; one room is enough.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use protocol::{
    ClientMessage, LeaveReason, Peer, PeerId, PeerSecret, Rejection, ServerMessage, close, decode,
    encode,
};

/// What travels in a WebSocket.
#[derive(Clone, Debug)]
pub enum Frame {
    Text(String),
    Close(u16),
}

/// The server's rooms: sockets are numbers, and what is to be sent is returned.
pub struct Server {
    pub capacity: usize,
    /// It runs.
    pub is_up: bool,
    /// It stands still until then.
    pub thaw: Duration,
    members: BTreeMap<PeerId, Member>,
    /// Who has joined over which socket.
    joined: BTreeMap<usize, PeerId>,
    watching: BTreeSet<usize>,
    /// Every second signal finds no room in the receiver's queue.
    pub is_congested: bool,
    signals: u64,
    arrivals: u64,
}

struct Member {
    peer: Peer,
    socket: usize,
    arrival: u64,
}

/// What is to be sent over which socket.
pub type Deliveries = Vec<(usize, Frame)>;

impl Server {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            is_up: true,
            thaw: Duration::ZERO,
            members: BTreeMap::new(),
            joined: BTreeMap::new(),
            watching: BTreeSet::new(),
            is_congested: false,
            signals: 0,
            arrivals: 0,
        }
    }

    /// The id that follows from a secret; here any bijection will do.
    pub fn id(secret: PeerSecret) -> PeerId {
        PeerId(std::array::from_fn(|place| secret.0[15 - place] ^ 0x5a))
    }

    pub fn forget_everything(&mut self) {
        *self = Self::new(self.capacity);
    }

    pub fn members(&self) -> Vec<PeerId> {
        self.members.keys().copied().collect()
    }

    pub fn received(&mut self, socket: usize, text: &str) -> Deliveries {
        assert!(
            text.len() <= protocol::MAX_MESSAGE,
            "a message of {} bytes",
            text.len()
        );
        match decode::<ClientMessage>(text) {
            Some(ClientMessage::Watch { .. }) => self.watch(socket),
            Some(ClientMessage::Join {
                version,
                name,
                secret,
                incarnation,
                ..
            }) => {
                assert_eq!(version, protocol::VERSION);
                self.join(
                    socket,
                    Peer {
                        id: Self::id(secret),
                        incarnation,
                        name,
                    },
                )
            }
            Some(ClientMessage::Signal { to, payload }) => self.relay(socket, to, payload),
            Some(ClientMessage::Leave) => self.remove(socket, LeaveReason::Left),
            Some(ClientMessage::Ping) => {
                let pong = ServerMessage::Pong {
                    reconnect_within: 1500,
                };
                vec![self::text(socket, &pong)]
            }
            None => panic!("not a message: {text}"),
        }
    }

    pub fn closed(&mut self, socket: usize) -> Deliveries {
        self.watching.remove(&socket);
        self.remove(socket, LeaveReason::Lost)
    }

    fn watch(&mut self, socket: usize) -> Deliveries {
        if self.joined.contains_key(&socket) {
            return vec![rejected(socket, Rejection::AlreadyJoined)];
        }
        self.watching.insert(socket);
        let message = ServerMessage::Watching {
            peers: self.others(None),
            capacity: self.capacity as u32,
        };
        vec![text(socket, &message)]
    }

    fn join(&mut self, socket: usize, peer: Peer) -> Deliveries {
        if self.joined.contains_key(&socket) {
            return vec![rejected(socket, Rejection::AlreadyJoined)];
        }
        if !self.members.contains_key(&peer.id) && self.members.len() >= self.capacity {
            return vec![rejected(
                socket,
                Rejection::RoomFull {
                    capacity: self.capacity as u32,
                },
            )];
        }
        let mut deliveries = Vec::new();
        self.arrivals += 1;
        let mut arrival = self.arrivals;
        if let Some(old) = self.members.remove(&peer.id) {
            arrival = old.arrival;
            self.joined.remove(&old.socket);
            // The same page load is not in its own way: of its own two WebSockets the older one may
            // be the later one here.
            let is_same_page = old.peer.incarnation == peer.incarnation;
            if !is_same_page {
                deliveries.push(rejected(old.socket, Rejection::Superseded));
            }
            let code = if is_same_page {
                1000
            } else {
                close::SUPERSEDED
            };
            deliveries.push((old.socket, Frame::Close(code)));
        }
        self.watching.remove(&socket);
        let joined = ServerMessage::Joined {
            id: peer.id,
            peers: self.others(None),
            ice_servers: Vec::new(),
        };
        deliveries.push(text(socket, &joined));
        deliveries.extend(self.tell_all(&ServerMessage::PeerJoined { peer: peer.clone() }));
        self.joined.insert(socket, peer.id);
        let id = peer.id;
        let member = Member {
            peer,
            socket,
            arrival,
        };
        self.members.insert(id, member);
        deliveries
    }

    fn relay(&mut self, socket: usize, to: PeerId, payload: String) -> Deliveries {
        let Some(from) = self.joined.get(&socket).copied() else {
            return vec![rejected(socket, Rejection::NotJoined)];
        };
        self.signals += 1;
        match self.members.get(&to) {
            Some(_) if self.is_congested && self.signals.is_multiple_of(2) => {
                vec![rejected(socket, Rejection::Congested { to })]
            }
            Some(member) => vec![text(
                member.socket,
                &ServerMessage::Signal { from, payload },
            )],
            None => vec![rejected(socket, Rejection::NoSuchPeer { to })],
        }
    }

    fn remove(&mut self, socket: usize, reason: LeaveReason) -> Deliveries {
        let Some(id) = self.joined.remove(&socket) else {
            return Vec::new();
        };
        self.members.remove(&id);
        self.tell_all(&ServerMessage::PeerLeft { id, reason })
    }

    fn others(&self, id: Option<PeerId>) -> Vec<Peer> {
        let mut members: Vec<_> = self.members.values().collect();
        members.sort_by_key(|member| member.arrival);
        let peers = members.into_iter().map(|member| member.peer.clone());
        peers.filter(|peer| Some(peer.id) != id).collect()
    }

    fn tell_all(&self, message: &ServerMessage) -> Deliveries {
        let members = self.members.values().map(|member| member.socket);
        members
            .chain(self.watching.iter().copied())
            .map(|socket| text(socket, message))
            .collect()
    }
}

fn text(socket: usize, message: &ServerMessage) -> (usize, Frame) {
    (socket, Frame::Text(encode(message)))
}

fn rejected(socket: usize, rejection: Rejection) -> (usize, Frame) {
    text(socket, &ServerMessage::Rejected { rejection })
}
