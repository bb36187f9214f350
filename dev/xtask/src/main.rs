//! `cargo xtask`: sets up what is missing, builds, serves and tests.

mod autobahn;
mod bench;
mod build;
mod compress;
mod contributors;
mod fuzz;
mod measure;
mod packages;
mod run;
mod shorten;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask serve [-- FLAGS]   build everything and run the server with these flags; --help tells them
cargo xtask build              leave the server at target/release/madang and the page in dist/
cargo xtask test [PART...]     run all tests but bare-all, or these parts of them
cargo xtask bench [NAME...]    measure the server beside others, in all or in relay latency join churn storm memory start
                               leak files
cargo xtask measure            print sizes, times and an eight-people call in real browsers
cargo xtask measure faults     print what a call feels of broken links, lost packets and a killed server, beside a plain
                               page
cargo xtask modules            print each crate's modules in layers, and check that no import leads in a circle";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["serve"] => build::serve(&[]),
        ["serve", "--", flags @ ..] => build::serve(flags),
        ["build"] => build::build(),
        ["test", parts @ ..] => test::test(parts),
        ["bench", names @ ..] => bench::bench(names),
        ["measure"] => measure::measure(),
        ["measure", "faults"] => measure::faults(),
        ["modules"] => test::modules(),
        _ => Err(format!("{HELP}\n\nparts: {}", test::names())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}
