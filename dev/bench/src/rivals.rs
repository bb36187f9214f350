//! The servers, and what a page says to each.

mod madang;
mod matchbox;
mod nginx;
mod peerjs;
mod relay;
mod socketio;

use std::{fmt, process::Command};

pub use madang::Madang;
pub use matchbox::Matchbox;
pub use nginx::Nginx;
pub use peerjs::PeerJs;
pub use relay::Relay;
pub use socketio::SocketIo;

use crate::{
    Result,
    server::{Program, project},
    user::User,
};

/// A server through which pages talk.
pub trait Rival: Program {
    /// Where its WebSocket is; `None` if it has bare TCP.
    fn path(&self, user: &User) -> Option<String>;

    /// What a page says first, if it speaks first.
    fn hello(&self, user: &User) -> Option<String>;

    /// A message to one other page; the payload is JSON.
    fn signal(&self, to: &str, payload: &str) -> String;

    /// What the server's words mean.
    fn hear(&self, user: &User, text: &str) -> ServerEvent;

    /// Whether it tells those in a room of who joins. Where it does not, newcomers do, with a
    /// message to each.
    fn tells_of_joins(&self) -> bool {
        true
    }
}

/// What a server says to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// You are in.
    Joined {
        /// What the server calls you.
        id: String,
    },
    /// Somebody else is.
    PeerJoined,
    /// A message.
    Signal {
        /// Of whom, by the server's word.
        from: String,
        /// The size of its payload.
        bytes: usize,
    },
    /// Something was not done.
    Refused,
    /// Something that only the server's own protocol needs, or that nobody waits for.
    Formality {
        /// What has to be answered.
        answer: Option<String>,
    },
}

impl ServerEvent {
    /// Nothing to wait for.
    const NOTHING: Self = Self::Formality { answer: None };

    fn answer(words: impl Into<String>) -> Self {
        Self::Formality {
            answer: Some(words.into()),
        }
    }
}

impl fmt::Debug for dyn Rival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// All of them, ours first.
pub const ALL: [&dyn Rival; 6] = [
    &Madang,
    &SocketIo,
    &PeerJs,
    &Matchbox,
    &Relay::WEBSOCKET,
    &Relay::TCP,
];

/// A program on Node, in the folder of the rivals.
fn node(script: &str) -> Result<Command> {
    let folder = project().join("dev/bench/rivals");
    if !folder.join("node_modules").is_dir() {
        return Err("The servers on Node are not installed yet. Run: cargo xtask bench".into());
    }
    let mut command = Command::new("node");
    command
        .arg(folder.join(script))
        .env("NODE_ENV", "production");
    Ok(command)
}

/// The version of a package that this workspace has locked.
fn locked(package: &str) -> String {
    let lock = std::fs::read_to_string(project().join("Cargo.lock")).unwrap_or_default();
    version_after(&lock, &format!("name = \"{package}\"\nversion = \""))
}

/// The version of a package of Node's that is installed.
fn installed(package: &str) -> String {
    let path = format!("dev/bench/rivals/node_modules/{package}/package.json");
    let about = std::fs::read_to_string(project().join(path)).unwrap_or_default();
    version_after(&about, "\"version\": \"")
}

fn version_after(text: &str, before: &str) -> String {
    let version = text.split_once(before).map(|(_, after)| after);
    let version = version.and_then(|after| after.split(['"', ' ']).next());
    version.unwrap_or("of unknown version").to_owned()
}
