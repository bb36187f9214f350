//! Networks that change and servers that stand still, as stories.

use std::time::Duration;

use mesh::{
    Announcement, ConnectionEvent, ConnectionState, Input, LinkState, Output, Server, Side,
};

use crate::{
    story::is_question,
    world::{ALICE, BOB, CAROL, Search, World},
};

/// From the new address to a call that is whole again.
const WHOLE_AGAIN: Duration = Duration::from_secs(5);

fn three_people(seed: u64) -> World {
    let mut world = World::new(3, seed);
    (0..3).for_each(|person| world.join(person));
    world.settle();
    (0..3).for_each(|person| drop(world.outputs(person)));
    world
}

#[test]
fn whoever_gets_another_address_is_whole_again_within_five_seconds() {
    for (seed, gap) in (0..60).map(|seed| (seed, Duration::from_millis(500 * (seed % 10)))) {
        let mut world = three_people(seed);
        world.advance(Duration::from_millis(137 * seed));
        let untouched = world.connections_between(ALICE, CAROL);
        world.change_network(BOB, gap, true);
        world.say(ALICE, "meanwhile");
        world.say(BOB, "cut off");
        world.advance(gap + WHOLE_AGAIN);
        assert_eq!(world.complaints(), [""; 0], "seed {seed}, {gap:?}");
        assert_eq!(world.connections_between(ALICE, CAROL), untouched);
        let outputs = [world.outputs(ALICE), world.outputs(CAROL)].concat();
        assert!(!outputs.iter().any(is_announcement), "nobody came or went");
        world.settle();
    }
}

/// Firefox tells of no way from one network straight to the next.
#[test]
fn whoever_is_told_nothing_of_another_address_finds_out() {
    for seed in 0..20 {
        let mut world = three_people(seed);
        world.change_network(BOB, Duration::ZERO, false);
        world.advance(Duration::from_secs(15));
        assert_eq!(world.complaints(), [""; 0], "seed {seed}");
        world.settle();
    }
}

/// Timers of pages that nobody looks at come up to a second late.
#[test]
fn a_hidden_page_that_is_well_keeps_its_connections_over_a_server_that_was_lost() {
    for seed in 0..60 {
        let mut world = three_people(seed);
        world.weather.lateness = Duration::from_millis(999)..Duration::from_millis(1000);
        world.weather.path = Duration::from_millis(10)..Duration::from_millis(450);
        world.advance(Duration::from_millis(20_000 + 137 * seed));
        let before = world.connections.len();
        world.forget_socket(BOB);
        world.tell_page(BOB, Input::NetworkChanged);
        world.advance_secs(10);
        assert_eq!(world.view(BOB).server, Server::Online);
        world.settle();
        assert_eq!(world.connections.len(), before, "seed {seed}");
    }
}

/// Since the others keep the initiator's hands full, say.
#[test]
fn whoever_waits_for_an_offer_has_not_failed() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.join(BOB);
    world.advance(Duration::from_millis(25));
    let waits = usize::from(world.people[ALICE].id() < world.people[BOB].id());
    world.sleep(1 - waits, Duration::from_secs(220));
    world.advance_secs(80);
    assert_eq!(world.link(waits, 1 - waits), LinkState::Connecting);
    // Nobody has so many others.
    world.advance_secs(120);
    assert_eq!(world.link(waits, 1 - waits), LinkState::CannotConnect);
    world.settle();
}

/// Chromium's connections fail at once; Firefox's fall silent.
#[test]
fn nobody_is_blamed_for_a_network_that_went_away_without_a_word() {
    for (seed, fails) in (0..40).map(|seed| (seed, seed % 2 == 0)) {
        let mut world = three_people(seed);
        world.advance(Duration::from_millis(137 * seed));
        world.change_network(BOB, Duration::from_secs(30), false);
        if fails {
            world.fail_at_once(world.page(BOB));
        }
        for _ in 0..300 {
            world.advance(Duration::from_millis(100));
            let links = [ALICE, CAROL].map(|other| world.link(BOB, other));
            let is_blamed = |link: &LinkState| matches!(link, LinkState::NoWayOut(_));
            assert!(!links.iter().any(is_blamed), "seed {seed}: {links:?}");
        }
        world.settle();
    }
}

/// Between the first step and the last word of a handshake.
#[test]
fn whoever_gets_another_address_in_the_middle_of_a_handshake_does_not_wait_for_it() {
    for at in 0..40 {
        let mut world = World::calm(2);
        world.join(ALICE);
        world.join(BOB);
        world.advance(Duration::from_millis(5 * at));
        world.change_network(BOB, Duration::ZERO, true);
        world.advance(Duration::from_secs(8));
        assert_eq!(world.complaints(), [""; 0], "{at}");
    }
}

