//! The rooms against the simplest model of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod model;

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use arbitrary::{Arbitrary, Unstructured};
use model::Step;
use proptest::prelude::*;
use protocol::{ClientMessage, IceServer, Incarnation, Name, PeerSecret, Rejection, ServerMessage};
use server::{
    ice::{Access, Ice, Turn},
    metrics::Census,
    rooms::{ConnectionKey, Delivery, Rooms},
};

/// Since 1970.
const NOW: Duration = Duration::from_secs(1_700_000_000);

proptest! {
    #[test]
    fn rooms_do_what_the_model_does(steps in prop::collection::vec(step(), 0..80)) {
        model::check(&steps);
    }
}

#[test]
fn the_fuzzers_seeds_go_as_in_the_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dev/fuzz/seeds/rooms");
    let seeds: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert!(!seeds.is_empty());
    for seed in seeds {
        let bytes = fs::read(seed.unwrap().path()).unwrap();
        let steps = Vec::<Step>::arbitrary_take_rest(Unstructured::new(&bytes)).unwrap();
        assert!(steps.len() > 1, "{steps:?}");
        model::check(&steps);
    }
}

#[test]
fn another_version_is_told_so_and_not_let_in() {
    let mut rooms = Rooms::new(3, Ice::default());
    let deliveries = rooms.handle(ConnectionKey(1), join(protocol::VERSION - 1), NOW);
    let rejected = ServerMessage::Rejected {
        rejection: Rejection::Version,
    };
    assert_eq!(
        deliveries,
        [Delivery::Send(vec![ConnectionKey(1)], rejected)]
    );
    assert_eq!(rooms.census(), Census::default());
}

/// An id cannot be chosen: it follows from the secret, which nobody else learns.
#[test]
fn an_id_is_the_beginning_of_the_secrets_hash() {
    let mut rooms = Rooms::new(3, Ice::default());
    let deliveries = rooms.handle(ConnectionKey(1), join(protocol::VERSION), NOW);
    let [Delivery::Send(_, ServerMessage::Joined { id, .. })] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    // printf '\0%.0s' $(seq 16) | sha256sum
    assert_eq!(id.to_string(), "374708fff7719dd5979ec875d56cd228");
}

/// TURN costs bandwidth: who watches a room or is alone in it gets no credentials, two people get
/// some, the first before the first connection is opened, and new ones before they end.
#[test]
fn credentials_are_for_those_who_met() {
    let mut rooms = Rooms::new(3, ice());
    let [watcher, ada, ben] = [1, 2, 3].map(ConnectionKey);
    let watch = ClientMessage::Watch {
        room: "tea".parse().unwrap(),
    };
    rooms.handle(watcher, watch, NOW);
    let deliveries = rooms.handle(ada, join_as(1), NOW);
    let [
        Delivery::Send(_, ServerMessage::Joined { ice_servers, .. }),
        _,
    ] = &deliveries[..]
    else {
        panic!("{deliveries:?}")
    };
    assert_eq!(ice_servers, &[]);
    for alone in [watcher, ada] {
        assert_eq!(rooms.refresh(alone, NOW), []);
    }
    let deliveries = rooms.handle(ben, join_as(2), NOW);
    let [
        Delivery::Send(to_ben, ServerMessage::Joined { ice_servers, .. }),
        Delivery::Send(
            to_ada,
            ServerMessage::IceServers {
                ice_servers: at_last,
            },
        ),
        Delivery::Arrive(to_all, _),
    ] = &deliveries[..]
    else {
        panic!("{deliveries:?}")
    };
    assert_eq!((&to_ben[..], &to_ada[..]), (&[ben][..], &[ada][..]));
    assert_eq!(to_all, &[ada, watcher]);
    for servers in [ice_servers, at_last] {
        assert!(expires(servers, NOW + TTL), "{servers:?}");
    }
    for key in [ada, ben] {
        let deliveries = rooms.refresh(key, NOW + TTL / 2);
        let [Delivery::Send(to, ServerMessage::IceServers { ice_servers })] = &deliveries[..]
        else {
            panic!("{deliveries:?}")
        };
        assert_eq!(to, &[key]);
        assert!(expires(ice_servers, NOW + TTL / 2 + TTL));
    }
    assert_eq!(rooms.refresh(watcher, NOW), []);
    rooms.handle(ben, ClientMessage::Leave, NOW);
    for alone in [ada, ben] {
        assert_eq!(rooms.refresh(alone, NOW), []);
    }
}

