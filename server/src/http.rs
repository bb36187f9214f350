//! The tower service: `/ws`, the page, health, and what every answer has.

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, Version,
    body::{Body, Bytes, Incoming},
    header::{self, HeaderName, HeaderValue},
};
use hyper_tungstenite::HyperWebsocket;
use protocol::close;
use tokio::sync::OwnedSemaphorePermit;
use tower::{Service, service_fn};

use crate::{
    address::Visit,
    frames::{self, End, Frames},
    hub::{Hub, NoSeat, Seat},
    page::Page,
    site::Site,
    socket::{Share, Socket},
    upgrade::{self, Scheme, only},
};

/// An answer of ours: always whole.
pub type Answer = Response<Full<Bytes>>;

/// Longer addresses are none of ours.
const MAX_URI: usize = 4096;

/// One TCP connection.
#[derive(Debug)]
pub struct Connection {
    /// The other end: a browser, or a proxy of ours.
    pub peer: IpAddr,
    /// A browser's share of connections. Behind a proxy each WebSocket has its own.
    pub visit: Option<Arc<Visit>>,
    /// Whether it is TLS.
    pub is_secure: bool,
    /// Its share of all connections.
    pub permit: Arc<OwnedSemaphorePermit>,
    /// What it becomes after the last answer.
    pub upgrade: Mutex<Option<Upgrade>>,
}

/// A WebSocket that is about to be.
#[derive(Debug)]
pub struct Upgrade {
    stream: HyperWebsocket,
    /// Nobody gets none whom the server has room for.
    seat: Option<Seat>,
    share: Share,
}

/// Answers the requests of a connection.
pub fn service(
    site: Arc<Site>,
    connection: Arc<Connection>,
) -> impl Service<Request<Incoming>, Response = Answer, Error = Infallible, Future: Send> + Clone {
    service_fn(move |request| {
        let begin = Instant::now();
        let mut answer = answer(&site, &connection, request);
        let csp = site.page.as_ref().map(Page::csp);
        site.headers.put_on(&mut answer, csp);
        let status = answer.status().as_u16();
        site.metrics.response(status, begin.elapsed().as_secs_f64());
        async { Ok::<_, Infallible>(answer) }
    })
}

fn answer(site: &Site, connection: &Connection, request: Request<Incoming>) -> Answer {
    let has_body = !request.body().is_end_stream();
    let answer = match check(&request) {
        Ok(()) if site.base.strip(request.uri().path()) == "/ws" => open(site, connection, request),
        Ok(()) => get(site, &request),
        Err(status) => Err(status),
    };
    let mut answer = answer.unwrap_or_else(|status| {
        site.metrics.refusal(reason(status));
        refusal(status)
    });
    if has_body {
        // It is not read, so what follows it cannot be told from it.
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

/// hyper takes what a server must not: several hosts or none, absolute addresses, bodies.
fn check<B: Body>(request: &Request<B>) -> Result<(), StatusCode> {
    let (uri, headers) = (request.uri(), request.headers());
    let hosts = headers.get_all(header::HOST).iter().count();
    let is_host_fine = match request.version() {
        Version::HTTP_11 => hosts == 1,
        _ => hosts <= 1,
    };
    if !is_host_fine {
        return Err(StatusCode::BAD_REQUEST);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    if uri.authority().is_some() || !uri.path().starts_with('/') {
        return Err(StatusCode::BAD_REQUEST);
    }
    if uri.path().len() + uri.query().map_or(0, str::len) > MAX_URI {
        return Err(StatusCode::URI_TOO_LONG);
    }
    if !request.body().is_end_stream() || headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    Ok(())
}

fn get<B>(site: &Site, request: &Request<B>) -> Result<Answer, StatusCode> {
    let host = only(request.headers(), header::HOST).unwrap_or_default();
    match site.base.strip(request.uri().path()) {
        "/healthz" => Ok(plain(StatusCode::OK, "ok")),
        "/readyz" => Ok(ready(&site.hub)),
        _ if !site.origins.is_at(host) => Err(StatusCode::MISDIRECTED_REQUEST),
        path => Ok(match &site.page {
            None => plain(StatusCode::NOT_FOUND, "The page is served elsewhere."),
            Some(page) => page.answer(path, request.headers()),
        }),
    }
}

/// Whether the server takes newcomers.
pub fn ready(hub: &Hub) -> Answer {
    if hub.is_open() {
        plain(StatusCode::OK, "ok")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "The server stops.")
    }
}

fn refusal(status: StatusCode) -> Answer {
    let text = match status {
        StatusCode::METHOD_NOT_ALLOWED => "Only GET and HEAD.",
        StatusCode::UPGRADE_REQUIRED => "This is for WebSockets of the page.",
        StatusCode::FORBIDDEN => "Only pages of this server may connect.",
        StatusCode::MISDIRECTED_REQUEST => "This server goes by another name.",
        StatusCode::TOO_MANY_REQUESTS => "There are too many connections from there.",
        StatusCode::SERVICE_UNAVAILABLE => "The server stops. Try again in a moment.",
        StatusCode::PAYLOAD_TOO_LARGE => "Nothing here takes a body.",
        StatusCode::URI_TOO_LONG => "There are no such long addresses here.",
        _ => "That is no proper request.",
    };
    let mut answer = plain(status, text);
    let (name, value) = match status {
        StatusCode::METHOD_NOT_ALLOWED => (header::ALLOW, "GET, HEAD"),
        StatusCode::UPGRADE_REQUIRED => (header::SEC_WEBSOCKET_VERSION, "13"),
        StatusCode::SERVICE_UNAVAILABLE => (header::RETRY_AFTER, "2"),
        _ => return answer,
    };
    let headers = answer.headers_mut();
    headers.insert(name, HeaderValue::from_static(value));
    answer
}

/// As metrics name it.
fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::FORBIDDEN => "origin",
        StatusCode::MISDIRECTED_REQUEST => "host",
        StatusCode::TOO_MANY_REQUESTS => "address",
        StatusCode::UPGRADE_REQUIRED => "no-upgrade",
        StatusCode::PAYLOAD_TOO_LARGE => "body",
        StatusCode::SERVICE_UNAVAILABLE => "stopping",
        _ => "bad-request",
    }
}

