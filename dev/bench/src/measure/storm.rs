//! Sixty pages come at once, twelve to each of five rooms, as after a restart.

use std::time::Instant;

use futures_util::future::try_join_all;

use super::Scale;
use crate::{Result, rivals::Rival, room::Room, server::RunningServer};

pub const TITLES: &[&str] = &[
    "CPU per join when sixty join five rooms at once (µs)",
    "Time until all sixty know of each other (ms)",
];

const ROOMS: usize = 5;
/// As many as a room of ours takes.
const PEOPLE: usize = 12;

pub async fn measure(
    server: &RunningServer,
    rival: &'static dyn Rival,
    scale: &Scale,
) -> Result<Vec<f64>> {
    let (mut cpu, mut time) = (0.0, 0.0);
    for _ in 0..scale.storms {
        let mut rooms: Vec<Room> = (0..ROOMS).map(|_| Room::new()).collect();
        let (before, begin) = (server.cpu()?, Instant::now());
        try_join_all(
            rooms
                .iter_mut()
                .map(|room| room.admit(server, rival, PEOPLE)),
        )
        .await?;
        time += begin.elapsed().as_secs_f64() * 1e3;
        cpu += server.cpu()? - before;
        for room in rooms {
            room.leave().await?;
        }
    }
    let storms = scale.storms as f64;
    Ok(vec![cpu / storms / (ROOMS * PEOPLE) as f64, time / storms])
}
