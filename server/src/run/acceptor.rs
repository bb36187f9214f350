//! What a connection goes through until it is a WebSocket or over.

use std::{net::SocketAddr, pin::pin, sync::Arc};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, watch},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{HEAD_TIMEOUT, LOAD_TIMEOUT, MAX_HEAD, told};
use crate::{
    address_slot::Kind,
    app_state::AppState,
    http::{self, Connection},
    limits::Admission,
    throttle::Throttled,
    transport::Transport,
    upgrade::PendingUpgrade,
};

/// A request has the headers of a browser.
const MAX_HEADERS: usize = 64;

/// What each new connection goes through.
pub(super) struct Acceptor {
    pub(super) state: Arc<AppState>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) is_closing: watch::Receiver<bool>,
}

impl Acceptor {
    /// Takes a connection, if its address does not have too many.
    pub(super) fn accept(
        self: &Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        permit: OwnedSemaphorePermit,
    ) {
        let is_proxy = self.state.proxies.contain(peer.ip());
        let slot = (!is_proxy).then(|| self.state.addresses.slot(peer.ip().into()));
        let address = slot.as_ref().and_then(|slot| slot.permit(Kind::Connection));
        if !is_proxy && address.is_none() {
            return self.state.metrics.refusal("address");
        }
        // Small messages shall not wait for each other; where this cannot be set, they do.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            peer: peer.ip(),
            slot,
            is_secure: self.tls.is_some(),
            admission: Arc::new(Admission {
                connection: permit,
                address,
            }),
        };
        let connection = Arc::new(connection);
        let stream = Throttled::new(stream, Arc::clone(&self.state.metrics));
        tokio::spawn(Arc::clone(self).run(stream, connection));
    }

    /// Goes on when it is the address's turn.
    async fn run(self: Arc<Self>, stream: Throttled<TcpStream>, connection: Arc<Connection>) {
        if let Some(slot) = &connection.slot
            && Box::pin(timeout(HEAD_TIMEOUT, slot.connect()))
                .await
                .is_err()
        {
            return self.state.metrics.refusal("address");
        }
        // In boxes: ten thousand WebSockets need not keep the room that the way there took.
        match self.tls.clone() {
            None => self.serve(stream, connection).await,
            Some(tls) => Box::pin(self.handshake(tls, stream, connection)).await,
        }
    }

    async fn handshake(
        self: Arc<Self>,
        tls: TlsAcceptor,
        stream: Throttled<TcpStream>,
        connection: Arc<Connection>,
    ) {
        match timeout(HEAD_TIMEOUT, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.serve(stream, connection).await,
            Ok(Err(_)) | Err(_) => self.state.metrics.refusal("tls"),
        }
    }

    /// Answers requests, and serves the WebSocket that may come of them. Whatever goes wrong with
    /// one browser's connection is over with it.
    fn serve<S: Transport>(
        &self,
        stream: S,
        connection: Arc<Connection>,
    ) -> impl Future<Output = ()> + Send + use<S> {
        let state = Arc::clone(&self.state);
        // In boxes: ten thousand WebSockets need not keep the room that their requests took.
        let pending = PendingUpgrade::default();
        let answering = self.answer(stream, connection, pending.clone());
        let answering = Box::pin(timeout(LOAD_TIMEOUT, answering));
        async move {
            let _ = answering.await;
            let Some(upgrade) = pending.take() else {
                return;
            };
            if let Some(life) = Box::pin(upgrade.open::<S>(state)).await {
                life.await;
            }
        }
    }

    fn answer<S: Transport>(
        &self,
        stream: S,
        connection: Arc<Connection>,
        pending: PendingUpgrade,
    ) -> impl Future<Output = ()> + Send + use<S> {
        let service = http::service(Arc::clone(&self.state), connection, pending);
        let service = TowerToHyperService::new(service);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut is_closing = self.is_closing.clone();
        async move {
            let mut connection = pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                () = told(&mut is_closing) => {
                    // A connection that idles between two requests ends at once.
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        }
    }
}
