//! Whole calls: the server that ships, the page that ships, real Chromium and real Firefox.
//!
//! 1. [`process`]: a program whose output is kept, and which ends together with all that it
//!    started.
//! 2. [`server`]: `target/release/madang` on a port of its own.
//! 3. [`person`]: who joins, with fake devices, none, or refused ones, and from which network.
//! 4. [`browser`]: that person's browser, driven over WebDriver. WebDriver BiDi ([`bidi`]) brings
//!    what pages log, and makes every page run `probe.js` before its own scripts. The probe looks
//!    at connections, statistics and pixels, and changes nothing.
//! 5. [`page`]: what a person does there, by accessible names, and what a person sees (`sight`).
//! 6. [`network`]: machines in network namespaces, whose links go down and come up with another
//!    address.
//! 7. [`guest`]: a participant with another client, written from the protocol's essay alone.
//! 8. [`harness`]: all of it for one test. **When a test fails, `dev/e2e/artifacts/TEST/` has a
//!    screenshot and the console of each page, and what the server and the drivers printed.**
//!
//! **Safari cannot be run here, so what it or older browsers lack is deleted.** With the feature
//! `bare` every browser of every test has nothing but what a call needs, unless the person is
//! [`whole`](Person::whole); tests of what was deleted are ignored, with a word why.
//! `cargo xtask test bare` runs a few of them so, as every run of all tests does,
//! `cargo xtask test bare-all` all, in a quarter of an hour, and by hand it is
//! `cargo test -p madang-e2e --features bare --test e2e -- --test-threads=1`. The page in
//! WebKitGTK, which has no WebRTC, is `cargo xtask test webkit`.
//!
//! Nothing here sleeps and hopes: pages are asked until they show what is expected. If they never
//! do, the test says what they show instead.

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
mod speech;

pub use harness::{Harness, artifacts};
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
