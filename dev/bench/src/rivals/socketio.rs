//! The usual server on Node: Express and Socket.IO, `dev/bench/rivals/server.js`.
//!
//! <https://socket.io/docs/v4/engine-io-protocol/> and
//! <https://socket.io/docs/v4/socket-io-protocol/>

use std::process::Command;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Rival, ServerEvent, installed};
use crate::{
    Result,
    server::{Program, project},
    user::User,
};

/// Socket.IO behind Express.
#[derive(Clone, Copy, Debug)]
pub struct SocketIo;

#[derive(Deserialize)]
struct Signal<'a> {
    from: String,
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct Joined {
    id: String,
}

impl Program for SocketIo {
    fn name(&self) -> &'static str {
        "Socket.IO"
    }

    fn version(&self) -> String {
        let (socket, express) = (installed("socket.io"), installed("express"));
        let node = Command::new("node").arg("--version").output();
        let node = node.map_or_else(|_| Vec::new(), |output| output.stdout);
        let node = String::from_utf8_lossy(&node).trim().to_owned();
        format!("Socket.IO {socket} with Express {express} on Node {node}")
    }

    fn command(&self, port: u16) -> Result<Command> {
        let mut command = super::node("server.js")?;
        command.arg(port.to_string()).arg(project().join("dist"));
        Ok(command)
    }
}

impl Rival for SocketIo {
    fn path(&self, _user: &User) -> Option<String> {
        Some("/socket.io/?EIO=4&transport=websocket".to_owned())
    }

    fn hello(&self, _user: &User) -> Option<String> {
        None
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        format!(r#"42["signal",{{"to":"{to}","payload":{payload}}}]"#)
    }

    fn hear(&self, user: &User, text: &str) -> ServerEvent {
        if let Some(message) = text.strip_prefix("42") {
            return hear_message(message).unwrap_or(ServerEvent::NOTHING);
        }
        match text.get(..2) {
            Some("0{") => ServerEvent::answer("40"),
            Some("40") => {
                let (room, number) = (&user.room, user.number);
                ServerEvent::answer(format!(
                    r#"42["join",{{"room":"{room}","name":"Person {number}"}}]"#
                ))
            }
            Some("44") => ServerEvent::Refused,
            _ if text == "2" => ServerEvent::answer("3"),
            _ => ServerEvent::NOTHING,
        }
    }
}

fn hear_message(text: &str) -> Option<ServerEvent> {
    let (what, body): (&str, &RawValue) = serde_json::from_str(text).ok()?;
    match what {
        "joined" => {
            let Joined { id } = serde_json::from_str(body.get()).ok()?;
            Some(ServerEvent::Joined { id })
        }
        "peer-joined" => Some(ServerEvent::PeerJoined),
        "signal" => {
            let Signal { from, payload } = serde_json::from_str(body.get()).ok()?;
            let bytes = payload.get().len();
            Some(ServerEvent::Signal { from, bytes })
        }
        "refused" => Some(ServerEvent::Refused),
        _ => None,
    }
}
