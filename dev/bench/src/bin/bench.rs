//! `bench [NAME...]`: runs all measurements, or these, and prints tables. `cargo xtask bench` sets
//! up what it needs.

use std::{process::ExitCode, time::Instant};

use madang_bench::{
    Result,
    measure::{Measurement, Scale},
    process::raise_file_limit,
    report::Summary,
    rivals::{self, Nginx},
    server::Program,
};
use tokio::signal::unix::{SignalKind, signal};

/// One for each connection, in each process, and some more.
const FILES: u64 = 20_000;

/// One thread is enough to keep a server busy, and leaves the rest of the machine to it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let done = tokio::select! {
        done = run(&names) => done,
        stop = told_to_stop() => stop,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The servers end with this program, if it ends in order.
async fn told_to_stop() -> Result<()> {
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Err("told to stop".into())
}

async fn run(names: &[String]) -> Result<()> {
    let chosen = choose(names)?;
    let files = raise_file_limit()?;
    let is_memory = |(_, measurement): &(_, _)| *measurement == Measurement::Memory;
    if files < FILES && chosen.iter().any(is_memory) {
        return Err(
            format!("memory needs {FILES} open files, the limit is {files}: ulimit -Hn").into(),
        );
    }
    introduce()?;
    let (begin, mut all) = (Instant::now(), Vec::new());
    for (name, measurement) in chosen {
        let start = Instant::now();
        let tables = measurement.run(&rivals::ALL, &Scale::FULL).await?;
        tables.iter().for_each(|table| println!("{table}"));
        all.extend(tables);
        eprintln!("({name} took {:.0} s)\n", start.elapsed().as_secs_f64());
    }
    println!(
        "All medians, each with Madang's in relation to it:\n\n{}",
        Summary(&all)
    );
    eprintln!("All took {:.0} s.", begin.elapsed().as_secs_f64());
    Ok(())
}

fn choose(names: &[String]) -> Result<Vec<(&'static str, Measurement)>> {
    if names.is_empty() {
        return Ok(Measurement::ALL.to_vec());
    }
    let known = Measurement::ALL.map(|(known, _)| known).join(", ");
    let choice = |name: &String| {
        let found = Measurement::ALL
            .into_iter()
            .find(|(known, _)| known == name);
        found.ok_or_else(|| format!("There is no measurement {name:?}: {known}.").into())
    };
    names.iter().map(choice).collect()
}

/// What is compared, and where.
fn introduce() -> Result<()> {
    let cores = std::thread::available_parallelism()?;
    println!("On {cores} cores:\n");
    let nginx = Nginx::new()?;
    let programs = rivals::ALL.into_iter().map(Program::version);
    for version in programs.chain([nginx.version()]) {
        println!("- {version}");
    }
    println!();
    Ok(())
}
