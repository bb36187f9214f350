//! One file of the page, and how it is answered with.

use base64::{Engine, prelude::BASE64_STANDARD};
use http_body_util::Full;
use hyper::{
    HeaderMap, StatusCode,
    body::Bytes,
    header::{self, HeaderValue},
};
use sha2::{Digest, Sha256};

use crate::{accept::Accepted, response::Response};

const HTML: &str = "text/html; charset=utf-8";

/// One file, as it is and compressed.
#[derive(Clone, Debug)]
pub(crate) struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    etag: HeaderValue,
    /// What every response with it has.
    headers: HeaderMap,
}

impl File {
    /// A file of this name; `brotli` and `gzip` are its compressed forms, if there are any.
    pub(crate) fn new(
        name: &str,
        plain: Bytes,
        brotli: Option<Bytes>,
        gzip: Option<Bytes>,
    ) -> Self {
        let caching = if is_hashed(name) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let etag = etag(&plain);
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static(content_type(name)),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
            (header::ETAG, etag.clone()),
        ];
        Self {
            plain,
            brotli,
            gzip,
            etag,
            headers: headers.into_iter().collect(),
        }
    }

    /// Every response with it has these headers, too.
    pub(crate) fn extend(&mut self, headers: &HeaderMap) {
        self.headers.extend(headers.clone());
    }

    /// Whether it is a page.
    pub(crate) fn is_html(&self) -> bool {
        self.headers[header::CONTENT_TYPE] == HTML
    }

    /// As it is, without compression.
    pub(crate) fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The response to a request with these headers.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        if !self.is_known(request) {
            return self.whole(request);
        }
        let mut response = Response::default();
        *response.headers_mut() = self.headers.clone();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    }

    /// The response to a request for something that is not there.
    pub(crate) fn nowhere(&self, request: &HeaderMap) -> Response {
        let mut response = self.whole(request);
        *response.status_mut() = StatusCode::NOT_FOUND;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.remove(header::ETAG);
        response
    }

    fn whole(&self, request: &HeaderMap) -> Response {
        let (encoding, body) = self.negotiate(request);
        let mut response = Response::new(Full::new(body));
        *response.headers_mut() = self.headers.clone();
        if let Some(encoding) = encoding {
            let encoding = HeaderValue::from_static(encoding);
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, encoding);
        }
        response
    }

    /// Whether the browser has it; validators compare as weak (RFC 9110, section 13.1.2).
    fn is_known(&self, request: &HeaderMap) -> bool {
        let known = request.get_all(header::IF_NONE_MATCH).iter();
        known
            .flat_map(|known| known.as_bytes().split(|byte| *byte == b','))
            .map(<[u8]>::trim_ascii)
            .any(|known| known == b"*" || opaque(known) == opaque(self.etag.as_bytes()))
    }

    /// The form that the browser likes best, and of equals the smallest.
    fn negotiate(&self, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
        let accepted = Accepted::of(request, header::ACCEPT_ENCODING);
        let forms = [("br", &self.brotli), ("gzip", &self.gzip)];
        let taken = forms.into_iter().filter_map(|(coding, form)| {
            let weight = accepted.weight(coding)?;
            Some((weight, coding, form.as_ref()?))
        });
        // Of equals `max_by_key` takes the last.
        let best = taken.rev().max_by_key(|(weight, ..)| *weight);
        let plain = accepted.named("identity").unwrap_or_default();
        match best {
            Some((weight, coding, form)) if weight > 0 && weight >= plain => {
                (Some(coding), form.clone())
            }
            _ => (None, self.plain.clone()),
        }
    }
}

/// A validator without its mark of weakness.
fn opaque(etag: &[u8]) -> &[u8] {
    etag.strip_prefix(b"W/").unwrap_or(etag)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => HTML,
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// trunk puts 16 hexadecimal digits before the extension: `style-0123456789abcdef.css`,
/// `app-0123456789abcdef_bg.wasm`.
pub(crate) fn is_hashed(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() >= 15 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A validator for caches that changes with the content; weak, since the compressed forms share it.
fn etag(content: &[u8]) -> HeaderValue {
    let hash = BASE64_STANDARD.encode(Sha256::digest(content));
    // Base 64 is ASCII, as headers have to be.
    HeaderValue::from_str(&format!("W/\"{}\"", &hash[..22]))
        .unwrap_or(HeaderValue::from_static("W/\"\""))
}
