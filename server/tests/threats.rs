//! `threats.md` promises a test for each of its rows; this looks whether they are there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use std::{fs, path::Path};

#[test]
fn every_row_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = String::new();
    for folder in [
        "server/src",
        "server/tests",
        "protocol/src",
        "protocol/tests",
        "mesh/tests",
        "e2e/tests",
        "mesh/src",
        "mesh/src/chat",
        "mesh/tests",
    ] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            sources += &fs::read_to_string(file.unwrap().path()).unwrap_or_default();
        }
    }
    let table = fs::read_to_string(root.join("server/threats.md")).unwrap();
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut promised = 0;
    for tests in rows.filter_map(|row| row.rsplit(" | ").next()) {
        for name in tests.split('`').skip(1).step_by(2) {
            assert!(
                sources.contains(&format!("fn {name}(")),
                "there is no test {name}"
            );
            promised += 1;
        }
    }
    assert!(promised > 60, "{promised}");
}
