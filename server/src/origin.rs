//! Where pages of ours are loaded from.

use hyper::Uri;

/// Where pages of ours are loaded from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// The one place where the page is, if the operator said so.
    pub public: Option<Origin>,
    /// Other places whose pages may connect.
    pub others: Vec<Origin>,
}

/// Scheme, host and port as browsers write them in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// How the browser reached the server, or the proxy in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
    /// There may be a proxy that speaks TLS and is not known to.
    Unknown,
}

impl std::str::FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|_| "it is no URL".to_owned())?;
        let scheme = uri.scheme_str().unwrap_or_default();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let is_default_port = match scheme {
            "https" => authority.ends_with(":443"),
            _ => authority.ends_with(":80"),
        };
        if !matches!(scheme, "http" | "https") || authority.is_empty() {
            return Err("it has to begin with https:// or http://".to_owned());
        }
        if authority.contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err("it has to end after the host, like https://calls.example.org; --base-path has the rest".to_owned());
        }
        if is_default_port {
            return Err(
                "leave the port out where it is the scheme's own, as browsers do".to_owned(),
            );
        }
        Ok(Self(format!("{scheme}://{authority}").to_ascii_lowercase()))
    }
}

impl Origin {
    /// As in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is over TLS.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Host and port, as in `Host`.
    pub fn authority(&self) -> &str {
        self.0
            .split_once("://")
            .map_or("", |(_, authority)| authority)
    }
}

impl Origins {
    /// Whether this server goes by this `Host`.
    pub(crate) fn is_at(&self, host: &str) -> bool {
        let public = self.public.as_ref();
        public.is_none_or(|public| public.authority().eq_ignore_ascii_case(host))
    }

    /// Whether a page from there may open a WebSocket here.
    pub(crate) fn allow(&self, origin: &str, host: &str, scheme: Scheme) -> bool {
        if self.others.iter().any(|other| other.as_str() == origin) {
            return true;
        }
        match &self.public {
            Some(public) => public.as_str() == origin && self.is_at(host),
            None => is_own(origin, host, scheme),
        }
    }
}

/// Whether a page of this very host asks. While developing, `trunk serve` passes WebSockets on from
/// another port of this machine.
fn is_own(origin: &str, host: &str, scheme: Scheme) -> bool {
    let https = origin.strip_prefix("https://");
    let http = origin.strip_prefix("http://");
    let authority = match scheme {
        Scheme::Https => https,
        Scheme::Http => http,
        Scheme::Unknown => https.or(http),
    };
    authority.is_some_and(|authority| {
        authority.eq_ignore_ascii_case(host) || is_loopback(authority) && is_loopback(host)
    })
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(public: Option<&str>) -> Origins {
        Origins {
            public: public.map(|origin| origin.parse().unwrap()),
            others: vec!["https://other.example".parse().unwrap()],
        }
    }

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        let parse = |text: &str| {
            text.parse::<Origin>()
                .map(|origin| origin.as_str().to_owned())
        };
        assert_eq!(
            parse("https://Calls.Example.org/"),
            Ok("https://calls.example.org".into())
        );
        assert_eq!(parse("http://[::1]:3000"), Ok("http://[::1]:3000".into()));
        for nonsense in [
            "",
            "calls.example.org",
            "ftp://calls.example.org",
            "https://calls.example.org/r/tea",
            "https://calls.example.org?a",
            "https://ada@calls.example.org",
            "https://calls.example.org:443",
            "https://",
        ] {
            assert!(parse(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn only_the_very_origin_is_ours() {
        let host = "us.example:8443";
        let allow = |origin: &str, scheme| origins(None).allow(origin, host, scheme);
        assert!(allow("https://us.example:8443", Scheme::Https));
        assert!(allow("https://us.example:8443", Scheme::Unknown));
        assert!(allow("https://other.example", Scheme::Https));
        for origin in [
            "http://us.example:8443",
            "https://us.example",
            "https://us.example:8444",
            "https://us.example:8443/",
            "https://us.example.:8443",
            "https://evil.us.example:8443",
            "https://us.example:8443.evil.example",
            "https://us.example:8443@evil.example",
            "https://xn--s-0ga.example:8443",
            "https://other.example.evil.example",
            "HTTPS://us.example:8443",
            "ws://us.example:8443",
            "null",
            "",
        ] {
            assert!(!allow(origin, Scheme::Https), "{origin}");
        }
        assert!(!allow("https://us.example:8443", Scheme::Http));
    }

    #[test]
    fn a_public_url_leaves_no_other_name() {
        let origins = origins(Some("https://us.example"));
        let allow = |origin, host| origins.allow(origin, host, Scheme::Unknown);
        assert!(allow("https://us.example", "us.example"));
        assert!(!allow("https://us.example", "192.0.2.1"));
        // A name that somebody else lets point here.
        assert!(!allow("https://rebound.example", "rebound.example"));
        assert!(!allow("http://localhost:3000", "localhost:3000"));
        assert!(origins.is_at("US.example") && !origins.is_at("rebound.example"));
    }

    #[test]
    fn while_developing_pages_of_another_port_of_this_machine_are_ours() {
        let origins = Origins::default();
        assert!(origins.allow("http://localhost:8080", "127.0.0.1:3000", Scheme::Http));
        assert!(!origins.allow("http://localhost:8080", "192.0.2.1:3000", Scheme::Http));
        assert!(!origins.allow(
            "http://127.0.0.1.evil.example",
            "127.0.0.1:3000",
            Scheme::Http
        ));
    }
}
