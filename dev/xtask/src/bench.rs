//! Measures the server beside others.

use std::fs;

use crate::{
    build,
    run::{command, root, step},
    tools,
};

/// Sets up everything that is compared, and measures all or what is named.
pub fn bench(names: &[&str]) -> Result<(), String> {
    build::build()?;
    if names.is_empty() || names.contains(&"files") {
        tools::nginx()?;
    }
    tools::matchbox()?;
    servers_on_node()?;
    let cargo = ["--locked", "--release", "--package", "madang-bench"];
    step(
        "build the benchmark",
        &mut command("cargo", &[&["build"], &cargo[..]].concat()),
        "The compiler's words above tell what is wrong.",
    )?;
    step(
        "measure; all takes about ten minutes",
        &mut command(
            "cargo",
            &[&["run", "--quiet"], &cargo[..], &["--"], names].concat(),
        ),
        "The words above tell what went wrong.",
    )
}

/// As their lock file has them.
fn servers_on_node() -> Result<(), String> {
    let folder = root().join("dev/bench/rivals");
    let modified = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified());
    // npm writes the second when it is done.
    let (Ok(wanted), installed) = (
        modified("package-lock.json"),
        modified("node_modules/.package-lock.json"),
    ) else {
        return Err("dev/bench/rivals/package-lock.json is missing.".to_owned());
    };
    if installed.is_ok_and(|installed| installed >= wanted) {
        return Ok(());
    }
    step(
        "get Socket.IO, Express and PeerJS's server",
        command(
            "npm",
            &["ci", "--silent", "--omit=dev", "--no-audit", "--no-fund"],
        )
        .current_dir(folder),
        "Is Node installed, and does npm reach its registry?",
    )
}
