//! `matchbox_server`, on axum and tokio-tungstenite. Its rooms have no cap and its pages no names.

use std::{fs, process::Command};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use super::{Rival, ServerEvent, version_after};
use crate::{
    Result,
    server::{Program, project},
    user::User,
};

/// Matchbox's server.
#[derive(Clone, Copy, Debug)]
pub struct Matchbox;

#[derive(Deserialize)]
enum Message<'a> {
    IdAssigned(String),
    NewPeer(IgnoredAny),
    PeerLeft(IgnoredAny),
    Signal {
        sender: String,
        #[serde(borrow)]
        data: &'a RawValue,
    },
}

impl Program for Matchbox {
    fn name(&self) -> &'static str {
        "matchbox"
    }

    fn version(&self) -> String {
        let list = fs::read_to_string(project().join(".tools/.crates.toml")).unwrap_or_default();
        let version = version_after(&list, "\"matchbox_server ");
        format!("matchbox_server {version}")
    }

    fn command(&self, port: u16) -> Result<Command> {
        let program = project().join(".tools/bin/matchbox_server");
        if !program.is_file() {
            return Err("matchbox_server is not installed yet. Run: cargo xtask bench".into());
        }
        let mut command = Command::new(program);
        // It writes several lines for each join otherwise.
        command
            .arg(format!("127.0.0.1:{port}"))
            .env("RUST_LOG", "error");
        Ok(command)
    }
}

impl Rival for Matchbox {
    fn path(&self, user: &User) -> Option<String> {
        Some(format!("/{}", user.room))
    }

    fn hello(&self, _user: &User) -> Option<String> {
        None
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        format!(r#"{{"Signal":{{"receiver":"{to}","data":{payload}}}}}"#)
    }

    fn hear(&self, _user: &User, text: &str) -> ServerEvent {
        match serde_json::from_str(text) {
            Ok(Message::IdAssigned(id)) => ServerEvent::Joined { id },
            Ok(Message::NewPeer(_)) => ServerEvent::PeerJoined,
            Ok(Message::Signal { sender, data }) => ServerEvent::Signal {
                from: sender,
                bytes: data.get().len(),
            },
            Ok(Message::PeerLeft(_)) | Err(_) => ServerEvent::NOTHING,
        }
    }
}
