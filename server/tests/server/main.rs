//! The server as pages, people and attackers meet it. What needs a process of its own stands beside
//! this: `school` measures how long others wait, `memory` how much the process takes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod backlog;
mod floods;
mod frames;
mod harness;
mod http;
mod limits;
mod log;
mod page;
mod process;
mod shutdown;
mod signaling;
mod slow_frames;
mod slow_requests;
mod threats;
mod tls;
mod turn;
