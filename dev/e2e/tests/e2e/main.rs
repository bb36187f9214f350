//! All that takes browsers, other programs or both: `cargo test --test e2e call::` runs a file of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod call;
mod chat;
mod deploy;
mod errors;
mod guest;
mod layout;
mod network;

mod privacy;
mod server;
mod start;
