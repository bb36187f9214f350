//! Requests as browsers send them.

use hyper::{
    HeaderMap, Method, Request, StatusCode, Version,
    body::Body,
    header::{self, HeaderName},
};

/// The page has no longer addresses.
const MAX_URI: usize = 4096;

/// hyper accepts what a server must not: several hosts or none, absolute addresses, bodies.
///
/// # Errors
/// The status of the response in place of what was asked for.
pub(crate) fn check<B: Body>(request: &Request<B>) -> Result<(), StatusCode> {
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

/// A header that occurs once, in ASCII.
pub(crate) fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}
