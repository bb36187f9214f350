//! CPU per join: a page connects, asks to be let in, and those who are in hear of it.

use super::Scale;
use crate::{Result, rivals::Rival, room::Room, server::RunningServer};

pub const TITLES: &[&str] = &["CPU per join in rooms of four (µs)"];

pub async fn measure(
    server: &RunningServer,
    rival: &'static dyn Rival,
    scale: &Scale,
) -> Result<Vec<f64>> {
    let before = server.cpu()?;
    let rooms = Room::several(server, rival, scale.joined_rooms, 4).await?;
    let cost = (server.cpu()? - before) / (4 * rooms.len()) as f64;
    for room in rooms {
        room.leave().await?;
    }
    Ok(vec![cost])
}
