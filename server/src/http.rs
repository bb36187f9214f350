//! The tower stack: `/ws`, the page, `/healthz`, and what every answer has.

use std::{convert::Infallible, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, Version,
    body::{Body, Bytes, Incoming},
    header::{self, HeaderName, HeaderValue},
};
use tokio::sync::watch;
use tower::{Service, ServiceBuilder, service_fn};

use crate::{
    hub::Hub,
    page::{File, Page},
    socket::{self, Patience},
};

/// An answer of ours: always whole.
pub type Answer = Response<Full<Bytes>>;

/// What all requests share.
#[derive(Debug)]
pub struct Site {
    /// The built page.
    pub page: Page,
    /// Where WebSockets meet.
    pub hub: Hub,
    /// How long WebSockets may take.
    pub patience: Patience,
    /// Other origins that may open a WebSocket, beside the one that the page was loaded from.
    pub origins: Vec<String>,
    /// Becomes true when the server goes down.
    pub shutdown: watch::Receiver<bool>,
}

/// Answers requests.
pub fn service(
    site: Arc<Site>,
) -> impl Service<Request<Incoming>, Response = Answer, Error = Infallible, Future: Send> + Clone {
    let site_of_headers = Arc::clone(&site);
    ServiceBuilder::new()
        .map_response(move |answer| with_security_headers(answer, &site_of_headers))
        .service(service_fn(move |request| {
            let answer = answer(&site, request);
            async { Ok::<_, Infallible>(answer) }
        }))
}

fn answer(site: &Arc<Site>, request: Request<Incoming>) -> Answer {
    if request.uri().path() == "/ws" {
        return upgrade(site, request)
            .unwrap_or_else(|status| plain(status, "This is for WebSockets of the page."));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.");
        answer
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    match request.uri().path() {
        "/healthz" => plain(StatusCode::OK, "ok"),
        path => match site.page.at(path) {
            Some(file) => file_answer(file, request.headers()),
            None if site.page.is_absent() => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "The page is not built yet. Run: cargo xtask build",
            ),
            None => plain(StatusCode::NOT_FOUND, "There is nothing here."),
        },
    }
}

fn plain(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn file_answer(file: &File, request: &HeaderMap) -> Answer {
    let caching = if file.is_immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let (encoding, body) = negotiate(file, request);
    let is_known = request
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == file.etag.as_bytes());
    let mut answer = Response::new(Full::new(if is_known { Bytes::new() } else { body }));
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(file.content_type),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&file.etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding.filter(|_| !is_known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    answer
}

/// The smallest form that the browser takes.
fn negotiate(file: &File, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
    let accepted = request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accepts = |coding: &str| {
        accepted.split(',').any(|item| {
            let (name, quality) = item.split_once(';').unwrap_or((item, ""));
            let quality = quality.trim().replace(' ', "");
            name.trim().eq_ignore_ascii_case(coding)
                && !matches!(quality.as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
    };
    match (&file.brotli, &file.gzip) {
        (Some(brotli), _) if accepts("br") => (Some("br"), brotli.clone()),
        (_, Some(gzip)) if accepts("gzip") => (Some("gzip"), gzip.clone()),
        _ => (None, file.plain.clone()),
    }
}

/// Opens a WebSocket, if it is the page that asks.
fn upgrade(site: &Arc<Site>, mut request: Request<Incoming>) -> Result<Answer, StatusCode> {
    check_upgrade(&request, &site.origins)?;
    let seat = site.hub.sit_down().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    let (answer, stream) = hyper_tungstenite::upgrade(&mut request, Some(socket::config()))
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let (patience, shutdown) = (site.patience, site.shutdown.clone());
    tokio::spawn(async move {
        if let Ok(stream) = stream.await {
            socket::serve(stream, seat, patience, shutdown).await;
        }
    });
    Ok(answer)
}

/// hyper-tungstenite looks at little; the rest of RFC 6455, section 4.2.1, and the origin are checked here.
fn check_upgrade<B: Body>(request: &Request<B>, origins: &[String]) -> Result<(), StatusCode> {
    if request.method() != Method::GET {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !hyper_tungstenite::is_upgrade_request(request) {
        return Err(StatusCode::UPGRADE_REQUIRED);
    }
    let only = |name: HeaderName| {
        let mut values = request.headers().get_all(name).iter();
        values
            .next()
            .filter(|_| values.next().is_none())
            .and_then(|value| value.to_str().ok())
    };
    let key = only(header::SEC_WEBSOCKET_KEY).and_then(|key| BASE64_STANDARD.decode(key).ok());
    let is_proper = request.version() == Version::HTTP_11
        && only(header::SEC_WEBSOCKET_VERSION) == Some("13")
        && key.is_some_and(|key| key.len() == 16)
        && request.body().size_hint().exact() == Some(0);
    let (Some(host), true) = (only(header::HOST), is_proper) else {
        return Err(StatusCode::BAD_REQUEST);
    };
    match only(header::ORIGIN) {
        Some(origin)
            if is_own_origin(origin, host) || origins.iter().any(|other| other == origin) =>
        {
            Ok(())
        }
        _ => Err(StatusCode::FORBIDDEN),
    }
}

/// Whether a page of this very host asks. While developing, `trunk serve` passes WebSockets on from another port of this machine.
fn is_own_origin(origin: &str, host: &str) -> bool {
    let Some(authority) = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))
    else {
        return false;
    };
    authority.eq_ignore_ascii_case(host) || is_loopback(authority) && is_loopback(host)
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn with_security_headers(mut answer: Answer, site: &Site) -> Answer {
    const HEADERS: [(&str, &str); 7] = [
        (
            "permissions-policy",
            "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), autoplay=(self), \
             picture-in-picture=(self), screen-wake-lock=(self), speaker-selection=(self), clipboard-write=(self), \
             geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()",
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex"),
    ];
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let is_html = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let csp = if is_html {
        site.page.csp()
    } else {
        "default-src 'none'"
    };
    if let Ok(csp) = HeaderValue::from_str(csp) {
        headers.insert(header::CONTENT_SECURITY_POLICY, csp);
    }
    answer
}
