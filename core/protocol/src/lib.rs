//! What travels between a Madang page and its server, and between two pages.
//!
//! This essay is enough to write another client or another server: first this page, then
//! [`essay::server`], [`essay::pair`] and [`essay::chat`] with every rule and number, and a whole
//! [`essay::handshake`]. **A program that was written from it alone joins calls of real browsers in
//! the tests** (`dev/e2e/src/guest.rs`), and its numbers are those of the code: a test fails if
//! either moves.
//!
//! # A session
//!
//! A page opens one WebSocket to `/ws` on its own origin, below a base path to `BASE/ws`. The
//! request needs an `Origin` (RFC 6454) that is the server's own, `https://calls.example.org`:
//! without one, or with another, it is answered with 403. There is no subprotocol, no extension.
//!
//! Every message is one JSON object in one text frame of at most [`MAX_MESSAGE`] bytes, told apart
//! by its `type`. Fields that a side does not know are ignored. A `type` that it does not know is
//! ignored between pages and by pages; the server rejects it as `bad-message`, and closes after
//! five in a row.
//!
//! What a page says:
//!
//! - [`watch`](ClientMessage::Watch): in the lobby. The server answers `watching`, then reports
//!   `peer-joined` and `peer-left`.
//! - [`join`](ClientMessage::Join): the server answers `joined` with everybody else, and tells
//!   these `peer-joined`.
//! - [`signal`](ClientMessage::Signal): passed on to one peer of the same room, with `from` in
//!   place of `to`.
//! - [`leave`](ClientMessage::Leave): the others get `peer-left` with `left`. The WebSocket stays
//!   open; `watch` or `join` may follow.
//! - [`ping`](ClientMessage::Ping): at any time. The server answers `pong`.
//!
//! What the server says:
//!
//! - [`watching`](ServerMessage::Watching) answers `watch`. Its `iceServers` are addresses to try:
//!   **credentials are for those who meet**.
//! - [`joined`](ServerMessage::Joined) answers `join`. **It comes before any `peer-joined` or
//!   `signal` of that room.**
//! - [`peer-joined`](ServerMessage::PeerJoined): somebody joined. **It comes before any `signal` of
//!   that page load.**
//! - [`peer-left`](ServerMessage::PeerLeft): with `left` somebody said `leave`; with `lost` only
//!   the WebSocket is gone, and the peer with it once nothing was heard of it for eight seconds.
//! - [`signal`](ServerMessage::Signal): what a peer said. **The server puts `from` on it; signals
//!   of one sender keep their order.**
//! - [`ice-servers`](ServerMessage::IceServers): before the credentials told so far end; and to
//!   somebody who was alone in a room, just before `peer-joined` tells of a second person.
//!   **Somebody alone has nobody to be relayed to**: the `iceServers` of a `joined` without peers
//!   are for STUN only.
//! - [`pong`](ServerMessage::Pong) answers `ping`, with how long to spread a reconnection.
//! - [`rejected`](ServerMessage::Rejected): what was not done, with a [`Rejection`]'s `reason`.
//!
//! **The server is soft state.** A page draws a [`PeerSecret`] and gets the id that follows from
//! it. When its WebSocket breaks, or the server has restarted, the page opens another and joins
//! again under the same id, and its calls go on in the meantime: that is why `lost` is no reason to
//! hang up while the connection to that peer lives.
//!
//! **A WebSocket may be dead and say nothing**: after a change of networks it stays open for ever,
//! and a browser shows its page neither the server's pings nor their absence. So a page that has
//! heard nothing for 20 seconds, or has reason to doubt (the network or what looks at the page
//! changed, a peer is silent, or a connection to one came to nothing), says `ping`, and after 3
//! seconds without any message it opens another WebSocket.
//!
//! # A call
//!
//! Each two pages of a room build one connection of their own, with `signal`s of an [`Envelope`];
//! then they talk over its two data channels: [`Control`] and [`Chat`]. Whoever leaves says
//! [`bye`](Control::Bye) to all, then `leave` to the server, then closes its connections: either
//! message is enough to be gone at once.
//!
//! # Versions
//!
//! A `join` says which version of all this the page speaks, and any but [`VERSION`] is rejected as
//! `version`, since page and server come from one place. What a side does not know is ignored, so a
//! new field or `type` leaves the version as it is; one that changes or goes raises it. Version 2
//! put a logical `clock` in place of the chat's `stamp`, and `clock` in place of `after` in
//! [`have`](Chat::Have).

mod base;
mod channel;
mod close;
pub mod essay;
mod fields;
mod id;
mod invisible;
mod invitation;
mod json;
mod message;
mod name;
mod particle;
mod quoted;
mod room;
mod route;
mod signal;
mod unicode;

pub use base::{Base, InvalidBase};
pub use channel::{
    Chat, ChatKey, ChatMessage, ChatText, Control, InvalidChatText, Link, LinkStatus, MediaState,
    Reaction, Seen,
};
pub use close::CloseCode;
pub use id::{Generation, Incarnation, InvalidId, PeerId, PeerSecret};
pub use invisible::is_invisible;
pub use invitation::{Stray, room_of};
pub use message::{
    ClientMessage, Credential, IceServer, LeaveReason, Peer, Rejection, ServerMessage, SignalRef,
};
pub use name::Name;
pub use particle::{is_hangul, without_particle};
pub use room::{InvalidRoomId, RoomId};
pub use route::Route;
pub use signal::{Envelope, IceCandidate, Signal, Step};
pub use unicode::{is_alphanumeric, is_numeric, lowercase, uppercase};

/// The version of all this; a page of another version is rejected.
pub const VERSION: u32 = 2;

/// The largest message on the WebSocket, in bytes. An offer with four transceivers is about 12 KB.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// Reads a message; `None` for anything that is none.
pub fn decode<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Option<T> {
    json::read(text)
}

/// Writes a message.
pub fn encode<T: serde::Serialize>(message: &T) -> String {
    // Nothing in this crate has a map with keys other than strings or a serializer that fails, the
    // only two causes of an error.
    serde_json::to_string(message).unwrap_or_default()
}
