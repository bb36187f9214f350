//! The server: it knows who is in which room, passes signals on, and serves the page. It has no part in calls.
//!
//! From the inside out, each layer knowing only those before it:
//!
//! 1. [`rooms`]: join, leave, relay, as pure functions of what came before. **The server stamps `from`, and relays within
//!    a room only.**
//! 2. [`hub`]: the rooms behind one lock, and a bounded queue for each WebSocket. **A page that does not read is let go;
//!    nobody waits for it.**
//! 3. [`socket`]: one WebSocket's life, from the first word to the close frame.
//! 4. [`page`] and [`http`]: the built page from memory, the upgrade, the headers.
//! 5. [`run`] accepts connections until it is told to stop.
//!
//! **All of it is soft state.** After a restart the pages come back and tell who they are.

pub mod config;
pub mod http;
pub mod hub;
pub mod page;
pub mod rooms;
pub mod socket;

use std::{io, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};

pub use config::Config;
use http::Site;
use hub::Hub;
use page::Page;
use rooms::Rooms;
pub use socket::Patience;

/// How long the server waits for its WebSockets to say goodbye.
const DRAIN: Duration = Duration::from_secs(2);
/// How long a browser may take for the head of a request, and an idle connection may stay.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// A request of ours has a path and the headers of a browser.
const MAX_HEAD: usize = 16 * 1024;
/// After `accept` failed for want of file descriptors: let others end first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` becomes true or is dropped, then says goodbye to all WebSockets and waits for them a little.
///
/// # Errors
/// When the dist folder cannot be read.
pub async fn run(
    listener: TcpListener,
    config: &Config,
    patience: Patience,
    mut shutdown: watch::Receiver<bool>,
) -> io::Result<()> {
    let rooms = Rooms::new(config.max_peers as usize, config.ice_servers());
    let hub = Hub::new(rooms, config.max_connections as usize);
    let (down, is_down) = watch::channel(false);
    let site = Arc::new(Site {
        page: Page::read(&config.dist)?,
        hub: hub.clone(),
        patience,
        origins: config.origin.clone(),
        shutdown: is_down,
    });
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(tokio::spawn(serve(stream, Arc::clone(&site)))),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
            () = told(&mut shutdown) => break,
        }
    }
    drop(listener);
    drop(site);
    let _ = down.send(true);
    // Every WebSocket holds a receiver until it has ended.
    let _ = timeout(DRAIN, down.closed()).await;
    Ok(())
}

/// Waits until the value is true, or nobody is left to make it so.
pub(crate) async fn told(signal: &mut watch::Receiver<bool>) {
    let _ = signal.wait_for(|is_true| *is_true).await;
}

async fn serve(stream: TcpStream, site: Arc<Site>) {
    // Small messages shall not wait for each other; where that cannot be set they do.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(http::service(site));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // What goes wrong with one browser's connection is over with it.
    let _ = connection.await;
}
