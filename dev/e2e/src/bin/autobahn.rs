//! Autobahn's test suite against the server's WebSockets: `cargo xtask test autobahn`.

use std::{collections::BTreeMap, fs::File, process::ExitCode, time::Duration};

use e2e::{Result, process::Process, server::project};
use serde_json::{Value, json};
use tokio::{fs, process::Command, time::timeout};

/// All but 12 and 13: these are compression, which is not offered.
const GROUPS: [&str; 9] = [
    "1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*",
];
/// In these groups, of the suite's pinned version.
const CASES: usize = 301;
/// What is no UTF-8 any more is noticed at the end of the frame, not within it.
const NON_STRICT: [&str; 2] = ["6.4.3", "6.4.4"];
/// On a slow machine.
const LONG: Duration = Duration::from_secs(900);

#[tokio::main]
async fn main() -> ExitCode {
    match judge().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn judge() -> Result<()> {
    let report = run().await?;
    let cases = report["madang"]
        .as_object()
        .ok_or("the report has no cases")?;
    let mut verdicts = BTreeMap::new();
    let mut faults = Vec::new();
    for (case, verdict) in cases {
        let of_case =
            ["behavior", "behaviorClose"].map(|key| verdict[key].as_str().unwrap_or("none"));
        *verdicts.entry(of_case[0]).or_insert(0) += 1;
        if !of_case.iter().all(|verdict| is_fine(case, verdict)) {
            faults.push(format!("{case}: {of_case:?}"));
        }
    }
    println!("{} cases: {verdicts:?}", cases.len());
    if !faults.is_empty() || cases.len() != CASES {
        return Err(format!(
            "Of {CASES} cases {} ran, and these went wrong: {faults:#?}\ndev/e2e/artifacts/autobahn/index.html tells more.",
            cases.len()
        )
        .into());
    }
    Ok(())
}

fn is_fine(case: &str, verdict: &str) -> bool {
    match verdict {
        "OK" | "INFORMATIONAL" => true,
        "NON-STRICT" => NON_STRICT.contains(&case),
        _ => false,
    }
}

/// Lets the suite talk to the echo, and returns its report.
async fn run() -> Result<Value> {
    let project = project();
    let report = project.join("dev/e2e/artifacts/autobahn");
    // An older report is none of this run. There may be none.
    let _ = fs::remove_dir_all(&report).await;
    fs::create_dir_all(&report).await?;
    let mut echo = Process::start(&project.join("target/debug/examples/echo"), &[], &[])?;
    let port = echo.number_after("ws://127.0.0.1:").await?;
    let specification = json!({
        "outdir": report,
        "servers": [{ "agent": "madang", "url": format!("ws://127.0.0.1:{port}") }],
        "cases": GROUPS,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    });
    let file = report.join("specification.json");
    fs::write(&file, specification.to_string()).await?;
    let suite = project.join(".tools/autobahn");
    let mut client = Command::new(suite.join("bin/wstest"))
        .args(["--mode", "fuzzingclient", "--spec"])
        .arg(&file)
        .env("PYTHONPATH", &suite)
        .env("PYTHONWARNINGS", "ignore")
        .current_dir(&report)
        .stdout(File::create(report.join("log"))?)
        .kill_on_drop(true)
        .spawn()?;
    let status = timeout(LONG, client.wait()).await??;
    if !status.success() {
        return Err(format!("the suite ended with {status}").into());
    }
    let index = fs::read(report.join("index.json")).await?;
    echo.end().await?;
    Ok(serde_json::from_slice(&index)?)
}
