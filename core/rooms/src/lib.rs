//! Who is in which room: join, leave, relay.
//!
//! [`Rooms::handle`] takes what a page said and returns what to send to whom, and so does
//! [`Rooms::disconnected`] for a page that is gone. There are no sockets, no locks, no clock here:
//! the server, the simulated world of `mesh` and the fuzzer all use these same rooms.
//!
//! **The rooms put `from` on each signal, and pass it on within a room only.**
//!
//! **A room exists as long as somebody is in it or watches it**, so that the number of rooms is
//! bounded by the number of connections.

mod room;

use std::{collections::BTreeMap, time::Duration};

use protocol::{
    ClientMessage, CloseCode, IceServer, LeaveReason, Peer, PeerId, Rejection, RoomId,
    ServerMessage,
};

pub use room::peer_id;
use room::{Room, reject};

/// Names one WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub u64);

/// The TURN server that this participant is told to use, with its credentials; `None` where there
/// is no such server.
pub type Turn<'a> = &'a dyn Fn(ConnectionKey, PeerId) -> Option<IceServer>;

/// What is to be done after a change, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Send this to each of these.
    Send(Vec<ConnectionKey>, ServerMessage),
    /// Tell each of these about somebody they do not know yet. If that person leaves before they
    /// are told, they need not be told at all.
    Arrive(Vec<ConnectionKey>, Peer),
    /// End the connection with this close code, after what was sent before.
    End(ConnectionKey, CloseCode),
}

/// All rooms.
#[derive(Debug)]
pub struct Rooms {
    capacity: usize,
    stun: Vec<IceServer>,
    relay: Option<IceServer>,
    rooms: BTreeMap<RoomId, Room>,
    places: BTreeMap<ConnectionKey, Place>,
}

/// Where a connection is.
#[derive(Clone, Debug)]
enum Place {
    Lobby(RoomId),
    Inside(RoomId, PeerId),
}

impl Rooms {
    /// A lobby takes so many. Whoever comes after them is told nothing, but can still join.
    const MAX_WATCHERS: usize = 64;
    /// Five hundred pages a second come back after a restart: a tenth of the handshakes that one
    /// core can do.
    const RECONNECT_EACH: Duration = Duration::from_millis(2);
    /// With this the members of a small room meet again within three seconds: each waits for at
    /// most one such pause.
    const RECONNECT_FLOOR: Duration = Duration::from_millis(1500);

    /// No rooms yet. Each takes `capacity` people, who are told to use these STUN servers. Whoever
    /// watches is told of them too, and of the TURN server by its addresses alone.
    pub fn new(capacity: usize, stun: Vec<IceServer>, relay: Option<IceServer>) -> Self {
        Self {
            capacity,
            stun,
            relay,
            rooms: BTreeMap::new(),
            places: BTreeMap::new(),
        }
    }

    /// How many rooms have somebody in them or in their lobby.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether nobody is anywhere.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// How many people have joined a room.
    pub fn participants(&self) -> usize {
        let is_inside = |place: &&Place| matches!(place, Place::Inside(..));
        self.places.values().filter(is_inside).count()
    }

    /// A page said something.
    pub fn handle(
        &mut self,
        from: ConnectionKey,
        message: ClientMessage,
        turn: Turn,
    ) -> Vec<Delivery> {
        match message {
            ClientMessage::Watch { room } => self.watch(from, room),
            ClientMessage::Join { version, .. } if version != protocol::VERSION => {
                vec![reject(from, Rejection::Version)]
            }
            ClientMessage::Join {
                room,
                name,
                secret,
                incarnation,
                ..
            } => {
                let id = peer_id(secret);
                let peer = Peer {
                    id,
                    incarnation,
                    name,
                };
                self.join(from, room, &peer, turn)
            }
            ClientMessage::Signal { to, payload } => vec![match self.route(from, to) {
                Ok((recipient, from)) => {
                    Delivery::Send(vec![recipient], ServerMessage::Signal { from, payload })
                }
                Err(rejection) => reject(from, rejection),
            }],
            ClientMessage::Leave => self.depart(from, LeaveReason::Left),
            ClientMessage::Ping => vec![self.pong(from)],
        }
    }

    /// Where a signal goes, and whom it is from: to members of the sender's own room, and to nobody
    /// else.
    ///
    /// # Errors
    /// When one of the two has not joined.
    pub fn route(
        &self,
        from: ConnectionKey,
        to: PeerId,
    ) -> Result<(ConnectionKey, PeerId), Rejection> {
        let Some(Place::Inside(room, sender)) = self.places.get(&from) else {
            return Err(Rejection::NotJoined);
        };
        let room = self.rooms.get(room);
        match room.and_then(|room| room.members.get(&to)) {
            Some(member) => Ok((member.connection, *sender)),
            None => Err(Rejection::NoSuchPeer { to }),
        }
    }

    /// New credentials for a connection that is in a room with others.
    pub fn refresh(&self, connection: ConnectionKey, turn: Turn) -> Vec<Delivery> {
        let Some(Place::Inside(room, id)) = self.places.get(&connection) else {
            return Vec::new();
        };
        let room = self.rooms.get(room);
        if room.is_none_or(|room| room.members.len() < 2) {
            return Vec::new();
        }
        Vec::from_iter(self.credentials(connection, *id, turn))
    }

