//! The benchmark itself, with small numbers and without the rivals that have to be installed: does
//! it still work?
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use std::process::Command;

use madang_bench::{
    measure::{Measurement, Scale},
    payload::payload,
    process::raise_file_limit,
    report::Table,
    rivals::{Madang, Relay, Rival},
    room::Room,
    server::RunningServer,
};

const OWN: [&dyn Rival; 3] = [&Madang, &Relay::WEBSOCKET, &Relay::TCP];

#[tokio::test]
async fn what_one_says_arrives_at_the_other_from_the_right_sender() {
    build_madang();
    for rival in OWN {
        let server = RunningServer::start(rival).unwrap();
        let mut room = Room::new();
        room.admit(&server, rival, 4).await.unwrap();
        let payload = payload(1200);
        let [one, other] = room.pair(3, 0).unwrap();
        let words = one.rival.signal(&other.id, &payload);
        one.say(&words).await.unwrap();
        other.receive(&one.id, 1200).await.unwrap();
        // The check itself has to be able to fail.
        one.say(&words).await.unwrap();
        assert!(other.receive(&one.id, 1201).await.is_err());
        room.leave().await.unwrap();
    }
}

#[tokio::test]
async fn each_join_is_heard_of_by_all_who_were_there_before() {
    build_madang();
    for rival in OWN {
        let server = RunningServer::start(rival).unwrap();
        let mut room = Room::new();
        room.admit(&server, rival, 2).await.unwrap();
        room.admit(&server, rival, 10).await.unwrap();
        assert_eq!(room.people.len(), 12);
        room.leave().await.unwrap();
    }
}

#[tokio::test]
async fn work_costs_time_and_connections_cost_memory() {
    build_madang();
    raise_file_limit().unwrap();
    for (name, measurement) in Measurement::ALL {
        // The files need rivals, and a page that was built.
        if measurement == Measurement::Files {
            continue;
        }
        let tables = measurement.run(&OWN, &Scale::SMOKE).await.unwrap();
        assert!(!tables.is_empty(), "{name}");
        for table in tables {
            check(&table);
        }
    }
}

/// A debug build on a busy machine is slow, but not a thousand times, and nothing is for free.
fn check(table: &Table) {
    assert_eq!(table.rows[0].0, "Madang", "{table}");
    if table.title.contains("Growth") {
        return;
    }
    let (least, most) = match table.title.rsplit_once('(').unwrap().1 {
        "µs)" => (1.0, 10_000_000.0),
        "ms)" => (0.1, 60_000.0),
        "KiB)" => (0.1, 200_000.0),
        unit => panic!("what is {unit}"),
    };
    for (name, sample) in &table.rows {
        let (low, high) = sample.range();
        assert!(low > least && high < most, "{name} in:\n{table}");
    }
}

/// Cargo builds a crate's own programs for its tests, but not those of others.
fn build_madang() {
    let mut cargo = Command::new(env!("CARGO"));
    // As the native tests are built, which leave it there: of other packages, or for ring's build
    // script, which looks at these variables, most of it would be built anew.
    cargo
        .args("build --locked --workspace --exclude madang-client --exclude madang-e2e".split(' '));
    cargo.args("--bin madang --test smoke".split(' '));
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_") {
            cargo.env_remove(name);
        }
    }
    assert!(cargo.status().unwrap().success());
}
