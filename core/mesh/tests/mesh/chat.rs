//! What is written in a call.

use std::time::Duration;

use mesh::{PeerView, Provenance};

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

#[test]
fn a_latecomer_is_told_a_full_log_soon_and_reads_that_older_messages_are_gone() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.settle();
    let long = "x".repeat(4000);
    (0..300).for_each(|number| world.say(ALICE, &format!("{number} {long}")));
    world.advance_secs(1);
    assert!(world.view(ALICE).chat_was_full);
    let all = texts(&world, ALICE);
    assert!((250..300).contains(&all.len()));
    world.join(BOB);
    world.advance_secs(16);
    assert_eq!(texts(&world, BOB).len(), all.len());
    assert_eq!(undelivered(&world, ALICE), [""; 0]);
    assert!(!world.view(BOB).chat_was_full);
}

#[test]
fn an_author_knows_whom_a_message_has_reached() {
    let mut world = three_people();
    world.say(ALICE, "hello");
    world.advance(Duration::from_millis(1));
    assert_eq!(undelivered(&world, ALICE), ["hello: Bob Carol"]);
    world.advance(Duration::from_millis(300));
    assert_eq!(undelivered(&world, ALICE), [""; 0]);
    // Who writes often is told a little later.
    for number in 0..10 {
        world.say(ALICE, &format!("{number}"));
        world.advance(Duration::from_millis(200));
    }
    world.advance(Duration::from_millis(1200));
    assert_eq!(undelivered(&world, ALICE), [""; 0]);
    world.settle();
}

#[test]
fn who_is_parted_lacks_a_message_until_the_parting_heals() {
    let mut world = three_people();
    world.cut(ALICE, BOB);
    world.advance_secs(40);
    world.say(ALICE, "through Carol");
    world.advance_secs(20);
    // What Carol says of Bob counts for nothing.
    assert_eq!(texts(&world, BOB), ["through Carol"]);
    assert_eq!(undelivered(&world, ALICE), ["through Carol: Bob"]);
    world.heal(ALICE, BOB);
    world.settle();
    assert_eq!(undelivered(&world, ALICE), [""; 0]);
}

#[test]
fn those_count_who_are_here_now() {
    let mut world = World::calm(3);
    world.join(ALICE);
    world.settle();
    world.say(ALICE, "is anybody here?");
    world.advance_secs(1);
    assert_eq!(undelivered(&world, ALICE), [""; 0], "nobody is");
    world.join(BOB);
    world.advance(Duration::from_millis(200));
    assert_eq!(undelivered(&world, ALICE), ["is anybody here?: Bob"]);
    world.settle();
    assert_eq!(undelivered(&world, ALICE), [""; 0]);
    world.cut(ALICE, BOB);
    world.advance_secs(10);
    world.say(ALICE, "are you there?");
    world.advance_secs(1);
    assert_eq!(undelivered(&world, ALICE), ["are you there?: Bob"]);
    world.leave(BOB);
    world.settle();
    assert_eq!(undelivered(&world, ALICE), [""; 0]);
}

#[test]
fn a_reload_keeps_the_log_and_who_says_so() {
    let mut world = three_people();
    world.cut(ALICE, BOB);
    world.advance_secs(40);
    world.say(ALICE, "through Carol");
    world.advance_secs(1);
    world.say(CAROL, "I am in between");
    world.advance_secs(20);
    let before = world.view(BOB).chat;
    let carol = world.people[CAROL].id();
    assert_eq!(before[0].provenance, Provenance::Told(carol));
    assert_eq!(before[1].provenance, Provenance::Said);
    world.reload(BOB);
    assert_eq!(world.view(BOB).chat, before);
    world.leave(CAROL);
    world.heal(ALICE, BOB);
    world.settle();
    let after: Vec<_> = world
        .view(BOB)
        .chat
        .iter()
        .map(|line| line.provenance)
        .collect();
    assert_eq!(after, [Provenance::Earlier, Provenance::Said]);
    // Her own are still hers.
    world.reload(ALICE);
    world.settle();
    assert_eq!(world.view(ALICE).chat[0].provenance, Provenance::Said);
    world.say(ALICE, "again");
    world.settle();
    assert_eq!(
        texts(&world, BOB),
        ["through Carol", "I am in between", "again"]
    );
}

#[test]
fn a_log_outlives_a_reload_of_all_at_once() {
    let mut world = three_people();
    (0..3).for_each(|person| world.say(person, &format!("{person}")));
    world.settle();
    let before = texts(&world, ALICE);
    (0..3).for_each(|person| world.close_page(person, true));
    world.advance_secs(1);
    (0..3).for_each(|person| world.join(person));
    world.advance(Duration::from_millis(100));
    assert_eq!(
        undelivered(&world, BOB).len(),
        1,
        "nobody has said to have it yet"
    );
    world.settle();
    for person in 0..3 {
        assert_eq!(texts(&world, person), before);
        let chat = world.view(person).chat;
        assert!(chat.iter().all(|line| line.provenance == Provenance::Said));
        assert_eq!(undelivered(&world, person), [""; 0]);
    }
}

#[test]
fn what_was_written_alone_is_told_after_a_reload() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.settle();
    world.say(ALICE, "is anybody here?");
    world.advance_secs(1);
    world.reload(ALICE);
    world.join(BOB);
    world.settle();
    assert_eq!(texts(&world, BOB), ["is anybody here?"]);
    // The page that wrote it is gone, and nobody can prove what was said in it.
    let alice = world.people[ALICE].id();
    assert_eq!(world.view(BOB).chat[0].provenance, Provenance::Told(alice));
    // Who leaves begins anew, and so does a browser that keeps nothing.
    world.people[BOB].forgets = true;
    world.leave(ALICE);
    world.advance_secs(1);
    world.close_page(ALICE, true);
    world.reload(BOB);
    world.join(ALICE);
    world.settle();
    assert_eq!(texts(&world, ALICE), [""; 0]);
}

/// What somebody wrote that did not reach all who are there, and whom not.
fn undelivered(world: &World, person: usize) -> Vec<String> {
    let view = world.view(person);
    let lines = view.undelivered.iter().map(|message| {
        let line = view
            .chat
            .iter()
            .find(|line| line.message.key == message.key);
        let text = line.map_or("", |line| line.message.text.as_str());
        let lacks = |peer: &&PeerView| message.to.contains(&peer.id);
        let names = view.peers.iter().filter(lacks);
        let names: Vec<_> = names.map(|peer| peer.name.as_str()).collect();
        format!("{text}: {}", names.join(" "))
    });
    lines.collect()
}

fn texts(world: &World, person: usize) -> Vec<String> {
    world
        .view(person)
        .chat
        .iter()
        .map(|line| line.message.text.as_str().to_owned())
        .collect()
}
