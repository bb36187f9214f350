//! Whole calls in a simulated world, as stories and drawn from seeds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod chat;
mod connection;
mod device;
mod hand;
mod hearing;
mod hostile;
mod leaving;
mod network;
mod reaction;
mod room;
mod seeds;
mod signaling;
mod story;
mod third;
mod world;
mod writing;
