//! Raised hands in a call.

use mesh::Announcement;
use protocol::Name;

use crate::{
    story::{announcements, three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

#[test]
fn hands_are_in_the_order_in_which_they_went_up() {
    let mut world = three_people();
    for person in [CAROL, ALICE, BOB] {
        world.raise_hand(person, true);
        world.settle();
    }
    assert_eq!(hands(&world, BOB), ["Carol", "Alice", "Bob"]);
    world.raise_hand(ALICE, false);
    world.settle();
    world.raise_hand(ALICE, true);
    world.settle();
    assert_eq!(hands(&world, CAROL), ["Carol", "Bob", "Alice"]);
}

#[test]
fn hands_that_go_up_at_once_have_one_order_for_all() {
    let mut world = three_people();
    for person in [ALICE, BOB, CAROL] {
        world.raise_hand(person, true);
    }
    // That all agree is what settles.
    world.settle();
    assert_eq!(hands(&world, ALICE).len(), 3);
}

#[test]
fn a_hand_outlives_a_connection_and_a_lowered_one_does_not_come_back() {
    let mut world = three_people();
    world.raise_hand(ALICE, true);
    world.raise_hand(BOB, true);
    world.settle();
    world.cut(ALICE, CAROL);
    world.advance_secs(30);
    world.raise_hand(ALICE, false);
    world.advance_secs(5);
    world.heal(ALICE, CAROL);
    world.settle();
    assert_eq!(hands(&world, CAROL), ["Bob"]);
    world.restart_server(std::time::Duration::from_secs(3));
    world.kill(BOB, CAROL, true);
    world.settle();
    assert_eq!(hands(&world, CAROL), ["Bob"]);
}

#[test]
fn a_latecomer_sees_hands_in_order_and_leaving_lowers_ones_own() {
    let mut world = two_people();
    world.raise_hand(BOB, true);
    world.settle();
    world.raise_hand(ALICE, true);
    world.settle();
    world.people.push(World::calm(3).people.remove(CAROL));
    world.join(CAROL);
    world.settle();
    assert_eq!(hands(&world, CAROL), ["Bob", "Alice"]);
    world.leave(BOB);
    world.settle();
    world.join(BOB);
    world.settle();
    assert_eq!(hands(&world, CAROL), ["Alice"]);
}

#[test]
fn a_raised_hand_is_announced_and_one_that_flaps_is_not() {
    let mut world = two_people();
    for _ in 0..10 {
        world.raise_hand(ALICE, true);
        world.raise_hand(ALICE, false);
    }
    world.settle();
    let raised = Announcement::HandRaised(world.people[ALICE].id(), Name::new("Alice"));
    assert_eq!(announcements(&mut world, BOB), [raised]);
    assert_eq!(announcements(&mut world, ALICE), []);
}

fn hands(world: &World, person: usize) -> Vec<&'static str> {
    let hands = world.view(person).hands.into_iter();
    let owner = |id| world.people.iter().find(|person| person.id() == id);
    hands.filter_map(owner).map(|owner| owner.name).collect()
}
