//! Builds what ships, and runs it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::SystemTime,
};

use crate::{
    compress,
    run::{command, root, step},
    shorten, tools,
};

const COMPILER: &str = "The compiler's words above tell what is wrong.";

/// Builds, and runs the server with these flags until it ends. The server is not optimised: it
/// compiles in half the time.
pub fn serve(flags: &[&str]) -> Result<(), String> {
    build_with(|| server(&[]))?;
    let server = root().join("target/debug/madang").display().to_string();
    println!("> serve; Ctrl-C ends it");
    let dist = dist().display().to_string();
    let mut command = command(&server, flags);
    if std::env::var_os("MADANG_DIST").is_none() {
        command.env("MADANG_DIST", dist);
    }
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "The server ended ({status}). Its words above tell why."
        )),
        Err(error) => Err(format!("The server does not start: {error}")),
    }
}

/// Leaves the server at `target/release/madang` and the page in `dist/`.
pub fn build() -> Result<(), String> {
    build_with(|| server(&["--release"]))
}

fn build_with(server: fn() -> Result<(), String>) -> Result<(), String> {
    tools::target(tools::WASM)?;
    // None of the three keeps two cores busy throughout. trunk finds the module compiled.
    thread::scope(|scope| {
        let parts = [
            scope.spawn(server),
            scope.spawn(module),
            scope.spawn(tools::for_building),
        ];
        parts
            .map(|part| {
                part.join()
                    .unwrap_or(Err("A part of the build panicked.".into()))
            })
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
    })?;
    page()
}

fn server(profile: &[&str]) -> Result<(), String> {
    let cargo = ["build", "--locked", "--package", "madang-server"];
    let cargo = [&cargo[..], profile].concat();
    step("build the server", &mut command("cargo", &cargo), COMPILER)
}

/// Compiles the page as trunk will ask for it.
fn module() -> Result<(), String> {
    if is_current(&dist()) {
        return Ok(());
    }
    let cargo = [
        "build",
        "--locked",
        "--target",
        tools::WASM,
        "--manifest-path",
        "client/Cargo.toml",
        "--profile",
        "web",
        "--bin",
        "madang-client",
    ];
    step("compile the page", &mut command("cargo", &cargo), COMPILER)
}

fn page() -> Result<(), String> {
    let dist = dist();
    if is_current(&dist) {
        println!("> the page in dist/ is current");
        return Ok(());
    }
    let trunk = ["build", "--release", "--offline", "--locked"];
    step("build the page", &mut command("trunk", &trunk), COMPILER)?;
    println!("> shorten names in the page, and compress it");
    shorten::page(&dist)?;
    compress::folder(&dist)
        .map(drop)
        .map_err(|error| format!("Cannot compress {}: {error}", dist.display()))
}

fn dist() -> PathBuf {
    root().join("dist")
}

/// Whether the page is newer than its sources. trunk would optimise it again, which takes a minute.
fn is_current(dist: &Path) -> bool {
    const SOURCES: [&str; 7] = [
        "Cargo.toml",
        "Cargo.lock",
        "Trunk.toml",
        "index.html",
        "client",
        "core/mesh/src",
        "core/protocol/src",
    ];
    // Written last.
    let Ok(built) = modified(&dist.join("index.html.br")) else {
        return false;
    };
    SOURCES
        .iter()
        .all(|source| newest(&root().join(source)).is_some_and(|changed| changed < built))
}

fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else {
        return modified(path).ok();
    };
    let paths = entries.map_while(Result::ok).map(|entry| entry.path());
    paths
        .filter_map(|path: PathBuf| newest(&path))
        .chain(modified(path))
        .max()
}

fn modified(path: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}
