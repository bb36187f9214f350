//! Whole calls: the server that ships, the page that ships, real Chromium and real Firefox.
//!
//! 1. [`process`]: a program of ours, with what it prints kept, ended together with all that it
//!    started.
//! 2. [`server`]: `target/release/madang` on a port of its own.
//! 3. [`person`]: who comes, with fake devices, none, or refused ones, and from where.
//! 4. [`browser`]: that person's, driven over WebDriver. What pages log comes over WebDriver BiDi
//!    ([`bidi`]), and so does `probe.js`, which every page runs before its own scripts: it looks at
//!    connections, statistics and pixels, and changes nothing.
//! 5. [`page`]: what a person does there, by the names that people hear, and what a person sees
//!    (`sight`).
//! 6. [`network`]: machines of their own, whose links go away and come back with another address.
//! 7. [`guest`]: somebody with a program of another make, written from the protocol's essay alone.
//! 8. [`harness`]: all of it for one test. **When a test fails, `dev/e2e/artifacts/TEST/` has a
//!    screenshot and the console of each page, and what the server and the drivers printed.**
//!
//! Nothing here sleeps until something has probably happened: pages are asked until they show it,
//! and say what they show instead if they never do.

pub mod bidi;
pub mod browser;
mod command;
pub mod guest;
pub mod harness;
pub mod network;
pub mod page;
pub mod person;
pub mod process;
pub mod server;
mod sight;

pub use harness::Harness;
pub use network::{Machine, Network};
pub use page::Page;
pub use person::{Access, Engine, FakeDevices, Person};
pub use rustix::process::Signal;
pub use server::TestServer;
pub use sight::all_see_and_hear_all;

/// What went wrong, for a person to read.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The tests' own result.
pub type Result<T> = std::result::Result<T, Error>;
