//! The simplest that [`Rooms`] could be: a list of who is where, and what everybody hears when that
//! changes. Proptest looks for a difference between the two here, the fuzzer in `dev/fuzz/`.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::Arbitrary;
use protocol::{
    ClientMessage, CloseCode, IceServer, Incarnation, LeaveReason, Name, Peer, PeerId, PeerSecret,
    Rejection, ServerMessage,
};
use rooms::{ConnectionKey, Delivery, Rooms};
use sha2::{Digest, Sha256};

/// Few of each, so that they meet.
const CONNECTIONS: u8 = 8;
const ROOMS: u8 = 3;
const PEOPLE: u8 = 5;
const CAPACITY: usize = 3;
const PAYLOAD: &str = "opaque";

/// One connection does this.
#[derive(Arbitrary, Clone, Debug)]
pub struct Step {
    connection: u8,
    event: Event,
}

/// What a connection does.
#[derive(Arbitrary, Clone, Debug)]
enum Event {
    Watch { room: u8 },
    Join { room: u8, person: u8, load: u8 },
    Signal { person: u8 },
    Refresh,
    Leave,
    Disconnect,
}

/// What comes over a connection, in order.
#[derive(Clone, Debug, PartialEq)]
enum Word {
    Message(ServerMessage),
    End(CloseCode),
}

/// Who hears what.
type Heard = BTreeMap<u64, Vec<Word>>;

/// Takes these steps, and holds the rooms to the model at each.
pub fn check(steps: &[Step]) {
    let mut rooms = Rooms::new(CAPACITY, vec![stun()], None);
    let mut model = Model::default();
    let mut pages = BTreeMap::<u64, Page>::new();
    let gone = (0..CONNECTIONS).map(|connection| Step {
        connection,
        event: Event::Disconnect,
    });
    for step in steps.iter().cloned().chain(gone) {
        let from = u64::from(step.connection % CONNECTIONS);
        let heard = heard(act(&mut rooms, ConnectionKey(from), &step.event));
        assert_eq!(heard, model.act(from, &step.event), "{step:?}");
        for (to, words) in heard {
            let page = pages.entry(to).or_default();
            words.into_iter().for_each(|word| page.hear(word));
        }
        model.check_rooms(&rooms);
        model.check_pages(&pages);
    }
    assert_eq!((rooms.len(), rooms.participants()), (0, 0));
}

fn act(rooms: &mut Rooms, from: ConnectionKey, event: &Event) -> Vec<Delivery> {
    let message = match *event {
        Event::Watch { room } => ClientMessage::Watch {
            room: room_id(room),
        },
        Event::Join { room, person, load } => ClientMessage::Join {
            version: protocol::VERSION,
            room: room_id(room),
            name: peer(person, load).name,
            secret: secret(person),
            incarnation: Incarnation((load % 2).into()),
        },
        Event::Signal { person } => ClientMessage::Signal {
            to: peer(person, 0).id,
            payload: PAYLOAD.to_owned(),
        },
        Event::Leave => ClientMessage::Leave,
        Event::Refresh => return rooms.refresh(from, &turn),
        Event::Disconnect => return rooms.disconnected(from),
    };
    rooms.handle(from, message, &turn)
}

fn heard(deliveries: Vec<Delivery>) -> Heard {
    let mut heard = Heard::new();
    for delivery in deliveries {
        let (to, word) = match delivery {
            Delivery::Send(to, message) => (to, Word::Message(message)),
            Delivery::Arrive(to, peer) => (to, Word::Message(ServerMessage::PeerJoined { peer })),
            Delivery::End(to, code) => (vec![to], Word::End(code)),
        };
        for to in to {
            heard.entry(to.0).or_default().push(word.clone());
        }
    }
    heard
}

#[derive(Debug, Default)]
struct Model {
    /// Who is where: connection, room, and who it is if inside.
    places: BTreeMap<u64, (u8, Option<Peer>)>,
    /// Who is inside, in order of arrival. Whoever is replaced by another connection never left.
    arrivals: Vec<(u8, PeerId)>,
}

impl Model {
    fn act(&mut self, from: u64, event: &Event) -> Heard {
        match *event {
            Event::Watch { room } => self.watch(from, room % ROOMS),
            Event::Join { room, person, load } => {
                self.join(from, room % ROOMS, &peer(person, load))
            }
            Event::Signal { person } => self.signal(from, peer(person, 0).id),
            Event::Refresh => self.refresh(from),
            Event::Leave => self.depart(from, LeaveReason::Left),
            Event::Disconnect => self.depart(from, LeaveReason::Lost),
        }
    }

