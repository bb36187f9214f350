//! The rooms against the simplest model of them: a list of who is where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use protocol::{
    ClientMessage, Incarnation, LeaveReason, Name, PeerId, PeerSecret, Rejection, ServerMessage,
    close,
};
use server::{
    ice::{Access, Ice, Turn},
    metrics::Census,
    rooms::{ConnectionKey, Delivery, Rooms},
};

const CAPACITY: usize = 3;
/// Since 1970.
const NOW: Duration = Duration::from_secs(1_700_000_000);

/// What happens to a connection.
#[derive(Clone, Debug)]
enum Event {
    Watch { room: u8 },
    Join { room: u8, person: u8, load: u8 },
    Signal { person: u8 },
    Leave,
    Disconnect,
}

fn event() -> impl Strategy<Value = (u64, Event)> {
    let event = prop_oneof![
        2 => (0..3_u8).prop_map(|room| Event::Watch { room }),
        3 => (0..3_u8, 0..5_u8, 0..2_u8).prop_map(|(room, person, load)| Event::Join { room, person, load }),
        2 => (0..5_u8).prop_map(|person| Event::Signal { person }),
        1 => Just(Event::Leave),
        1 => Just(Event::Disconnect),
    ];
    (0..7_u64, event)
}

/// Who is where: connection, room, and the person if inside; and which page load a person came with last.
#[derive(Debug, Default)]
struct Model {
    places: BTreeMap<u64, (u8, Option<u8>)>,
    loads: BTreeMap<(u8, u8), u8>,
}

impl Model {
    fn inside(&self, room: u8) -> Vec<(u64, u8)> {
        let inside = |(connection, place): (&u64, &(u8, Option<u8>))| {
            (place.0 == room).then_some((*connection, place.1?))
        };
        self.places.iter().filter_map(inside).collect()
    }

    /// All connections in a room but this one, lobby included.
    fn others(&self, room: u8, but: u64) -> BTreeSet<u64> {
        let places = self.places.iter();
        places
            .filter(|(connection, place)| place.0 == room && **connection != but)
            .map(|(connection, _)| *connection)
            .collect()
    }

    /// Takes a connection out; who hears of it, and of whom.
    fn depart(&mut self, connection: u64) -> (BTreeSet<u64>, Option<u8>) {
        match self.places.remove(&connection) {
            Some((room, Some(person))) => (self.others(room, connection), Some(person)),
            _ => (BTreeSet::new(), None),
        }
    }
}

fn secret(person: u8) -> PeerSecret {
    PeerSecret([person; 16])
}

/// The id of a person, as the server tells it.
fn id(person: u8) -> PeerId {
    let mut rooms = Rooms::new(2, Ice::default());
    let deliveries = rooms.handle(ConnectionKey(0), join(0, person, 0), NOW);
    match &deliveries[..] {
        [Delivery::Send(_, ServerMessage::Joined { id, .. })] => *id,
        other => panic!("{other:?}"),
    }
}

fn join(room: u8, person: u8, load: u8) -> ClientMessage {
    ClientMessage::Join {
        version: protocol::VERSION,
        room: format!("room-{room}").parse().unwrap(),
        name: Name::new(&format!("Person {person}")),
        secret: secret(person),
        incarnation: Incarnation(load.into()),
    }
}

/// Who is told what, without the order between different people.
fn told(deliveries: &[Delivery]) -> Vec<(u64, &ServerMessage)> {
    let mut all: Vec<_> = deliveries
        .iter()
        .filter_map(|delivery| match delivery {
            Delivery::Send(recipients, message) => Some((recipients, message)),
            Delivery::End(..) => None,
        })
        .flat_map(|(recipients, message)| recipients.iter().map(move |to| (to.0, message)))
        .collect();
    all.sort_by_key(|(to, _)| *to);
    all
}

