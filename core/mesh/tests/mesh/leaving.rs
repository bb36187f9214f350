//! Who leaves, and who comes back.

use std::time::Duration;

use mesh::{Announcement, ConnectionEvent, Input, LinkState, Output, Phase, WhyLeft};
use protocol::{Control, Name, encode};

use crate::{
    story::{link, names, three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

#[test]
fn whoever_leaves_before_being_let_in_leaves_nothing_behind() {
    for at in (0..60).map(Duration::from_millis) {
        let mut world = World::calm(2);
        world.join(BOB);
        world.load(ALICE);
        world.settle();
        world.join(ALICE);
        world.advance(at);
        world.leave(ALICE);
        world.advance(Duration::from_millis(50));
        assert_eq!(names(&world, BOB), [""; 0], "{at:?}");
    }
}

#[test]
fn whoever_leaves_may_come_back_again_and_again() {
    let mut world = three_people();
    for _ in 0..4 {
        world.leave(BOB);
        world.settle();
        world.join(BOB);
        world.settle();
    }
    world.leave(BOB);
    world.join(BOB);
    world.settle();
}

#[test]
fn leaving_removes_only_that_tile_and_at_once() {
    let mut world = three_people();
    world.outputs(ALICE);
    let untouched = world.connections_between(ALICE, CAROL);
    let bob = world.people[BOB].id();
    world.leave(BOB);
    world.advance(Duration::from_millis(100));
    assert_eq!(names(&world, ALICE), ["Carol"]);
    let left = Output::Announce(Announcement::Left(bob, Name::new("Bob")));
    assert_eq!(
        world
            .outputs(ALICE)
            .iter()
            .filter(|output| **output == left)
            .count(),
        1
    );
    world.settle();
    assert_eq!(world.connections_between(ALICE, CAROL), untouched);
    assert_eq!(world.view(BOB).phase, Phase::Left(WhyLeft::Asked));
}

#[test]
fn closing_the_tab_removes_that_tile_at_once() {
    for says_so in [true, false] {
        let mut world = three_people();
        world.close_page(BOB, says_so);
        world.advance(Duration::from_millis(100));
        assert_eq!(names(&world, ALICE), ["Carol"], "says so: {says_so}");
        world.settle();
    }
}

#[test]
fn a_crash_is_gone_within_twenty_seconds() {
    for server_notices in [0, 10] {
        let mut world = three_people();
        world.weather.server_notices =
            Duration::from_secs(server_notices)..Duration::from_secs(server_notices);
        let untouched = world.connections_between(ALICE, CAROL);
        world.crash(BOB);
        world.advance(Duration::from_millis(9900));
        let links: Vec<LinkState> = world
            .view(ALICE)
            .peers
            .iter()
            .map(|peer| peer.link)
            .collect();
        assert!(
            links.len() == 1 || links.contains(&LinkState::Reconnecting),
            "silence shows: {links:?}"
        );
        world.advance_secs(10);
        assert_eq!(names(&world, ALICE), ["Carol"]);
        world.settle();
        assert_eq!(world.connections_between(ALICE, CAROL), untouched);
    }
}

#[test]
fn a_reload_leaves_no_ghost() {
    for server_notices in [0, 15] {
        let mut world = three_people();
        world.weather.server_notices =
            Duration::from_secs(server_notices)..Duration::from_secs(server_notices);
        world.reload(BOB);
        world.advance_secs(2);
        let mut peers = names(&world, ALICE);
        peers.sort();
        assert_eq!(peers, ["Bob", "Carol"]);
        world.settle();
    }
}

#[test]
fn whoever_comes_back_after_a_crash_takes_the_old_place() {
    let mut world = three_people();
    world.weather.server_notices = Duration::from_secs(15)..Duration::from_secs(15);
    world.crash(BOB);
    world.advance_secs(1);
    world.join(BOB);
    world.advance_secs(2);
    assert_eq!(names(&world, ALICE).len(), 2);
    world.settle();
}

/// Who says goodbye to the others and not to the server goes on holding a place in the room: nobody
/// is there unseen.
#[test]
fn who_hangs_up_and_stays_in_the_room_is_seen_until_the_server_says_so() {
    let mut world = two_people();
    let connection = world.pages[world.page(ALICE)].connections.keys().next();
    let bye = ConnectionEvent::Message(mesh::Channel::Control, encode(&Control::Bye));
    let bye = Input::Connection(*connection.unwrap(), bye);
    // And does nothing after it.
    world.sleep(BOB, Duration::from_secs(10));
    world.tell_page(ALICE, bye);
    world.advance_secs(5);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::HungUp);
    // Whoever comes back is connected again.
    world.advance_secs(60);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::Connected);
    world.leave(BOB);
    world.advance_secs(2);
    assert_eq!(names(&world, ALICE), [""; 0]);
}

#[test]
fn whoever_leaves_while_the_server_is_away_is_gone_at_once() {
    let mut world = three_people();
    world.restart_server(Duration::from_secs(60));
    world.advance_secs(1);
    world.leave(BOB);
    world.advance(Duration::from_millis(100));
    assert_eq!(names(&world, ALICE), ["Carol"]);
    world.settle();
}

#[test]
fn a_page_that_slept_is_back_in_the_call() {
    let mut world = three_people();
    world.sleep(BOB, Duration::from_secs(60));
    world.drop_socket(BOB);
    world.advance_secs(30);
    assert_eq!(names(&world, ALICE), ["Carol"]);
    world.settle();
}
