//! Shortens the names under which the page's module gets the browser's functions. wasm-bindgen
//! gives each a name of its own with a hash, `__wbg_replaceTrack_f2a2ea19513ad754`, in the module
//! and in the script beside it: a fiftieth of what a page loads. Nobody reads them.

use std::{collections::BTreeMap, fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha384};
use wasm_encoder::{
    ImportSection, Module, RawSection,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// What trunk calls the script and the module, before their hash and after it.
const STEM: &str = "madang-client-";
const SCRIPT: &str = ".js";
const MODULE: &str = "_bg.wasm";

/// Shortens the names of the page in a folder, and tells its `index.html` what the files are called
/// now and what they hash to. A page whose names are short is left as it is.
pub fn page(folder: &Path) -> Result<(), String> {
    let index = read(&folder.join("index.html"))?;
    let old = stem(&index).ok_or("index.html names no script")?;
    let path = |stem: &str, end: &str| folder.join(format!("{stem}{end}"));
    let module = path(&old, MODULE);
    let module = fs::read(&module).map_err(|error| told(&module, &error))?;
    let script = read(&path(&old, SCRIPT))?;

    let names = names(&module).map_err(|error| error.to_string())?;
    if names.is_empty() {
        return Ok(());
    }
    let renamed = renamed(&module, &names).map_err(|error| error.to_string())?;
    let script = words(&script, &names);
    let hash = Sha384::new().chain_update(&renamed).chain_update(&script);
    let hash: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let new = format!("{STEM}{hash}");
    let script = script.replace(&old, &new);
    let mut index = index.replace(&old, &new);
    for (end, content) in [(SCRIPT, script.as_bytes()), (MODULE, &renamed)] {
        index = with_integrity(&index, &format!("{new}{end}"), content);
        fs::remove_file(path(&old, end)).map_err(|error| told(&path(&old, end), &error))?;
        write(&path(&new, end), content)?;
    }
    write(&folder.join("index.html"), index.as_bytes())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| told(path, &error))
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| told(path, &error))
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// What the script is called without its end.
fn stem(index: &str) -> Option<String> {
    let from = index.find(STEM)?;
    let length = index[from..].find(SCRIPT)?;
    Some(index[from..from + length].to_owned())
}

/// What each long name becomes: `a` to `z`, then `aa` and so on.
fn names(module: &[u8]) -> wasmparser::Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload? {
            for import in imports.into_imports() {
                let name = import?.name;
                if name.starts_with("__wb") {
                    let short = short(names.len());
                    names.entry(name.to_owned()).or_insert(short);
                }
            }
        }
    }
    Ok(names)
}

fn short(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'a' + (number % 26) as u8));
        match number / 26 {
            0 => return name,
            rest => number = rest - 1,
        }
    }
}

/// The module with these names for those, and otherwise the same to the byte.
fn renamed(
    module: &[u8],
    names: &BTreeMap<String, String>,
) -> Result<Vec<u8>, wasm_encoder::reencode::Error> {
    let mut renamed = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ImportSection(imports) = payload {
            let mut section = ImportSection::new();
            for import in imports.into_imports() {
                let import = import?;
                let name = names.get(import.name).map_or(import.name, String::as_str);
                let kind = RoundtripReencoder.entity_type(import.ty)?;
                section.import(import.module, name, kind);
            }
            renamed.section(&section);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &module[range.start as usize..range.end as usize];
            renamed.section(&RawSection { id, data });
        }
    }
    Ok(renamed.finish())
}

/// A script with these words for those; what is a part of another word stays.
fn words(script: &str, names: &BTreeMap<String, String>) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut text = String::new();
    let mut rest = script;
    while let Some(start) = rest.find(is_word) {
        let length = rest[start..]
            .find(|c| !is_word(c))
            .unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        text.push_str(&rest[..start]);
        text.push_str(names.get(word).map_or(word, String::as_str));
        rest = &rest[start + length..];
    }
    text + rest
}

/// `index.html` with this file's own hash behind its name (W3C Subresource Integrity).
fn with_integrity(index: &str, file: &str, content: &[u8]) -> String {
    let before = format!("{file} integrity=sha384-");
    let hash = BASE64_STANDARD.encode(Sha384::digest(content));
    let mut parts = index.split(&before);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([' ', '>']).unwrap_or(part.len());
        text = text + &before + &hash + &part[end..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_all_different() {
        let first = [0, 25, 26, 51, 52, 701, 702].map(short);
        assert_eq!(first, ["a", "z", "aa", "az", "ba", "zz", "aaa"]);
    }

    #[test]
    fn words_are_replaced_as_a_whole() {
        let names = BTreeMap::from([("__wbg_a_1".to_owned(), "b".to_owned())]);
        let script = "__wbg_a_1: x__wbg_a_1, __wbg_a_12.__wbg_a_1";
        assert_eq!(words(script, &names), "b: x__wbg_a_1, __wbg_a_12.b");
    }

    #[test]
    fn a_file_has_its_own_hash() {
        let index = "<link href=./a.js integrity=sha384-old rel=x><a href=a.js>a.js</a>";
        let told = with_integrity(index, "a.js", b"");
        let empty = "OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        let hashed =
            format!("<link href=./a.js integrity=sha384-{empty} rel=x><a href=a.js>a.js</a>");
        assert_eq!(told, hashed);
    }
}
