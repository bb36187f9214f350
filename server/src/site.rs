//! What all requests share.

use std::{sync::Arc, time::Duration};

use protocol::Base;

use crate::{
    address::{Addresses, Allowance},
    bucket::Rate,
    config::Config,
    headers::Headers,
    hub::{Bounds, Hub},
    metrics::Metrics,
    page::Page,
    proxy::Proxies,
    rooms::Rooms,
    socket::Patience,
    upgrade::{Origin, Origins},
};

/// Bytes that may wait for all pages together; each may have half a megabyte, but hardly all at the same time.
const MAX_QUEUED_BYTES: usize = 256 * 1024 * 1024;
/// New connections of one address: an office that loads the page after a power cut.
const CONNECTS: Rate = Rate {
    burst: 256.0,
    per_second: 20.0,
};

/// What all requests share.
#[derive(Debug)]
pub struct Site {
    /// The built page, unless something else serves it.
    pub page: Option<Page>,
    /// Where all of it is.
    pub base: Base,
    /// What every answer has.
    pub headers: Headers,
    /// Where WebSockets meet.
    pub hub: Hub,
    /// What each address takes.
    pub addresses: Addresses,
    /// Whose word about addresses is believed.
    pub proxies: Proxies,
    /// Where pages of ours are loaded from.
    pub origins: Origins,
    /// How long WebSockets may take.
    pub patience: Patience,
    /// How often those who joined need new TURN credentials, if ever.
    pub refresh: Option<Duration>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

impl Site {
    /// What this configuration asks for, with so many WebSockets.
    ///
    /// # Errors
    /// When there is no page in the dist folder, or the TURN secret cannot be read; in words for the operator.
    pub fn new(config: &Config, patience: Patience, websockets: usize) -> Result<Self, String> {
        let base = config.base_path.clone();
        let dist = config.dist.0.as_deref();
        let page = dist.map(|dist| Page::read(dist, &base)).transpose()?;
        let ice = config.ice()?;
        let metrics = Arc::new(Metrics::default());
        let refresh = ice.refresh();
        let joins = f64::from(config.joins_per_minute);
        // Over a certificate of its own a browser would never come back without a warning.
        let is_strictly_secure =
            config.tls_cert.is_some() || config.public_url.as_ref().is_some_and(Origin::is_secure);
        Ok(Self {
            page,
            base,
            headers: Headers::new(is_strictly_secure),
            hub: Hub::new(
                Rooms::new(config.max_peers as usize, ice),
                Bounds {
                    connections: websockets,
                    queued_bytes: MAX_QUEUED_BYTES,
                },
                Arc::clone(&metrics),
            ),
            addresses: Addresses::new(Allowance {
                connections: config.max_connections_per_address,
                connects: CONNECTS,
                joins: Rate {
                    burst: joins,
                    per_second: joins / 60.0,
                },
            }),
            proxies: Proxies::new(config.trusted_proxy.clone()),
            origins: Origins {
                public: config.public_url.clone(),
                others: config.origin.clone(),
            },
            patience,
            refresh,
            metrics,
        })
    }
}
