//! Who is in which room: join, leave, relay. Pure: no sockets, no locks, no tasks.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    ClientMessage, IceServer, Incarnation, LeaveReason, Name, Peer, PeerId, PeerSecret, Rejection,
    RoomId, ServerMessage, close,
};
use sha2::{Digest, Sha256};

/// Names one WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub u64);

/// What is to be done after a change, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Send this.
    Send(ConnectionKey, ServerMessage),
    /// End the connection with this close code, after what was sent before.
    End(ConnectionKey, u16),
}

/// All rooms. Rooms exist as long as somebody is in them or watches them, so that their number is bounded by that of
/// connections.
#[derive(Debug)]
pub struct Rooms {
    capacity: usize,
    ice_servers: Vec<IceServer>,
    rooms: BTreeMap<RoomId, Room>,
    places: BTreeMap<ConnectionKey, Place>,
}

#[derive(Debug, Default)]
struct Room {
    members: BTreeMap<PeerId, Member>,
    watchers: BTreeSet<ConnectionKey>,
}

#[derive(Debug)]
struct Member {
    connection: ConnectionKey,
    incarnation: Incarnation,
    name: Name,
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

    /// No rooms, with places for `capacity` people in each.
    pub fn new(capacity: usize, ice_servers: Vec<IceServer>) -> Self {
        Self {
            capacity,
            ice_servers,
            rooms: BTreeMap::new(),
            places: BTreeMap::new(),
        }
    }

    /// How many rooms there are.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether there is no room.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// A page said something.
    pub fn handle(&mut self, from: ConnectionKey, message: ClientMessage) -> Vec<Delivery> {
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
                self.join(
                    from,
                    room,
                    &Peer {
                        id,
                        incarnation,
                        name,
                    },
                )
            }
            ClientMessage::Signal { to, payload } => self.relay(from, to, payload),
            ClientMessage::Leave => self.depart(from, LeaveReason::Left),
        }
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
            return vec![reject(from, Rejection::Overloaded)];
        }
        room.watchers.insert(from);
        let peers = room.peers().collect();
        self.places.insert(from, Place::Lobby(id));
        let capacity = self.capacity as u32;
        vec![Delivery::Send(
            from,
            ServerMessage::Watching { peers, capacity },
        )]
    }

    fn join(&mut self, from: ConnectionKey, id: RoomId, peer: &Peer) -> Vec<Delivery> {
        if matches!(self.places.get(&from), Some(Place::Inside(..))) {
            return vec![reject(from, Rejection::AlreadyJoined)];
        }
        let is_full = self.rooms.get(&id).is_some_and(|room| {
            room.members.len() >= self.capacity && !room.members.contains_key(&peer.id)
        });
        if is_full {
            return vec![reject(
                from,
                Rejection::RoomFull {
                    capacity: self.capacity as u32,
                },
            )];
        }
        self.depart(from, LeaveReason::Left);
        let room = self.rooms.entry(id.clone()).or_default();
        let member = Member {
            connection: from,
            incarnation: peer.incarnation,
            name: peer.name.clone(),
        };
        let replaced = room.members.insert(peer.id, member);
        let peers = room.peers().filter(|other| other.id != peer.id).collect();
        let joined = ServerMessage::Joined {
            id: peer.id,
            peers,
            ice_servers: self.ice_servers.clone(),
        };
        let mut deliveries = vec![Delivery::Send(from, joined)];
        if let Some(replaced) = replaced {
            self.places.remove(&replaced.connection);
            deliveries.push(reject(replaced.connection, Rejection::Superseded));
            deliveries.push(Delivery::End(replaced.connection, close::SUPERSEDED));
        }
        self.places.insert(from, Place::Inside(id, peer.id));
        deliveries
            .extend(room.tell_others(peer.id, &ServerMessage::PeerJoined { peer: peer.clone() }));
        deliveries
    }

    fn relay(&self, from: ConnectionKey, to: PeerId, payload: String) -> Vec<Delivery> {
        let Some(Place::Inside(room, sender)) = self.places.get(&from) else {
            return vec![reject(from, Rejection::NotJoined)];
        };
        match self.rooms.get(room).and_then(|room| room.members.get(&to)) {
            Some(member) => vec![Delivery::Send(
                member.connection,
                ServerMessage::Signal {
                    from: *sender,
                    payload,
                },
            )],
            None => vec![reject(from, Rejection::NoSuchPeer { to })],
        }
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
            Some(Place::Inside(id, peer)) => self
                .change(&id, |room| {
                    room.members.remove(&peer);
                    room.tell_others(peer, &ServerMessage::PeerLeft { id: peer, reason })
                })
                .unwrap_or_default(),
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

impl Room {
    fn peers(&self) -> impl Iterator<Item = Peer> {
        self.members.iter().map(|(id, member)| Peer {
            id: *id,
            incarnation: member.incarnation,
            name: member.name.clone(),
        })
    }

    /// To all members but this one, and to all who watch.
    fn tell_others(&self, but: PeerId, message: &ServerMessage) -> Vec<Delivery> {
        let members = self
            .members
            .iter()
            .filter(|(id, _)| **id != but)
            .map(|(_, member)| member.connection);
        let everybody = members.chain(self.watchers.iter().copied());
        everybody
            .map(|connection| Delivery::Send(connection, message.clone()))
            .collect()
    }
}

fn reject(connection: ConnectionKey, rejection: Rejection) -> Delivery {
    Delivery::Send(connection, ServerMessage::Rejected { rejection })
}

/// The first 128 bits of the secret's SHA-256.
fn peer_id(secret: PeerSecret) -> PeerId {
    let digest: [u8; 32] = Sha256::digest(secret.0).into();
    PeerId(std::array::from_fn(|index| digest[index]))
}
