//! CPU per join and leave: pages that come, each to a room where nobody ever was, and go.

use super::Scale;
use crate::{
    Result,
    client::Client,
    rivals::Rival,
    server::RunningServer,
    user::{User, fresh_room},
};

pub const TITLES: &[&str] = &["CPU per join and leave in new rooms (µs)"];

pub async fn measure(
    server: &RunningServer,
    rival: &'static dyn Rival,
    scale: &Scale,
) -> Result<Vec<f64>> {
    let before = server.cpu()?;
    come_and_go(server, rival, scale.cycles).await?;
    Ok(vec![(server.cpu()? - before) / scale.cycles as f64])
}

/// So many pages, one after the other.
pub async fn come_and_go(
    server: &RunningServer,
    rival: &'static dyn Rival,
    pages: usize,
) -> Result<()> {
    for _ in 0..pages {
        let client = Client::join(server, rival, User::new(&fresh_room())).await?;
        client.leave().await?;
    }
    Ok(())
}
