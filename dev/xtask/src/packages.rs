//! Debian packages that the tests need, each with a program or file that it brings.

use std::{path::Path, process::Command};

use crate::run::{command, output, step};

/// Installs what is missing of these packages, which start nothing, for `who` to use.
pub fn programs(who: &str, wanted: &[(&str, &str)]) -> Result<(), String> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let remedy = format!(
        "{who} cannot do without what these packages of Debian bring: apt-get install {list}"
    );
    if output("which", &["apt-get"]).is_none()
        || !is_root() && output("sudo", &["-n", "true"]).is_none()
    {
        return Err(remedy);
    }
    let apt = |arguments: &[&str]| {
        let mut command = as_root("apt-get", arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    step(
        "ask apt what there is",
        &mut apt(&["update", "-qq"]),
        &remedy,
    )?;
    let install = [
        &["install", "-qq", "-y", "--no-install-recommends"][..],
        &missing,
    ]
    .concat();
    step(&format!("install {list}"), &mut apt(&install), &remedy)
}

/// The same, for packages that start a service when they are installed, which nobody asked for.
pub fn services(who: &str, wanted: &[(&str, &str)]) -> Result<(), String> {
    let missing = missing(wanted);
    programs(who, wanted)?;
    let has_systemd = Path::new("/run/systemd/system").exists();
    // nginx-light brings nginx.service.
    let units = missing.iter().map(|name| name.trim_end_matches("-light"));
    for unit in units.filter(|_| has_systemd) {
        step(
            &format!("stop {unit}"),
            &mut as_root("systemctl", &["disable", "--now", unit]),
            "It was installed for tests only: stop it yourself.",
        )?;
    }
    Ok(())
}

fn missing<'a>(wanted: &[(&str, &'a str)]) -> Vec<&'a str> {
    let is_missing = |(program, _): &&(&str, &str)| match Path::new(program) {
        file if file.is_absolute() => !file.exists(),
        _ => output("which", &[program]).is_none(),
    };
    let missing = wanted.iter().filter(is_missing);
    missing.map(|(_, package)| *package).collect()
}

fn is_root() -> bool {
    output("id", &["-u"]).is_some_and(|id| id.trim() == "0")
}

fn as_root(program: &str, arguments: &[&str]) -> Command {
    if is_root() {
        return command(program, arguments);
    }
    command("sudo", &[&["-n", program], arguments].concat())
}
