//! Who comes into a room, and what is seen of it.

use std::time::Duration;

use mesh::{Output, Phase, Server, SocketCommand, WhyLeft};
use protocol::{ClientMessage, RoomId};

use crate::{
    story::{announcements, names, two_people},
    world::{ALICE, BOB, CAROL, DAVE, World},
};

#[test]
fn the_page_watches_the_room_before_it_joins() {
    let mut world = World::calm(2);
    world.load(ALICE);
    world.advance_secs(1);
    let room: RoomId = "test".parse().unwrap();
    assert_eq!(
        world.outputs(ALICE),
        [
            Output::Socket(SocketCommand::Open),
            Output::Socket(SocketCommand::Send(ClientMessage::Watch { room }))
        ]
    );
    world.join(BOB);
    world.advance_secs(1);
    let view = world.view(ALICE);
    assert_eq!(
        (view.phase, view.server, view.capacity),
        (Phase::Lobby, Server::Online, Some(8))
    );
    assert_eq!(
        view.peers
            .iter()
            .map(|peer| peer.name.as_str())
            .collect::<Vec<_>>(),
        ["Bob"]
    );
    world.close_page(BOB, true);
    world.advance_secs(1);
    assert!(world.view(ALICE).peers.is_empty());
}

#[test]
fn whoever_joins_before_the_server_has_answered_does_not_wait() {
    let mut world = World::calm(1);
    world.weather.signaling = Duration::from_millis(500)..Duration::from_millis(501);
    world.load(ALICE);
    // The WebSocket is open after one second, and `watch` is answered one second later.
    world.advance(Duration::from_millis(1500));
    world.join(ALICE);
    world.advance(Duration::from_millis(1600));
    assert_eq!(world.view(ALICE).phase, Phase::InCall);
}

/// However long the answer takes.
#[test]
fn whoever_joins_from_the_lobby_reads_nothing_of_a_server_that_was_lost() {
    let mut world = World::calm(1);
    world.load(ALICE);
    world.advance_secs(5);
    world.freeze_server(Duration::from_secs(8));
    world.join(ALICE);
    while world.view(ALICE).phase != Phase::InCall {
        assert_eq!(world.view(ALICE).server, Server::Online);
        world.advance(Duration::from_millis(5));
    }
    assert_eq!(announcements(&mut world, ALICE), []);

    world.leave(ALICE);
    world.advance_secs(1);
    world.freeze_server(Duration::from_secs(60));
    world.join(ALICE);
    world.advance_secs(20);
    assert_eq!(world.view(ALICE).server, Server::Offline);
}

/// Pages number those of one name so, and the same people everywhere.
#[test]
fn who_is_inside_stands_in_order_of_arrival_in_the_lobby_and_in_the_call() {
    for [first, second] in [[ALICE, BOB], [BOB, ALICE]] {
        let mut world = World::calm(3);
        world.join(first);
        world.settle();
        world.join(second);
        world.settle();
        let arrived = names(&world, second);
        world.load(CAROL);
        world.advance_secs(1);
        assert_eq!(names(&world, CAROL)[..1], arrived);
        let seen = names(&world, CAROL);
        world.join(CAROL);
        world.settle();
        assert_eq!(names(&world, CAROL), seen);
    }
}

#[test]
fn latecomers_meet_everybody() {
    let mut world = World::calm(5);
    for person in 0..5 {
        world.join(person);
        world.advance_secs(20);
    }
    world.settle();
    assert_eq!(world.connections.len(), 20);
}

#[test]
fn a_full_room_says_so_and_has_room_again_later() {
    let mut world = World::calm(4);
    world.server = crate::world::server::Server::new(3);
    for person in [ALICE, BOB, CAROL] {
        world.join(person);
    }
    world.settle();
    world.join(DAVE);
    world.advance_secs(2);
    assert_eq!(world.view(DAVE).phase, Phase::Left(WhyLeft::RoomFull(3)));
    world.leave(CAROL);
    world.advance_secs(1);
    world.join(DAVE);
    world.settle();
}

#[test]
fn a_second_tab_of_the_same_person_takes_over() {
    let mut world = two_people();
    let old = world.page(ALICE);
    world.load(ALICE);
    world.join(ALICE);
    world.advance_secs(2);
    let view = world.pages[old].mesh.view();
    assert_eq!(view.phase, Phase::Left(WhyLeft::Superseded));
    assert!(world.pages[old].connections.is_empty() && world.pages[old].socket.is_none());
    world.settle();
    world.advance_secs(120);
    assert_eq!(world.view(ALICE).phase, Phase::InCall, "no quarrel");
}
