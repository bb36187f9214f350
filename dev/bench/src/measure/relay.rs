//! CPU per relayed message: every page of rooms of four writes to its neighbour.

use super::Scale;
use crate::{Result, payload::payload, rivals::Rival, room::Room, server::RunningServer};

pub const TITLES: &[&str] = &[
    "CPU per relayed message of 200 B, one in flight (µs)",
    "CPU per relayed message of 1.2 KB, one in flight (µs)",
    "CPU per relayed message of 200 B, sixteen in flight (µs)",
    "CPU per relayed message of 1.2 KB, sixteen in flight (µs)",
];

/// Bytes of payload, and messages of one page that are on their way at once.
const KINDS: [(usize, usize); 4] = [(200, 1), (1200, 1), (200, 16), (1200, 16)];

pub async fn measure(
    server: &RunningServer,
    rival: &'static dyn Rival,
    scale: &Scale,
) -> Result<Vec<f64>> {
    let mut rooms = Room::several(server, rival, scale.rooms, 4).await?;
    let mut costs = Vec::new();
    for (bytes, window) in KINDS {
        let payload = payload(bytes);
        // One by one, everybody's first message comes before anybody's second.
        let (turns, at_a_time) = match window {
            1 => (scale.messages, 1),
            _ => (1, scale.messages),
        };
        let before = server.cpu()?;
        let mut messages = 0;
        for _ in 0..turns {
            for room in &mut rooms {
                messages += talk(room, &payload, at_a_time, window).await?;
            }
        }
        costs.push((server.cpu()? - before) / messages as f64);
    }
    for room in rooms {
        room.leave().await?;
    }
    Ok(costs)
}

/// Everybody in turn says so much to the next in the room; returns how many messages that were.
async fn talk(room: &mut Room, payload: &str, messages: usize, window: usize) -> Result<usize> {
    let people = room.people.len();
    for sender in 0..people {
        let [from, to] = room.pair(sender, (sender + 1) % people)?;
        let words = from.rival.signal(&to.id, payload);
        for number in 0..messages + window {
            if number >= window {
                to.receive(&from.id, payload.len()).await?;
            }
            if number < messages {
                from.say(&words).await?;
            }
        }
    }
    Ok(people * messages)
}