fn step(rooms: &mut Rooms, model: &mut Model, from: u64, event: &Event) {
    let key = ConnectionKey(from);
    match event {
        Event::Watch { room } => {
            let deliveries = rooms.handle(
                key,
                ClientMessage::Watch {
                    room: format!("room-{room}").parse().unwrap(),
                },
                NOW,
            );
            if let Some((_, Some(_))) = model.places.get(&from) {
                assert_eq!(rejection(&deliveries, from), Rejection::AlreadyJoined);
                return;
            }
            model.places.insert(from, (*room, None));
            let [Delivery::Send(to, ServerMessage::Watching { peers, capacity })] = &deliveries[..]
            else {
                panic!("{deliveries:?}")
            };
            assert_eq!((&to[..], *capacity), (&[key][..], CAPACITY as u32));
            assert_eq!(ids(peers), ids_inside(model, *room, None));
        }
        Event::Join { room, person, load } => joins(rooms, model, from, (*room, *person), *load),
        Event::Signal { person } => {
            let message = ClientMessage::Signal {
                to: id(*person),
                payload: "opaque".to_owned(),
            };
            let deliveries = rooms.handle(key, message, NOW);
            let Some((room, Some(sender))) = model.places.get(&from) else {
                assert_eq!(rejection(&deliveries, from), Rejection::NotJoined);
                return;
            };
            match model
                .inside(*room)
                .iter()
                .find(|(_, other)| other == person)
            {
                Some((to, _)) => {
                    let signal = ServerMessage::Signal {
                        from: id(*sender),
                        payload: "opaque".to_owned(),
                    };
                    assert_eq!(
                        deliveries,
                        [Delivery::Send(vec![ConnectionKey(*to)], signal)]
                    );
                }
                None => assert_eq!(
                    rejection(&deliveries, from),
                    Rejection::NoSuchPeer { to: id(*person) }
                ),
            }
        }
        Event::Leave => {
            let deliveries = rooms.handle(key, ClientMessage::Leave, NOW);
            departed(model, from, &deliveries, LeaveReason::Left);
        }
        Event::Disconnect => {
            let deliveries = rooms.disconnected(key);
            departed(model, from, &deliveries, LeaveReason::Lost);
        }
    }
}

fn joins(rooms: &mut Rooms, model: &mut Model, from: u64, (room, person): (u8, u8), load: u8) {
    let deliveries = rooms.handle(ConnectionKey(from), join(room, person, load), NOW);
    if let Some((_, Some(_))) = model.places.get(&from) {
        assert_eq!(rejection(&deliveries, from), Rejection::AlreadyJoined);
        return;
    }
    let inside = model.inside(room);
    let before = inside.iter().find(|(_, other)| *other == person).copied();
    if inside.len() >= CAPACITY && before.is_none() {
        let full = Rejection::RoomFull {
            capacity: CAPACITY as u32,
        };
        assert_eq!(rejection(&deliveries, from), full);
        return;
    }
    if let Some((replaced, _)) = before {
        model.places.remove(&replaced);
        // The same page load is not in its own way.
        let is_same_page = model.loads[&(room, person)] == load;
        let code = if is_same_page {
            close::REPLACED
        } else {
            assert_eq!(rejection(&deliveries, replaced), Rejection::Superseded);
            close::SUPERSEDED
        };
        assert!(deliveries.contains(&Delivery::End(ConnectionKey(replaced), code)));
    }
    model.loads.insert((room, person), load);
    model.places.insert(from, (room, Some(person)));
    let told = told(&deliveries);
    let own = told.iter().find(|(to, _)| *to == from);
    let Some((_, ServerMessage::Joined { id: own, peers, .. })) = own else {
        panic!("{deliveries:?}")
    };
    assert_eq!(*own, id(person));
    assert_eq!(ids(peers), ids_inside(model, room, Some(person)));
    let heard: BTreeSet<u64> = told
        .iter()
        .filter(|(_, message)| matches!(message, ServerMessage::PeerJoined { peer } if peer.id == id(person)))
        .map(|(to, _)| *to)
        .collect();
    assert_eq!(heard, model.others(room, from));
}

fn departed(model: &mut Model, from: u64, deliveries: &[Delivery], reason: LeaveReason) {
    let (others, person) = model.depart(from);
    let expected: Vec<_> = match person {
        Some(person) => {
            let left = ServerMessage::PeerLeft {
                id: id(person),
                reason,
            };
            others.iter().map(|other| (*other, left.clone())).collect()
        }
        None => Vec::new(),
    };
    let told: Vec<_> = told(deliveries)
        .into_iter()
        .map(|(to, message)| (to, message.clone()))
        .collect();
    assert_eq!(told, expected);
}

