use protocol::{ServerMessage, decode};

use super::*;
use essay::{SERVER, says};

#[path = "../../protocol/tests/essay/mod.rs"]
mod essay;

/// Of every secret that the essay or a golden file tells, with the id that is told for it.
#[test]
fn ids_follow_from_secrets_as_the_essay_says() {
    const IDS: &str = include_str!("../../protocol/src/id.rs");
    const HANDSHAKE: &str = include_str!("../../protocol/src/essay/handshake.rs");
    const SAID: &str = include_str!("../../protocol/tests/golden/client-message.jsonl");
    const HEARD: &str = include_str!("../../protocol/tests/golden/server-message.jsonl");
    let told: Vec<&str> = IDS.split('`').filter(|text| text.len() == 32).collect();
    assert_eq!(told.len(), 4);
    for pair in told.chunks(2) {
        assert_eq!(peer_id(pair[0].parse().unwrap()).to_string(), pair[1]);
    }
    let lines = |text: &'static str, before: &'static str| {
        text.lines()
            .filter_map(move |line| line.strip_prefix(before))
    };
    for (mut said, mut heard) in [
        (lines(HANDSHAKE, "//! > "), lines(HANDSHAKE, "//! < ")),
        (lines(SAID, ""), lines(HEARD, "")),
    ] {
        let secret = said.find_map(|line| match decode(line)? {
            ClientMessage::Join { secret, .. } => Some(secret),
            _ => None,
        });
        let id = heard.find_map(|line| match decode(line)? {
            ServerMessage::Joined { id, .. } => Some(id),
            _ => None,
        });
        assert_eq!(secret.map(peer_id), id);
    }
}

#[test]
fn lobbies_and_reconnections_are_bounded_as_the_essay_says() {
    says(SERVER, &format!("tells {} watchers", Rooms::MAX_WATCHERS));
    let (each, floor) = (Rooms::RECONNECT_EACH, Rooms::RECONNECT_FLOOR);
    let spread = format!(
        "{} milliseconds for each page that the server has, {} at least",
        each.as_millis(),
        floor.as_millis()
    );
    says(SERVER, &spread);
}
