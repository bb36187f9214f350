//! Ours, with every limit and metric as it ships.

use std::process::Command;

use protocol::{
    ClientMessage, Incarnation, Name, PeerSecret, RoomId, ServerMessage, VERSION, decode, encode,
};

use super::{Rival, ServerEvent, locked};
use crate::{
    Result,
    server::{Program, built, project},
    user::User,
};

/// The server of this project.
#[derive(Clone, Copy, Debug)]
pub struct Madang;

impl Madang {
    /// The one limit of a whole server that a load of 19,600 needs raised; a process may open
    /// 20,000 files here and there.
    const CONNECTIONS: &str = "19700";
    /// And the one limit of an address: the page is asked for from one.
    const REQUESTS: &str = "1000000";
}

impl Program for Madang {
    fn name(&self) -> &'static str {
        "Madang"
    }

    fn version(&self) -> String {
        format!("Madang {}", locked("madang-server"))
    }

    fn command(&self, port: u16) -> Result<Command> {
        // Signaling is measured without a page too; what asks for files fails without one.
        let dist = Some(project().join("dist")).filter(|dist| dist.is_dir());
        let mut command = Command::new(built("madang")?);
        command
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--max-connections", Self::CONNECTIONS])
            .arg("--dist")
            .arg(dist.unwrap_or_else(|| "none".into()));
        let help = Command::new(built("madang")?).arg("--help").output()?;
        if String::from_utf8_lossy(&help.stdout).contains("--metrics-listen") {
            command.args(["--metrics-listen", "127.0.0.1:0"]);
        }
        if String::from_utf8_lossy(&help.stdout).contains("--requests-per-second") {
            command.args(["--requests-per-second", Self::REQUESTS]);
        }
        Ok(command)
    }
}

impl Rival for Madang {
    fn path(&self, _user: &User) -> Option<String> {
        Some("/ws".to_owned())
    }

    fn hello(&self, user: &User) -> Option<String> {
        let room: RoomId = user.room.parse().ok()?;
        Some(encode(&ClientMessage::Join {
            version: VERSION,
            room,
            name: Name::new(&format!("Person {}", user.number)),
            secret: PeerSecret(u128::from(user.number).to_be_bytes()),
            incarnation: Incarnation(1),
        }))
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        // Ids come from the server; should one be none, the server's refusal tells.
        to.parse().map_or_else(
            |_| String::new(),
            |to| {
                encode(&ClientMessage::Signal {
                    to,
                    payload: payload.to_owned(),
                })
            },
        )
    }

    fn hear(&self, _user: &User, text: &str) -> ServerEvent {
        match decode(text) {
            Some(ServerMessage::Joined { id, .. }) => ServerEvent::Joined { id: id.to_string() },
            Some(ServerMessage::PeerJoined { .. }) => ServerEvent::PeerJoined,
            Some(ServerMessage::Signal { from, payload }) => ServerEvent::Signal {
                from: from.to_string(),
                bytes: payload.len(),
            },
            Some(ServerMessage::Rejected { .. }) => ServerEvent::Refused,
            _ => ServerEvent::NOTHING,
        }
    }
}