    fn watch(&mut self, from: u64, room: u8) -> Heard {
        if self.inside(from).is_some() {
            return rejected(from, Rejection::AlreadyJoined);
        }
        self.places.insert(from, (room, None));
        let watching = ServerMessage::Watching {
            peers: self.in_order(room).collect(),
            capacity: CAPACITY as u32,
            ice_servers: vec![stun()],
        };
        told([from], &watching)
    }

    fn join(&mut self, from: u64, room: u8, peer: &Peer) -> Heard {
        if self.inside(from).is_some() {
            return rejected(from, Rejection::AlreadyJoined);
        }
        let mut peers = self.peers(room);
        if peers.remove(&peer.id).is_none() && peers.len() >= CAPACITY {
            let capacity = CAPACITY as u32;
            return rejected(from, Rejection::RoomFull { capacity });
        }
        let mut heard = self.replace(room, peer);
        if !self.arrivals.contains(&(room, peer.id)) {
            self.arrivals.push((room, peer.id));
        }
        self.places.insert(from, (room, Some(peer.clone())));
        let peer = peer.clone();
        let is_alone = peers.is_empty();
        let met = match &*peers.keys().collect::<Vec<_>>() {
            [other] => self.connection(room, **other).map(|to| (to, **other)),
            _ => None,
        };
        let joined = ServerMessage::Joined {
            id: peer.id,
            peers: self
                .in_order(room)
                .filter(|other| other.id != peer.id)
                .collect(),
            ice_servers: ice_servers(from, peer.id, !is_alone),
        };
        heard.extend(told([from], &joined));
        // Who was alone needs a relay from now on, and knows it before the other comes.
        let mut also = met.map_or_else(Heard::new, |(to, id)| credentials(to, id));
        let message = ServerMessage::PeerJoined { peer };
        for (to, words) in told(self.others(room, from), &message) {
            also.entry(to).or_default().extend(words);
        }
        heard.extend(also);
        heard
    }

    /// A second tab is told so; the same page with another WebSocket is not.
    fn replace(&mut self, room: u8, peer: &Peer) -> Heard {
        let Some(replaced) = self.connection(room, peer.id) else {
            return Heard::new();
        };
        match self.places.remove(&replaced) {
            Some((_, Some(before))) if before.incarnation == peer.incarnation => {
                Heard::from([(replaced, vec![Word::End(CloseCode::REPLACED)])])
            }
            _ => {
                let mut heard = rejected(replaced, Rejection::Superseded);
                heard
                    .entry(replaced)
                    .or_default()
                    .push(Word::End(CloseCode::SUPERSEDED));
                heard
            }
        }
    }

    fn refresh(&self, from: u64) -> Heard {
        match self.inside(from) {
            Some((room, peer)) if self.peers(room).len() > 1 => credentials(from, peer.id),
            _ => Heard::new(),
        }
    }

    fn signal(&self, from: u64, to: PeerId) -> Heard {
        let Some((room, sender)) = self.inside(from) else {
            return rejected(from, Rejection::NotJoined);
        };
        let Some(receiver) = self.connection(room, to) else {
            return rejected(from, Rejection::NoSuchPeer { to });
        };
        let signal = ServerMessage::Signal {
            from: sender.id,
            payload: PAYLOAD.to_owned(),
        };
        told([receiver], &signal)
    }

    fn depart(&mut self, from: u64, reason: LeaveReason) -> Heard {
        match self.places.remove(&from) {
            Some((room, Some(peer))) => {
                self.arrivals.retain(|inside| *inside != (room, peer.id));
                let left = ServerMessage::PeerLeft {
                    id: peer.id,
                    reason,
                };
                told(self.others(room, from), &left)
            }
            _ => Heard::new(),
        }
    }

    fn inside(&self, connection: u64) -> Option<(u8, &Peer)> {
        let (room, peer) = self.places.get(&connection)?;
        Some((*room, peer.as_ref()?))
    }

    fn peers(&self, room: u8) -> BTreeMap<PeerId, Peer> {
        let inside = self.places.values().filter(|(other, _)| *other == room);
        inside
            .filter_map(|(_, peer)| Some((peer.as_ref()?.id, peer.clone()?)))
            .collect()
    }

    fn in_order(&self, room: u8) -> impl Iterator<Item = Peer> {
        let mut peers = self.peers(room);
        let inside = self
            .arrivals
            .iter()
            .filter(move |(other, _)| *other == room);
        inside.filter_map(move |(_, id)| peers.remove(id))
    }

