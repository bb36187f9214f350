//! The tower stack that answers the requests of a connection: `/ws`, the page, health.
//!
//! From the outside in, each response is counted and timed, gets its headers, hands over the
//! WebSocket that comes of it, and waits for its address's turn. Inside, a request is checked and
//! routed.

use std::{
    convert::Infallible,
    future::ready,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::{
    HeaderMap, Request, StatusCode,
    body::{Body, Incoming},
    header::{self, HeaderName, HeaderValue},
};
use tokio::time::timeout;
use tower::{Layer, Service, ServiceBuilder, service_fn};

use crate::{
    address_slot::AddressSlot,
    app_state::AppState,
    limits::Admission,
    metrics::Metrics,
    operations,
    origin::Scheme,
    request::{check, only},
    response::{Response, plain, reason, refusal},
    upgrade::{self, PendingUpgrade, Reply},
};

/// A response of so many bytes counts as one more request.
const BYTES_PER_REQUEST: f64 = 65_536.0;

/// One TCP connection.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The other end: a browser, or one of our proxies.
    pub peer: IpAddr,
    /// Whose it is. Behind a proxy each request may be somebody else's.
    pub slot: Option<Arc<AddressSlot>>,
    /// Whether it is TLS.
    pub is_secure: bool,
    /// Its share of all connections.
    pub admission: Arc<Admission>,
}

/// Answers the requests of a connection, and leaves the WebSocket that it becomes in `pending`.
pub(crate) fn service(
    state: Arc<AppState>,
    connection: Arc<Connection>,
    pending: PendingUpgrade,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone
{
    let in_turn = InTurnLayer {
        state: Arc::clone(&state),
        connection: Arc::clone(&connection),
    };
    let (metrics, headers) = (Arc::clone(&state.metrics), state.headers.clone());
    ServiceBuilder::new()
        .map_future(move |response| timed(Arc::clone(&metrics), response))
        .map_response(move |response| headers.put_on(response))
        .map_response(move |reply| pending.keep(reply))
        .layer(in_turn)
        .service(service_fn(move |(slot, request)| {
            ready(Ok(answer(&state, &connection, &slot, request)))
        }))
}

async fn timed(
    metrics: Arc<Metrics>,
    response: impl Future<Output = Result<Response, Infallible>>,
) -> Result<Response, Infallible> {
    let begin = Instant::now();
    let response = response.await?;
    metrics.response(response.status().as_u16(), begin.elapsed().as_secs_f64());
    Ok(response)
}

/// Lets each response wait until it is the turn of its address.
#[derive(Clone, Debug)]
struct InTurnLayer {
    state: Arc<AppState>,
    connection: Arc<Connection>,
}

/// The service of an [`InTurnLayer`].
#[derive(Clone, Debug)]
struct InTurn<S> {
    inner: S,
    layer: InTurnLayer,
}

impl<S> Layer<S> for InTurnLayer {
    type Service = InTurn<S>;

    fn layer(&self, inner: S) -> InTurn<S> {
        let layer = self.clone();
        InTurn { inner, layer }
    }
}

impl<S, B> Service<Request<B>> for InTurn<S>
where
    S: Service<(Arc<AddressSlot>, Request<B>), Response = Reply, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Reply;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let InTurnLayer { state, connection } = &self.layer;
        let slot = slot(state, connection, request.headers());
        let reply = self.inner.call((Arc::clone(&slot), request));
        let metrics = Arc::clone(&state.metrics);
        Box::pin(async move {
            let reply = reply.await?;
            let turn = slot.request(weight(&reply.response));
            Ok(match timeout(turn_timeout(&reply.response), turn).await {
                Ok(()) => reply,
                Err(_) => refuse(&metrics, StatusCode::TOO_MANY_REQUESTS).into(),
            })
        })
    }
}

/// How many requests it counts as.
fn weight(response: &Response) -> f64 {
    1.0 + response.body().size_hint().lower() as f64 / BYTES_PER_REQUEST
}

/// How long a response waits for its address's turn. A page that has begun to load would be broken
/// without its files; another one can come again by itself.
fn turn_timeout(response: &Response) -> Duration {
    let has_begun = response.headers().contains_key(header::ETAG) && !is_html(response);
    Duration::from_secs(if has_begun { 60 } else { 8 })
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Behind a proxy it is the browser's address that counts.
fn slot(state: &AppState, connection: &Connection, headers: &HeaderMap) -> Arc<AddressSlot> {
    connection.slot.clone().unwrap_or_else(|| {
        let client = state.proxies.client(connection.peer, headers);
        state.addresses.slot(client.into())
    })
}

fn answer(
    state: &AppState,
    connection: &Connection,
    slot: &Arc<AddressSlot>,
    request: Request<Incoming>,
) -> Reply {
    let has_body = !request.body().is_end_stream();
    let reply = route(state, connection, slot, request);
    let mut reply = reply.unwrap_or_else(|status| refuse(&state.metrics, status).into());
    if has_body {
        // It is not read, so nobody can tell where the next request would begin.
        let close = HeaderValue::from_static("close");
        reply
            .response
            .headers_mut()
            .insert(header::CONNECTION, close);
    }
    reply
}

fn route(
    state: &AppState,
    connection: &Connection,
    slot: &Arc<AddressSlot>,
    request: Request<Incoming>,
) -> Result<Reply, StatusCode> {
    check(&request)?;
    let host = only(request.headers(), header::HOST).unwrap_or_default();
    let path = state.base.strip(request.uri().path());
    if let Some(response) = operations::health(&state.hub, path) {
        return Ok(response.into());
    }
    match path {
        "/ws" => {
            let scheme = scheme(state, connection, request.headers());
            upgrade::check(&request, &state.origins, scheme)?;
            upgrade::open(state, &connection.admission, slot, request)
        }
        _ if !state.origins.is_at(host) => Err(StatusCode::MISDIRECTED_REQUEST),
        path => Ok(match &state.page {
            None => plain(StatusCode::NOT_FOUND, "The page is served elsewhere.").into(),
            Some(page) => page.answer(path, request.headers()).into(),
        }),
    }
}

/// How the browser sees it.
fn scheme(state: &AppState, connection: &Connection, headers: &HeaderMap) -> Scheme {
    if connection.is_secure {
        return Scheme::Https;
    }
    let told = only(headers, HeaderName::from_static("x-forwarded-proto"));
    match told.filter(|_| state.proxies.contain(connection.peer)) {
        Some("https") => Scheme::Https,
        Some("http") => Scheme::Http,
        _ => Scheme::Unknown,
    }
}

fn refuse(metrics: &Metrics, status: StatusCode) -> Response {
    metrics.refusal(reason(status));
    refusal(status)
}
