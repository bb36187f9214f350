//! Sets up Autobahn's test suite for WebSockets, which needs Python 2.7.

use std::{env, fs, iter, path::Path};

use crate::run::{SetUpError, command, output, step, tools_folder};

const SUITE: &str = "autobahntestsuite==0.8.2";

/// Leaves the suite in `.tools/autobahn`, and the echo server that it tests in the target folder.
pub fn set_up() -> Result<(), SetUpError> {
    install()?;
    // With the same packages as the native tests, so that it is compiled once for both.
    let echo =
        "build --locked --workspace --exclude madang-client --exclude madang-e2e --example echo";
    Ok(step(
        "build the echo",
        &mut command("cargo", &echo.split(' ').collect::<Vec<_>>()),
        "The compiler's words above tell what is wrong.",
    )?)
}

fn install() -> Result<(), SetUpError> {
    let folder = tools_folder().join("autobahn");
    // Written last. pip does not install it, and Python 2 finds no module without it.
    let package = folder.join("zope/__init__.py");
    if package.is_file() {
        return Ok(());
    }
    let python = python().ok_or(SetUpError::Unavailable(
        "Autobahn's test suite needs Python 2.7. Put a python2.7 on the PATH, or: pyenv install 2.7.18".to_owned(),
    ))?;
    let target = folder.display().to_string();
    step(
        &format!("get {SUITE}"),
        &mut command(
            &python,
            &[
                "-m", "pip", "install", "--quiet", "--target", &target, SUITE,
            ],
        ),
        "Has this Python a pip and a C compiler, and does it reach its registry?",
    )?;
    fs::write(&package, "")
        .map_err(|error| format!("Cannot write {}: {error}", package.display()))?;
    Ok(())
}

/// From the `PATH` or pyenv.
fn python() -> Option<String> {
    let home = env::var("HOME").unwrap_or_default();
    let versions = fs::read_dir(Path::new(&home).join(".pyenv/versions"));
    let of_pyenv = versions
        .into_iter()
        .flatten()
        .map_while(Result::ok)
        .filter(|version| version.file_name().to_string_lossy().starts_with("2.7"))
        .map(|version| version.path().join("bin/python2.7").display().to_string());
    iter::once("python2.7".to_owned())
        .chain(of_pyenv)
        .find(|python| output(python, &["--version"]).is_some())
}
