//! One WebSocket's session.

mod allowance;
mod patience;
mod session;

use std::{sync::Arc, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite};
use tracing::debug;

use crate::{frames::Frames, hub::Seat, limits::Admission, metrics::Metrics, visit};
pub use patience::Patience;
use session::Session;

/// A page's WebSocket, with all that it needs.
#[derive(Debug)]
pub(crate) struct Socket<S> {
    /// The way to the page.
    pub frames: Frames<S>,
    /// The way to the others.
    pub seat: Seat,
    /// Its share of all connections.
    pub share: Share,
    /// How long it may take for what.
    pub patience: Patience,
    /// How often those who joined need new TURN credentials, if ever.
    pub refresh: Option<Duration>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

/// A connection's share of what the server and its address may have; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Share {
    /// Of its address's WebSockets.
    pub place: Arc<visit::Share>,
    /// Of all connections.
    #[expect(dead_code, reason = "dropping it gives it back")]
    pub admission: Arc<Admission>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// Serves it until it ends.
    // There may be ten thousand of these futures: what is rarely awaited is in a box.
    pub(crate) fn serve(self) -> impl Future<Output = ()> {
        let mut session = Session::new(self);
        async move {
            debug!(number = session.socket.seat.number(), "opened");
            let end = session.run().await;
            Box::pin(session.end(end)).await;
        }
    }
}

#[cfg(test)]
mod tests;
