//! What all requests share.

use std::{sync::Arc, time::Duration};

use protocol::Base;

use crate::{
    address_slot::{Addresses, Allowance},
    bucket::Rate,
    config::Config,
    headers::Headers,
    hub::{Bounds, Hub},
    limits::Limits,
    metrics::Metrics,
    origin::{Origin, Origins},
    page::Page,
    pool::Quota,
    proxy::Proxies,
    socket::Timeouts,
};

/// Bytes that may wait for all pages together, or from them for the rest of a message. Each may
/// have half a megabyte, but hardly all at the same time.
const MAX_WAITING_BYTES: usize = 256 * 1024 * 1024;
/// New connections of one address: browsers open seven to load the page, and a class of two hundred
/// comes within seconds. Of TLS handshakes these are a tenth of a processor.
const CONNECTS: Rate = Rate {
    burst: 512.0,
    per_second: 256.0,
};
/// Connections of one address at a time: these, before the first of them ends.
const CONNECTIONS: usize = 2048;
/// How many seconds' worth of requests may come at once: the class again, with six files each.
const REQUESTS_AT_ONCE: f64 = 8.0;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct AppState {
    /// The built page, unless something else serves it.
    pub page: Option<Page>,
    /// Where all of it is.
    pub base: Base,
    /// The headers of every response.
    pub headers: Headers,
    /// Where WebSockets meet.
    pub hub: Hub,
    /// What each address takes.
    pub addresses: Addresses,
    /// Who is believed about addresses.
    pub proxies: Proxies,
    /// Where our pages are loaded from.
    pub origins: Origins,
    /// How long WebSockets may take.
    pub timeouts: Timeouts,
    /// How often those who joined need new TURN credentials, if ever.
    pub refresh: Option<Duration>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

impl AppState {
    /// What this configuration asks for, within these limits.
    ///
    /// # Errors
    /// When there is no page in the dist folder, or the TURN secret cannot be read; in words for
    /// the operator.
    pub(crate) fn new(config: &Config, timeouts: Timeouts, limits: Limits) -> Result<Self, String> {
        let base = config.base_path.clone();
        let dist = config.dist.0.as_deref();
        let page = dist.map(|dist| Page::read(dist, &base)).transpose()?;
        let ice = config.ice()?;
        let metrics = Arc::new(Metrics::default());
        let refresh = ice.refresh();
        // Over a certificate of its own a browser would never come back without a warning.
        let is_strictly_secure =
            config.tls_cert.is_some() || config.public_url.as_ref().is_some_and(Origin::is_secure);
        Ok(Self {
            page,
            base,
            headers: Headers::new(is_strictly_secure),
            hub: Hub::new(
                config.max_peers as usize,
                ice,
                Bounds {
                    connections: limits.websockets,
                    bytes: MAX_WAITING_BYTES,
                },
                Arc::clone(&metrics),
            ),
            addresses: Addresses::new(allowance(config, limits)),
            proxies: Proxies::new(config.trusted_proxy.clone()),
            origins: Origins {
                public: config.public_url.clone(),
                others: config.origin.clone(),
            },
            timeouts,
            refresh,
            metrics,
        })
    }
}

/// What one address may take.
fn allowance(config: &Config, limits: Limits) -> Allowance {
    let requests = f64::from(config.requests_per_second);
    let rooms = f64::from(config.rooms_per_minute);
    let websockets = config.max_connections_per_address as usize;
    Allowance {
        connections: Quota {
            all: limits.connections,
            each: CONNECTIONS.max(2 * websockets),
        },
        websockets: Quota {
            all: limits.websockets,
            each: websockets,
        },
        connects: CONNECTS,
        requests: Rate {
            burst: requests * REQUESTS_AT_ONCE,
            per_second: requests,
        },
        rooms: Rate {
            burst: rooms,
            per_second: rooms / 60.0,
        },
    }
}
