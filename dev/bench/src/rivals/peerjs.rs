//! PeerServer of the npm package `peer`. It has no rooms: whoever knows a name can write to it.

use std::process::Command;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Rival, ServerEvent, installed};
use crate::{Result, server::Program, user::User};

/// PeerJS's server.
#[derive(Clone, Copy, Debug)]
pub struct PeerJs;

#[derive(Deserialize)]
struct Message<'a> {
    r#type: String,
    src: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

impl Program for PeerJs {
    fn name(&self) -> &'static str {
        "PeerJS"
    }

    fn version(&self) -> String {
        format!("PeerJS: peer {} on the same Node", installed("peer"))
    }

    fn command(&self, port: u16) -> Result<Command> {
        let mut command = super::node("node_modules/peer/dist/bin/peerjs.js")?;
        // As many as come; it would take 5,000.
        command
            .args(["--host", "127.0.0.1", "--concurrent_limit", "20000"])
            .args(["--port", &port.to_string()]);
        Ok(command)
    }
}

impl Rival for PeerJs {
    fn path(&self, user: &User) -> Option<String> {
        let number = user.number;
        Some(format!(
            "/peerjs?key=peerjs&id=person-{number}&token=token-{number}&version=1.5.5"
        ))
    }

    fn hello(&self, _user: &User) -> Option<String> {
        None
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        format!(r#"{{"type":"OFFER","dst":"{to}","payload":{payload}}}"#)
    }

    fn hear(&self, user: &User, text: &str) -> ServerEvent {
        let Ok(message) = serde_json::from_str::<Message>(text) else {
            return ServerEvent::NOTHING;
        };
        match (message.r#type.as_str(), message.src, message.payload) {
            ("OPEN", ..) => ServerEvent::Joined {
                id: format!("person-{}", user.number),
            },
            ("OFFER", Some(from), Some(payload)) => ServerEvent::Signal {
                from,
                bytes: payload.get().len(),
            },
            ("ERROR" | "EXPIRE" | "ID-TAKEN" | "INVALID-KEY", ..) => ServerEvent::Refused,
            _ => ServerEvent::NOTHING,
        }
    }

    fn tells_of_joins(&self) -> bool {
        false
    }
}