fn rejection(deliveries: &[Delivery], to: u64) -> Rejection {
    let rejection = told(deliveries)
        .into_iter()
        .find_map(|(other, message)| match message {
            ServerMessage::Rejected { rejection } if other == to => Some(*rejection),
            _ => None,
        });
    rejection.unwrap_or_else(|| panic!("{deliveries:?}"))
}

fn ids(peers: &[protocol::Peer]) -> BTreeSet<PeerId> {
    peers.iter().map(|peer| peer.id).collect()
}

fn ids_inside(model: &Model, room: u8, but: Option<u8>) -> BTreeSet<PeerId> {
    let inside = model.inside(room).into_iter();
    inside
        .filter(|(_, person)| Some(*person) != but)
        .map(|(_, person)| id(person))
        .collect()
}

proptest! {
    #[test]
    fn rooms_do_what_the_model_does(events in proptest::collection::vec(event(), 0..80)) {
        let mut rooms = Rooms::new(CAPACITY, Ice::default());
        let mut model = Model::default();
        for (from, event) in &events {
            step(&mut rooms, &mut model, *from, event);
            let used: BTreeSet<u8> = model.places.values().map(|(room, _)| *room).collect();
            prop_assert_eq!(rooms.census().rooms, used.len());
        }
        for connection in 0..7 {
            rooms.disconnected(ConnectionKey(connection));
        }
        prop_assert_eq!(rooms.census(), Census::default());
    }
}

#[test]
fn another_version_is_told_so_and_not_let_in() {
    let mut rooms = Rooms::new(CAPACITY, Ice::default());
    let ClientMessage::Join {
        room,
        name,
        secret,
        incarnation,
        ..
    } = join(0, 0, 0)
    else {
        unreachable!()
    };
    let old = ClientMessage::Join {
        version: 0,
        room,
        name,
        secret,
        incarnation,
    };
    let deliveries = rooms.handle(ConnectionKey(1), old, NOW);
    assert_eq!(rejection(&deliveries, 1), Rejection::Version);
    assert_eq!(rooms.census(), Census::default());
}

/// An id cannot be chosen: it follows from the secret, which nobody else learns.
#[test]
fn an_id_is_the_beginning_of_the_secrets_hash() {
    // printf '\0%.0s' $(seq 16) | sha256sum
    assert_eq!(id(0).to_string(), "374708fff7719dd5979ec875d56cd228");
}

/// TURN costs bandwidth: who watches a room gets no credentials, who joined gets some, and new ones before they end.
#[test]
fn credentials_are_for_those_inside() {
    let ttl = Duration::from_secs(600);
    let turn = Turn {
        urls: vec!["turn:turn.example.org".to_owned()],
        access: Access::Secret {
            secret: b"north".to_vec(),
            ttl,
        },
    };
    let ice = Ice {
        stun: Vec::new(),
        turn: Some(turn),
    };
    let mut rooms = Rooms::new(CAPACITY, ice);
    let key = ConnectionKey(1);
    let watch = ClientMessage::Watch {
        room: "room-0".parse().unwrap(),
    };
    rooms.handle(key, watch, NOW);
    assert_eq!(rooms.refresh(key, NOW), []);
    let deliveries = rooms.handle(key, join(0, 0, 0), NOW);
    let [Delivery::Send(_, ServerMessage::Joined { ice_servers, .. })] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    assert_eq!(
        ice_servers[0].username.as_deref(),
        Some("1700000600:374708ff")
    );
    let deliveries = rooms.refresh(key, NOW + ttl / 2);
    let [Delivery::Send(to, ServerMessage::IceServers { ice_servers })] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    assert_eq!(to, &[key]);
    assert_eq!(
        ice_servers[0].username.as_deref(),
        Some("1700000900:374708ff")
    );
    rooms.handle(key, ClientMessage::Leave, NOW);
    assert_eq!(rooms.refresh(key, NOW), []);
}
