//! The two relays of this crate: how little it could cost.

use std::process::Command;

use super::{Event, Rival, locked};
use crate::{
    Result,
    guest::Guest,
    server::{Program, built},
};

/// WebSockets without rooms: `src/bin/relay.rs`.
#[derive(Clone, Copy, Debug)]
pub struct Relay;

/// The same over bare TCP: `src/bin/tcp-relay.rs`.
#[derive(Clone, Copy, Debug)]
pub struct TcpRelay;

impl Program for Relay {
    fn name(&self) -> &'static str {
        "relay"
    }

    fn version(&self) -> String {
        let library = locked("tokio-tungstenite");
        format!("relay without rooms on tokio-tungstenite {library}")
    }

    fn command(&self, port: u16) -> Result<Command> {
        command("relay", port)
    }
}

impl Program for TcpRelay {
    fn name(&self) -> &'static str {
        "raw TCP"
    }

    fn version(&self) -> String {
        format!("raw TCP relay on tokio {}", locked("tokio"))
    }

    fn command(&self, port: u16) -> Result<Command> {
        command("tcp-relay", port)
    }
}

impl Rival for Relay {
    fn path(&self, _guest: &Guest) -> Option<String> {
        Some("/".to_owned())
    }

    fn hello(&self, _guest: &Guest) -> Option<String> {
        None
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        signal(to, payload)
    }

    fn hear(&self, _guest: &Guest, text: &str) -> Event {
        hear(text)
    }

    fn tells_of_joins(&self) -> bool {
        false
    }
}

impl Rival for TcpRelay {
    fn path(&self, _guest: &Guest) -> Option<String> {
        None
    }

    fn hello(&self, _guest: &Guest) -> Option<String> {
        None
    }

    fn signal(&self, to: &str, payload: &str) -> String {
        signal(to, payload)
    }

    fn hear(&self, _guest: &Guest, text: &str) -> Event {
        hear(text)
    }

    fn tells_of_joins(&self) -> bool {
        false
    }
}

fn command(program: &str, port: u16) -> Result<Command> {
    let mut command = Command::new(built(program)?);
    command.arg(port.to_string());
    Ok(command)
}

fn signal(to: &str, payload: &str) -> String {
    format!("{to}:{payload}")
}

fn hear(text: &str) -> Event {
    text.split_once(':').map_or_else(
        || Event::Joined {
            id: text.to_owned(),
        },
        |(from, payload)| Event::Signal {
            from: from.to_owned(),
            bytes: payload.len(),
        },
    )
}
