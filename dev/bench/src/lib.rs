//! The signaling server beside its rivals: what each costs for the same work, in one run.
//!
//! 1. [`rivals`]: one file for each server that is compared: how it is started, and what a client
//!    sends and receives. **All get the same work, the same bytes of payload, and the same
//!    clients.**
//! 2. [`server`] and [`process`]: a running server, its CPU time and its memory.
//! 3. [`user`], [`wire`], [`client`] and [`room`]: clients that connect, join and talk. **They come
//!    from many addresses, and none sends more than a page in a real call: no limit is lifted.**
//! 4. [`measure`]: what is measured. **Rounds of all servers alternate, so that whatever else the
//!    machine does affects all alike, and ratios are what counts.**
//! 5. [`sample`] and [`report`]: medians, ranges, ratios and tables.
//!
//! [`registry`] belongs to the two relays of this crate, which show how fast such a server could be
//! at best.

pub mod client;
pub mod http;
pub mod measure;
pub mod payload;
pub mod process;
pub mod registry;
pub mod report;
pub mod rivals;
pub mod room;
pub mod sample;
pub mod server;
pub mod user;
pub mod wire;

use std::{error::Error, future::Future, time::Duration};

/// What can go wrong is for people to read.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// For anything that a server has to do. Only a broken one takes so long.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Waits for it within [`TIMEOUT`].
///
/// # Errors
/// When it takes longer.
pub async fn with_timeout<T>(what: &str, future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(TIMEOUT, future)
        .await
        .unwrap_or_else(|_| Err(format!("{what} takes longer than {TIMEOUT:?}").into()))
}
