//! Two who cannot hear each other, and a third whom both hear.

use std::time::Duration;

use mesh::{LinkState, LinkView, Sending, Source};
use protocol::LinkStatus::{self, Connected, Failed, Reconnecting};

use crate::{
    story::three_people,
    world::{ALICE, BOB, CAROL, DAVE, World},
};

const MICROPHONE: &[Source] = &[Source::Microphone];

/// The longest time until two read that they cannot hear each other, and one report.
const NOTICED: Duration = Duration::from_secs(10);

#[test]
fn all_know_who_cannot_hear_whom() {
    let mut world = three_people();
    world.advance_secs(2);
    for person in 0..3 {
        assert_eq!(status(&world, person), [Connected]);
    }
    world.cut(ALICE, BOB);
    world.advance(NOTICED);
    assert_eq!(status(&world, CAROL), [Reconnecting]);
    // Nobody but these two is concerned.
    assert_eq!(status(&world, ALICE), [Connected]);
    assert_eq!(world.link(CAROL, ALICE), LinkState::Connected);
    world.advance_secs(300);
    assert_eq!(status(&world, CAROL), [Failed]);
    world.heal(ALICE, BOB);
    world.settle();
    world.advance_secs(2);
    assert_eq!(status(&world, CAROL), [Connected]);
}

#[test]
fn two_who_cannot_hear_each_other_are_heard_by_way_of_a_third() {
    let mut world = three_people();
    (0..3).for_each(|person| world.turn(person, MICROPHONE, true));
    world.advance_secs(2);
    world.cut(ALICE, BOB);
    world.advance(NOTICED);
    for (one, other) in [(ALICE, BOB), (BOB, ALICE)] {
        assert_eq!(through(&world, one, other), Some(CAROL));
        assert_eq!(passed(&world, CAROL, one), Some(other));
    }
    assert_eq!(through(&world, CAROL, ALICE), None);
    // For as long as it takes, over any connection.
    world.kill(ALICE, CAROL, false);
    world.advance_secs(60);
    assert_eq!(passed(&world, CAROL, ALICE), Some(BOB));
    assert_eq!(passed(&world, CAROL, BOB), Some(ALICE));
    world.heal(ALICE, BOB);
    world.settle();
    for (one, other) in [(ALICE, BOB), (BOB, ALICE)] {
        assert_eq!(through(&world, one, other), None);
        assert_eq!(passed(&world, CAROL, one), None);
    }
}

/// Before the last one has noticed, the others might ask each other.
#[test]
fn whoever_crashes_is_heard_by_way_of_nobody() {
    for seed in 0..20 {
        let mut world = World::new(4, seed);
        (0..4).for_each(|person| world.join(person));
        world.settle();
        world.advance(Duration::from_millis(137 * seed));
        world.crash(DAVE);
        for _ in 0..200 {
            world.advance(Duration::from_millis(100));
            let peers = world.view(ALICE).peers;
            let through = peers.iter().filter_map(|peer| peer.through);
            assert_eq!(through.count(), 0, "seed {seed}");
        }
    }
}

#[test]
fn whoever_never_was_connected_is_heard_by_way_of_a_third() {
    let mut world = World::calm(3);
    world.cut(ALICE, BOB);
    (0..3).for_each(|person| world.join(person));
    world.advance(NOTICED + Duration::from_secs(5));
    assert_eq!(through(&world, ALICE, BOB), Some(CAROL));
    assert_eq!(through(&world, BOB, ALICE), Some(CAROL));
}

#[test]
fn what_a_screen_plays_comes_first_and_another_passes_the_sound_on() {
    let mut world = World::calm(4);
    (0..4).for_each(|person| world.join(person));
    world.settle();
    world.cut(ALICE, BOB);
    world.advance(NOTICED);
    let carrier = through(&world, ALICE, BOB).expect("a third");
    world.turn(carrier, &Source::SHARED, true);
    world.advance_secs(3);
    let other = through(&world, ALICE, BOB).expect("another one");
    assert_ne!(other, carrier);
    assert_eq!(sends(&world, carrier, ALICE), Sending::Sound);
    assert_eq!(sends(&world, other, ALICE), sound_of(&world, other, BOB));
    assert!([CAROL, DAVE].contains(&other));
}

#[test]
fn nobody_passes_sound_to_more_than_two() {
    let mut world = World::calm(5);
    (0..5).for_each(|person| world.join(person));
    world.settle();
    let last = 4;
    // All of these hear the last one alone.
    for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        world.cut(one, other);
    }
    world.advance_secs(30);
    let passed = (0..4).filter(|person| passed(&world, last, *person).is_some());
    assert_eq!(passed.count(), 2);
}

/// Of all pairs of others that one knows of.
fn status(world: &World, person: usize) -> Vec<LinkStatus> {
    let links = world.view(person).links.into_iter();
    links.map(|LinkView { status, .. }| status).collect()
}

/// By way of whom one hears another.
fn through(world: &World, person: usize, other: usize) -> Option<usize> {
    let id = world.people[other].id();
    let peers = world.view(person).peers;
    let through = peers.iter().find(|peer| peer.id == id)?.through?;
    (0..world.people.len()).find(|person| world.people[*person].id() == through)
}

/// Whose sound one passes on to another.
fn passed(world: &World, carrier: usize, to: usize) -> Option<usize> {
    let sends = sends(world, carrier, to);
    (0..world.people.len()).find(|of| *of != carrier && sends == sound_of(world, carrier, *of))
}

fn sound_of(world: &World, carrier: usize, of: usize) -> Sending {
    let open = connection(world, carrier, of);
    open.map_or(Sending::Nothing, |open| {
        Sending::SoundOf(world.connections[open].id)
    })
}

/// What one sends another in place of what a screen plays.
fn sends(world: &World, from: usize, to: usize) -> Sending {
    let open = connection(world, from, to).expect("a connection");
    world.connections[open].sends[Source::ScreenSound]
}

fn connection(world: &World, from: usize, to: usize) -> Option<usize> {
    let page = world.people[from].page;
    let between = world.connections_between(from, to).into_iter();
    let mut own = between.filter(|open| Some(world.connections[*open].page) == page);
    own.next()
}
