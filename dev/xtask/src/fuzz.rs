//! Fuzzes each target for a short while, or for as many seconds as `MADANG_FUZZ_SECONDS` says.

use std::{
    env,
    fs::{self, File},
    io,
    path::PathBuf,
    process::{Child, Stdio},
};

use crate::{
    run::{SetUpError, command, output, root, step},
    tools,
};

const FOLDER: &str = "dev/fuzz";
const TARGETS: [&str; 5] = [
    "client_message",
    "server_message",
    "room_id",
    "name",
    "rooms",
];
/// Any version that this compiler builds will do.
const CARGO_FUZZ: &str = "0.13.2";
const AT_ONCE: usize = 2;
/// Enough to find what a change broke near the seeds. What lies deeper takes hours.
const SECONDS: &str = "20";
/// Inputs are 4 KiB at most. A target that needs more memory than this for one is faulty.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=512"];

/// Gets cargo-fuzz and builds the targets.
pub fn set_up() -> Result<(), SetUpError> {
    if output("cargo", &["+nightly", "--version"]).is_none() {
        let reason =
            "fuzzing needs a nightly compiler. To add one: rustup toolchain install nightly";
        return Err(SetUpError::Unavailable(reason.to_owned()));
    }
    if output("cargo-fuzz", &["--version"]).is_none() {
        tools::install("cargo-fuzz", CARGO_FUZZ, &[], "half a minute")?;
    }
    let build = [
        "+nightly",
        "fuzz",
        "build",
        "--fuzz-dir",
        FOLDER,
        "--sanitizer",
        "none",
    ];
    Ok(step(
        "build the fuzz targets",
        &mut command("cargo", &build),
        "The compiler's words above tell what is wrong.",
    )?)
}

/// Fuzzes; returns how many targets passed and failed.
pub fn run() -> (usize, usize) {
    let mut held = 0;
    for targets in TARGETS.chunks(AT_ONCE) {
        let running: Vec<_> = targets.iter().map(|target| start(target)).collect();
        for (target, child) in targets.iter().zip(running) {
            match child.and_then(|child| finish(target, child)) {
                Ok(runs) => {
                    held += 1;
                    println!("{target:<15} {runs}");
                }
                Err(error) => println!("{target:<15} failed: {error}"),
            }
        }
    }
    (held, TARGETS.len() - held)
}

fn start(target: &str) -> io::Result<Child> {
    let [corpus, seeds] = ["corpus", "seeds"].map(|folder| format!("{FOLDER}/{folder}/{target}"));
    fs::create_dir_all(root().join(&corpus))?;
    fs::create_dir_all(root().join(FOLDER).join("artifacts"))?;
    let seconds = env::var("MADANG_FUZZ_SECONDS").unwrap_or_else(|_| SECONDS.to_owned());
    let time = format!("-max_total_time={seconds}");
    let mut arguments = vec!["+nightly", "fuzz", "run", "--fuzz-dir", FOLDER];
    arguments.extend(["--sanitizer", "none", target]);
    arguments.extend([&*corpus, &*seeds, "--", &*time]);
    arguments.extend(LIMITS);
    command("cargo", &arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(log(target))?)
        .spawn()
}

/// Returns the line in which the fuzzer sums up its runs.
fn finish(target: &str, mut child: Child) -> io::Result<String> {
    let status = child.wait()?;
    let log = log(target);
    let printed = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    // Done 2097152 runs in 61 second(s)
    let runs = printed.lines().find(|line| line.starts_with("Done "));
    match runs.filter(|_| status.success()) {
        Some(runs) => Ok(runs.to_owned()),
        None => Err(io::Error::other(format!("see {}", log.display()))),
    }
}

fn log(target: &str) -> PathBuf {
    root().join(format!("{FOLDER}/artifacts/{target}.log"))
}
