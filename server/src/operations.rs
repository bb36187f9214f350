//! What is for the operator alone: health, readiness and metrics, on an address of their own.

use std::{convert::Infallible, sync::Arc};

use hyper::{Method, Request, StatusCode, body::Bytes, header, header::HeaderValue};
use tower::{Service, service_fn};

use crate::{
    answer::{Answer, plain, ready},
    site::Site,
};

/// Answers the operator's requests.
pub fn service<B: Send + 'static>(
    site: Arc<Site>,
) -> impl Service<Request<B>, Response = Answer, Error = Infallible, Future: Send> + Clone {
    service_fn(move |request: Request<B>| {
        let mut answer = answer(&site, &request);
        site.headers.put_on(&mut answer, None);
        async { Ok::<_, Infallible>(answer) }
    })
}

fn answer<B>(site: &Site, request: &Request<B>) -> Answer {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.");
    }
    match request.uri().path() {
        "/healthz" => plain(StatusCode::OK, "ok"),
        "/readyz" => ready(&site.hub),
        "/metrics" => metrics(site),
        _ => plain(
            StatusCode::NOT_FOUND,
            "Here are /metrics, /healthz and /readyz.",
        ),
    }
}

fn metrics(site: &Site) -> Answer {
    let mut answer = plain(StatusCode::OK, "");
    *answer.body_mut() = Bytes::from(site.metrics.text(site.hub.census())).into();
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
    );
    answer
}
