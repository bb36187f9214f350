//! The two relays of this crate: how little it could cost.

use std::process::Command;

use super::{Rival, ServerEvent, locked};
use crate::{
    Result,
    server::{Program, built},
    user::User,
};

/// A server without rooms, on which pages know each other by number.
#[derive(Clone, Copy, Debug)]
pub struct Relay {
    name: &'static str,
    program: &'static str,
    library: &'static str,
    path: Option<&'static str>,
}

impl Relay {
    /// Over WebSockets: `src/bin/relay.rs`.
    pub const WEBSOCKET: Self = Self {
        name: "relay",
        program: "relay",
        library: "tokio-tungstenite",
        path: Some("/"),
    };

    /// The same over bare TCP: `src/bin/tcp-relay.rs`.
    pub const TCP: Self = Self {
        name: "raw TCP",
        program: "tcp-relay",
        library: "tokio",
        path: None,
    };
}

impl Program for Relay {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> String {
        let Self {
            program, library, ..
        } = self;
        format!(
            "{}: {program} without rooms on {library} {}",
            self.name,
            locked(library)
        )
    }

    fn command(&self, port: u16) -> Result<Command> {
        let mut command = Command::new(built(self.program)?);
        command.arg(port.to_string());
        Ok(command)
    }
}

impl Rival for Relay {
    fn path(&self, _user: &User) -> Option<String> {
        self.path.map(str::to_owned)
    }

    fn hello(&self, _user: &User) -> Option<String> {
        None
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        format!("{to}:{payload}")
    }

    fn hear(&self, _user: &User, text: &str) -> ServerEvent {
        match text.split_once(':') {
            Some((from, payload)) => ServerEvent::Signal {
                from: from.to_owned(),
                bytes: payload.len(),
            },
            None => ServerEvent::Joined {
                id: text.to_owned(),
            },
        }
    }

    fn tells_of_joins(&self) -> bool {
        false
    }
}
