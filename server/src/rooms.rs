//! Who is in which room: join, leave, relay. Pure: no sockets, no locks, no tasks.

mod room;

use std::{collections::BTreeMap, time::Duration};

use protocol::{ClientMessage, LeaveReason, Peer, PeerId, Rejection, RoomId, ServerMessage};

use crate::{ice::Ice, metrics::Census};
use room::{Room, peer_id, reject};

/// Names one WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub u64);

/// What is to be done after a change, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Send this to each of these.
    Send(Vec<ConnectionKey>, ServerMessage),
    /// Tell each of these of somebody whom they do not know. Who is gone again before they are told
    /// need not be told of.
    Arrive(Vec<ConnectionKey>, Peer),
    /// End the connection with this close code, after what was sent before.
    End(ConnectionKey, u16),
}

/// All rooms. Rooms exist as long as somebody is in them or watches them, so that their number is
/// bounded by that of connections.
#[derive(Debug)]
pub struct Rooms {
    capacity: usize,
    ice: Ice,
    rooms: BTreeMap<RoomId, Room>,
    places: BTreeMap<ConnectionKey, Place>,
    /// Which customer each is, for the TURN server.
    customers: BTreeMap<ConnectionKey, u32>,
}

/// Where a connection is.
#[derive(Clone, Debug)]
enum Place {
    Lobby(RoomId),
    Inside(RoomId, PeerId),
}

impl Rooms {
    /// Lobbies with more people than this are told nothing; they can still join.
    const MAX_WATCHERS: usize = 64;
    /// Five hundred pages a second come back after a restart: a tenth of the handshakes that one
    /// core does.
    const RECONNECT_EACH: Duration = Duration::from_millis(2);
    /// With this the members of a small room meet again within three seconds: each waits for at
    /// most one such pause.
    const RECONNECT_FLOOR: Duration = Duration::from_millis(1500);
    /// So many users are all people of one customer for the TURN server, which has a quota for
    /// each.
    const TURN_USERS: u8 = 16;

    /// No rooms, with places for `capacity` people in each, who are told to use `ice`.
    pub fn new(capacity: usize, ice: Ice) -> Self {
        Self {
            capacity,
            ice,
            rooms: BTreeMap::new(),
            places: BTreeMap::new(),
            customers: BTreeMap::new(),
        }
    }

    /// A WebSocket comes from the network of this customer.
    pub fn arrived(&mut self, connection: ConnectionKey, customer: &[u8]) {
        self.customers.insert(connection, self.ice.tag(customer));
    }

    /// How many there are of what.
    pub fn census(&self) -> Census {
        let is_inside = |place: &&Place| matches!(place, Place::Inside(..));
        Census {
            rooms: self.rooms.len(),
            participants: self.places.values().filter(is_inside).count(),
            ..Census::default()
        }
    }

    /// A page said something, at this time since 1970.
    pub fn handle(
        &mut self,
        from: ConnectionKey,
        message: ClientMessage,
        now: Duration,
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
                self.join(from, room, &peer, now)
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

    /// New credentials for a connection that is in a room with others, at this time since 1970.
    pub fn refresh(&self, connection: ConnectionKey, now: Duration) -> Vec<Delivery> {
        let Some(Place::Inside(room, id)) = self.places.get(&connection) else {
            return Vec::new();
        };
        let room = self.rooms.get(room);
        if room.is_none_or(|room| room.members.len() < 2) {
            return Vec::new();
        }
        vec![self.credentials(connection, *id, now)]
    }

    fn credentials(&self, connection: ConnectionKey, id: PeerId, now: Duration) -> Delivery {
        let ice_servers = self.ice.servers(&self.turn_user(connection, id), now);
        Delivery::Send(vec![connection], ServerMessage::IceServers { ice_servers })
    }

    /// What the TURN server may know of a participant: enough to count relays by it. There is no
    /// end of ids, so it is one of a few users of the participant's network.
    fn turn_user(&self, connection: ConnectionKey, id: PeerId) -> String {
        let tag = self.customers.get(&connection).copied().unwrap_or(0);
        format!("{tag:08x}-{:x}", id.0[0] % Self::TURN_USERS)
    }

    fn pong(&self, to: ConnectionKey) -> Delivery {
        let spread = Self::RECONNECT_EACH * self.places.len() as u32;
        let reconnect_within = spread.max(Self::RECONNECT_FLOOR).as_millis() as u32;
        Delivery::Send(vec![to], ServerMessage::Pong { reconnect_within })
    }

    /// A WebSocket is gone.
    pub fn disconnected(&mut self, connection: ConnectionKey) -> Vec<Delivery> {
        self.customers.remove(&connection);
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
        let capacity = self.capacity as u32;
        vec![Delivery::Send(
            vec![from],
            ServerMessage::Watching { peers, capacity },
        )]
    }

    fn join(
        &mut self,
        from: ConnectionKey,
        id: RoomId,
        peer: &Peer,
        now: Duration,
    ) -> Vec<Delivery> {
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
        let has_relay = self.ice.turn.is_some();
        let met = room.alone_but_for(peer.id).filter(|_| has_relay);
        // Alone there is nobody to be relayed to.
        let ice_servers = if peers.is_empty() {
            self.ice.stun()
        } else {
            self.ice.servers(&self.turn_user(from, peer.id), now)
        };
        let joined = ServerMessage::Joined {
            id: peer.id,
            peers,
            ice_servers,
        };
        self.places.insert(from, Place::Inside(id, peer.id));
        let mut deliveries = vec![Delivery::Send(vec![from], joined)];
        let peer = peer.clone();
        // Before the first connection is opened.
        let relay = met.map(|(connection, id)| self.credentials(connection, id, now));
        if let Some(replaced) = replaced {
            self.places.remove(&replaced.connection);
            deliveries.extend(replaced.give_way(peer.incarnation));
            deliveries.extend(relay);
            let message = ServerMessage::PeerJoined { peer };
            deliveries.extend(others.map(|others| Delivery::Send(others, message)));
        } else {
            deliveries.extend(relay);
            deliveries.extend(others.map(|others| Delivery::Arrive(others, peer)));
        }
        deliveries
    }

    fn is_full_for(&self, room: &RoomId, peer: PeerId) -> bool {
        self.rooms.get(room).is_some_and(|room| {
            room.members.len() >= self.capacity && !room.members.contains_key(&peer)
        })
    }

    /// Takes a connection out of where it is.
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