/// Whoever says to be a thousand people has the relays of sixteen.
#[test]
fn one_customer_is_sixteen_users_of_the_relay() {
    let users = |customer: &[u8]| -> BTreeSet<String> {
        let mut rooms = Rooms::new(3, ice());
        let [ada, other] = [1, 2].map(ConnectionKey);
        rooms.handle(other, join_as(0), NOW);
        let users = (1..1000).map(|person| {
            rooms.arrived(ada, customer);
            let deliveries = rooms.handle(ada, join_as(person), NOW);
            rooms.disconnected(ada);
            let Delivery::Send(_, ServerMessage::Joined { ice_servers, .. }) = &deliveries[0]
            else {
                panic!("{deliveries:?}")
            };
            let username = ice_servers[0].username.clone().unwrap();
            username.split_once(':').unwrap().1.to_owned()
        });
        users.collect()
    };
    let (here, there) = (users(&[192, 0, 2, 1]), users(&[192, 0, 2, 2]));
    assert_eq!((here.len(), there.len()), (16, 16));
    assert!(here.is_disjoint(&there));
    assert_eq!(here, users(&[192, 0, 2, 1]), "after a restart, too");
}

const TTL: Duration = Duration::from_secs(600);

/// With a relay and nothing else.
fn ice() -> Ice {
    let turn = Turn {
        urls: vec!["turn:turn.example.org".to_owned()],
        access: Access::Secret {
            secret: b"north".to_vec(),
            ttl: TTL,
        },
    };
    Ice {
        stun: Vec::new(),
        turn: Some(turn),
    }
}

fn expires(servers: &[IceServer], time: Duration) -> bool {
    let username = servers[0].username.as_deref().unwrap();
    username.starts_with(&format!("{}:", time.as_secs()))
}

/// Each in the lobby costs a message for each who comes and goes.
#[test]
fn a_lobby_takes_so_many_and_whoever_is_too_many_can_still_join() {
    let mut rooms = Rooms::new(3, Ice::default());
    let watch = || ClientMessage::Watch {
        room: "tea".parse().unwrap(),
    };
    for key in 0..64 {
        let deliveries = rooms.handle(ConnectionKey(key), watch(), NOW);
        let [Delivery::Send(_, ServerMessage::Watching { .. })] = &deliveries[..] else {
            panic!("{deliveries:?}")
        };
    }
    let late = ConnectionKey(64);
    let rejected = ServerMessage::Rejected {
        rejection: Rejection::overloaded(),
    };
    let deliveries = rooms.handle(late, watch(), NOW);
    assert_eq!(deliveries, [Delivery::Send(vec![late], rejected)]);
    let deliveries = rooms.handle(late, join(protocol::VERSION), NOW);
    let [Delivery::Send(_, joined), Delivery::Arrive(told, _)] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    assert!(matches!(joined, ServerMessage::Joined { .. }));
    assert_eq!(told.len(), 64);
}

#[test]
fn the_more_pages_there_are_the_longer_they_are_to_spread_their_return() {
    let mut rooms = Rooms::new(3, Ice::default());
    let asker = ConnectionKey(u64::MAX);
    let within = |rooms: &mut Rooms| match &rooms.handle(asker, ClientMessage::Ping, NOW)[..] {
        [Delivery::Send(to, ServerMessage::Pong { reconnect_within })] if to == &[asker] => {
            *reconnect_within
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(within(&mut rooms), 1500);
    for key in 0..10_000_u64 {
        let room = format!("tea-{}", key / 4).parse().unwrap();
        rooms.handle(ConnectionKey(key), ClientMessage::Watch { room }, NOW);
    }
    assert_eq!(within(&mut rooms), 20_000);
}

fn join(version: u32) -> ClientMessage {
    join_with(version, PeerSecret([0; 16]))
}

fn join_as(person: u32) -> ClientMessage {
    let secret = u128::from(person).to_be_bytes();
    join_with(protocol::VERSION, PeerSecret(secret))
}

fn join_with(version: u32, secret: PeerSecret) -> ClientMessage {
    ClientMessage::Join {
        version,
        room: "tea".parse().unwrap(),
        name: Name::new("Ada"),
        secret,
        incarnation: Incarnation(1),
    }
}

/// As the fuzzer makes one: of more bytes than it takes.
fn step() -> impl Strategy<Value = Step> {
    any::<[u8; 16]>().prop_map(|bytes| Step::arbitrary(&mut Unstructured::new(&bytes)).unwrap())
}
