//! Whole calls in a simulated world, as stories and drawn from seeds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod call;
mod hostile;
mod network;
mod seeds;
mod world;
