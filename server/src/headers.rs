//! What every response has, so that no other page can use the microphones that this one was given.

use std::sync::Arc;

use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::response::Response;

/// The headers of every response.
#[derive(Clone, Debug)]
pub(crate) struct Headers(Arc<HeaderMap>);

/// On every response.
const ALL: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-robots-tag", "noindex"),
];

/// On pages, beside their own `Content-Security-Policy`.
const HTML: [(&str, &str); 5] = [
    (
        "permissions-policy",
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), autoplay=(self), \
         picture-in-picture=(self), screen-wake-lock=(self), speaker-selection=(self), clipboard-write=(self), \
         geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), accelerometer=(), gyroscope=(), \
         magnetometer=(), browsing-topics=()",
    ),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
];

/// Anything that is not a page has no reason to load anything.
const NO_PAGE: (&str, &str) = (
    "content-security-policy",
    "default-src 'none'; frame-ancestors 'none'",
);
/// Browsers shall never again ask without TLS.
const STRICT: (&str, &str) = ("strict-transport-security", "max-age=31536000");

impl Headers {
    /// For a server that browsers shall never again ask without TLS, or for any other.
    pub(crate) fn new(is_strictly_secure: bool) -> Self {
        let strict = is_strictly_secure.then_some(STRICT);
        Self(map(ALL.into_iter().chain([NO_PAGE]).chain(strict)).into())
    }

    /// Adds them to a response, beside its own.
    pub(crate) fn put_on(&self, mut response: Response) -> Response {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return response;
        }
        let headers = response.headers_mut();
        headers.reserve(self.0.len());
        for (name, value) in self.0.iter() {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        response
    }
}

/// The headers that only a page has.
pub(crate) fn of_page(csp: HeaderValue) -> HeaderMap {
    let mut headers = map(HTML);
    headers.insert(header::CONTENT_SECURITY_POLICY, csp);
    headers
}

fn map(headers: impl IntoIterator<Item = (&'static str, &'static str)>) -> HeaderMap {
    let headers = headers.into_iter().map(|(name, value)| {
        let name = HeaderName::from_static(name);
        (name, HeaderValue::from_static(value))
    });
    headers.collect()
}