    /// A WebSocket is gone.
    pub fn disconnected(&mut self, connection: ConnectionKey) -> Vec<Delivery> {
        self.depart(connection, LeaveReason::Lost)
    }

    fn watch(&mut self, from: ConnectionKey, id: RoomId) -> Vec<Delivery> {
        if matches!(self.places.get(&from), Some(Place::Inside(..))) {
            return vec![reject(from, Rejection::AlreadyJoined)];
        }
        self.depart(from, LeaveReason::Left);
        let room = self.rooms.entry(id.clone()).or_default();
        if room.watchers.len() >= Self::MAX_WATCHERS {
            return vec![reject(from, Rejection::overloaded())];
        }
        room.watchers.insert(from);
        let peers = room.peers().collect();
        self.places.insert(from, Place::Lobby(id));
        let watching = ServerMessage::Watching {
            peers,
            capacity: self.capacity as u32,
            ice_servers: self.stun.iter().chain(&self.relay).cloned().collect(),
        };
        vec![Delivery::Send(vec![from], watching)]
    }

    fn join(&mut self, from: ConnectionKey, id: RoomId, peer: &Peer, turn: Turn) -> Vec<Delivery> {
        if matches!(self.places.get(&from), Some(Place::Inside(..))) {
            return vec![reject(from, Rejection::AlreadyJoined)];
        }
        if self.is_full_for(&id, peer.id) {
            let capacity = self.capacity as u32;
            return vec![reject(from, Rejection::RoomFull { capacity })];
        }
        self.depart(from, LeaveReason::Left);
        let room = self.rooms.entry(id.clone()).or_default();
        let replaced = room.let_in(from, peer);
        let peers: Vec<_> = room.peers().filter(|other| other.id != peer.id).collect();
        let others = room.others(peer.id);
        let met = room.alone_but_for(peer.id);
        // Somebody alone has nobody to be relayed to.
        let turn_server = (!peers.is_empty()).then(|| turn(from, peer.id)).flatten();
        let joined = ServerMessage::Joined {
            id: peer.id,
            peers,
            ice_servers: self.stun.iter().cloned().chain(turn_server).collect(),
        };
        self.places.insert(from, Place::Inside(id, peer.id));
        let mut deliveries = vec![Delivery::Send(vec![from], joined)];
        if let Some(replaced) = &replaced {
            self.places.remove(&replaced.connection);
            deliveries.extend(replaced.give_way(peer.incarnation));
        }
        // Before the first connection is opened.
        deliveries.extend(met.and_then(|(connection, id)| self.credentials(connection, id, turn)));
        let peer = peer.clone();
        deliveries.extend(others.map(|others| match replaced {
            Some(_) => Delivery::Send(others, ServerMessage::PeerJoined { peer }),
            None => Delivery::Arrive(others, peer),
        }));
        deliveries
    }

    fn is_full_for(&self, room: &RoomId, peer: PeerId) -> bool {
        self.rooms.get(room).is_some_and(|room| {
            room.members.len() >= self.capacity && !room.members.contains_key(&peer)
        })
    }

    fn credentials(&self, connection: ConnectionKey, id: PeerId, turn: Turn) -> Option<Delivery> {
        let turn_server = turn(connection, id)?;
        let ice_servers = self.stun.iter().cloned().chain([turn_server]).collect();
        let message = ServerMessage::IceServers { ice_servers };
        Some(Delivery::Send(vec![connection], message))
    }

    fn pong(&self, to: ConnectionKey) -> Delivery {
        let spread = Self::RECONNECT_EACH * self.places.len() as u32;
        let reconnect_within = spread.max(Self::RECONNECT_FLOOR).as_millis() as u32;
        Delivery::Send(vec![to], ServerMessage::Pong { reconnect_within })
    }

    /// Takes a connection out of the room or lobby that it is in.
    fn depart(&mut self, connection: ConnectionKey, reason: LeaveReason) -> Vec<Delivery> {
        match self.places.remove(&connection) {
            None => Vec::new(),
            Some(Place::Lobby(id)) => {
                self.change(&id, |room| {
                    room.watchers.remove(&connection);
                });
                Vec::new()
            }
            Some(Place::Inside(id, peer)) => {
                let others = self.change(&id, |room| {
                    room.members.remove(&peer);
                    room.others(peer)
                });
                let left = ServerMessage::PeerLeft { id: peer, reason };
                let left = others.flatten().map(|others| Delivery::Send(others, left));
                left.into_iter().collect()
            }
        }
    }

    /// Changes a room, and removes it if nobody is left.
    fn change<T>(&mut self, id: &RoomId, change: impl FnOnce(&mut Room) -> T) -> Option<T> {
        let room = self.rooms.get_mut(id)?;
        let result = change(room);
        if room.members.is_empty() && room.watchers.is_empty() {
            self.rooms.remove(id);
        }
        Some(result)
    }
}

#[cfg(test)]
mod tests;
