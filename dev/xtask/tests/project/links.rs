//! Links from one file to another lead somewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::root;

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for document in documents(&root()) {
        let text = fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1);
        let links = links.filter_map(|link| link.split(')').next());
        for link in links.filter(|link| !link.starts_with("http")) {
            followed += 1;
            if !leads_somewhere(&document, link) {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(followed > 60, "{followed}");
}

#[test]
fn a_link_leads_to_a_file_or_to_a_heading_in_it() {
    let readme = root().join("README.md");
    assert!(leads_somewhere(&readme, "server"));
    assert!(leads_somewhere(&readme, "#two-commands"));
    assert!(leads_somewhere(
        &root().join("dev/bench/README.md"),
        "../../README.md#two-commands"
    ));
    assert!(!leads_somewhere(&readme, "nowhere.md"));
    assert!(!leads_somewhere(&readme, "#nowhere"));
}

fn leads_somewhere(document: &Path, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let file = match file {
        "" => document.to_path_buf(),
        file => document.parent().unwrap().join(file),
    };
    heading.is_empty() && file.exists()
        || fs::read_to_string(file).is_ok_and(|text| headings(&text).any(|it| it == heading))
}

/// As GitHub makes anchors of them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// All documents in a folder that are the project's own.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let own = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        !name.starts_with('.') && !["target", "dist", "node_modules"].contains(&&*name)
    });
    own.flat_map(|entry| {
        let path = entry.path();
        match path.extension() {
            _ if path.is_dir() => documents(&path),
            Some(extension) if extension == "md" => vec![path],
            _ => Vec::new(),
        }
    })
    .collect()
}
