//! What is for the operator alone, on an address of its own: health, readiness and metrics.

use std::{convert::Infallible, future::ready, sync::Arc};

use hyper::{Method, Request, StatusCode, body::Bytes, header, header::HeaderValue};
use tower::{Service, ServiceBuilder, service_fn};

use crate::{
    app_state::AppState,
    hub::Hub,
    response::{Response, plain},
};

/// Answers the operator's requests.
pub(crate) fn service<B: Send + 'static>(
    state: Arc<AppState>,
) -> impl Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone {
    let headers = state.headers.clone();
    ServiceBuilder::new()
        .map_response(move |response| headers.put_on(response))
        .service(service_fn(move |request: Request<B>| {
            ready(Ok(answer(&state, &request)))
        }))
}

fn answer<B>(state: &AppState, request: &Request<B>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.");
    }
    let path = request.uri().path();
    if path == "/metrics" {
        return metrics(state);
    }
    health(&state.hub, path).unwrap_or_else(|| {
        let text = "Here are /metrics, /healthz and /readyz.";
        plain(StatusCode::NOT_FOUND, text)
    })
}

/// Whether the server runs (`/healthz`), and whether it takes newcomers (`/readyz`).
pub(crate) fn health(hub: &Hub, path: &str) -> Option<Response> {
    Some(match path {
        "/healthz" => plain(StatusCode::OK, "ok"),
        "/readyz" if hub.is_open() => plain(StatusCode::OK, "ok"),
        "/readyz" => plain(StatusCode::SERVICE_UNAVAILABLE, "The server stops."),
        _ => return None,
    })
}

fn metrics(state: &AppState) -> Response {
    let mut response = plain(StatusCode::OK, "");
    *response.body_mut() = Bytes::from(state.metrics.text(state.hub.counts())).into();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
    );
    response
}
