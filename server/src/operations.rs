//! What is for the operator alone: health, readiness and metrics, on an address of their own.

use std::{convert::Infallible, future::ready, sync::Arc};

use hyper::{Method, Request, StatusCode, body::Bytes, header, header::HeaderValue};
use tower::{Service, ServiceBuilder, service_fn};

use crate::{
    hub::Hub,
    response::{Response, plain},
    site::Site,
};

/// Answers the operator's requests.
pub(crate) fn service<B: Send + 'static>(
    site: Arc<Site>,
) -> impl Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone {
    let headers = site.headers.clone();
    ServiceBuilder::new()
        .map_response(move |response| headers.put_on(response))
        .service(service_fn(move |request: Request<B>| {
            ready(Ok(answer(&site, &request)))
        }))
}

fn answer<B>(site: &Site, request: &Request<B>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.");
    }
    let path = request.uri().path();
    if path == "/metrics" {
        return metrics(site);
    }
    health(&site.hub, path).unwrap_or_else(|| {
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

fn metrics(site: &Site) -> Response {
    let mut response = plain(StatusCode::OK, "");
    *response.body_mut() = Bytes::from(site.metrics.text(site.hub.census())).into();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
    );
    response
}
