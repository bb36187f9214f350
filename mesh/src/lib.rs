//! A call as a state machine.
#![allow(missing_docs)]
mod event;
mod view;

pub use event::*;
pub use view::*;

use std::time::Duration;
use protocol::{Incarnation, Name, PeerSecret, RoomId};

/// What a call needs to know before it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The room.
    pub room: RoomId,
    /// What the person was called last, for the lobby's field.
    pub name: Name,
    /// Drawn once and kept over a reload of the page, never longer.
    pub secret: PeerSecret,
    /// Drawn anew with each load of the page.
    pub incarnation: Incarnation,
    /// The wall clock at `now == 0`, in milliseconds since 1970.
    pub wall_clock: u64,
    /// Randomness for the pauses between attempts.
    pub seed: u64,
}

/// The whole call.
pub struct Mesh;

impl Mesh {
    /// A call that has not begun. The first [`Mesh::handle`] opens the WebSocket.
    pub fn new(_config: Config) -> Self { Self }
    /// Takes in what happened at `now`, the time since the session began, and says what to do.
    pub fn handle(&mut self, _input: Input, _now: Duration) -> Vec<Output> { Vec::new() }
    /// When [`Input::Tick`] is wanted next.
    pub fn deadline(&self) -> Option<Duration> { None }
    /// What the call looks like now.
    pub fn view(&self) -> View { unimplemented!() }
}
