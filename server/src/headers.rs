//! What every answer has, so that no other page can use the microphones that this one was given.

use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::answer::Answer;

/// The headers of this server.
#[derive(Clone, Debug)]
pub struct Headers {
    all: HeaderMap,
    html: HeaderMap,
}

/// On every answer.
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

/// What is no page has no reason to load anything.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

impl Headers {
    /// For a server that browsers shall never again ask without TLS, or for one that may be asked.
    pub fn new(is_strictly_secure: bool) -> Self {
        let map = |headers: &[(&'static str, &'static str)]| {
            let pairs = headers.iter().map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            });
            pairs.collect::<HeaderMap>()
        };
        let mut all = map(&ALL);
        if is_strictly_secure {
            all.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000"),
            );
        }
        Self {
            all,
            html: map(&HTML),
        }
    }

    /// Puts them on an answer; `csp` is for pages, where there are any.
    pub fn put_on(&self, answer: &mut Answer, csp: Option<&HeaderValue>) {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return;
        }
        let headers = answer.headers_mut();
        let is_html = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let csp = csp.filter(|_| is_html).cloned().unwrap_or(NO_PAGE);
        headers.insert(header::CONTENT_SECURITY_POLICY, csp);
        headers.extend(self.all.clone());
        if is_html {
            headers.extend(self.html.clone());
        }
    }
}
