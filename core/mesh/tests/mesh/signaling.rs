//! What a call owes to its server, and does without.

use std::time::Duration;

use mesh::{Announcement, ConnectionCommand, LinkState, Output, Server, Source};

use crate::{
    story::{announcements, is_question, link, names, three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

#[test]
fn a_socket_drop_leaves_the_media_alone() {
    let mut world = two_people();
    let before = world.connections_between(ALICE, BOB);
    world.weather.server_notices = Duration::from_secs(5)..Duration::from_secs(5);
    world.drop_socket(BOB);
    world.advance_secs(1);
    assert_eq!(names(&world, ALICE), ["Bob"]);
    world.settle();
    assert_eq!(world.connections_between(ALICE, BOB), before);
    assert!(
        world
            .outputs(ALICE)
            .iter()
            .all(|output| is_text(output) || is_camera(output) || is_question(output)),
        "Alice saw nothing of it"
    );
}

#[test]
fn a_call_outlives_its_server() {
    let mut world = three_people();
    let before = world.connections.len();
    world.outputs(ALICE);
    world.restart_server(Duration::from_secs(40));
    world.advance_secs(30);
    assert_eq!(
        (world.view(ALICE).server, names(&world, ALICE).len()),
        (Server::Offline, 2)
    );
    assert!(
        world
            .view(ALICE)
            .peers
            .iter()
            .all(|peer| peer.link == LinkState::Connected)
    );
    world.settle();
    assert_eq!(world.connections.len(), before);
    assert_eq!(
        announcements(&mut world, ALICE),
        [Announcement::Reconnecting, Announcement::BackOnline]
    );
}

/// The server passes on every second signal only, since too much waits for the receiver.
#[test]
fn what_the_server_had_no_room_for_is_said_again() {
    let mut world = World::calm(3);
    world.server.is_congested = true;
    for person in [ALICE, BOB, CAROL] {
        world.join(person);
    }
    world.advance_secs(25);
    for (person, name) in [(ALICE, "Bob"), (BOB, "Carol"), (CAROL, "Alice")] {
        assert_eq!(link(&world, person, name), LinkState::Connected);
    }
    assert_eq!(
        world.connections.len(),
        6,
        "both ends of three, and none anew"
    );
}

#[test]
fn sockets_that_drop_in_the_middle_of_a_handshake_cost_no_second_connection() {
    for (at, server_notices, person) in
        (0..160).map(|at| (at / 4, at % 2 * 5, [ALICE, BOB][at as usize / 2 % 2]))
    {
        let mut world = World::calm(2);
        world.weather.server_notices =
            Duration::from_secs(server_notices)..Duration::from_secs(server_notices);
        world.weather.gathering = Duration::from_millis(1)..Duration::from_millis(60);
        world.join(ALICE);
        world.join(BOB);
        world.advance(Duration::from_millis(5 * at));
        world.drop_socket(person);
        world.settle();
        assert_eq!(
            world.connections.len(),
            2,
            "{person} dropped after {} ms, seen {server_notices} s later",
            5 * at
        );
    }
}

fn is_text(output: &Output) -> bool {
    matches!(
        output,
        Output::Connection(_, ConnectionCommand::SendText(..))
    )
}

fn is_camera(output: &Output) -> bool {
    matches!(
        output,
        Output::Connection(_, ConnectionCommand::Send(Source::Camera, _))
    )
}
