//! The built page: all its files, in memory. A path is looked up exactly, so that no request reaches the disk.

use std::{collections::HashMap, fs, io, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::{body::Bytes, header::HeaderValue};
use sha2::{Digest, Sha256};

use crate::file::File;

/// The files of the dist folder by their path in the URL, without the leading slash.
#[derive(Debug)]
pub struct Page {
    files: HashMap<String, File>,
    csp: HeaderValue,
}

impl Page {
    /// Larger files are none of ours.
    const MAX_FILE: u64 = 32 * 1024 * 1024;

    /// Reads a dist folder; an absent one is empty.
    pub fn read(dist: &Path) -> io::Result<Self> {
        let mut contents = HashMap::new();
        if dist.is_dir() {
            read_folder(dist, "", &mut contents)?;
        }
        let mut files = HashMap::new();
        for (name, plain) in &contents {
            if name.ends_with(".br") || name.ends_with(".gz") {
                continue;
            }
            let compressed = |extension| contents.get(&format!("{name}.{extension}")).cloned();
            let file = File::new(name, plain.clone(), compressed("br"), compressed("gz"));
            files.insert(name.clone(), file);
        }
        let csp = files
            .get("index.html")
            .map_or(HeaderValue::from_static("default-src 'none'"), |index| {
                content_security_policy(index.plain())
            });
        Ok(Self { files, csp })
    }

    /// What stands at a path. The two kinds of address that people see, `/` and `/r/ROOM`, are both the page.
    pub fn at(&self, path: &str) -> Option<&File> {
        let path = path.strip_prefix('/')?;
        let is_room = path
            .strip_prefix("r/")
            .is_some_and(|room| !room.is_empty() && !room.contains('/'));
        self.files.get(if path.is_empty() || is_room {
            "index.html"
        } else {
            path
        })
    }

    /// `Content-Security-Policy` of the page.
    pub fn csp(&self) -> &HeaderValue {
        &self.csp
    }

    /// Whether there is no page at all.
    pub fn is_absent(&self) -> bool {
        !self.files.contains_key("index.html")
    }
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    contents: &mut HashMap<String, Bytes>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let kind = entry.file_type()?;
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            read_folder(&entry.path(), &format!("{prefix}{name}/"), contents)?;
        } else if kind.is_file() && entry.metadata()?.len() <= Page::MAX_FILE {
            contents.insert(format!("{prefix}{name}"), fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

/// Nothing from elsewhere, and of inline scripts and styles only those that the page was built with.
fn content_security_policy(html: &[u8]) -> HeaderValue {
    let html = String::from_utf8_lossy(html);
    let (scripts, styles) = (
        inline_hashes(&html, "script"),
        inline_hashes(&html, "style"),
    );
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; img-src 'self' data: blob:; \
         media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    // All of it is ASCII, as headers have to be.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// The hashes of all inline elements of this name, as they stand in a source list.
fn inline_hashes(html: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let hash = |rest: &str| {
        let (attributes, rest) = rest.split_once('>')?;
        let (content, _) = rest.split_once(&close)?;
        let hash = BASE64_STANDARD.encode(Sha256::digest(content));
        (!attributes.contains("src=")).then(|| format!(" 'sha256-{hash}'"))
    };
    html.split(&open).skip(1).filter_map(hash).collect()
}
