//! A call as a state machine.
//!
//! [`Mesh`] knows everything about a call and touches nothing: the browser tells it what happened
//! ([`Input`]) and does what it says ([`Output`]). **There are no sockets, no clock, no browser, no
//! tasks and no randomness in here**, so that thousands of whole calls, with everything that goes
//! wrong in them, run natively within seconds; see `tests/`.
//!
//! In the order of a call's life:
//!
//! 1. `signaling` opens the WebSocket, and another when it breaks. **A broken WebSocket touches no
//!    connection between two people.**
//! 2. `device` asks for microphone and camera. **What is wanted, what the browser was asked for and
//!    what a device does are told apart**, so that no late answer of a person switches anything on
//!    that is no longer wanted.
//! 3. The server says who is there. `peer` is one other person; **gone is who says so, or who is
//!    gone for the server and silent for us**.
//! 4. `pair` connects two pages. The initiator opens a connection, the responder adopts it; a
//!    broken one is replaced by the next generation. **A page has at most [`MAX_HANDSHAKES`] of its
//!    own under way**, since a browser that begins many at once finishes none; one that comes to
//!    nothing keeps the others waiting for a few seconds only.
//! 5. `negotiation` is perfect negotiation, over `steps`, which repeat what a broken WebSocket
//!    lost. **A pair that is not disturbed negotiates once**; devices are switched without.
//! 6. Sound goes first, pictures follow once everybody is connected; `encoding` says how large they
//!    are.
//! 7. `chat` is a log that becomes the same everywhere.
//!
//! **No member of a room can make this page do more than a little**: `allowance` bounds what it
//! reads and answers of each.
//!
//! [`View`] is what people see of all that.

mod allowance;
mod budget;
mod chat;
mod connection;
mod device;
mod encoding;
#[cfg(test)]
#[path = "../../protocol/tests/essay/mod.rs"]
mod essay;
mod event;
mod health;
mod mesh;
mod negotiation;
mod pair;
mod peer;
mod random;
mod roster;
mod route;
mod signaling;
mod source;
mod stage;
mod steps;
mod timer;
mod view;

pub use event::{
    Announcement, CaptureError, Channel, ConnectionCommand, ConnectionEvent, ConnectionId,
    ConnectionState, Description, DeviceCommand, DeviceEvent, Encoding, Input, Output, Role,
    SdpKind, Sending, SocketCommand, SocketEvent, UserCommand,
};
pub use mesh::{Config, Mesh};
pub use roster::MAX_HANDSHAKES;
pub use source::{PerSource, Source, Wish};
pub use view::{
    ChatLine, Device, LinkState, PeerView, Phase, Provenance, Server, Side, View, WhyLeft,
};
