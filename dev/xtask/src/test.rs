//! Runs the tests, part by part, and sums up.

use std::time::{Duration, Instant};

use crate::{
    autobahn, build, fuzz,
    run::{SetUpError, command, listen, step},
    tools,
};

/// A part of the tests.
struct Part {
    name: &'static str,
    /// Gets what is missing.
    set_up: fn() -> Result<(), SetUpError>,
    /// Runs it; returns how much passed and failed.
    run: fn() -> (usize, usize),
}

/// How a part went.
struct Outcome {
    name: &'static str,
    took: Duration,
    passed: usize,
    failed: usize,
    error: Option<SetUpError>,
}

const PARTS: &[Part] = &[
    Part {
        name: "fmt",
        set_up: || Ok(()),
        run: || {
            cargo(&[
                "fmt --all --check",
                "fmt --manifest-path dev/fuzz/Cargo.toml --check",
            ])
        },
    },
    Part {
        name: "clippy",
        set_up: || Ok(tools::target(tools::WASM)?),
        run: || {
            cargo(&[
                "clippy --locked --workspace --exclude madang-client --all-targets -- -D warnings",
                "clippy --locked --package madang-client --target wasm32-unknown-unknown --all-targets -- -D warnings",
            ])
        },
    },
    Part {
        name: "doc",
        set_up: || Ok(()),
        run: || cargo(&["doc --locked --workspace --no-deps"]),
    },
    Part {
        name: "deny",
        set_up: || Ok(tools::for_dependencies()?),
        run: || {
            cargo(&[
                "fetch --locked",
                "deny --locked --offline check --hide-inclusion-graph bans licenses sources",
            ])
        },
    },
    Part {
        name: "advisories",
        set_up: tools::for_advisories,
        run: || cargo(&["deny --locked --offline check advisories"]),
    },
    Part {
        name: "native",
        set_up: || Ok(tools::for_turn()?),
        run: || {
            cargo(&[
                "test --locked --workspace --exclude madang-client --exclude madang-e2e --no-fail-fast",
                "test --locked --package madang-client --lib",
            ])
        },
    },
    Part {
        name: "fuzz",
        set_up: fuzz::set_up,
        run: fuzz::run,
    },
    Part {
        name: "autobahn",
        set_up: autobahn::set_up,
        run: || cargo(&["run --locked --package madang-e2e --bin autobahn"]),
    },
    Part {
        name: "slow",
        set_up: || Ok(build::build().and_then(|()| tools::for_slowness())?),
        run: || cargo(&["run --locked --package madang-e2e --bin slow"]),
    },
    Part {
        name: "wasm",
        set_up: || Ok(tools::for_building().and_then(|()| tools::for_browsers())?),
        run: || {
            cargo(&[
                "test --locked --package madang-client --target wasm32-unknown-unknown --no-fail-fast",
            ])
        },
    },
    Part {
        name: "deploy",
        set_up: || {
            tools::for_deploying()?;
            Ok(build::build().and_then(|()| tools::for_browsers())?)
        },
        run: || {
            cargo(&[
                &format!(
                    "build --locked --package madang-server --target {}",
                    tools::MUSL
                ),
                "test --locked --package madang-e2e --test e2e deploy::",
            ])
        },
    },
    Part {
        name: "e2e",
        set_up: || {
            build::build()?;
            tools::for_browsers()?;
            tools::for_networks()?;
            Ok(tools::for_turn()?)
        },
        run: || {
            cargo(&[
                "test --locked --package madang-e2e --test e2e -- --skip deploy:: --skip webkit:: --test-threads=1",
            ])
        },
    },
    Part {
        name: "webkit",
        set_up: || Ok(build::build().and_then(|()| tools::for_webkit())?),
        run: || {
            cargo(&["test --locked --package madang-e2e --test e2e webkit:: -- --test-threads=1"])
        },
    },
    Part {
        name: "bare",
        set_up: || Ok(build::build().and_then(|()| tools::for_browsers())?),
        run: || {
            let line = format!("{BARE_TESTS} --exact {}", BARE.join(" "));
            let (passed, failed) = cargo(&[&line]);
            // Names that no test has are no fault to cargo.
            let missing = BARE.len().saturating_sub(passed + failed);
            (passed, failed + missing)
        },
    },
];

/// What runs when it is named, and not with all.
const BY_HAND: &[Part] = &[Part {
    name: "bare-all",
    set_up: || {
        build::build()?;
        tools::for_browsers()?;
        Ok(tools::for_turn()?)
    },
    run: || {
        cargo(&[&format!(
            "{BARE_TESTS} --skip deploy:: --skip network:: --skip server:: --skip webkit::"
        )])
    },
}];

/// Tests in browsers that lack what Safari and older ones do.
const BARE_TESTS: &str =
    "test --locked --package madang-e2e --features bare --test e2e -- --test-threads=1";

