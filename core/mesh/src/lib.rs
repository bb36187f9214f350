//! A call as a state machine.
//!
//! [`Mesh`] knows everything about a call and touches nothing: the browser tells it what happened
//! ([`Input`]) and does what it says ([`Output`]). **There are no sockets, no clock, no browser, no
//! tasks and no randomness in here**, so that thousands of whole calls, with everything that goes
//! wrong in them, run natively within seconds; see `tests/`.
//!
//! In the order of a call's life:
//!
//! 1. `mesh` gives each input to the part that it concerns, and turns what the parts put out into
//!    outputs. `stage` says how far the person is: in the lobby, joining, in the call, or out.
//! 2. `signaling` opens the WebSocket, and another when it breaks. **A broken WebSocket touches no
//!    connection between two people.**
//! 3. `device` asks for what a person sends: each `source` is off, asked for, held or blocked. **A
//!    late answer turns nothing on that is no longer wanted.**
//! 4. `roster` holds the others. Each `peer` leaves when it says so, or when the server has lost it
//!    and nothing has been heard of it for a while. **A page has at most [`MAX_HANDSHAKES`] of its
//!    own under way**, since a browser that begins many at once finishes none; one that leads
//!    nowhere delays the others for a few seconds only.
//!    Under it, `links` tells how one's own connections stand and knows how the others' do, and by
//!    `sound` those are heard by way of a third who cannot be heard else; `gestures` is what people
//!    do beside talking: `hand` says whose hands are up, and in which order, `writing` tells that
//!    one writes, and `passing` is what ends by itself: a reaction, or that somebody writes.
//! 5. `pair` connects two pages. The initiator opens a `connection`, the responder adopts it.
//!    `route` seals and opens the signals between them. `health` knows whether a connection works,
//!    and repairs it step by step; the last step is to replace it by the next generation. `hearing`
//!    knows whether sound gets through. **Nobody is heard for long who does not hear.**
//! 6. `negotiation` is perfect negotiation, over `steps`, which repeat what a broken WebSocket
//!    lost. **An undisturbed pair negotiates once**; devices are switched without.
//! 7. Sound goes first, pictures follow once everybody is connected; `encoding` says how large they
//!    are.
//! 8. `chat` is a log that becomes the same everywhere, and knows whom one's own messages reached.
//!
//! **No member of a room can make this page do more than a little**: `allowance` limits what is
//! read of each peer and answered to it.
//!
//! [`View`] is what people see of all that.

mod allowance;
mod budget;
mod chat;
mod connection;
mod detour;
mod device;
mod encoding;
#[cfg(test)]
#[path = "../../protocol/tests/essay/mod.rs"]
mod essay;
mod event;
mod hand;
mod health;
mod hearing;
mod mesh;
mod negotiation;
mod order;
mod pair;
mod passing;
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
mod writing;

/// So long a browser looks before it says that no packets come.
pub const SOUND_LOOK: std::time::Duration = hearing::Hearing::LOOK;

pub use event::{
    Announcement, CaptureError, Channel, ConnectionCommand, ConnectionEvent, ConnectionId,
    ConnectionState, Description, DeviceCommand, DeviceEvent, Encoding, Input, Output, Role,
    SdpKind, Sending, SocketCommand, SocketEvent, UserCommand,
};
pub use mesh::{Config, Mesh};
pub use order::in_order;
pub use roster::MAX_HANDSHAKES;
pub use source::{PerSource, Source, Wish};
pub use view::{
    ChatLine, Device, LinkState, LinkView, NoSound, PeerView, Phase, Provenance, Server, Side,
    Undelivered, View, WhyLeft,
};
