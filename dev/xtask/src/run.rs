//! Runs other programs, in the project's folder and with the project's tools first on the `PATH`.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// Why something cannot begin.
pub enum SetUpError {
    /// A step failed.
    Failed(String),
    /// The machine lacks something that this does not install, such as another compiler.
    Unavailable(String),
}

impl From<String> for SetUpError {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where tools are installed that the machine lacks; git ignores it.
pub fn tools_folder() -> PathBuf {
    root().join(".tools")
}

/// A program with its arguments.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let own = [
        tools_folder().join("bin"),
        tools_folder().join("node_modules/.bin"),
    ];
    let machine = env::var_os("PATH").unwrap_or_default();
    // Where Debian installs nginx and HAProxy. Only root has it on the `PATH`.
    let servers = PathBuf::from("/usr/sbin");
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    for (name, _) in env::vars_os().filter(|(name, _)| is_of_xtask(name)) {
        command.env_remove(name);
    }
    if let Ok(path) = env::join_paths(
        own.into_iter()
            .chain(env::split_paths(&machine))
            .chain([servers]),
    ) {
        command.env("PATH", path);
    }
    command
}

/// What cargo tells xtask about itself. ring's build script reads it too, so that ring and
/// everything built on it would be compiled again whenever somebody else runs cargo.
fn is_of_xtask(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")
}

/// Says what it does, does it, and says what to do if it fails.
pub fn step(what: &str, command: &mut Command, remedy: &str) -> Result<(), String> {
    println!("> {what}");
    let begin = Instant::now();
    let failed = match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => {
            // Steps run beside each other.
            println!("> {what}: took {:.0} s", begin.elapsed().as_secs_f64());
            return Ok(());
        }
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    Err(format!("Failed: {what} ({failed}).\n{remedy}"))
}

/// What a program prints, if it runs and succeeds.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program, arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program, shows what it prints, and returns that with whether it succeeded.
pub fn listen(command: &mut Command) -> (bool, Vec<String>) {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn() else {
        return (false, Vec::new());
    };
    let mut lines = Vec::new();
    for line in child
        .stdout
        .take()
        .into_iter()
        .flat_map(|stdout| BufReader::new(stdout).lines())
        .map_while(Result::ok)
    {
        println!("{line}");
        lines.push(line);
    }
    (child.wait().is_ok_and(|status| status.success()), lines)
}
