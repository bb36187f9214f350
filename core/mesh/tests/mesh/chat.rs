//! What is written in a call.

use std::time::Duration;

use mesh::Provenance;

use crate::{
    story::{three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

#[test]
fn a_latecomer_finds_earlier_messages() {
    let mut world = two_people();
    world.say(ALICE, "안녕");
    world.say(BOB, "<b>hi</b>");
    world.settle();
    world.people.push(World::calm(3).people.remove(CAROL));
    world.join(CAROL);
    world.settle();
    let chat = world.view(CAROL).chat;
    let lines: Vec<_> = chat
        .iter()
        .map(|line| (line.message.text.as_str(), line.provenance))
        .collect();
    // Each is asked for its own, whoever told it first.
    assert_eq!(
        lines,
        [
            ("안녕", Provenance::Earlier),
            ("<b>hi</b>", Provenance::Earlier)
        ]
    );
}

#[test]
fn the_chat_has_one_order_despite_skewed_clocks() {
    const DAY: i64 = 86_400_000;
    let mut world = World::calm(3);
    world.people[ALICE].skew = DAY;
    world.people[BOB].skew = -DAY;
    (0..3).for_each(|person| world.join(person));
    world.settle();
    for round in 0..5 {
        (0..3).for_each(|person| world.say(person, &format!("{round} of {person}")));
        world.advance(Duration::from_millis(round * 7));
    }
    // Carol answers Alice, whose clock is a day ahead: the log does not follow it that far.
    world.settle();
    assert_eq!(world.view(CAROL).chat.len(), 15);
    assert_eq!(texts(&world, ALICE), texts(&world, BOB));
    assert_eq!(texts(&world, ALICE), texts(&world, CAROL));
}

#[test]
fn messages_reach_those_who_are_not_connected_through_others() {
    let mut world = three_people();
    world.cut(ALICE, BOB);
    world.advance_secs(40);
    world.say(ALICE, "through Carol");
    world.advance_secs(20);
    assert_eq!(texts(&world, BOB), ["through Carol"]);
    world.heal(ALICE, BOB);
    world.settle();
}

fn texts(world: &World, person: usize) -> Vec<String> {
    world
        .view(person)
        .chat
        .iter()
        .map(|line| line.message.text.as_str().to_owned())
        .collect()
}
