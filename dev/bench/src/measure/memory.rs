//! Memory per idle connection: pages in rooms of four that say nothing, with a server of its own
//! for each number of them.

use futures_util::future::try_join_all;
use tokio::task::JoinSet;

use super::{Scale, tables};
use crate::{
    Result, client::Client, report::Table, rivals::Rival, room::Room, server::RunningServer,
};

/// Rooms that are joined at the same time.
const SIDE_BY_SIDE: usize = 8;

pub async fn run(rivals: &[&'static dyn Rival], scale: &Scale) -> Result<Vec<Table>> {
    let titles: Vec<String> = scale
        .connections
        .iter()
        .map(|number| format!("Memory per idle connection at {number} (KiB)"))
        .collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut round = Vec::new();
    for rival in rivals {
        let mut sizes = Vec::new();
        for connections in scale.connections {
            let size = measure(*rival, *connections).await;
            sizes.push(
                size.map_err(|error| format!("{} of {}: {error}", connections, rival.name()))?,
            );
        }
        round.push(sizes);
    }
    let names: Vec<&str> = rivals.iter().map(|rival| rival.name()).collect();
    Ok(tables(&titles, &names, &[round]))
}

async fn measure(rival: &'static dyn Rival, connections: usize) -> Result<f64> {
    let server = RunningServer::start(rival)?;
    let before = server.settled_memory().await?;
    let mut idle = JoinSet::new();
    let rooms = connections / 4;
    for first in (0..rooms).step_by(SIDE_BY_SIDE) {
        let rooms = SIDE_BY_SIDE.min(rooms - first);
        let filling = (0..rooms).map(|_| Room::several(&server, rival, 1, 4));
        let rooms = try_join_all(filling).await?.into_iter().flatten();
        for client in rooms.flat_map(|room| room.people) {
            idle.spawn(stay(client));
        }
    }
    let after = server.settled_memory().await?;
    // None of them may have been thrown out meanwhile.
    if let Some(lost) = idle.try_join_next() {
        return Err(format!("an idle connection ended: {lost:?}").into());
    }
    Ok((after - before) / (4 * rooms) as f64 / 1024.0)
}

/// Answers what the server asks in order to know that the page lives; ends only if the server ends
/// it.
async fn stay(mut client: Client) -> Result<()> {
    loop {
        client.hear().await?;
    }
}
