//! `dev/e2e/NAMES.md` says what the page says, and which tests hold it.

use std::{fs, path::Path};

use crate::root;

const PAGE: &str = "dev/e2e/NAMES.md";
/// What stands for names and numbers.
const PLACES: [&str; 2] = ["NAME", "NUMBER"];
/// In place of tests.
const NOT_HELD: &str = "**not held**";

fn page() -> String {
    fs::read_to_string(root().join(PAGE)).unwrap()
}

/// The cells of all rows that have as many, without headings.
fn rows(page: &str, cells: usize) -> Vec<Vec<&str>> {
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect());
    let rows = rows.filter(|row: &Vec<&str>| row.len() == cells);
    rows.filter(|row| !["tests", "what it does"].contains(&row[cells - 1]))
        .collect()
}

#[test]
fn every_row_has_a_test_that_exists() {
    let page = page();
    let (mut missing, mut held) = (Vec::new(), 0);
    let all = [5, 4, 2].into_iter().flat_map(|cells| rows(&page, cells));
    for row in all {
        let tests = row[row.len() - 1];
        if tests == NOT_HELD {
            continue;
        }
        for test in tests.split(", ") {
            held += 1;
            if !exists(test) {
                missing.push(format!("{}: {test}", row[0]));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(held > 100, "{held}");
}

#[test]
fn a_test_exists_where_its_link_leads() {
    let of = |name: &str| format!("[`names::{name}`](../xtask/tests/project/names.rs)");
    assert!(exists(&of("a_test_exists_where_its_link_leads")));
    assert!(!exists(&of("a_test_exists_where")));
    assert!(!exists(&of("a_test_that_was_renamed")));
    assert!(!exists("a_test_exists_where_its_link_leads"));
    let elsewhere =
        "[`links::a_test_exists_where_its_link_leads`](../xtask/tests/project/names.rs)";
    assert!(!exists(elsewhere));
}

/// Whether [`module::name`](file) is a function of that module in that file.
fn exists(link: &str) -> bool {
    let parts = link.strip_prefix("[`").and_then(|rest| {
        let (name, file) = rest.strip_suffix(')')?.split_once("`](")?;
        let (module, name) = name.split_once("::")?;
        Some((module, name, file))
    });
    parts.is_some_and(|(module, name, file)| {
        let file = root().join(PAGE).with_file_name(file);
        let text = fs::read_to_string(&file).unwrap_or_default();
        is_module(&file, module) && text.contains(&format!("fn {name}("))
    })
}

/// `a.rs` and `a/tests.rs` are of `a`.
fn is_module(file: &Path, module: &str) -> bool {
    let in_folder = file.parent().and_then(Path::file_name);
    let stem = file.file_stem();
    stem.is_some_and(|stem| stem == module)
        || stem.is_some_and(|stem| stem == "tests") && in_folder.is_some_and(|it| it == module)
}

#[test]
fn the_page_says_these_words_in_both_languages() {
    let text = |language: &str| {
        let path = root().join(format!("client/src/text/{language}.rs"));
        fs::read_to_string(path).unwrap()
    };
    let languages = ["english", "korean"].map(text);
    let page = page();
    let (mut missing, mut count) = (Vec::new(), 0);
    // Names stand behind their roles.
    for (cells, first) in [(5, 2), (4, 1)] {
        for row in rows(&page, cells) {
            for (cell, text) in row[first..first + 2].iter().zip(&languages) {
                for words in cell.split(" / ") {
                    count += 1;
                    if !is_said(words, text) {
                        missing.push(words);
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count > 100, "{count}");
}

fn is_said(words: &str, text: &str) -> bool {
    // A name alone is nobody's words, and languages call themselves by their own.
    let is_own = PLACES.contains(&words) || ["English", "한국어"].contains(&words);
    let sentence = PLACES
        .iter()
        .fold(words.to_owned(), |words, place| words.replace(place, "{}"));
    is_own || text.contains(&format!(": \"{sentence}\","))
}
