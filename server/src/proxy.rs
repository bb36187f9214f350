//! Our own proxies, and whom they say they ask for.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use hyper::HeaderMap;
use ipnet::IpNet;
use tracing::warn;

/// Networks of proxies whose word is believed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(Vec<IpNet>);

impl Proxies {
    /// These networks.
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether this is a proxy's address.
    pub(crate) fn contain(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// Who asks: the last address in `X-Forwarded-For` that is not one of our proxies. Anybody may
    /// have written what stands before it. If one cannot be read, the proxy that wrote it is
    /// counted, since what stands before it may be invented.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let fields = headers.get_all("x-forwarded-for").iter().rev();
        let mut hops = fields.flat_map(|field| field.to_str().unwrap_or_default().rsplit(','));
        while self.contain(client) {
            match hops.next().map(hop) {
                Some(Some(hop)) => client = hop,
                Some(None) => {
                    complain();
                    break;
                }
                None => break,
            }
        }
        client
    }
}

/// An address as proxies write it: bare, with a port (Azure), in brackets with or without one, in
/// quotes (RFC 7239, section 6), with the zone of a link (RFC 4007).
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    let text = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let (address, _zone) = text.split_once('%').unwrap_or((text, ""));
    address.parse().ok()
}

/// Tells the operator, once: from then on all clients of that proxy count as one. The log holds no
/// addresses, so it does not say what was written.
fn complain() {
    static COMPLAINED: Once = Once::new();
    COMPLAINED.call_once(|| {
        warn!("a trusted proxy's X-Forwarded-For is no address; its clients share one allowance");
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn client(peer: &str, forwarded: &[&'static str]) -> String {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for field in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(field));
        }
        let peer = peer.parse().unwrap();
        proxies.client(peer, &headers).to_string()
    }

    #[test]
    fn only_what_proxies_of_ours_add_is_believed() {
        // Not from a proxy.
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        // From one, and from a chain of two.
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        for chain in [
            &["198.51.100.7, 10.2.0.1"][..],
            &["198.51.100.7", "10.2.0.1"],
        ] {
            assert_eq!(client("10.0.0.1", chain), "198.51.100.7");
        }
        // What the client wrote itself, before the proxy's own word.
        for invented in [
            &["203.0.113.9, 198.51.100.7"][..],
            &["10.9.9.9", "198.51.100.7"],
            &["\"[2001:db8::9]:1\", 198.51.100.7:2"],
        ] {
            assert_eq!(client("10.0.0.1", invented), "198.51.100.7");
        }
        let nobody = Proxies::default().client("10.0.0.1".parse().unwrap(), &HeaderMap::new());
        assert!(nobody.is_ipv4());
    }

    #[test]
    fn an_address_is_read_however_proxies_write_it() {
        for written in [
            "198.51.100.7",
            "198.51.100.7:5678",
            " 198.51.100.7:5678 ",
            "\"198.51.100.7\"",
            "\"198.51.100.7:5678\"",
            "198.51.100.7:5678, 10.2.0.1:80",
        ] {
            assert_eq!(client("10.0.0.1", &[written]), "198.51.100.7", "{written}");
        }
        for written in [
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "\"[2001:db8::1]\"",
            "\"[2001:db8::1]:443\"",
            "2001:db8::1%eth0",
            "[2001:db8::1%eth0]",
            "[2001:db8::1], [::ffff:10.2.0.1]:80",
        ] {
            assert_eq!(client("10.0.0.1", &[written]), "2001:db8::1", "{written}");
        }
    }

    /// Nobody gets an allowance of his own by writing nonsense.
    #[test]
    fn what_cannot_be_read_counts_for_the_proxy() {
        for written in [
            &[][..],
            &["198.51.100.7, unknown"],
            &["198.51.100.7, "],
            &["_hidden"],
            &["198.51.100.7:port"],
            &["198.51.100.7:65536"],
            &["[198.51.100.7"],
            &["\"198.51.100.7"],
            &["calls.example.org"],
        ] {
            assert_eq!(client("10.0.0.1", written), "10.0.0.1", "{written:?}");
        }
    }
}