    fn connection(&self, room: u8, id: PeerId) -> Option<u64> {
        let is_it = |connection: &&u64| {
            self.inside(**connection)
                .is_some_and(|(other, peer)| (other, peer.id) == (room, id))
        };
        self.places.keys().find(is_it).copied()
    }

    /// Everybody in a room, lobby included, but this one.
    fn others(&self, room: u8, but: u64) -> Vec<u64> {
        let others = self.places.iter();
        others
            .filter(|(connection, (other, _))| *other == room && **connection != but)
            .map(|(connection, _)| *connection)
            .collect()
    }

    /// Rooms take so many and no more, and are gone when nobody is there.
    fn check_rooms(&self, rooms: &Rooms) {
        let used: BTreeSet<u8> = self.places.values().map(|(room, _)| *room).collect();
        let participants = self
            .places
            .values()
            .filter(|(_, peer)| peer.is_some())
            .count();
        let counts = (rooms.len(), rooms.participants());
        assert_eq!(counts, (used.len(), participants));
        assert!(used.iter().all(|room| self.peers(*room).len() <= CAPACITY));
    }

    /// Everybody in a room knows who else is there.
    fn check_pages(&self, pages: &BTreeMap<u64, Page>) {
        for (connection, (room, own)) in &self.places {
            let mut peers = self.peers(*room);
            own.iter().for_each(|own| drop(peers.remove(&own.id)));
            assert_eq!(pages[connection].others, peers);
        }
    }
}

/// What a page makes of what it hears.
#[derive(Debug, Default)]
struct Page {
    own: Option<PeerId>,
    others: BTreeMap<PeerId, Peer>,
}

impl Page {
    fn hear(&mut self, word: Word) {
        let Word::Message(message) = word else { return };
        match message {
            ServerMessage::Watching { peers, .. } => self.enter(None, peers),
            ServerMessage::Joined { id, peers, .. } => self.enter(Some(id), peers),
            ServerMessage::PeerJoined { peer } => drop(self.others.insert(peer.id, peer)),
            ServerMessage::PeerLeft { id, .. } => {
                assert!(self.others.remove(&id).is_some(), "{id} was not there");
            }
            ServerMessage::Signal { from, .. } => {
                let is_there = self.own == Some(from) || self.others.contains_key(&from);
                assert!(is_there, "{from} is not there");
            }
            ServerMessage::IceServers { .. }
            | ServerMessage::Pong { .. }
            | ServerMessage::Rejected { .. } => {}
        }
    }

    fn enter(&mut self, own: Option<PeerId>, peers: Vec<Peer>) {
        self.own = own;
        self.others = peers.into_iter().map(|peer| (peer.id, peer)).collect();
    }
}

fn stun() -> IceServer {
    IceServer {
        urls: vec!["stun:stun.example.org".to_owned()],
        username: None,
        credential: None,
    }
}

/// With the connection and the participant in it, so that nobody gets another's.
fn turn(connection: ConnectionKey, id: PeerId) -> Option<IceServer> {
    Some(IceServer {
        urls: vec!["turn:turn.example.org".to_owned()],
        username: Some(format!("{}:{id}", connection.0)),
        credential: Some("password".to_owned().into()),
    })
}

fn ice_servers(connection: u64, id: PeerId, with_turn: bool) -> Vec<IceServer> {
    let turn = with_turn.then(|| turn(ConnectionKey(connection), id));
    [stun()].into_iter().chain(turn.flatten()).collect()
}

fn credentials(to: u64, id: PeerId) -> Heard {
    let ice_servers = ice_servers(to, id, true);
    told([to], &ServerMessage::IceServers { ice_servers })
}

fn told(to: impl IntoIterator<Item = u64>, message: &ServerMessage) -> Heard {
    let word = || vec![Word::Message(message.clone())];
    to.into_iter().map(|to| (to, word())).collect()
}

fn rejected(from: u64, rejection: Rejection) -> Heard {
    told([from], &ServerMessage::Rejected { rejection })
}

fn room_id(room: u8) -> protocol::RoomId {
    let id = format!("room-{}", room % ROOMS).parse();
    id.unwrap_or_else(|error| panic!("{error}"))
}

/// A person in one of two page loads.
fn peer(person: u8, load: u8) -> Peer {
    let digest: [u8; 32] = Sha256::digest(secret(person).0).into();
    Peer {
        id: PeerId(std::array::from_fn(|index| digest[index])),
        incarnation: Incarnation((load % 2).into()),
        name: Name::new(&format!("Person {}", person % PEOPLE)),
    }
}

fn secret(person: u8) -> PeerSecret {
    PeerSecret([person % PEOPLE; 16])
}
