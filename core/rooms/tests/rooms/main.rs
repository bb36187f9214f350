//! The rooms against the simplest model of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod model;

use std::{fs, path::Path};

use arbitrary::{Arbitrary, Unstructured};
use model::Step;
use proptest::prelude::*;
use protocol::{
    ClientMessage, IceServer, Incarnation, Name, PeerId, PeerSecret, Rejection, ServerMessage,
};
use rooms::{ConnectionKey, Delivery, Rooms};

proptest! {
    #[test]
    fn rooms_do_what_the_model_does(steps in prop::collection::vec(step(), 0..80)) {
        model::check(&steps);
    }
}

#[test]
fn the_fuzzers_seeds_go_as_in_the_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dev/fuzz/seeds/rooms");
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
    let mut rooms = Rooms::new(3, Vec::new(), None);
    let deliveries = rooms.handle(ConnectionKey(1), join(protocol::VERSION - 1), &no_turn);
    let rejected = ServerMessage::Rejected {
        rejection: Rejection::Version,
    };
    assert_eq!(
        deliveries,
        [Delivery::Send(vec![ConnectionKey(1)], rejected)]
    );
    assert!(rooms.is_empty());
}

/// An id cannot be chosen: it follows from the secret, which nobody else learns.
#[test]
fn an_id_is_the_beginning_of_the_secrets_hash() {
    let mut rooms = Rooms::new(3, Vec::new(), None);
    let deliveries = rooms.handle(ConnectionKey(1), join(protocol::VERSION), &no_turn);
    let [Delivery::Send(_, ServerMessage::Joined { id, .. })] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    // printf '\0%.0s' $(seq 16) | sha256sum
    assert_eq!(id.to_string(), "374708fff7719dd5979ec875d56cd228");
}

/// TURN costs bandwidth: whoever watches a room or is alone in it gets no credentials. Two people
/// get some, the first of them before the first connection is opened, and new ones before they end.
#[test]
fn credentials_are_for_those_who_met() {
    let mut rooms = Rooms::new(3, vec![server("stun")], Some(server("turn")));
    let [watcher, ada, ben] = [1, 2, 3].map(ConnectionKey);
    let watch = ClientMessage::Watch {
        room: "tea".parse().unwrap(),
    };
    let deliveries = rooms.handle(watcher, watch, &turn);
    let [Delivery::Send(_, ServerMessage::Watching { ice_servers, .. })] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    assert_eq!(ice_servers, &[server("stun"), server("turn")]);
    let deliveries = rooms.handle(ada, join_as(1), &turn);
    let [
        Delivery::Send(_, ServerMessage::Joined { ice_servers, .. }),
        _,
    ] = &deliveries[..]
    else {
        panic!("{deliveries:?}")
    };
    assert_eq!(ice_servers, &[server("stun")]);
    for alone in [watcher, ada] {
        assert_eq!(rooms.refresh(alone, &turn), []);
    }
    let deliveries = rooms.handle(ben, join_as(2), &turn);
    let [
        Delivery::Send(to_ben, ServerMessage::Joined { ice_servers, .. }),
        to_ada,
        Delivery::Arrive(to_all, _),
    ] = &deliveries[..]
    else {
        panic!("{deliveries:?}")
    };
    assert_eq!(
        (&to_ben[..], &to_all[..]),
        (&[ben][..], &[ada, watcher][..])
    );
    assert_eq!(ice_servers, &[server("stun"), server("turn for 3")]);
    assert_eq!(to_ada, &credentials(ada));
    for key in [ada, ben] {
        assert_eq!(rooms.refresh(key, &turn), [credentials(key)]);
    }
    assert_eq!(rooms.refresh(watcher, &turn), []);
    rooms.handle(ben, ClientMessage::Leave, &turn);
    for alone in [ada, ben] {
        assert_eq!(rooms.refresh(alone, &turn), []);
    }
}

#[test]
fn without_a_turn_server_nobody_is_told_of_credentials() {
    let mut rooms = Rooms::new(3, vec![server("stun")], None);
    let [ada, ben] = [1, 2].map(ConnectionKey);
    rooms.handle(ada, join_as(1), &no_turn);
    let deliveries = rooms.handle(ben, join_as(2), &no_turn);
    let [
        Delivery::Send(_, ServerMessage::Joined { ice_servers, .. }),
        Delivery::Arrive(..),
    ] = &deliveries[..]
    else {
        panic!("{deliveries:?}")
    };
    assert_eq!(ice_servers, &[server("stun")]);
    assert_eq!(rooms.refresh(ada, &no_turn), []);
}

fn no_turn(_: ConnectionKey, _: PeerId) -> Option<IceServer> {
    None
}

fn turn(connection: ConnectionKey, _: PeerId) -> Option<IceServer> {
    Some(server(&format!("turn for {}", connection.0)))
}

fn server(url: &str) -> IceServer {
    IceServer {
        urls: vec![url.to_owned()],
        username: None,
        credential: None,
    }
}

fn credentials(to: ConnectionKey) -> Delivery {
    let ice_servers = [Some(server("stun")), turn(to, PeerId([0; 16]))];
    let ice_servers = ice_servers.into_iter().flatten().collect();
    Delivery::Send(vec![to], ServerMessage::IceServers { ice_servers })
}

/// Each in the lobby costs a message for each who comes and goes.
#[test]
fn a_lobby_takes_so_many_and_whoever_is_too_many_can_still_join() {
    let mut rooms = Rooms::new(3, Vec::new(), None);
    let watch = || ClientMessage::Watch {
        room: "tea".parse().unwrap(),
    };
    for key in 0..64 {
        let deliveries = rooms.handle(ConnectionKey(key), watch(), &no_turn);
        let [Delivery::Send(_, ServerMessage::Watching { .. })] = &deliveries[..] else {
            panic!("{deliveries:?}")
        };
    }
    let late = ConnectionKey(64);
    let rejected = ServerMessage::Rejected {
        rejection: Rejection::overloaded(),
    };
    let deliveries = rooms.handle(late, watch(), &no_turn);
    assert_eq!(deliveries, [Delivery::Send(vec![late], rejected)]);
    let deliveries = rooms.handle(late, join(protocol::VERSION), &no_turn);
    let [Delivery::Send(_, joined), Delivery::Arrive(told, _)] = &deliveries[..] else {
        panic!("{deliveries:?}")
    };
    assert!(matches!(joined, ServerMessage::Joined { .. }));
    assert_eq!(told.len(), 64);
}

#[test]
fn the_more_pages_there_are_the_longer_they_are_to_spread_their_return() {
    let mut rooms = Rooms::new(3, Vec::new(), None);
    let asker = ConnectionKey(u64::MAX);
    let within = |rooms: &mut Rooms| match &rooms.handle(asker, ClientMessage::Ping, &no_turn)[..] {
        [Delivery::Send(to, ServerMessage::Pong { reconnect_within })] if to == &[asker] => {
            *reconnect_within
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(within(&mut rooms), 1500);
    for key in 0..10_000_u64 {
        let room = format!("tea-{}", key / 4).parse().unwrap();
        rooms.handle(ConnectionKey(key), ClientMessage::Watch { room }, &no_turn);
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
