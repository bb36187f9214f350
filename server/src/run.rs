//! Accepts connections until the server is told to stop, and then helps pages to move elsewhere.

mod acceptor;

use std::{io, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use protocol::CloseCode;
use rustix::net::sockopt;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    time::{Instant, sleep, sleep_until, timeout, timeout_at},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use tracing::{info, warn};

use crate::{
    app_state::AppState, config::Config, hub::Hub, limits::Limits, operations, socket::Timeouts,
    tls::Tls,
};
use acceptor::Acceptor;

/// How long a browser may take for the head of a request or for the TLS handshake, and an idle
/// connection may stay.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may take for all its requests. At four kilobytes a second the page is
/// there by then; a client that takes it drop by drop would hold the connection for ever.
const LOAD_TIMEOUT: Duration = Duration::from_secs(120);
/// A browser's request for the page has a path and some headers.
const MAX_HEAD: usize = 16 * 1024;
/// Connections of the operator's own tools.
const OPERATORS: usize = 32;
/// Bytes that the system takes for a page that does not read (Linux doubles it, for what it needs
/// besides). It would take four megabytes, of each of ten thousand; a page that loads over a line
/// of 100 ms still gets two megabytes a second.
const SEND_BUFFER: usize = 128 * 1024;
/// Bytes that the system takes of a page before the server reads them: half a second of what it
/// reads in the long run. To join a full room over a line of 300 ms takes two seconds with it, and
/// three with half of it.
const RECEIVE_BUFFER: usize = 32 * 1024;
/// After `accept` failed for want of file descriptors: let others end first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Pages that are told to move elsewhere each second: what a server can take anew besides its other
/// work.
const MOVES_PER_SECOND: usize = 1000;
/// For the last close frames.
const GRACE: Duration = Duration::from_secs(2);

/// Where the server is to be reached.
#[derive(Debug)]
pub struct Listeners {
    /// For browsers.
    pub public: TcpListener,
    /// For the operator, if wanted.
    pub operations: Option<TcpListener>,
    /// For browsers that speak TLS, if wanted.
    pub tls: Option<Arc<Tls>>,
}

/// A server that is ready to run.
#[derive(Debug)]
pub struct Server {
    listeners: Listeners,
    tls: Option<Arc<ServerConfig>>,
    state: Arc<AppState>,
    connections: usize,
    drain: Duration,
}

impl Server {
    /// Reads all that it needs.
    ///
    /// # Errors
    /// When there is no page in the dist folder, or the TURN secret cannot be read; in words for
    /// the operator.
    pub fn new(listeners: Listeners, config: &Config, timeouts: Timeouts) -> Result<Self, String> {
        let tls = listeners.tls.as_ref().map(Tls::config).transpose()?;
        // Connections inherit it. Where it cannot be set, the system's own bound holds.
        let _ = sockopt::set_socket_send_buffer_size(&listeners.public, SEND_BUFFER);
        let _ = sockopt::set_socket_recv_buffer_size(&listeners.public, RECEIVE_BUFFER);
        let limits = Limits::new(config.max_connections as usize);
        Ok(Self {
            listeners,
            tls,
            state: Arc::new(AppState::new(config, timeouts, limits)?),
            connections: limits.connections,
            drain: Duration::from_secs(config.drain.into()),
        })
    }

    /// Serves until `shutdown` becomes true or is dropped, then says goodbye to all WebSockets and
    /// waits for them a little.
    pub async fn run(self, mut shutdown: watch::Receiver<bool>) {
        let Listeners {
            public, operations, ..
        } = self.listeners;
        let permits = Arc::new(Semaphore::new(self.connections));
        let (closing, is_closing) = watch::channel(false);
        let acceptor = Arc::new(Acceptor {
            state: Arc::clone(&self.state),
            tls: self.tls.map(TlsAcceptor::from),
            is_closing,
        });
        let accepting = tokio::spawn(accept(acceptor, public, Arc::clone(&permits)));
        let operating =
            operations.map(|listener| tokio::spawn(operate(Arc::clone(&self.state), listener)));
        told(&mut shutdown).await;
        let deadline = Instant::now() + self.drain;
        drain(&self.state.hub, deadline).await;
        accepting.abort();
        let _ = accepting.await;
        let _ = closing.send(true);
        let all_have_ended = permits.acquire_many(self.connections as u32);
        let _ = timeout_at(deadline + GRACE, all_have_ended).await;
        operating.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// Waits until the value is true, or until nobody is left to make it so.
async fn told(signal: &mut watch::Receiver<bool>) {
    let _ = signal.wait_for(|is_true| *is_true).await;
}

async fn accept(acceptor: Arc<Acceptor>, listener: TcpListener, permits: Arc<Semaphore>) {
    let mut is_failing = false;
    // The semaphore is never closed.
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, peer)) => {
                is_failing = false;
                acceptor.accept(stream, peer, permit);
            }
            // The newcomer is gone again, which is no reason for others to wait.
            Err(error) if !is_shortage(&error) => {}
            Err(error) => {
                if !is_failing {
                    warn!(%error, "cannot accept connections; trying on");
                }
                is_failing = true;
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether the system has nothing to make a connection from.
fn is_shortage(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let shortages = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
    Errno::from_io_error(error).is_some_and(|error| shortages.contains(&error))
}

/// The operator's tools get no more time than browsers, and fewer connections.
async fn operate(state: Arc<AppState>, listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(OPERATORS));
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let service = TowerToHyperService::new(operations::service(Arc::clone(&state)));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            let _ = timeout(LOAD_TIMEOUT, connection).await;
            drop(permit);
        });
    }
}

/// Takes no newcomers, and tells those who are here to move elsewhere, but not all at once, since
/// they come back at once.
async fn drain(hub: &Hub, deadline: Instant) {
    let leaving = hub.close();
    info!(websockets = leaving.len(), "stopping");
    let now = Instant::now();
    let unhurried = Duration::from_secs(1).mul_f64(leaving.len() as f64 / MOVES_PER_SECOND as f64);
    let time = unhurried.min(deadline.saturating_duration_since(now));
    for (index, connections) in leaving.chunks(MOVES_PER_SECOND / 20).enumerate() {
        let share = (index * MOVES_PER_SECOND / 20) as f64 / leaving.len() as f64;
        sleep_until(now + time.mul_f64(share)).await;
        hub.end(connections, CloseCode::RESTART);
    }
}
