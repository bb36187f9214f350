//! The server: it knows who is in which room, passes signals on, and serves the page. It has no
//! part in calls.
//!
//! From the inside out, each layer knowing only those before it:
//!
//! 1. [`rooms`], a crate of its own: join, leave, relay, as pure functions of what came before.
//!    **The server puts `from` on a signal, and relays within a room only.**
//! 2. `hub`: these rooms behind one lock, and a bounded `queue` for each WebSocket. What waits in
//!    all queues shares one `memory`. **A page that does not read is let go; nobody waits for it.**
//! 3. `socket`: the session of one WebSocket, from its first message to its close frame; `frames`:
//!    how both are written.
//! 4. `http`: the tower stack that answers requests, each in the turn of its `address_slot`: from
//!    the `page` in memory, by an `upgrade` to a WebSocket, or with a short `response`. `app_state`
//!    is what all requests share.
//! 5. `run` accepts connections, within `limits`, until it is told to stop. Each counts for its
//!    `address`, which a `proxy` may have told; it is read no faster than a `throttle` allows, and
//!    may be encrypted (`tls`): that is its `transport`.
//!
//! Beside them stand `ice`, what pages are told of STUN and TURN; `metrics` and `operations`, for
//! the operator; `config` and `log`.
//!
//! **All of it is soft state.** After a restart the pages come back and say who they are.
//! **Everything that can grow has a bound**, and a page that meets one is told so by a status or a
//! close code.

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
