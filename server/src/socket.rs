//! One WebSocket's session.

mod allowance;
mod session;
mod timeouts;

use std::{sync::Arc, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite};
use tracing::debug;

use crate::{
    address_slot::Permit, frames::Frames, hub::Registration, limits::Admission, metrics::Metrics,
};
use session::Session;
pub use timeouts::Timeouts;

/// A page's WebSocket, with all that it needs.
#[derive(Debug)]
pub(crate) struct Socket<S> {
    /// The way to the page.
    pub frames: Frames<S>,
    /// The way to the others.
    pub registration: Registration,
    /// Its share of all connections.
    pub permits: Permits,
    /// How long it may take for what.
    pub timeouts: Timeouts,
    /// How often those who joined need new TURN credentials, if ever.
    pub refresh: Option<Duration>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

/// A connection's share of what the server and its address may have; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Permits {
    /// Of its address's WebSockets.
    pub address: Arc<Permit>,
    /// Of all connections.
    #[expect(dead_code, reason = "dropping it gives it back")]
    pub connection: Arc<Admission>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// Serves it until it ends.
    // There may be ten thousand of these futures, so whatever is rarely awaited is in a box.
    pub(crate) fn serve(self) -> impl Future<Output = ()> {
        let mut session = Session::new(self);
        async move {
            debug!(number = session.socket.registration.number(), "opened");
            let end = session.run().await;
            Box::pin(session.end(end)).await;
        }
    }
}

#[cfg(test)]
mod tests;
