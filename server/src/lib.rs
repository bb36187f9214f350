//! The server: it knows who is in which room, passes signals on, and serves the page. It has no
//! part in calls.
//!
//! From the inside out, each layer knowing only those before it:
//!
//! 1. `rooms`, a crate of its own: join, leave, relay, as pure functions of what came before. **The
//!    server stamps `from`, and relays within a room only.**
//! 2. `hub`: these rooms behind one lock, and a bounded `queue` for each WebSocket, which all
//!    have so much `memory` together. **A page that does not read is let go; nobody waits for
//!    it.**
//! 3. `socket`: one WebSocket's life, from the first word to the close frame; `frames`: how the
//!    two are spelt.
//! 4. `site`, `http` and `answer`: the built `page` with each `file` from memory, in
//!    the form that the browser `accept`s, the `headers` of every answer, the `upgrade` to a
//!    WebSocket.
//! 5. `run` accepts connections, within `limits`, until it is told to stop. Each goes
//!    through the share of its `address`, which may be what a `proxy` says, is read no faster
//!    than a `throttle` allows, and may be encrypted (`tls`): its `transport`.
//!
//! Beside them stand `ice`, what pages are told of STUN and TURN; `metrics` and `operations`,
//! what the operator is told; and `config` and `log`.
//!
//! **All of it is soft state.** After a restart the pages come back and tell who they are.
//! **Everything that can grow has a bound,** and whoever meets it is told so by a status or a close
//! code where there is anybody to tell.

#![warn(unreachable_pub)]

mod accept;
mod address;
mod address_slot;
mod app_state;
mod bucket;
mod config;
#[cfg(test)]
#[path = "../../core/protocol/tests/essay/mod.rs"]
mod essay;
mod file;
pub mod frames;
mod headers;
mod http;
mod hub;
pub mod ice;
mod limits;
pub mod log;
pub mod memory;
mod metrics;
mod operations;
mod origin;
mod page;
mod pool;
mod proxy;
mod queue;
mod rate_limiter;
mod request;
mod response;
mod run;
mod socket;
mod throttle;
pub mod tls;
mod transport;
mod upgrade;

pub use config::Config;
pub use run::{Listeners, Server};
pub use socket::Timeouts;
