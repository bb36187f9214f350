//! A thousand calls and what may happen to them, each drawn from a seed.
//!
//! A seed that fails is printed and can be replayed with all that happened in it:
//! `MADANG_SEED=123 cargo test -p madang-mesh seeds:: -- --nocapture`

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use mesh::{Source, Wish};
use protocol::Reaction;

use crate::world::{Loss, World, random::Random, weather::Weather};

/// So many calls in the default run.
const SEEDS: u64 = 1200;

/// Misfortunes and wishes come within this time, in milliseconds.
const STORM: u64 = 60_000;

/// Within this time after it everybody is back who comes back; then everything heals.
const AFTERMATH: u64 = 20_000;

#[test]
fn everybody_is_connected_once_whatever_happened() {
    if let Some(seed) = std::env::var("MADANG_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
    {
        return run(seed, true).unwrap_or_else(|complaints| panic!("seed {seed}:\n  {complaints}"));
    }
    let seeds = std::env::var("MADANG_SEEDS")
        .ok()
        .and_then(|seeds| seeds.parse().ok())
        .unwrap_or(SEEDS);
    let failures = run_all(seeds);
    for (seed, complaints) in failures.iter() {
        println!("seed {seed}:\n  {complaints}");
    }
    let failed: Vec<u64> = failures.iter().map(|(seed, _)| *seed).collect();
    assert!(
        failed.is_empty(),
        "{} of {seeds} seeds failed: {failed:?}\n\
         replay: MADANG_SEED={} cargo test -p madang-mesh seeds:: -- --nocapture",
        failed.len(),
        failed[0],
    );
}

/// Runs the seeds on all cores; those that failed, in order.
#[expect(clippy::disallowed_methods, reason = "each seed is a world of its own")]
fn run_all(seeds: u64) -> Vec<(u64, String)> {
    let next = AtomicU64::new(0);
    let work = || {
        let mut failures = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return failures;
            }
            let result = catch_unwind(AssertUnwindSafe(|| run(seed, false)));
            let result = result.unwrap_or_else(|_| Err(String::from("a panic, printed above")));
            failures.extend(result.err().map(|complaints| (seed, complaints)));
        }
    };
    let mut failures: Vec<(u64, String)> = std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker"))
            .collect()
    });
    failures.sort();
    failures
}

fn run(seed: u64, traced: bool) -> Result<(), String> {
    let people = 2 + (seed % 7) as usize;
    let mut world = World::new(people, seed);
    if traced {
        world.trace_all();
    }
    let mut random = Random::new(!seed);
    world.weather = Weather::drawn(&mut random);
    settle_in(&mut world, &mut random);
    if random.percent(25) {
        stumble_in(&mut world, &mut random);
    }
    let storms = [0, 0, 2, 5, 10][random.below(5)];
    for _ in 0..storms {
        let at = random.millis(0..STORM);
        let misfortune = random.below(MISFORTUNES.len());
        let mut random = Random::new(random.next());
        world.after(at, move |world| MISFORTUNES[misfortune](world, &mut random));
    }
    for _ in 0..random.below(4 * people) {
        let at = random.millis(0..STORM);
        let wish = random.below(WISHES.len());
        let mut random = Random::new(random.next());
        world.after(at, move |world| WISHES[wish](world, &mut random));
    }
    world.advance(Duration::from_millis(STORM + AFTERMATH));
    clear_up(&mut world);
    world.settled().map(|_| ())
}

/// Everybody comes, at once or one after another.
fn settle_in(world: &mut World, random: &mut Random) {
    let within = [1, 1000, 30_000][random.below(3)];
    for person in 0..world.people.len() {
        let someone = &mut world.people[person];
        for source in Source::ALL {
            someone.has[source] = random.percent(80);
        }
        someone.skew = if random.percent(30) {
            random.below(172_800_000) as i64 - 86_400_000
        } else {
            0
        };
        someone.forgets = random.percent(40);
        let wish = drawn(|| Some(random.percent(80)));
        let lingers = random.millis(0..5000);
        let at = random.millis(0..within);
        world.after(at, move |world| {
            // A misfortune may have been quicker.
            if world.people[person].page.is_some() {
                return;
            }
            world.load(person);
            world.want(person, wish);
            world.after(lingers, move |world| come_in(world, person));
        });
    }
}

/// WebSockets break and pages are loaded again in the very moments in which people come in.
fn stumble_in(world: &mut World, random: &mut Random) {
    let reloads = random.percent(50);
    for _ in 0..3 * world.people.len() {
        let at = random.millis(0..12_000);
        let back = random.millis(0..150);
        let person = random.below(world.people.len());
        world.after(at, move |world| {
            if world.people[person].page.is_none() {
                return;
            }
            if reloads && world.people[person].is_in {
                world.close_page(person, false);
                world.after(back, move |world| come_back(world, person));
            } else {
                world.drop_socket(person);
            }
        });
    }
}

/// Joins, unless the person is in or has no page.
fn come_in(world: &mut World, person: usize) {
    if world.people[person].page.is_some() && !world.people[person].is_in {
        world.join(person);
    }
}

