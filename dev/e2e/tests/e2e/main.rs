//! Tests that need browsers, other programs or both. `cargo test -p madang-e2e --test e2e call::`
//! runs one file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod a11y;
mod bare;
mod call;
mod chat;
mod connection_test;
mod deploy;
mod devices;
mod errors;
mod guest;
mod hearing;
mod keys;
mod layout;
mod names;
mod network;
mod outside;
mod privacy;
mod qr_code;
mod screen;
mod screens;
mod server;
mod social;
mod sound;
mod start;
mod third;
mod webkit;
