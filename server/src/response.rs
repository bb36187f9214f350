//! Responses beside the page: short, and for people.

use http_body_util::Full;
use hyper::{
    StatusCode,
    body::Bytes,
    header::{self, HeaderValue},
};

/// A response that is always whole.
pub(crate) type Response = hyper::Response<Full<Bytes>>;

/// Says why the request is refused.
pub(crate) fn refusal(status: StatusCode) -> Response {
    let text = match status {
        StatusCode::METHOD_NOT_ALLOWED => "Only GET and HEAD.",
        StatusCode::UPGRADE_REQUIRED => "This is for WebSockets of the page.",
        StatusCode::FORBIDDEN => "Only pages of this server may connect.",
        StatusCode::MISDIRECTED_REQUEST => "This server goes by another name.",
        StatusCode::TOO_MANY_REQUESTS => MANY,
        StatusCode::SERVICE_UNAVAILABLE => "The server stops. Try again in a moment.",
        StatusCode::PAYLOAD_TOO_LARGE => "Nothing here takes a body.",
        StatusCode::URI_TOO_LONG => "There are no such long addresses here.",
        _ => "That is no proper request.",
    };
    let mut response = plain(status, text);
    let (name, value) = match status {
        StatusCode::METHOD_NOT_ALLOWED => (header::ALLOW, "GET, HEAD"),
        StatusCode::UPGRADE_REQUIRED => (header::SEC_WEBSOCKET_VERSION, "13"),
        StatusCode::SERVICE_UNAVAILABLE => (header::RETRY_AFTER, "2"),
        StatusCode::TOO_MANY_REQUESTS => (header::RETRY_AFTER, "5"),
        _ => return response,
    };
    let headers = response.headers_mut();
    headers.insert(name, HeaderValue::from_static(value));
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::REFRESH, HeaderValue::from_static("5"));
    }
    response
}

/// With `Refresh`, which browsers follow, it comes true.
const MANY: &str = "Many people of your network come at once. This page opens by itself in a moment.\n\n\
                    같은 네트워크에서 많은 분이 한꺼번에 들어오고 있습니다. 잠시 후 페이지가 저절로 열립니다.\n";

/// As metrics name it.
pub(crate) fn reason(status: StatusCode) -> &'static str {
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

/// A short text for people.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