/// Those that run with all others: where the page does by other means what browsers lack, and what
/// shows when there are none.
const BARE: &[&str] = &[
    "a11y::the_whole_way_is_gone_by_keyboard_alone",
    "call::a_reload_leads_back_into_the_call_and_leaves_no_ghost",
    "devices::in_the_lobby_one_chooses_what_the_browser_names",
    "screen::a_screen_is_seen_and_heard_beside_the_face_by_who_is_there_and_who_comes_later",
];

/// The names of all parts.
pub fn names() -> String {
    PARTS
        .iter()
        .chain(BY_HAND)
        .map(|part| part.name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Runs these parts, or all; later ones also if an earlier one failed.
pub fn test(wanted: &[&str]) -> Result<(), String> {
    let all = PARTS.iter().chain(BY_HAND);
    let is_part = |name: &&&str| all.clone().any(|part| part.name == **name);
    if let Some(unknown) = wanted.iter().find(|name| !is_part(name)) {
        return Err(format!("There is no part {unknown:?}: {}.", names()));
    }
    let outcomes: Vec<Outcome> = if wanted.is_empty() {
        PARTS.iter().map(run).collect()
    } else {
        let parts = all.filter(|part| wanted.contains(&part.name));
        parts.map(run).collect()
    };
    if summarise(&outcomes) == 0 {
        Ok(())
    } else {
        Err("Not everything passed.".to_owned())
    }
}

/// Prints the modules of each crate.
pub fn modules() -> Result<(), String> {
    let test = "test --quiet --locked --package xtask --test project modules:: -- --nocapture";
    step(
        "look at imports",
        &mut command("cargo", &test.split(' ').collect::<Vec<_>>()),
        "The circles stand above.",
    )
}

fn run(part: &Part) -> Outcome {
    println!("\n== {}", part.name);
    let begin = Instant::now();
    let error = (part.set_up)().err();
    let (passed, failed) = match &error {
        None => (part.run)(),
        Some(SetUpError::Failed(_)) => (0, 1),
        Some(SetUpError::Unavailable(_)) => (0, 0),
    };
    Outcome {
        name: part.name,
        took: begin.elapsed(),
        passed,
        failed,
        error,
    }
}

/// Runs cargo with each of these lines; returns how many tests passed and failed.
fn cargo(lines: &[&str]) -> (usize, usize) {
    let mut all = (0, 0);
    for line in lines {
        let mut cargo = command("cargo", &line.split(' ').collect::<Vec<_>>());
        cargo
            .env("RUSTDOCFLAGS", "-D warnings")
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "wasm-bindgen-test-runner",
            )
            .env("CHROMEDRIVER", "chromedriver");
        let (succeeded, printed) = listen(&mut cargo);
        let (passed, failed) = count(&printed);
        // A line that runs no tests counts as one.
        let is_one = !line.starts_with("test ");
        all.0 += passed + usize::from(is_one && succeeded);
        all.1 += failed.max(usize::from(!succeeded));
    }
    all
}

/// Sums up the runners' closing lines: `test result: ok. 3 passed; 0 failed; ...`
fn count(lines: &[String]) -> (usize, usize) {
    let number = |line: &str, word: &str| -> usize {
        let before = line.split(word).next().unwrap_or_default();
        before
            .split_whitespace()
            .next_back()
            .and_then(|number| number.parse().ok())
            .unwrap_or(0)
    };
    let results = lines
        .iter()
        .filter(|line| line.trim_start().starts_with("test result:"));
    results.fold((0, 0), |(passed, failed), line| {
        (
            passed + number(line, " passed"),
            failed + number(line, " failed"),
        )
    })
}

/// Prints how the parts went; returns how much failed.
fn summarise(outcomes: &[Outcome]) -> usize {
    println!(
        "\n{:<10} {:>8} {:>8} {:>8}",
        "part", "passed", "failed", "seconds"
    );
    for outcome in outcomes {
        let Outcome {
            name,
            passed,
            failed,
            ..
        } = outcome;
        let seconds = outcome.took.as_secs_f64();
        println!("{name:<10} {passed:>8} {failed:>8} {seconds:>8.0}");
        match &outcome.error {
            None => {}
            Some(SetUpError::Failed(why)) => println!("  {why}"),
            Some(SetUpError::Unavailable(why)) => println!("  Skipped: {why}"),
        }
    }
    let sum = |number: fn(&Outcome) -> usize| outcomes.iter().map(number).sum::<usize>();
    let (passed, failed) = (sum(|outcome| outcome.passed), sum(|outcome| outcome.failed));
    println!("\n{passed} passed, {failed} failed");
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed_up() {
        let lines = [
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: FAILED. 20 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.53s",
        ];
        assert_eq!(count(&lines.map(str::to_owned)), (23, 2));
        assert_eq!(count(&[]), (0, 0));
    }
}
