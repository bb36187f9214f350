//! Runs the tests, part by part, and sums up.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    build,
    run::{command, listen},
    tools,
};

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Fmt,
    Clippy,
    Doc,
    Native,
    Wasm,
    E2e,
}

/// How a part went.
struct Outcome {
    part: Part,
    took: Duration,
    passed: usize,
    failed: usize,
    /// Why it could not even begin.
    obstacle: Option<String>,
}

const PARTS: [(&str, Part); 6] = [
    ("fmt", Part::Fmt),
    ("clippy", Part::Clippy),
    ("doc", Part::Doc),
    ("native", Part::Native),
    ("wasm", Part::Wasm),
    ("e2e", Part::E2e),
];

/// Runs these parts, or all; later ones also if an earlier one failed.
pub fn test(names: &[&str]) -> Result<(), String> {
    let mut parts = Vec::new();
    for name in names {
        let part = PARTS.iter().find(|(known, _)| known == name);
        parts.push(
            part.ok_or(format!(
                "There is no part {name:?}: fmt, clippy, doc, native, wasm, e2e."
            ))?
            .1,
        );
    }
    if parts.is_empty() {
        parts.extend(PARTS.map(|(_, part)| part));
    }
    let outcomes: Vec<Outcome> = parts.into_iter().map(run).collect();
    let failed = summarise(&outcomes);
    if failed == 0 {
        Ok(())
    } else {
        Err("Not everything passed.".to_owned())
    }
}

fn run(part: Part) -> Outcome {
    println!("\n== {part:?}");
    let begin = Instant::now();
    let mut outcome = Outcome {
        part,
        took: Duration::ZERO,
        passed: 0,
        failed: 0,
        obstacle: set_up(part).err(),
    };
    if outcome.obstacle.is_none() {
        for mut command in commands(part) {
            let (succeeded, lines) = listen(&mut command);
            let (passed, failed) = count(&lines);
            // What has no tests is one.
            let is_whole = !matches!(part, Part::Native | Part::Wasm | Part::E2e);
            outcome.passed += passed + usize::from(is_whole && succeeded);
            outcome.failed += failed.max(usize::from(!succeeded));
        }
    }
    outcome.failed += usize::from(outcome.obstacle.is_some());
    outcome.took = begin.elapsed();
    outcome
}

fn set_up(part: Part) -> Result<(), String> {
    match part {
        Part::Fmt | Part::Doc | Part::Native => Ok(()),
        Part::Clippy => tools::for_building(),
        Part::Wasm => tools::for_building().and_then(|()| tools::for_browsers()),
        Part::E2e => build::build().and_then(|()| tools::for_browsers()),
    }
}

fn commands(part: Part) -> Vec<Command> {
    let lines: &[&str] = match part {
        Part::Fmt => &["fmt --all --check"],
        Part::Clippy => &[
            "clippy --locked --workspace --exclude madang-client --all-targets -- -D warnings",
            "clippy --locked --package madang-client --target wasm32-unknown-unknown --all-targets -- -D warnings",
        ],
        Part::Doc => &["doc --locked --workspace --no-deps"],
        Part::Native => &[
            "test --locked --workspace --exclude madang-client --exclude madang-e2e",
            "test --locked --package madang-client --lib",
        ],
        Part::Wasm => &["test --locked --package madang-client --target wasm32-unknown-unknown"],
        Part::E2e => &["test --locked --package madang-e2e --no-fail-fast -- --test-threads=1"],
    };
    let cargo = |line: &&str| {
        let mut cargo = command("cargo", &line.split(' ').collect::<Vec<_>>());
        cargo
            .env("RUSTDOCFLAGS", "-D warnings")
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "wasm-bindgen-test-runner",
            )
            .env("CHROMEDRIVER", "chromedriver");
        cargo
    };
    lines.iter().map(cargo).collect()
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

/// Prints how the parts went; says how much failed.
fn summarise(outcomes: &[Outcome]) -> usize {
    println!(
        "\n{:<8} {:>8} {:>8} {:>8}",
        "part", "passed", "failed", "seconds"
    );
    for Outcome {
        part,
        took,
        passed,
        failed,
        obstacle,
    } in outcomes
    {
        println!(
            "{:<8} {passed:>8} {failed:>8} {:>8.0}",
            format!("{part:?}"),
            took.as_secs_f64()
        );
        obstacle
            .iter()
            .for_each(|obstacle| println!("  {obstacle}"));
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