/// What may happen to a call.
const MISFORTUNES: [fn(&mut World, &mut Random); 16] = [
    drop_socket,
    drop_socket,
    restart_server,
    cut_and_heal,
    lose_and_heal,
    lose_and_heal,
    kill_connection,
    crash_and_come_back,
    leave_and_come_back,
    reload,
    close_page,
    restart_ice,
    sleep,
    change_network,
    change_network,
    freeze_server,
];

/// What people do.
const WISHES: [fn(&mut World, &mut Random); 8] =
    [say, say, toggle, unplug, raise, raise, react, write];

/// Somebody who has a page.
fn somebody(world: &World, random: &mut Random) -> Option<usize> {
    let with_page: Vec<usize> = (0..world.people.len())
        .filter(|person| world.people[*person].page.is_some())
        .collect();
    (!with_page.is_empty()).then(|| with_page[random.below(with_page.len())])
}

fn two_people(world: &World, random: &mut Random) -> (usize, usize) {
    let first = random.below(world.people.len());
    (
        first,
        (first + 1 + random.below(world.people.len() - 1)) % world.people.len(),
    )
}

fn drop_socket(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.drop_socket(person);
    }
}

fn restart_server(world: &mut World, random: &mut Random) {
    world.restart_server(random.millis(0..10_000));
}

fn freeze_server(world: &mut World, random: &mut Random) {
    world.freeze_server(random.millis(0..20_000));
}

fn change_network(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        let gap = [1, 3000, AFTERMATH][random.below(3)];
        world.change_network(person, random.millis(0..gap), random.percent(70));
    }
}

fn cut_and_heal(world: &mut World, random: &mut Random) {
    let (a, b) = two_people(world, random);
    world.cut(a, b);
    world.after(random.millis(100..30_000), move |world| world.heal(a, b));
}

fn lose_and_heal(world: &mut World, random: &mut Random) {
    let (from, to) = two_people(world, random);
    let loss = [Loss::Media, Loss::All][random.below(2)];
    world.lose(from, to, loss);
    world.after(random.millis(100..30_000), move |world| {
        world.heal(from, to);
    });
}

fn kill_connection(world: &mut World, random: &mut Random) {
    let (a, b) = two_people(world, random);
    world.kill(a, b, random.percent(50));
}

fn crash_and_come_back(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.crash(person);
        come_back_perhaps(world, random, person);
    }
}

fn close_page(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.close_page(person, random.percent(50));
        come_back_perhaps(world, random, person);
    }
}

fn come_back_perhaps(world: &mut World, random: &mut Random, person: usize) {
    if random.percent(60) {
        world.after(random.millis(200..AFTERMATH), move |world| {
            come_back(world, person);
        });
    }
}

/// Loads the page and joins, unless there is one.
fn come_back(world: &mut World, person: usize) {
    if world.people[person].page.is_none() {
        world.join(person);
    }
}

fn leave_and_come_back(world: &mut World, random: &mut Random) {
    let Some(person) = somebody(world, random) else {
        return;
    };
    if world.people[person].is_in {
        world.leave(person);
        if random.percent(60) {
            world.after(random.millis(0..10_000), move |world| {
                come_in(world, person);
            });
        }
    }
}

fn reload(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.close_page(person, random.percent(50));
        world.after(random.millis(50..3000), move |world| {
            come_back(world, person);
        });
    }
}

fn restart_ice(world: &mut World, random: &mut Random) {
    let (a, b) = two_people(world, random);
    world.restart_ice(a, b, random.below(3));
}

fn sleep(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.hide(person, random.percent(50));
        world.sleep(person, random.millis(100..40_000));
    }
}

fn say(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.say(
            person,
            &format!(
                "{} at {:?} <b>&amp;</b> 안녕 {}",
                world.people[person].name,
                world.now,
                random.next()
            ),
        );
    }
}

fn toggle(world: &mut World, random: &mut Random) {
    let Some(person) = somebody(world, random) else {
        return;
    };
    let wish = drawn(|| random.percent(60).then(|| random.percent(50)));
    world.want(person, wish);
}

fn raise(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.raise_hand(person, random.percent(70));
    }
}

fn react(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.react(person, Reaction::ALL[random.below(5)]);
    }
}

fn write(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        world.write(person, random.percent(80));
    }
}

/// What somebody wants of each device.
fn drawn(mut draw: impl FnMut() -> Option<bool>) -> Wish {
    let mut wish = Wish::default();
    for source in [Source::Microphone, Source::Camera, Source::Screen] {
        wish[source] = draw();
    }
    wish
}

fn unplug(world: &mut World, random: &mut Random) {
    if let Some(person) = somebody(world, random) {
        let sources = [Source::Microphone, Source::Camera, Source::Screen];
        let source = sources[random.below(sources.len())];
        world.unplug(person, source);
    }
}

/// Everything heals.
fn clear_up(world: &mut World) {
    for a in 0..world.people.len() {
        (0..a).for_each(|b| world.heal(a, b));
    }
    world.weather.failing = 0;
}
