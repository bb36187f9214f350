//! What travels between a Madang page and its server, and between two pages.
//!
//! This page is enough to write another client or another server.
//!
//! # A session
//!
//! A page opens one WebSocket to `/ws` on its own origin. Every message is one JSON object in one text frame of at most
//! [`MAX_MESSAGE`] bytes, told apart by its `type`. Fields that a side does not know are ignored.
//!
//! | who | message | when, and what follows |
//! |---|---|---|
//! | page | [`watch`](ClientMessage::Watch) | In the lobby. The server answers `watching`, then reports `peer-joined` and `peer-left`. |
//! | page | [`join`](ClientMessage::Join) | The server answers `joined` with everybody else, and tells these `peer-joined`. |
//! | page | [`signal`](ClientMessage::Signal) | The server passes it on to one peer of the same room, with `from` in place of `to`. |
//! | page | [`leave`](ClientMessage::Leave) | The others get `peer-left` with `left`. The WebSocket stays open; `watch` or `join` may follow. |
//! | page | [`ping`](ClientMessage::Ping) | At any time. The server answers `pong`. |
//! | server | [`watching`](ServerMessage::Watching) | The answer to `watch`. |
//! | server | [`joined`](ServerMessage::Joined) | The answer to `join`. **It comes before any `peer-joined` or `signal` of that room.** |
//! | server | [`peer-joined`](ServerMessage::PeerJoined) | Somebody joined. **It comes before any `signal` of that page load.** |
//! | server | [`peer-left`](ServerMessage::PeerLeft) | With `left` somebody said `leave`; with `lost` only the WebSocket is gone. |
//! | server | [`signal`](ServerMessage::Signal) | What a peer said. **The server stamps `from`; signals of one sender keep their order.** |
//! | server | [`ice-servers`](ServerMessage::IceServers) | To those who joined, before the credentials told so far end. |
//! | server | [`pong`](ServerMessage::Pong) | The answer to `ping`, with how long to spread a reconnection. |
//! | server | [`rejected`](ServerMessage::Rejected) | What was not done, with a [`Rejection`]'s `reason`. |
//!
//! **The server is soft state.** A page draws a [`PeerSecret`] and gets the id that follows from it. When its WebSocket
//! breaks, or the server has restarted, the page opens another and joins again under the same id, and its calls
//! go on in the meantime: that is why `lost` is no reason to hang up while the connection to that peer lives.
//!
//! **A WebSocket may be dead and say nothing**: after a change of networks it stays open for ever, and a browser shows its page
//! neither the server's pings nor their absence. So a page that has heard nothing for twenty seconds, or has reason to doubt (the
//! network or what looks at the page changed, or a peer is silent), says `ping`, and after three seconds without any message it
//! opens another WebSocket.
//!
//! # A pair
//!
//! Each two pages of a room build one `RTCPeerConnection`. The one with the smaller [`PeerId`] is the *initiator* and
//! impolite, the other the *responder* and polite. They talk through `signal`, whose `payload` is an [`Envelope`] in JSON:
//!
//! 1. Both learn of each other by `joined` or `peer-joined`. The responder says [`ready`](Signal::Ready), and again whenever
//!    one of the two has joined anew while they are not connected.
//! 2. The initiator opens a connection of the next [`Generation`], adds four transceivers (microphone, camera, screen
//!    sound, screen picture: `mid` 0 to 3) and two negotiated data channels (`ctl` with id 0, `chat` with id 1), and sends an
//!    [`offer`](Step::Offer).
//! 3. The responder opens its connection with the same two channels and no transceiver, applies the offer, sets the four
//!    transceivers that came of it to `sendrecv`, and sends an [`answer`](Step::Answer).
//! 4. Both send their [`candidate`](Step::Candidate)s as they are found. Steps are numbered: **a step out of order is dropped,
//!    and repeated by its sender** when either of the two has joined anew, until it was acknowledged.
//! 5. From then on devices are switched by `replaceTrack`, and there is no further negotiation. Should a browser want one, perfect
//!    negotiation (W3C WebRTC, section 10.7) applies.
//! 6. A connection that is broken is given up by both. The responder says `ready` again, the initiator opens the next generation.
//!
//! Once connected, the pages talk over the two channels: [`Control`] and [`Chat`].

mod base;
mod channel;
mod id;
mod invisible;
mod invitation;
mod message;
mod name;
mod room;
mod route;
mod signal;

pub use base::{Base, InvalidBase};
pub use channel::{
    Chat, ChatKey, ChatMessage, ChatText, Control, InvalidChatText, MediaState, Seen,
};
pub use id::{Generation, Incarnation, InvalidId, PeerId, PeerSecret};
pub use invisible::is_invisible;
pub use invitation::{Stray, room_of};
pub use message::{
    ClientMessage, IceServer, LeaveReason, Peer, Rejection, ServerMessage, SignalRef, close,
};
pub use name::Name;
pub use room::{InvalidRoomId, RoomId};
pub use route::Route;
pub use signal::{Envelope, IceCandidate, Signal, Step};

/// The version of all this; a page of another version is rejected.
pub const VERSION: u32 = 2;

/// The largest message on the WebSocket, in bytes. An offer with four transceivers is about 12 KB.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// Reads a message; `None` for anything that is none.
pub fn decode<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Writes a message.
pub fn encode<T: serde::Serialize>(message: &T) -> String {
    // Nothing in this crate has a map with keys other than strings or a serializer that fails, the only two causes of an error.
    serde_json::to_string(message).unwrap_or_default()
}
