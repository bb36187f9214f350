//! The tools that the build and the tests need: taken from the machine where it has them, else put
//! into `.tools/`.

use std::{fs, process::Command};

use crate::{
    packages,
    run::{SetUpError, command, output, root, step, tools_folder},
};

/// The newest version that this compiler builds.
const TRUNK: &str = "0.21.14";
/// Debian's is too old to read what this compiler writes.
const BINARYEN: &str = "132";
/// What finds fault with screens. It is of the tests alone: its licence, MPL-2.0, is not the
/// page's.
const AXE: &str = "4.14.1";
/// This version is published with its lock file.
const MATCHBOX: &str = "0.15.0";
/// Any version that knows today's Firefox will do.
const GECKODRIVER: &str = "0.36.0";
/// Any version that reads today's licence expressions will do.
const CARGO_DENY: &str = "0.20.2";
/// What the page is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";
/// For programs that need no library of the system's.
pub const MUSL: &str = if cfg!(target_arch = "aarch64") {
    "aarch64-unknown-linux-musl"
} else {
    "x86_64-unknown-linux-musl"
};

/// Everything that building the page takes.
pub fn for_building() -> Result<(), String> {
    target(WASM)?;
    trunk()?;
    wasm_bindgen()?;
    wasm_opt()
}

/// The TURN server that credentials are tested with.
pub fn for_turn() -> Result<(), String> {
    packages::services("The tests with TURN", &[("turnserver", "coturn")])
}

/// What parts two machines of a test's network.
pub fn for_networks() -> Result<(), String> {
    packages::programs("The tests of broken networks", &[("nft", "nftables")])
}

/// The programs that `deploy/` has files for, and what builds the server for a container.
pub fn for_deploying() -> Result<(), String> {
    const WHO: &str = "The tests of what operators get";
    let programs = [
        ("systemd-analyze", "systemd"),
        ("docker-compose", "docker-compose"),
        ("musl-gcc", "musl-tools"),
    ];
    packages::programs(WHO, &programs)?;
    let services = [
        ("caddy", "caddy"),
        ("nginx", "nginx-light"),
        ("haproxy", "haproxy"),
        ("promtool", "prometheus"),
    ];
    packages::services(WHO, &services)?;
    target(MUSL)
}

/// Everything that the tests in browsers take.
pub fn for_browsers() -> Result<(), String> {
    let wanted = [
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("firefox-esr", "firefox-esr"),
    ];
    packages::programs("The tests in browsers", &wanted)?;
    axe()?;
    if output("geckodriver", &["--version"]).is_some() {
        return Ok(());
    }
    install("geckodriver", GECKODRIVER, &[], "a minute")
}

/// The browser that is nearest to Safari, and a screen for it, since it has no mode without one.
pub fn for_webkit() -> Result<(), String> {
    let wanted = [
        ("WebKitWebDriver", "webkit2gtk-driver"),
        ("xvfb-run", "xvfb"),
        ("xauth", "xauth"),
    ];
    packages::programs("The tests in WebKit", &wanted)
}

/// The tool that checks dependencies.
pub fn for_dependencies() -> Result<(), String> {
    if output("cargo-deny", &["--version"]).is_some() {
        return Ok(());
    }
    install(
        "cargo-deny",
        CARGO_DENY,
        &["--no-default-features"],
        "a minute",
    )
}

/// The database of vulnerable dependencies.
pub fn for_advisories() -> Result<(), SetUpError> {
    for_dependencies()?;
    match output("cargo", &["deny", "fetch", "db"]) {
        Some(_) => Ok(()),
        None => Err(SetUpError::Unavailable(
            "RustSec's advisory database, a public Git repository, cannot be fetched from here."
                .to_owned(),
        )),
    }
}

/// A file server that ours is compared with.
pub fn nginx() -> Result<(), String> {
    const WHO: &str = "The measurement of files";
    const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";
    packages::services(WHO, &[("nginx", "nginx-light")])?;
    packages::programs(WHO, &[(MODULE, "libnginx-mod-http-brotli-static")])
}

/// A signaling server that ours is compared with.
pub fn matchbox() -> Result<(), String> {
    let list = fs::read_to_string(tools_folder().join(".crates.toml")).unwrap_or_default();
    if list.contains(&format!("\"matchbox_server {MATCHBOX} ")) {
        return Ok(());
    }
    let root = tools_folder().display().to_string();
    let arguments = ["install", "matchbox_server", "--version", MATCHBOX];
    let arguments = [&arguments[..], &["--locked", "--root", &root]].concat();
    let mut cargo = command("cargo", &arguments);
    // As ours is built: code is compared, not compiler settings.
    cargo
        .env("CARGO_PROFILE_RELEASE_LTO", "true")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        .env_remove("CARGO_TARGET_DIR");
    step(
        &format!("build matchbox_server {MATCHBOX} into .tools/ (a few minutes, once)"),
        &mut cargo,
        "Is a C compiler installed, and does cargo reach its registry?",
    )
}

