//! Calls with somebody in them who means harm, each drawn from a seed. The others' call goes on as
//! if nothing was.
//!
//! `MADANG_SEED=123 cargo test -p madang-mesh hostile:: -- --nocapture` replays one.

use std::time::Duration;

use mesh::{ConnectionCommand, LinkState, NoSound, Output};
use protocol::LinkStatus;

use crate::world::{
    ALICE, BOB, CAROL, World,
    hostile::{ATTACKS, Again},
    random::Random,
    secret,
    weather::Weather,
};

const SEEDS: u64 = 60;

const MALLORY: usize = 2;
/// First bytes of the smallest id and of the largest.
const INITIATOR: u8 = 0x00;
const RESPONDER: u8 = 0xff;

/// Attacks and misfortunes come within this time, in milliseconds.
const STORM: u64 = 60_000;

#[test]
fn one_member_spoils_nothing_for_the_others() {
    let replayed = std::env::var("MADANG_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    if let Some(seed) = replayed {
        return run(seed, true).unwrap_or_else(|complaints| panic!("seed {seed}:\n  {complaints}"));
    }
    let failed = (0..SEEDS).filter_map(|seed| Some((seed, run(seed, false).err()?)));
    let failed: Vec<_> = failed.collect();
    for (seed, complaints) in &failed {
        println!("seed {seed}:\n  {complaints}");
    }
    assert!(
        failed.is_empty(),
        "{} of {SEEDS} seeds failed",
        failed.len()
    );
}

fn run(seed: u64, traced: bool) -> Result<(), String> {
    let people = 3 + (seed % 4) as usize;
    let hostile = people - 1;
    let mut world = World::new(people, seed);
    if traced {
        world.trace_all();
    }
    let mut random = Random::new(!seed);
    world.hostile = Some(hostile);
    world.weather = Weather {
        failing: 0,
        ..Weather::drawn(&mut random)
    };
    for person in 0..people {
        world.people[person].skew = random.below(172_800_000) as i64 - 86_400_000;
        world.after(random.millis(0..20_000), move |world| world.join(person));
    }
    for number in 0..60 {
        let (at, person) = (random.millis(20_000..STORM), random.below(hostile));
        world.after(at, move |world| {
            world.say(person, &format!("{number} of {person}"));
        });
    }
    for _ in 0..2 + random.below(20) {
        let (at, attack) = (
            random.millis(0..STORM),
            ATTACKS[random.below(ATTACKS.len())],
        );
        let victims = if random.percent(50) { 0..hostile } else { 0..1 };
        let mut random = Random::new(random.next());
        world.after(at, move |world| {
            if world.people[hostile].page.is_some() {
                victims
                    .filter(|victim| world.people[*victim].page.is_some())
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|victim| attack(world, hostile, victim, &mut random));
            }
        });
    }
    for _ in 0..random.below(4) {
        let (at, a, b) = (
            random.millis(0..STORM),
            random.below(hostile),
            random.below(people),
        );
        let pause = random.millis(100..20_000);
        if a != b {
            world.after(at, move |world| {
                world.cut(a, b);
                world.after(pause, move |world| world.heal(a, b));
            });
        }
    }
    world.advance(Duration::from_millis(STORM + 20_000));
    world.settled()?;
    bounded(&world, hostile)
}

/// Nobody was made to open many connections, or to say much.
fn bounded(world: &World, hostile: usize) -> Result<(), String> {
    let id = world.people[hostile].id();
    for page in world.pages.iter().filter(|page| page.person != hostile) {
        let opened = |output: &&Output| matches!(output, Output::Connection(_, ConnectionCommand::Open { peer, .. }) if *peer == id);
        let opened = page.outputs.iter().filter(opened).count();
        let said = |output: &Output| match output {
            Output::Connection(_, ConnectionCommand::SendText(_, text)) => text.len(),
            _ => 0,
        };
        let said: usize = page.outputs.iter().map(said).sum();
        if opened > 16 || said > 3 * 1024 * 1024 * world.people.len() {
            return Err(format!(
                "{opened} connections to the hostile page, {said} bytes said"
            ));
        }
    }
    Ok(())
}

/// Alice, Bob, and Mallory, of whom the last means harm.
fn with_mallory(id: u8) -> World {
    let mut world = World::calm(3);
    world.people[MALLORY].secret = secret(id);
    world.hostile = Some(MALLORY);
    (0..3).for_each(|person| world.join(person));
    world.settle();
    (0..3).for_each(|person| drop(world.outputs(person)));
    world
}

#[test]
fn a_thousand_offers_open_a_handful_of_connections() {
    let mut world = with_mallory(INITIATOR);
    for number in 2..2000 {
        world.offer(MALLORY, ALICE, number);
        world.advance(Duration::from_millis(5));
    }
    let opened = opened(&mut world);
    assert!((2..=8).contains(&opened), "{opened} opened");
    world.settle();
}

#[test]
fn a_thousand_wishes_open_a_handful_of_connections() {
    let mut world = with_mallory(RESPONDER);
    for number in 1..1000 {
        world.wish(MALLORY, ALICE, number);
        world.advance(Duration::from_millis(10));
    }
    let opened = opened(&mut world);
    assert!((2..=8).contains(&opened), "{opened} opened");
    world.settle();
}

