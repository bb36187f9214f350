//! In each crate modules import each other in one direction. `cargo xtask modules` prints them in
//! layers; each module imports only from layers above its own.
//!
//! A path that begins with `crate`, `super`, `self` or a child module is followed, through other
//! modules' `use` too, to the module that has the item. What children import counts for their
//! parent. A module and its own children may import from each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::root;

/// From a crate's root, whose own is empty; or as it is written.
type Names = Vec<String>;
/// Siblings, and which of the others each imports from.
type Siblings = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_import_leads_in_a_circle() {
    println!("Each module imports only from lines above its own.");
    let mut circles = Vec::new();
    for folder in crates() {
        for (parent, siblings) in Crate::read(&folder).siblings() {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let parent = [&[name], &parent[..]].concat().join("::");
            let (layers, circle) = layers(siblings);
            println!("\n{parent}");
            layers
                .iter()
                .for_each(|layer| println!("    {}", layer.join(" ")));
            if !circle.is_empty() {
                circles.push(format!("{parent}: {circle:?}"));
            }
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn imports_are_found_in_groups_children_reexports_and_macros() {
    let mut modules = Crate::default();
    modules.add(&[], "mod a; mod b; mod c; pub use c::Deep;");
    modules.add(&["a"], "mod child;");
    modules.add(&["a", "child"], "use super::super::{b::{self, B}, Deep};");
    modules.add(&["b"], "fn f() { println!(\"{}\", crate::Deep) }");
    modules.add(
        &["c"],
        "/* crate::a */ #[cfg(test)] mod tests { use crate::a; }",
    );
    let expected = vec![
        vec!["c".to_owned()],
        vec!["b".to_owned()],
        vec!["a".to_owned()],
    ];
    assert_eq!(
        layers(modules.siblings().remove(&Names::new()).unwrap()),
        (expected, Siblings::new())
    );

    modules.add(&["c"], "use super::a::child;");
    let (layers, circle) = layers(modules.siblings().remove(&Names::new()).unwrap());
    assert!(layers.is_empty());
    assert!(circle["c"].contains("a") && circle["a"].contains("c"));
}

/// All that has a source folder.
fn crates() -> Vec<PathBuf> {
    let folders = ["core", "server", "client", "dev"].map(|folder| root().join(folder));
    let inner = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let inner = inner.map(|entry| entry.unwrap().path());
    let mut crates: Vec<_> = folders.iter().cloned().chain(inner).collect();
    crates.retain(|folder| folder.join("src").is_dir());
    crates.sort();
    crates
}

/// The lowest first, and what is left over because it imports in a circle.
fn layers(mut left: Siblings) -> (Vec<Names>, Siblings) {
    let mut layers = Vec::new();
    loop {
        let is_free =
            |imports: &BTreeSet<String>| imports.iter().all(|name| !left.contains_key(name));
        let free = left.iter().filter(|(_, imports)| is_free(imports));
        let layer: Names = free.map(|(name, _)| name.clone()).collect();
        if layer.is_empty() {
            return (layers, left);
        }
        left.retain(|name, _| !layer.contains(name));
        layers.push(layer);
    }
}

/// A crate's modules by their paths.
#[derive(Default)]
struct Crate(BTreeMap<Names, Module>);

/// What stands in a module's file.
#[derive(Default)]
struct Module {
    children: Names,
    /// All that could be paths of this crate.
    paths: Vec<Names>,
    /// What `use` calls what.
    used: BTreeMap<String, Names>,
}

impl Crate {
    fn read(folder: &Path) -> Self {
        let source = folder.join("src");
        let lib = source.join("lib.rs");
        let file = if lib.is_file() {
            lib
        } else {
            source.join("main.rs")
        };
        let mut modules = Self::default();
        modules.read_module(&[], &file, &source);
        modules
    }

    fn read_module(&mut self, path: &[&str], file: &Path, folder: &Path) {
        let source = fs::read_to_string(file);
        // Where `#[path]` takes it from, other things count.
        self.add(path, &source.unwrap_or_default());
        for child in self.0[&owned(path)].children.clone() {
            let folder = folder.join(&child);
            self.read_module(
                &[path, &[&child]].concat(),
                &folder.with_extension("rs"),
                &folder,
            );
        }
    }

    fn add(&mut self, path: &[&str], source: &str) {
        let mut words = Vec::new();
        flatten(source.parse().unwrap(), &mut words);
        self.0.insert(owned(path), Module::parse(&words));
    }

    /// All that have a parent in common, by the parent.
    fn siblings(&self) -> BTreeMap<Names, Siblings> {
        let mut all: BTreeMap<Names, Siblings> = BTreeMap::new();
        for (path, module) in &self.0 {
            for child in &module.children {
                all.entry(path.clone())
                    .or_default()
                    .entry(child.clone())
                    .or_default();
            }
            for target in module
                .paths
                .iter()
                .filter_map(|names| self.follow(path, names))
            {
                let same = path
                    .iter()
                    .zip(&target)
                    .take_while(|(one, other)| one == other);
                let same = same.count();
                if let (Some(one), Some(other)) = (path.get(same), target.get(same)) {
                    let siblings = all.entry(path[..same].to_vec()).or_default();
                    siblings
                        .entry(one.clone())
                        .or_default()
                        .insert(other.clone());
                }
            }
        }
        all
    }

    /// The module of this crate that has what these names mean in this module.
    fn follow(&self, module: &[String], names: &[String]) -> Option<Names> {
        let (first, rest) = names.split_first()?;
        let mut path = module.to_vec();
        match first.as_str() {
            "crate" => path.clear(),
            "self" => {}
            "super" => drop(path.pop()),
            child if self.0[module].children.iter().any(|name| name == child) => {
                path.push(first.clone());
            }
            _ => return None,
        }
        for (place, name) in rest.iter().enumerate() {
            let here = &self.0[&path];
            if name == "super" {
                path.pop();
            } else if here.children.contains(name) {
                path.push(name.clone());
            } else {
                let used = here
                    .used
                    .get(name)
                    .map(|used| [used, &rest[place + 1..]].concat());
                let elsewhere = used.and_then(|used| self.follow(&path, &used));
                return Some(elsewhere.unwrap_or(path));
            }
        }
        Some(path)
    }
}

impl Module {
    fn parse(mut words: &[String]) -> Self {
        let mut module = Self::default();
        let mut is_use = false;
        while let Some((word, rest)) = words.split_first() {
            if starts_with(words, &["#", "[", "cfg", "(", "test", ")", "]"]) {
                words = after_item(words);
            } else if let ("mod", [name, end, ..]) = (word.as_str(), rest)
                && end == ";"
            {
                module.children.push(name.clone());
                words = rest;
            } else {
                words = module.parse_path(Names::new(), words, is_use);
            }
            is_use = word == "use";
        }
        module
    }

    /// Takes `a::b`, and in `use` also `a::{b, c as d}`; returns the words that follow.
    fn parse_path<'a>(
        &mut self,
        mut path: Names,
        words: &'a [String],
        is_use: bool,
    ) -> &'a [String] {
        let Some((word, rest)) = words.split_first() else {
            return words;
        };
        if word == "{" && !path.is_empty() {
            let mut rest = rest;
            while !starts_with(rest, &["}"]) && !rest.is_empty() {
                rest = self.parse_path(path.clone(), rest, is_use);
                rest = rest.strip_prefix(&[",".to_owned()]).unwrap_or(rest);
            }
            return rest.get(1..).unwrap_or_default();
        }
        if word != "self" || path.is_empty() {
            path.push(word.clone());
        }
        if starts_with(rest, &["::"]) {
            return self.parse_path(path, &rest[1..], is_use);
        }
        let (name, rest) = match rest {
            [keyword, name, rest @ ..] if is_use && keyword == "as" => (Some(name), rest),
            _ => (path.last(), rest),
        };
        if let Some(name) = name.filter(|_| is_use) {
            self.used.insert(name.clone(), path.clone());
        }
        self.paths.push(path);
        rest
    }
}

/// All words and signs, `::` as one of them.
fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let [open, close] = match group.delimiter() {
                    Delimiter::Parenthesis => ["(", ")"],
                    Delimiter::Bracket => ["[", "]"],
                    Delimiter::Brace => ["{", "}"],
                    Delimiter::None => ["", ""],
                };
                words.push(open.to_owned());
                flatten(group.stream(), words);
                words.push(close.to_owned());
            }
            TokenTree::Punct(sign)
                if sign.as_char() == ':' && words.last().is_some_and(|last| last == ":") =>
            {
                words.pop();
                words.push("::".to_owned());
            }
            other => words.push(other.to_string()),
        }
    }
}

/// What follows a declaration with a semicolon or a body.
fn after_item(words: &[String]) -> &[String] {
    let mut depth = 0;
    let end = words.iter().position(|word| {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        depth == 0 && (word == ";" || word == "}")
    });
    &words[end.map_or(words.len(), |end| end + 1)..]
}

fn starts_with(words: &[String], expected: &[&str]) -> bool {
    words.len() >= expected.len()
        && words
            .iter()
            .zip(expected)
            .all(|(word, expected)| word == expected)
}

fn owned(names: &[&str]) -> Names {
    names.iter().map(|name| (*name).to_owned()).collect()
}
