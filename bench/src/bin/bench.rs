//! `bench [NAME...]`: runs all measurements, or these, and prints tables. `cargo xtask bench` sets up what it needs.

use std::{process::ExitCode, time::Instant};

use madang_bench::{
    Result,
    measure::{Measurement, Scale},
    process::raise_file_limit,
    rivals::{self, Nginx},
    server::Program,
};

/// One thread is enough to keep a server busy, and leaves the rest of the machine to it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    match run(&names).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(names: &[String]) -> Result<()> {
    let chosen = choose(names)?;
    raise_file_limit()?;
    introduce()?;
    let begin = Instant::now();
    for (name, measurement) in chosen {
        let start = Instant::now();
        for table in measurement.run(&rivals::ALL, &Scale::FULL).await? {
            println!("{table}");
        }
        eprintln!("({name} took {:.0} s)\n", start.elapsed().as_secs_f64());
    }
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