/// The tool that attacks a server slowly.
pub fn for_slowness() -> Result<(), String> {
    packages::programs("The slow attack", &[("slowhttptest", "slowhttptest")])
}

/// Adds a target to the compiler, if it lacks it.
pub fn target(name: &str) -> Result<(), String> {
    let libraries =
        output("rustc", &["--print", "target-libdir", "--target", name]).unwrap_or_default();
    if fs::read_dir(libraries.trim()).is_ok_and(|mut files| files.next().is_some()) {
        return Ok(());
    }
    step(
        &format!("add {name} to the compiler's targets"),
        &mut command("rustup", &["target", "add", name]),
        "Is rustup installed, and does it reach the network? https://rustup.rs tells how to install it.",
    )
}

fn trunk() -> Result<(), String> {
    if has_version("trunk", TRUNK) {
        return Ok(());
    }
    // Without TLS it cannot download tools; they are installed beside it.
    install("trunk", TRUNK, &["--no-default-features"], "five minutes")
}

/// The command line tool and the crate have to agree to the digit.
fn wasm_bindgen() -> Result<(), String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cannot read Cargo.lock: {error}"))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock has no wasm-bindgen.")?;
    if has_version("wasm-bindgen", version) && has_version("wasm-bindgen-test-runner", version) {
        return Ok(());
    }
    // Without TLS it reaches only drivers on this machine, where they all are.
    install(
        "wasm-bindgen-cli",
        version,
        &["--no-default-features"],
        "a minute",
    )
}

fn wasm_opt() -> Result<(), String> {
    let version = output("wasm-opt", &["--version"]).unwrap_or_default();
    let is_new = version
        .split_whitespace()
        .any(|word| word.parse::<u32>().is_ok_and(|version| version >= 120));
    if is_new {
        return Ok(());
    }
    npm(
        &format!("binaryen@{BINARYEN}"),
        "Or put a wasm-opt of version 120 or newer on the PATH.",
    )
}

/// The tests read it in `.tools/`, and nowhere else.
fn axe() -> Result<(), String> {
    let folder = tools_folder().join("node_modules/axe-core");
    let package = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    if package.contains(&format!("\"version\": \"{AXE}\"")) {
        return Ok(());
    }
    npm(&format!("axe-core@{AXE}"), "")
}

/// Puts one of npm's packages into `.tools/`.
fn npm(package: &str, otherwise: &str) -> Result<(), String> {
    let folder = tools_folder();
    fs::create_dir_all(&folder)
        .map_err(|error| format!("Cannot make {}: {error}", folder.display()))?;
    let prefix = folder.display().to_string();
    let arguments = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    let arguments = [&arguments[..], &[&prefix, package]].concat();
    step(
        &format!("get npm's {package}"),
        &mut command("npm", &arguments),
        &format!("Is Node installed, and does npm reach its registry? {otherwise}"),
    )
}

/// Builds a program into `.tools/`, which takes `time` on two cores, or downloads it.
pub fn install(name: &str, version: &str, features: &[&str], time: &str) -> Result<(), String> {
    let root = tools_folder().display().to_string();
    if output("cargo", &["binstall", "-V"]).is_some() {
        let package = format!("{name}@{version}");
        let arguments = ["binstall", "--no-confirm", "--root", &root, &package];
        if step(
            &format!("get {package}"),
            &mut command("cargo", &arguments),
            "",
        )
        .is_ok()
        {
            return Ok(());
        }
    }
    let arguments = [
        &[
            "install",
            name,
            "--version",
            version,
            "--locked",
            "--root",
            &root,
        ],
        features,
    ]
    .concat();
    step(
        &format!("build {name} {version} into .tools/ ({time} on two cores, once)"),
        &mut quickly(command("cargo", &arguments)),
        "Is a C compiler installed, and does cargo reach its registry? Or install that version yourself.",
    )
}

/// Tools run for seconds: what counts is how long they take to build. What several have in common
/// is built once.
fn quickly(mut command: Command) -> Command {
    command
        .arg("--debug")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // Less code to generate.
        .env("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false")
        .env("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false")
        .env("CARGO_PROFILE_DEV_PANIC", "abort")
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", tools_folder().join("target"));
    command
}

fn has_version(program: &str, version: &str) -> bool {
    output(program, &["--version"])
        .is_some_and(|line| line.split_whitespace().any(|word| word == version))
}

fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    package.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.126\"\nsource = \"registry\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.126"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn the_lock_file_names_what_is_installed() {
        let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
        assert!(
            locked_version(&lock, "wasm-bindgen")
                .unwrap()
                .starts_with("0.2.")
        );
    }
}
