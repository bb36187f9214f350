//! The signaling server beside its rivals: what each costs for the same work, in one run.
//!
//! 1. [`rivals`]: one file for each server that is compared: how it is started, and what a page
//!    says to it and hears from it. **All get the same work, the same bytes of payload, and the
//!    same pages.**
//! 2. [`server`] and [`process`]: a running server, the CPU time it has used and the memory it has.
//! 3. [`user`], [`wire`], [`client`] and [`room`]: pages that connect, join and talk. **Each comes
//!    from one of many addresses, and none says more than a page of a real call: no limit of a
//!    server is lifted.**
//! 4. [`measure`]: what is measured. **Rounds of all servers alternate, so that whatever else the
//!    machine does hits all alike, and what counts are ratios.**
//! 5. [`sample`] and [`report`]: medians, ranges, ratios and tables.
//!
//! [`registry`] belongs to the two relays of this crate that say how fast such a server could be at
//! best.

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

/// For anything that a server has to do. None takes so long unless it is broken.
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
