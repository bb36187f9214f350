//! How values are written.

use std::{fmt::Display, str::FromStr};

use ipnet::IpNet;

/// A value, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maybe<T>(pub Option<T>);

pub(super) fn maybe<T: FromStr<Err: Display>>(text: &str) -> Result<Maybe<T>, String> {
    if text == "none" {
        return Ok(Maybe(None));
    }
    let value = text.parse().map_err(|error: T::Err| error.to_string())?;
    Ok(Maybe(Some(value)))
}

/// A network, or one address.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| "it is no network like 10.0.0.0/8 and no address".to_owned())
}

pub(super) fn ice_url(url: &str, schemes: &[&str]) -> Result<String, String> {
    let is_fine = url == "none" && schemes.contains(&"stun:")
        || schemes.iter().any(|scheme| {
            url.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        });
    if is_fine {
        Ok(url.to_owned())
    } else {
        Err(format!("it has to begin with {}", schemes.join(" or ")))
    }
}