/// A short answer for people.
pub fn plain(status: StatusCode, text: &'static str) -> Answer {
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

/// Opens a WebSocket, if it is a page of ours that asks.
fn open(
    site: &Site,
    connection: &Connection,
    mut request: Request<Incoming>,
) -> Result<Answer, StatusCode> {
    let scheme = scheme(site, connection, request.headers());
    upgrade::check(&request, &site.origins, scheme)?;
    let share = Share {
        visit: visit(site, connection, request.headers()).ok_or(StatusCode::TOO_MANY_REQUESTS)?,
        permit: Arc::clone(&connection.permit),
    };
    let seat = match site.hub.sit_down() {
        Err(NoSeat::Closed) => return Err(StatusCode::SERVICE_UNAVAILABLE),
        seat => seat.ok(),
    };
    let (answer, stream) = hyper_tungstenite::upgrade(&mut request, Some(frames::config()))
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let upgrade = Upgrade {
        stream,
        seat,
        share,
    };
    let slot = connection.upgrade.lock();
    *slot.unwrap_or_else(PoisonError::into_inner) = Some(upgrade);
    Ok(answer)
}

/// Behind a proxy it is each WebSocket that counts, and for the browser's address.
fn visit(site: &Site, connection: &Connection, headers: &HeaderMap) -> Option<Arc<Visit>> {
    connection.visit.clone().or_else(|| {
        let client = site.proxies.client(connection.peer, headers);
        site.addresses.enter(client.into()).map(Arc::new)
    })
}

/// How the browser sees it.
fn scheme(site: &Site, connection: &Connection, headers: &HeaderMap) -> Scheme {
    if connection.is_secure {
        return Scheme::Https;
    }
    let told = only(headers, HeaderName::from_static("x-forwarded-proto"));
    match told.filter(|_| site.proxies.contain(connection.peer)) {
        Some("https") => Scheme::Https,
        Some("http") => Scheme::Http,
        _ => Scheme::Unknown,
    }
}

impl Connection {
    /// The WebSocket that the connection becomes, if it does.
    pub fn upgrade(&self) -> Option<Upgrade> {
        let slot = self.upgrade.lock();
        slot.unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Upgrade {
    /// The life of the WebSocket, in a box that is no larger than it needs; `None` if it is over already.
    pub async fn open(self, site: Arc<Site>) -> Option<Pin<Box<impl Future<Output = ()>>>> {
        let stream = self.stream.await.ok()?.into_inner();
        let mut frames = Frames::new(stream, frames::config()).await;
        let Some(seat) = self.seat else {
            // Browsers hide the status of a WebSocket that was refused, and pages would ask again at once.
            site.metrics.refusal("full");
            site.metrics.close(close::OVERLOADED);
            frames.end(End::Close(close::OVERLOADED)).await;
            return None;
        };
        let socket = Socket {
            frames,
            seat,
            share: self.share,
            patience: site.patience,
            refresh: site.refresh,
            metrics: Arc::clone(&site.metrics),
        };
        Some(Box::pin(socket.serve()))
    }
}
