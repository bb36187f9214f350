//! Reactions in a call.

use std::time::Duration;

use mesh::Announcement;
use protocol::{
    Name,
    Reaction::{self, Applause, Heart, Laugh, Surprise, ThumbsUp},
};

use crate::{
    story::{announcements, three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

/// Longer than a word takes to everybody.
const MOMENT: Duration = Duration::from_millis(500);

#[test]
fn a_reaction_is_shown_to_all_for_a_while() {
    let mut world = three_people();
    world.react(ALICE, Heart);
    world.advance(MOMENT);
    for person in [ALICE, BOB, CAROL] {
        assert_eq!(reactions(&world, person), [("Alice", Heart)]);
    }
    world.advance_secs(4);
    for person in [ALICE, BOB, CAROL] {
        assert_eq!(reactions(&world, person), [("Alice", Heart)]);
    }
    // Nothing else happens, and the page draws it no more.
    world.advance_secs(1);
    for person in [ALICE, BOB, CAROL] {
        assert_eq!(reactions(&world, person), []);
    }
}

#[test]
fn the_newest_reaction_of_somebody_takes_the_place_of_the_one_before() {
    let mut world = two_people();
    world.react(ALICE, ThumbsUp);
    world.react(BOB, Laugh);
    world.advance_secs(3);
    world.react(ALICE, Applause);
    world.advance(MOMENT);
    for person in [ALICE, BOB] {
        assert_eq!(
            reactions(&world, person),
            [("Alice", Applause), ("Bob", Laugh)]
        );
    }
    world.advance_secs(3);
    for person in [ALICE, BOB] {
        assert_eq!(reactions(&world, person), [("Alice", Applause)]);
    }
}

#[test]
fn a_reaction_is_no_state_and_goes_with_its_owner() {
    let mut world = two_people();
    world.people.push(World::calm(3).people.remove(CAROL));
    world.react(ALICE, Surprise);
    world.join(CAROL);
    world.advance_secs(3);
    assert_eq!(reactions(&world, BOB), [("Alice", Surprise)]);
    assert_eq!(reactions(&world, CAROL), [], "it was before her time");
    world.leave(ALICE);
    world.advance(MOMENT);
    assert_eq!(reactions(&world, BOB), []);
    world.join(ALICE);
    world.settle();
    assert_eq!(reactions(&world, ALICE), []);
}

#[test]
fn who_is_not_in_the_call_does_not_react() {
    let mut world = two_people();
    world.leave(ALICE);
    world.react(ALICE, Heart);
    world.advance(MOMENT);
    assert_eq!(reactions(&world, ALICE), []);
    assert_eq!(reactions(&world, BOB), []);
}

#[test]
fn reactions_are_announced_to_others_now_and_then() {
    let mut world = two_people();
    let reacted = |world: &World, reaction| {
        Announcement::Reacted(world.people[ALICE].id(), Name::new("Alice"), reaction)
    };
    for reaction in [Heart, Laugh] {
        world.react(ALICE, reaction);
        world.advance_secs(2);
    }
    assert_eq!(announcements(&mut world, BOB), [reacted(&world, Heart)]);
    world.advance_secs(2);
    // A hand that goes up meanwhile is announced as ever.
    world.react(ALICE, Applause);
    world.raise_hand(ALICE, true);
    world.advance(MOMENT);
    let raised = Announcement::HandRaised(world.people[ALICE].id(), Name::new("Alice"));
    assert_eq!(
        announcements(&mut world, BOB),
        [reacted(&world, Applause), raised]
    );
    assert_eq!(announcements(&mut world, ALICE), []);
}

#[test]
fn who_presses_without_end_sees_what_the_others_see() {
    let mut world = two_people();
    for reaction in [Heart, Heart, Heart, Heart, Laugh, Surprise, ThumbsUp] {
        world.react(ALICE, reaction);
    }
    world.advance(MOMENT);
    for person in [ALICE, BOB] {
        assert_eq!(reactions(&world, person), [("Alice", Laugh)]);
    }
}

#[test]
fn a_flood_of_reactions_is_shown_in_part_and_ends() {
    let mut world = two_people();
    world.hostile = Some(ALICE);
    let (mut shown, mut told) = (0, 0);
    for number in 0..200 {
        // What is read of them, one a second, changes each time.
        world.reaction(ALICE, BOB, Reaction::ALL[(number + number / 10) % 5]);
        let before = reactions(&world, BOB);
        world.advance(Duration::from_millis(100));
        shown += usize::from(reactions(&world, BOB) != before);
        told += announcements(&mut world, BOB).len();
    }
    assert!((10..=25).contains(&shown), "{shown} in 20 seconds");
    assert_eq!(told, 4);
    world.advance_secs(6);
    assert_eq!(reactions(&world, BOB), []);
}

fn reactions(world: &World, person: usize) -> Vec<(&'static str, Reaction)> {
    let owner = |id| world.people.iter().find(|person| person.id() == id);
    let reactions = world.view(person).reactions.into_iter();
    let mut reactions: Vec<_> = reactions
        .filter_map(|(id, reaction)| Some((owner(id)?.name, reaction)))
        .collect();
    reactions.sort_unstable();
    reactions
}
