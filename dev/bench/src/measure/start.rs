//! Time from the start of the process until the first page is in a room.

use super::{Scale, interleave, tables};
use crate::{
    Result,
    client::Client,
    report::Table,
    rivals::Rival,
    server::RunningServer,
    user::{User, fresh_room},
};

const TITLES: &[&str] = &["Time from the start to the first page in a room (ms)"];

pub async fn run(rivals: &[&'static dyn Rival], scale: &Scale) -> Result<Vec<Table>> {
    let rounds = interleave(rivals, scale.starts, measure).await?;
    let names: Vec<&str> = rivals.iter().map(|rival| rival.name()).collect();
    Ok(tables(TITLES, &names, &rounds))
}

async fn measure(rival: &&'static dyn Rival) -> Result<Vec<f64>> {
    let mut server = RunningServer::spawn(*rival)?;
    server.listening()?;
    let client = Client::join(&server, *rival, User::new(&fresh_room())).await?;
    let time = server.age().as_secs_f64() * 1e3;
    client.leave().await?;
    Ok(vec![time])
}
