//! Memory after many joins and leaves in new rooms: what a server keeps of people who are gone.

use futures_util::future::try_join_all;

use super::{Scale, churn::come_and_go, tables};
use crate::{Result, report::Table, rivals::Rival, server::RunningServer};

/// Pages that come and go at the same time.
const SIDE_BY_SIDE: usize = 8;

pub async fn run(rivals: &[&'static dyn Rival], scale: &Scale) -> Result<Vec<Table>> {
    let (many, most) = (scale.many_cycles, scale.most_cycles);
    let few = many / 20;
    let title = |cycles| format!("Memory after {cycles} joins and leaves (KiB)");
    let titles = [
        "Memory after the start (KiB)".to_owned(),
        title(few),
        title(many),
        format!("Growth from {few} to {many} joins and leaves, each (bytes)"),
        title(most),
    ];
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let (mut all, mut kept) = (Vec::new(), Vec::new());
    for rival in rivals {
        let server = RunningServer::start(*rival)?;
        let mut sizes = vec![server.settled_memory().await?];
        for cycles in [few, many - few] {
            sizes.push(grow(&server, *rival, cycles).await?);
        }
        let growth = (sizes[2] - sizes[1]) / (many - few) as f64;
        all.push(
            sizes
                .iter()
                .map(|size| size / 1024.0)
                .chain([growth])
                .collect(),
        );
        // The others would take minutes, and have grown already.
        if ["Madang", "relay"].contains(&rival.name()) {
            let size = grow(&server, *rival, most - many).await? / 1024.0;
            kept.push((rival.name(), vec![size]));
        }
    }
    let names: Vec<&str> = rivals.iter().map(|rival| rival.name()).collect();
    let (few_names, kept): (Vec<&str>, Vec<_>) = kept.into_iter().unzip();
    let mut done = tables(&titles[..4], &names, &[all]);
    done.extend(tables(&titles[4..], &few_names, &[kept]));
    Ok(done)
}

/// The memory after so many more have come and gone, in bytes.
async fn grow(server: &RunningServer, rival: &'static dyn Rival, cycles: usize) -> Result<f64> {
    let each = cycles / SIDE_BY_SIDE;
    try_join_all((0..SIDE_BY_SIDE).map(|_| come_and_go(server, rival, each))).await?;
    server.settled_memory().await
}
