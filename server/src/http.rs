//! The tower service: `/ws`, the page, health, and what every answer has.

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hyper::{
    HeaderMap, Method, Request, StatusCode, Version,
    body::{Body, Incoming},
    header::{self, HeaderName, HeaderValue},
};
use hyper_tungstenite::{HyperWebsocket, tungstenite::Message};
use hyper_util::rt::TokioIo;
use protocol::{CloseCode, Rejection, ServerMessage};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tower::{Service, service_fn};

use crate::{
    answer::{Answer, plain, ready, reason, refusal},
    frames::{self, End, Frames},
    hub::{NoSeat, Seat},
    limits::Admission,
    memory::Memory,
    page::Page,
    site::Site,
    socket::{Share, Socket},
    transport::Transport,
    upgrade::{self, Scheme, only},
    visit::{Kind, Visit},
};

/// Longer addresses are none of ours.
const MAX_URI: usize = 4096;

/// An answer of so many bytes takes as long again as the answering itself.
const BYTES_PER_REQUEST: f64 = 65_536.0;

/// One TCP connection.
#[derive(Debug)]
pub struct Connection {
    /// The other end: a browser, or a proxy of ours.
    pub peer: IpAddr,
    /// Whose it is. Behind a proxy each request may be somebody else's.
    pub visit: Option<Arc<Visit>>,
    /// Whether it is TLS.
    pub is_secure: bool,
    /// Its share of all connections.
    pub admission: Arc<Admission>,
    /// What it becomes after the last answer.
    pub upgrade: Mutex<Option<Upgrade>>,
}

/// A WebSocket that is about to be.
#[derive(Debug)]
pub struct Upgrade {
    stream: HyperWebsocket,
    /// Or why there is none.
    place: Result<(Seat, Share), &'static str>,
    memory: Memory,
}

/// Answers the requests of a connection.
pub fn service(
    site: Arc<Site>,
    connection: Arc<Connection>,
) -> impl Service<Request<Incoming>, Response = Answer, Error = Infallible, Future: Send> + Clone {
    service_fn(move |request| {
        let (site, connection) = (Arc::clone(&site), Arc::clone(&connection));
        async move {
            let begin = Instant::now();
            let mut answer = answer(&site, &connection, request).await;
            let csp = site.page.as_ref().map(Page::csp);
            site.headers.put_on(&mut answer, csp);
            let status = answer.status().as_u16();
            site.metrics.response(status, begin.elapsed().as_secs_f64());
            Ok::<_, Infallible>(answer)
        }
    })
}

async fn answer(site: &Site, connection: &Connection, request: Request<Incoming>) -> Answer {
    let has_body = !request.body().is_end_stream();
    let visit = visit(site, connection, request.headers());
    let answer = match check(&request) {
        Ok(()) if site.base.strip(request.uri().path()) == "/ws" => {
            open(site, connection, &visit, request)
        }
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
    in_turn(site, connection, &visit, answer).await
}

/// Answers when it is the address's turn.
async fn in_turn(site: &Site, connection: &Connection, visit: &Visit, answer: Answer) -> Answer {
    let bytes = answer.body().size_hint().lower() as f64;
    let turn = visit.request(1.0 + bytes / BYTES_PER_REQUEST);
    if timeout(patience(&answer), turn).await.is_ok() {
        return answer;
    }
    // What it would have become takes no place.
    drop(connection.upgrade());
    let status = StatusCode::TOO_MANY_REQUESTS;
    site.metrics.refusal(reason(status));
    refusal(status)
}

/// How long an answer waits for its address's turn. A page that has begun to load would be broken
/// without its files; another one can come again by itself.
fn patience(answer: &Answer) -> Duration {
    let has_begun = answer.headers().contains_key(header::ETAG) && !is_html(answer);
    Duration::from_secs(if has_begun { 60 } else { 8 })
}

fn is_html(answer: &Answer) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
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

/// Opens a WebSocket, if it is a page of ours that asks.
fn open(
    site: &Site,
    connection: &Connection,
    visit: &Arc<Visit>,
    mut request: Request<Incoming>,
) -> Result<Answer, StatusCode> {
    let scheme = scheme(site, connection, request.headers());
    upgrade::check(&request, &site.origins, scheme)?;
    let memory = site.hub.memory().of(visit.kept.clone());
    let place = place(site, connection, visit, &memory)?;
    let (answer, stream) = hyper_tungstenite::upgrade(&mut request, Some(frames::config()))
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let upgrade = Upgrade {
        stream,
        place,
        memory,
    };
    let slot = connection.upgrade.lock();
    *slot.unwrap_or_else(PoisonError::into_inner) = Some(upgrade);
    Ok(answer)
}

/// A seat, and its share of the address's; or why there is none.
fn place(
    site: &Site,
    connection: &Connection,
    visit: &Arc<Visit>,
    memory: &Memory,
) -> Result<Result<(Seat, Share), &'static str>, StatusCode> {
    let Some(place) = visit.share(Kind::WebSocket) else {
        return Ok(Err("address"));
    };
    let customer = visit.address().customer();
    match site.hub.sit_down(&customer, memory) {
        Err(NoSeat::Closed) => Err(StatusCode::SERVICE_UNAVAILABLE),
        Err(NoSeat::Full) => Ok(Err("full")),
        Ok(seat) => {
            let share = Share {
                place: Arc::new(place),
                admission: Arc::clone(&connection.admission),
            };
            Ok(Ok((seat, share)))
        }
    }
}

/// Behind a proxy it is the browser's address that counts.
fn visit(site: &Site, connection: &Connection, headers: &HeaderMap) -> Arc<Visit> {
    connection.visit.clone().unwrap_or_else(|| {
        let client = site.proxies.client(connection.peer, headers);
        site.addresses.visit(client.into())
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
    /// The life of the WebSocket, in a box that is no larger than it needs; `None` if it is over
    /// already.
    pub async fn open<S: Transport>(
        self,
        site: Arc<Site>,
    ) -> Option<Pin<Box<impl Future<Output = ()> + use<S>>>> {
        let upgraded = self.stream.await.ok()?.into_inner().into_inner();
        let parts = upgraded.downcast::<TokioIo<S>>().ok()?;
        let mut stream = parts.io.into_inner();
        stream.narrow();
        let frames = Frames::new(stream, parts.read_buf, frames::config(), &self.memory).await;
        let (seat, share) = match self.place {
            Ok(place) => place,
            Err(reason) => {
                turn_away(&site, frames, reason).await;
                return None;
            }
        };
        let socket = Socket {
            frames,
            seat,
            share,
            patience: site.patience,
            refresh: site.refresh,
            metrics: Arc::clone(&site.metrics),
        };
        Some(Box::pin(socket.serve()))
    }
}

/// Browsers hide the status of a WebSocket that was refused, and pages would ask again at once.
async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(
    site: &Site,
    mut frames: Frames<S>,
    reason: &'static str,
) {
    site.metrics.refusal(reason);
    site.metrics.close(CloseCode::OVERLOADED);
    let rejection = Rejection::overloaded();
    let text = protocol::encode(&ServerMessage::Rejected { rejection });
    let text = [Message::text(text)].into_iter();
    let _ = frames.send(text, site.patience.stall).await;
    frames.end(End::Close(CloseCode::OVERLOADED)).await;
}
