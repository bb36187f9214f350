//! Sound that gets through one way and not the other, as stories.

use std::time::Duration;

use mesh::{LinkState, NoSound, Sending, Source};
use protocol::LinkStatus;

use crate::{
    story::{three_people, two_people},
    world::{ALICE, BOB, CAROL, Loss, World, random::Random, weather::Weather},
};

const MICROPHONE: &[Source] = &[Source::Microphone];
/// From the last packet until both sides read it, on a good day: so long a browser needs to notice,
/// and a look more.
const TOLD: Duration = Duration::from_millis(3600);
/// Until nothing is sent any more.
const PAUSED: Duration = Duration::from_millis(10_600);

const HERE: LinkState = LinkState::NoSound(NoSound::Here);
const PAUSED_HERE: LinkState = LinkState::NoSound(NoSound::Paused);
const THERE: LinkState = LinkState::NoSound(NoSound::There);
const BOTH: LinkState = LinkState::NoSound(NoSound::Both);

/// Alice and Bob, who talk and see each other.
fn two_talk() -> World {
    let mut world = two_people();
    talk(&mut world);
    world
}

fn talk(world: &mut World) {
    for person in 0..world.people.len() {
        world.turn(person, &[Source::Microphone, Source::Camera], true);
    }
    world.advance_secs(15);
}

#[test]
fn both_read_it_when_one_does_not_hear_the_other() {
    for loss in [Loss::Media, Loss::All] {
        let mut world = two_talk();
        world.lose(ALICE, BOB, loss);
        world.advance(TOLD);
        assert_eq!(links(&world), [THERE, HERE], "{loss:?}");
        world.heal(ALICE, BOB);
        world.settle();
        assert_eq!(links(&world), [LinkState::Connected; 2]);
    }
}

#[test]
fn who_is_heard_and_does_not_hear_sends_nothing_after_ten_seconds() {
    let mut world = two_talk();
    world.lose(ALICE, BOB, Loss::Media);
    world.advance(PAUSED - Duration::from_millis(1200));
    assert_eq!(sent(&world, BOB, ALICE), 2);
    world.advance(Duration::from_millis(1200));
    assert_eq!(links(&world), [THERE, PAUSED_HERE]);
    assert_eq!(sent(&world, BOB, ALICE), 0);
    // Who is not heard goes on, or it would never be over.
    assert_eq!(sent(&world, ALICE, BOB), 2);
    // What is not sent is not missed.
    world.advance_secs(300);
    assert_eq!(links(&world), [THERE, PAUSED_HERE]);
    assert_eq!(world.connections.len(), 2, "for there is nothing to repair");
    world.heal(ALICE, BOB);
    world.advance_secs(1);
    assert_eq!(links(&world), [LinkState::Connected; 2]);
    assert_eq!(sent(&world, BOB, ALICE), 2);
    world.settle();
}

#[test]
fn two_who_do_not_hear_each_other_both_go_on_and_hear_again() {
    let mut world = two_talk();
    world.lose(ALICE, BOB, Loss::Media);
    world.lose(BOB, ALICE, Loss::Media);
    world.advance_secs(60);
    assert_eq!(links(&world), [BOTH; 2]);
    assert_eq!([sent(&world, ALICE, BOB), sent(&world, BOB, ALICE)], [2; 2]);
    world.heal(ALICE, BOB);
    world.advance_secs(1);
    assert_eq!(links(&world), [LinkState::Connected; 2]);
    world.settle();
}

#[test]
fn who_is_muted_is_missed_by_nobody() {
    let mut world = two_talk();
    world.turn(ALICE, MICROPHONE, false);
    world.advance_secs(5);
    world.lose(ALICE, BOB, Loss::Media);
    for _ in 0..60 {
        world.advance_secs(1);
        assert_eq!(links(&world), [LinkState::Connected; 2]);
    }
    world.turn(ALICE, MICROPHONE, true);
    world.advance(TOLD);
    assert_eq!(links(&world), [THERE, HERE]);
    world.turn(ALICE, MICROPHONE, false);
    world.advance_secs(1);
    assert_eq!(links(&world), [LinkState::Connected; 2]);
}

#[test]
fn a_page_that_stood_still_blames_nobody() {
    let mut world = two_talk();
    world.sleep(BOB, Duration::from_secs(6));
    for _ in 0..200 {
        world.advance(Duration::from_millis(100));
        let links = links(&world);
        let is_blamed = |link: &LinkState| matches!(link, LinkState::NoSound(_));
        assert!(!links.iter().any(is_blamed), "{links:?}");
    }
    world.settle();
}

#[test]
fn who_is_not_heard_is_heard_by_way_of_a_third_and_all_know() {
    let mut world = three_people();
    talk(&mut world);
    world.lose(ALICE, BOB, Loss::Media);
    world.advance(TOLD + Duration::from_secs(2));
    let statuses = |world: &World| -> Vec<LinkStatus> {
        let links = world.view(CAROL).links.into_iter();
        links.map(|link| link.status).collect()
    };
    assert_eq!(statuses(&world), [LinkStatus::Reconnecting]);
    let carol = world.people[CAROL].id();
    let alice = world.people[ALICE].id();
    let peers = world.view(BOB).peers;
    let through = peers.iter().find(|peer| peer.id == alice);
    assert_eq!(through.and_then(|peer| peer.through), Some(carol));
    // So nothing is one-way.
    assert_eq!(world.link(ALICE, BOB), LinkState::Connected);
    world.advance_secs(30);
    assert_eq!(sent(&world, BOB, ALICE), 2);
    world.heal(ALICE, BOB);
    world.settle();
    world.advance_secs(2);
    assert_eq!(statuses(&world), [LinkStatus::Connected]);
}

/// Whatever the day is like, with hidden pages and slow networks.
#[test]
fn nobody_is_heard_unknowingly_on_any_day() {
    for seed in 0..60 {
        let mut world = World::new(2, seed);
        let mut random = Random::new(!seed);
        world.weather = Weather {
            failing: 0,
            ..Weather::drawn(&mut random)
        };
        (0..2).for_each(|person| world.join(person));
        world.settle();
        talk(&mut world);
        assert_eq!(links(&world), [LinkState::Connected; 2], "seed {seed}");
        world.advance(random.millis(0..3000));
        world.lose(ALICE, BOB, Loss::Media);
        // A timer a second late, the way, and the task.
        let late = world.weather.lateness.end + world.weather.path.end + world.weather.task.end * 2;
        world.advance(TOLD + late);
        assert_eq!(links(&world), [THERE, HERE], "seed {seed}");
        world.advance(PAUSED - TOLD + late + world.weather.operation.end);
        assert_eq!(sent(&world, BOB, ALICE), 0, "seed {seed}");
        world.heal(ALICE, BOB);
        world.settle();
    }
}

/// What Alice and Bob read of each other.
fn links(world: &World) -> [LinkState; 2] {
    [world.link(ALICE, BOB), world.link(BOB, ALICE)]
}

/// How many of one's microphone and camera another is sent.
fn sent(world: &World, from: usize, to: usize) -> usize {
    let page = world.page(from);
    let between = world.connections_between(from, to).into_iter();
    let own = between.filter(|open| world.connections[*open].page == page);
    let sends = own.map(|open| world.connections[open].sends);
    let sources = [Source::Microphone, Source::Camera];
    let is_sent = |sends: &mesh::PerSource<Sending>, source| sends[source] != Sending::Nothing;
    sends
        .map(|sends| {
            sources
                .iter()
                .filter(|source| is_sent(&sends, **source))
                .count()
        })
        .sum()
}
