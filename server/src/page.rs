//! The built page: all its files, in memory. A path is looked up exactly, so that no request
//! reaches the disk.

use std::{collections::HashMap, fs, io, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::{
    HeaderMap, StatusCode,
    body::Bytes,
    header::{self, HeaderValue},
};
use protocol::{Base, Route};
use sha2::{Digest, Sha256};

use crate::{
    accept::Accepted,
    file::{File, is_hashed},
    headers,
    response::{Response, plain},
};

/// The page itself, in the dist folder.
const INDEX: &str = "index.html";

/// The files of the dist folder by their path in the URL, without the leading slash.
#[derive(Debug)]
pub(crate) struct Page {
    files: HashMap<String, File>,
    index: File,
}

impl Page {
    /// The page has no larger files.
    const MAX_FILE: u64 = 32 * 1024 * 1024;

    /// Reads a dist folder, for a page below this base.
    ///
    /// # Errors
    /// When there is no whole page in it; in words for the operator.
    pub(crate) fn read(dist: &Path, base: &Base) -> Result<Self, String> {
        let files = read_files(dist).map_err(|error| error.to_string());
        files
            .and_then(|files| Self::of(files, base))
            .map_err(|reason| {
                format!(
                    "there is no page in {}: {reason}.\n\
                 --dist says where it is; `cargo xtask build` makes one; --dist none does without.",
                    dist.display()
                )
            })
    }

    fn of(mut files: HashMap<String, File>, base: &Base) -> Result<Self, String> {
        let index = files.get(INDEX).ok_or("it has no index.html")?;
        let mut index = below(base, index).ok_or("its index.html has no <base>")?;
        let html = String::from_utf8_lossy(index.plain());
        let mut named = html.split(is_no_name).filter_map(asset);
        if let Some(missing) = named.find(|name| !files.contains_key(*name)) {
            return Err(format!("{missing} is missing"));
        }
        if !files.keys().any(|name| name.ends_with(".wasm")) {
            return Err("it has no WebAssembly module".to_owned());
        }
        let headers = headers::of_page(content_security_policy(&html));
        let pages = files.values_mut().filter(|file| file.is_html());
        pages
            .chain([&mut index])
            .for_each(|page| page.extend(&headers));
        Ok(Self { files, index })
    }

    /// The response to a request for a path. A browser that navigates to an unknown address gets
    /// the page too, which says in the reader's language what is wrong with the address.
    pub(crate) fn answer(&self, path: &str, request: &HeaderMap) -> Response {
        let route = Route::of(path);
        let file = match route.is_found() {
            true => Some(&self.index),
            false => self.files.get(path.trim_start_matches('/')),
        };
        let accepts_html = || Accepted::of(request, header::ACCEPT).named("text/html");
        match file {
            Some(file) => file.answer(request),
            None if accepts_html() > Some(0) => self.index.nowhere(request),
            None => plain(StatusCode::NOT_FOUND, "There is nothing here."),
        }
    }
}

/// All files of a folder, each with its compressed forms.
fn read_files(dist: &Path) -> io::Result<HashMap<String, File>> {
    let mut contents = HashMap::new();
    read_folder(dist, "", &mut contents)?;
    let is_compressed = |name: &str| name.ends_with(".br") || name.ends_with(".gz");
    let names = contents.keys().filter(|name| !is_compressed(name));
    let files = names.map(|name| {
        let compressed = |extension| contents.get(&format!("{name}.{extension}")).cloned();
        let (brotli, gzip) = (compressed("br"), compressed("gz"));
        let file = File::new(name, contents[name].clone(), brotli, gzip);
        (name.clone(), file)
    });
    Ok(files.collect())
}

/// The page with this base. What was compressed before has another.
fn below(base: &Base, index: &File) -> Option<File> {
    if base.is_root() {
        return Some(index.clone());
    }
    let html = String::from_utf8_lossy(index.plain());
    let (before, rest) = html.split_once("<base ")?;
    let (_, after) = rest.split_once('>')?;
    let html = format!("{before}<base href=\"{base}\">{after}");
    Some(File::new(INDEX, html.into(), None, None))
}

/// What addresses in the page are told apart by; minified, they need no quotes.
fn is_no_name(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.' | '/')
}

/// The file that an address in the page names, if it is one that was built with it.
fn asset(address: &str) -> Option<&str> {
    let name = address.trim_start_matches("./").trim_start_matches('/');
    is_hashed(name).then_some(name)
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

/// Nothing from elsewhere, and of inline scripts and styles only those that the page was built
/// with.
fn content_security_policy(html: &str) -> HeaderValue {
    let (scripts, styles) = (inline_hashes(html, "script"), inline_hashes(html, "style"));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; img-src 'self' data: blob:; \
         media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         base-uri 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
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
