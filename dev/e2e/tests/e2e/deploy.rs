//! The files of `deploy/`, read by the programs that they are for.

mod path;
mod proxy;

use std::{env::consts::ARCH, fs, process::Command};

use e2e::server::project;

#[test]
fn systemd_understands_the_unit_and_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let unit = read("madang.service").replace("/usr/local/bin/madang", "/bin/true");
    let paths = [
        ("madang.service", unit),
        ("madang.socket", read("madang.socket")),
    ]
    .map(|(name, content)| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    });
    assert_eq!(
        run("systemd-analyze", &["verify", &paths[0], &paths[1]]),
        ""
    );
}

/// On systemd's scale from 0 to 10; a service without any sandbox has 9.6.
#[test]
fn the_unit_leaves_the_server_few_rights() {
    let unit = path("madang.service");
    let flags = ["--no-pager", "security", "--offline=true", "--threshold=20"];
    let told = run("systemd-analyze", &[&flags[..], &[&unit]].concat());
    assert!(told.contains("Overall exposure level"), "{told}");
}

#[test]
fn compose_understands_its_file_and_wants_the_name_of_the_site() {
    let compose = path("compose.yaml");
    let mut command = Command::new("docker-compose");
    command
        .args(["--file", &compose, "config"])
        .env_remove("DOMAIN");
    assert!(!command.output().unwrap().status.success());
    let told = command.env("DOMAIN", "calls.example.org").output().unwrap();
    assert!(told.status.success(), "{told:?}");
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("MADANG_PUBLIC_URL: https://calls.example.org"),
        "{told}"
    );
}

#[test]
fn prometheus_understands_the_alerts() {
    let told = run("promtool", &["check", "rules", &path("alerts.yaml")]);
    assert!(told.contains("SUCCESS"), "{told}");
}

/// An image made of nothing has no libraries.
#[test]
fn the_containers_server_needs_nothing_around_it() {
    let program = project().join(format!("target/{ARCH}-unknown-linux-musl/debug/madang"));
    let program = program.display().to_string();
    assert!(run("ldd", &[&program]).contains("statically linked"));
    assert!(run(&program, &["--version"]).starts_with("madang "));
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn path(name: &str) -> String {
    project().join("deploy").join(name).display().to_string()
}

/// What a program says if it is content.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
    let [told, complaint] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{told}{complaint}");
    told + &complaint
}
