//! `threats.md` promises a test for each of its rows; this looks whether they are there.

use std::{fs, path::Path};

#[test]
fn every_row_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = String::new();
    for folder in ["server", "core", "dev/e2e"] {
        read(&root.join(folder), &mut sources);
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

/// All that is written below a folder.
fn read(folder: &Path, sources: &mut String) {
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            read(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *sources += &fs::read_to_string(path).unwrap();
        }
    }
}