#[test]
fn a_flood_is_read_in_part_and_what_was_honest_comes_again() {
    let mut world = with_mallory(INITIATOR);
    (0..100).for_each(|number| world.say(BOB, &format!("{number}")));
    world.advance_secs(1);
    let read = world.view(ALICE).chat.len();
    assert!((20..=24).contains(&read), "{read} read at once");
    world.settle();
    assert_eq!(world.view(ALICE).chat.len(), 100);
}

#[test]
fn who_lies_of_what_it_has_lies_of_itself_alone() {
    let mut world = with_mallory(INITIATOR);
    world.cut(ALICE, BOB);
    world.advance_secs(40);
    let [bob, mallory] = [BOB, MALLORY].map(|person| world.people[person].id());
    let lacks = |world: &World| {
        world
            .view(ALICE)
            .undelivered
            .first()
            .map(|it| it.to.clone())
    };
    for is_true in [false, true, false] {
        world.say(ALICE, "hello");
        world.advance(Duration::from_millis(1));
        world.claim(MALLORY, ALICE, is_true);
        world.advance_secs(2);
        assert_eq!(lacks(&world), Some(vec![bob]));
    }
    // A denial counts too: nobody else is shown to lack anything by it.
    world.heal(ALICE, BOB);
    world.settle();
    world.claim(MALLORY, ALICE, false);
    world.advance_secs(1);
    assert_eq!(lacks(&world), Some(vec![mallory]));
}

#[test]
fn questions_are_answered_now_and_then() {
    let mut world = with_mallory(INITIATOR);
    for number in 0..60 {
        world.say(ALICE, &format!("{number} {}", "x".repeat(4000)));
        world.advance_secs(1);
    }
    world.outputs(ALICE);
    for _ in 0..600 {
        world.question(MALLORY, ALICE);
        world.advance(Duration::from_millis(100));
    }
    let told = world.outputs(ALICE).iter().map(said_bytes).sum::<usize>();
    assert!((200_000..2_500_000).contains(&told), "{told} bytes told");
}

#[test]
fn who_says_not_to_hear_says_so_on_its_own_tile_alone() {
    let mut world = with_mallory(INITIATOR);
    for on in [false, true, false, false] {
        world.hearing(MALLORY, ALICE, on);
        world.advance_secs(15);
        let told = if on {
            LinkState::Connected
        } else {
            LinkState::NoSound(NoSound::There)
        };
        assert_eq!(world.link(ALICE, MALLORY), told);
        let others = [(ALICE, BOB), (BOB, ALICE), (BOB, MALLORY)];
        for (one, other) in others {
            assert_eq!(world.link(one, other), LinkState::Connected);
        }
        assert!(
            world
                .view(BOB)
                .links
                .iter()
                .all(|link| link.status == LinkStatus::Connected)
        );
    }
    world.settle();
}

/// So long a handshake keeps others waiting, and a second more.
const AFTER_STALLERS: Duration = Duration::from_secs(9);

#[test]
fn two_who_stall_keep_nobody_from_the_others() {
    for again in [Again::Never, Again::SameOne, Again::NewOne] {
        stalled(again, Duration::from_millis(100), AFTER_STALLERS);
    }
}

#[test]
fn two_who_begin_again_and_again_are_not_served_before_the_others() {
    stalled(
        Again::NewOne,
        Duration::from_secs(2),
        Duration::from_secs(4),
    );
}

/// Two with small ids have handshakes with a newcomer that lead nowhere, and do something to that
/// end every so often. Those who are honest are connected all the same.
fn stalled(again: Again, every: Duration, bound: Duration) {
    const STALLERS: [usize; 2] = [3, 4];
    for newcomer in [0x00, 0xff] {
        let mut world = World::calm(5);
        world.people[CAROL].secret = secret(newcomer);
        for staller in STALLERS {
            world.people[staller].secret = secret(staller as u8);
            world.cut(staller, CAROL);
        }
        (0..5)
            .filter(|person| *person != CAROL)
            .for_each(|person| world.join(person));
        world.advance_secs(5);
        world.join(CAROL);
        for number in 0..(bound.as_millis() / every.as_millis()) as u32 {
            for staller in STALLERS {
                world.stall(staller, CAROL, again, 1000 + number);
            }
            world.advance(every);
        }
        for honest in [ALICE, BOB] {
            let links = [world.link(CAROL, honest), world.link(honest, CAROL)];
            assert_eq!(links, [LinkState::Connected; 2], "{newcomer:x} {again:?}");
        }
    }
}

fn opened(world: &mut World) -> usize {
    let mallory = world.people[MALLORY].id();
    let opened = |output: &&Output| matches!(output, Output::Connection(_, ConnectionCommand::Open { peer, .. }) if *peer == mallory);
    world.outputs(ALICE).iter().filter(opened).count()
}

fn said_bytes(output: &Output) -> usize {
    match output {
        Output::Connection(_, ConnectionCommand::SendText(_, text)) => text.len(),
        _ => 0,
    }
}