#[test]
fn a_server_that_stands_still_costs_no_connection() {
    for seconds in [2, 5, 16, 60] {
        let mut world = three_people(seconds);
        let before = world.connections.len();
        world.freeze_server(Duration::from_secs(seconds));
        for person in [ALICE, BOB, CAROL] {
            world.handle(world.page(person), Input::NetworkChanged);
        }
        world.advance_secs(seconds);
        world.settle();
        assert_eq!(world.connections.len(), before, "{seconds} s");
    }
}

#[test]
fn a_pair_that_falls_silent_has_the_server_asked_at_once() {
    let mut world = three_people(1);
    let [connection] = world.connections_between(ALICE, BOB)[..1] else {
        panic!("they are connected")
    };
    let (page, id) = (world.page(ALICE), world.connections[connection].id);
    let state = ConnectionEvent::StateChanged(ConnectionState::Disconnected);
    world.handle(page, Input::Connection(id, state.clone()));
    world.handle(page, Input::Connection(id, state));
    let outputs = world.outputs(ALICE);
    let questions = outputs.iter().filter(|output| is_question(output));
    assert_eq!(questions.count(), 1);
    assert_eq!(world.view(ALICE).server, Server::Online);
}

/// Everybody's pauses have grown as far as they do, and one is new to the others.
#[test]
fn a_small_room_is_whole_within_three_seconds_of_a_restart() {
    for seed in 0..100 {
        let mut world = three_people(seed);
        let outage = Duration::from_secs(1 + seed % 60);
        world.restart_server(outage);
        world.reload(CAROL);
        world.advance(outage + Duration::from_secs(3));
        assert_eq!(world.complaints(), [""; 0], "seed {seed}, {outage:?}");
        world.settle();
    }
}

#[test]
fn whoever_has_no_way_out_is_told_so_within_five_seconds_and_so_are_the_others() {
    let each = (0..5).flat_map(|a| (a..5).map(move |b| [a, b]));
    let searches = [
        [Search::Ends, Search::Ends],
        [Search::Fails, Search::Fails],
        [Search::Ends, Search::Fails],
        [Search::Fails, Search::Ends],
    ];
    for (blocked, searches) in each.flat_map(|blocked| searches.map(|search| (blocked, search))) {
        let mut world = World::calm(5);
        for (person, search) in blocked.into_iter().zip(searches) {
            world.people[person].search = search;
        }
        (0..5).for_each(|person| world.join(person));
        world.advance_secs(5);
        // It stays so over all attempts, until one finds a way.
        for _ in 0..700 {
            for (person, other) in pairs(5) {
                let link = if blocked.contains(&person) {
                    LinkState::NoWayOut(Side::Here)
                } else if blocked.contains(&other) {
                    LinkState::NoWayOut(Side::There)
                } else {
                    LinkState::Connected
                };
                assert_eq!(
                    world.link(person, other),
                    link,
                    "{blocked:?} {searches:?} {:?}: {person} {other}",
                    world.now
                );
            }
            world.advance(Duration::from_millis(250));
        }
        for person in blocked {
            world.people[person].search = Search::Finds;
        }
        world.settle();
    }
}

/// In the moments in which a newcomer's handshakes begin, two of four are gone without a word.
#[test]
fn who_is_lost_in_the_middle_of_a_handshake_keeps_nobody_waiting() {
    for at in (0..40).map(|at| Duration::from_millis(5 * at)) {
        let mut world = World::calm(5);
        let newcomer = 4;
        world.people[newcomer].secret = crate::world::secret(0x00);
        (0..4).for_each(|person| world.join(person));
        world.settle();
        world.join(newcomer);
        world.advance(at);
        let mut others: Vec<usize> = (0..4).collect();
        others.sort_by_key(|person| world.people[*person].id());
        let stay = others.split_off(2);
        others.into_iter().for_each(|lost| world.crash(lost));
        world.advance_secs(2);
        for person in stay {
            assert_eq!(world.link(newcomer, person), LinkState::Connected, "{at:?}");
        }
    }
}

/// Everybody with everybody else.
fn pairs(people: usize) -> impl Iterator<Item = (usize, usize)> {
    let all = move |a| (0..people).map(move |b| (a, b));
    (0..people).flat_map(all).filter(|(a, b)| a != b)
}

fn is_announcement(output: &Output) -> bool {
    use Announcement::{Joined, Left};
    matches!(output, Output::Announce(Joined(..) | Left(..)))
}
