//! Who writes in a call.

use std::time::Duration;

use mesh::{ConnectionCommand, Output};

use crate::{
    story::{announcements, three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

/// Longer than a word takes to everybody.
const MOMENT: Duration = Duration::from_millis(500);

const NOBODY: [&str; 0] = [];

#[test]
fn who_writes_is_seen_by_the_others_until_the_message_is_there() {
    let mut world = three_people();
    type_for(&mut world, ALICE, 8);
    for person in [BOB, CAROL] {
        assert_eq!(writing(&world, person), ["Alice"]);
    }
    assert_eq!(writing(&world, ALICE), NOBODY);
    world.say(ALICE, "hello");
    world.advance(MOMENT);
    for person in [BOB, CAROL] {
        assert_eq!(world.view(person).chat.len(), 1);
        assert_eq!(writing(&world, person), NOBODY);
    }
    // Nor does it come back.
    world.advance_secs(4);
    assert_eq!(writing(&world, BOB), NOBODY);
}

#[test]
fn who_takes_it_back_or_does_something_else_writes_no_more() {
    let mut world = two_people();
    world.write(ALICE, true);
    world.advance(MOMENT);
    assert_eq!(writing(&world, BOB), ["Alice"]);
    world.write(ALICE, false);
    world.advance(MOMENT);
    assert_eq!(writing(&world, BOB), NOBODY);
    world.advance_secs(3);
    world.write(ALICE, true);
    world.advance_secs(4);
    assert_eq!(writing(&world, BOB), ["Alice"]);
    world.advance_secs(2);
    assert_eq!(writing(&world, BOB), NOBODY);
    assert_eq!(announcements(&mut world, BOB), []);
}

#[test]
fn several_write_in_the_order_in_which_they_came() {
    let mut world = three_people();
    for person in [BOB, ALICE] {
        world.write(person, true);
    }
    world.advance(MOMENT);
    let here = world.view(CAROL).peers.into_iter();
    let here: Vec<_> = here.map(|peer| peer.id).collect();
    assert_eq!(world.view(CAROL).writing, here);
}

#[test]
fn who_leaves_or_falls_silent_writes_no_more() {
    let mut world = three_people();
    world.write(ALICE, true);
    world.write(BOB, true);
    world.advance(MOMENT);
    world.leave(ALICE);
    world.cut(BOB, CAROL);
    world.advance(MOMENT);
    assert_eq!(writing(&world, CAROL), ["Bob"], "perhaps he still does");
    world.advance_secs(6);
    assert_eq!(writing(&world, CAROL), NOBODY);
}

#[test]
fn a_minute_of_typing_is_a_word_every_three_seconds() {
    let mut world = two_people();
    type_for(&mut world, ALICE, 60);
    let is_word = |output: &&Output| matches!(output, Output::Connection(_, ConnectionCommand::SendText(_, text)) if text.contains("writing"));
    let words = world.outputs(ALICE).iter().filter(is_word).count();
    assert!((19..=21).contains(&words), "{words} a minute");
}

#[test]
fn a_flood_of_words_is_read_in_part_and_ends() {
    let mut world = two_people();
    world.hostile = Some(ALICE);
    let mut changes = 0;
    for number in 0..200 {
        world.writing(ALICE, BOB, number % 3 > 0);
        let before = writing(&world, BOB);
        world.advance(Duration::from_millis(100));
        changes += usize::from(writing(&world, BOB) != before);
    }
    assert!((1..=25).contains(&changes), "{changes} in 20 seconds");
    world.advance_secs(7);
    assert_eq!(writing(&world, BOB), NOBODY);
}

/// Presses a key every 200 milliseconds.
fn type_for(world: &mut World, person: usize, seconds: u64) {
    for _ in 0..5 * seconds {
        world.write(person, true);
        world.advance(Duration::from_millis(200));
    }
}

fn writing(world: &World, person: usize) -> Vec<&'static str> {
    let owner = |id| world.people.iter().find(|person| person.id() == id);
    let writing = world.view(person).writing.into_iter();
    writing.filter_map(owner).map(|owner| owner.name).collect()
}
