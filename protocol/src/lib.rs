//! What travels between a Madang page and its server, and between two pages.
//!
//! This page is enough to write another client or another server.
//!
//! # A session
//!
//! A page opens one WebSocket to `/ws` on its own origin. Every message is one JSON object in one text frame of at most
//! [`MAX_MESSAGE`] bytes, told apart by its `type`. Fields that a side does not know are ignored. A `type` that it does not know
//! is ignored between pages and by pages; the server rejects it as `bad-message`, and closes after five in a row.
//!
//! The request for the WebSocket needs an `Origin` (RFC 6454) that is the server's own, `https://calls.example.org`: without one,
//! or with another, it is answered with 403. There is no subprotocol and no extension. Below a base path it is `BASE/ws`.
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
//! | server | [`ice-servers`](ServerMessage::IceServers) | Before the credentials told so far end; and to who was alone in a room, just before `peer-joined` tells of the second. |
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
//! # What a page may do, and why a WebSocket ends
//!
//! The server pings every five seconds, give or take a tenth; a WebSocket library answers by itself. Each page may send so much
//! and so often that a full room is joined without a pause; beyond that:
//!
//! | close code | why | what the page does |
//! |---|---|---|
//! | [`REPLACED`](close::REPLACED) 1000 | the same page load joined over another WebSocket | goes on with that one |
//! | 1003, 1007, 1009 | binary, no UTF-8, more than [`MAX_MESSAGE`] | it has a fault: does not repeat what it sent |
//! | [`POLICY`](close::POLICY) 1008 | too many messages or control frames, too slow a message, or too many that are none | comes back late: it would meet the limit again |
//! | [`RESTART`](close::RESTART) 1012 | the server restarts | comes back soon, at a random moment |
//! | [`OVERLOADED`](close::OVERLOADED) 1013 | the server or what it grants one address is used up; [`overloaded`](Rejection::Overloaded) comes before it | comes back after its `retryAfter` and as much again at random, and tells the person |
//! | [`SILENT`](close::SILENT) 4001 | neither `watch` nor `join` within ten seconds | opens another when it has something to say |
//! | [`SUPERSEDED`](close::SUPERSEDED) 4003 | another load of the page joined under this id | stays away |
//! | [`TOO_SLOW`](close::TOO_SLOW) 4006 | nothing of what the server sent was taken for ten seconds, or what it sent a minute ago was not read | comes back, and reads |
//! | [`TIMED_OUT`](close::TIMED_OUT) 4007 | no sign of life for ten seconds after a ping | comes back at once |
//!
//! Of one page's signals to one peer so many wait, and so much: 64, or [`MAX_MESSAGE`] bytes. What is more is `rejected` as
//! `congested`, and what passed on would be larger than [`MAX_MESSAGE`], two bytes more than came, as `too-large`.
//!
//! **Pages share an address, and it has a share.** Where many come at once from one the answer to `watch` and `join` may take eight
//! seconds. Each page enters or looks into rooms twelve times at once, and then once in two seconds.
//!
//! **Alone there is nobody to be relayed to**: the `iceServers` of a `joined` without peers are for STUN only.
//!
//! [`Rejection`] says what was not done while the WebSocket stays. A page that comes back after anything but 1000 and 4003 waits at
//! random, longer each time; connections to the others go on meanwhile.
//!
//! # A pair
//!
//! Each two pages of a room build one `RTCPeerConnection`. The one with the smaller [`PeerId`] is the *initiator* and
//! impolite, the other the *responder* and polite. They talk through `signal`, whose `payload` is an [`Envelope`] in JSON:
//!
//! 1. Both learn of each other by `joined` or `peer-joined`. The responder says [`ready`](Signal::Ready) with the newest generation
//!    that it has given up; again whenever one of the two has joined anew, and again after `READY`, ever more rarely, until an
//!    offer comes. It says so at once when it gives a connection up.
//! 2. The initiator opens a connection of the next [`Generation`], adds four transceivers (microphone, camera, screen
//!    sound, screen picture: `mid` 0 to 3) and two negotiated data channels (`ctl` with id 0, `chat` with id 1), and sends an
//!    [`offer`](Step::Offer). All are `sendrecv`, in this order, and bundled; a description with other sections is not applied.
//!    The two for the screen are reserved: nothing is sent on them yet. Opus and VP8 have to be among the codecs (RFC 7874,
//!    RFC 7742); a page without media answers all four and sends nothing. DTLS and SCTP are RFC 8831's.
//! 3. The responder opens its connection with the same two channels and no transceiver, applies the offer, sets the four
//!    transceivers that came of it to `sendrecv`, and sends an [`answer`](Step::Answer).
//! 4. Both send their [`candidate`](Step::Candidate)s as they are found, each with its `sdpMid` or `sdpMLineIndex`: no browser takes
//!    one with neither. The end of candidates is one whose `candidate` is empty: a side whose search ended without any has no way
//!    out, and the other can say so to its person. Steps are numbered: **a step out of order is dropped,
//!    and repeated by its sender** when either of the two has joined anew, and a second or two after the server refused one as
//!    [`congested`](Rejection::Congested), until it was acknowledged.
//! 5. From then on devices are switched by `replaceTrack`, and there is no further negotiation. Should a browser want one, perfect
//!    negotiation (W3C WebRTC, section 10.7) applies.
//! 6. A connection that is broken is given up by both. The responder says `ready` again, the initiator opens the next generation.
//!    Broken it is when its state is `failed`; when a data channel closes, which is how a side sees that the other has closed the
//!    connection; when a description cannot be applied; and when time runs out as below. **An initiator has no word for giving
//!    up**: its next offer says it, and until then the responder's own patience. Neither waits for the other for ever, since the
//!    responder repeats `ready`, and an initiator whose offer was heard, or that hears `ready` with its own generation or a newer one, gives up at that.
//!
//! | a pair's timer | seconds | |
//! |---|---|---|
//! | `PATIENCE` | 30 | A handshake without any progress for so long is broken. Progress is a description, a candidate, a state. |
//! | `ALIVE` | 2 | Each side says [`alive`](Control::Alive) so often once `ctl` is open, with its `ack`. |
//! | `SILENCE` | 8 | Whoever has said nothing for so long is shown as reconnecting. Any message counts. |
//! | `DEAD` | 20 | After so long a silence the connection is broken. |
//! | `DOUBT` | 4 | The same, for a pair whose way through the server was lost and is back. |
//! | `READY` | 5 | The responder repeats `ready` after this, and each time this much later, |
//! | `MAX_PAUSE` | 20 | but never later than this. An initiator's pause between attempts is random and as bounded. |
//!
//! Once connected, the pages talk over the two channels: [`Control`] and [`Chat`]. [`media`](Control::Media) is said when `ctl` opens
//! and at each change; before the first both devices count as off. Whoever leaves says [`bye`](Control::Bye) to all, then `leave` to
//! the server, then closes its connections: either word is enough to be gone at once.
//!
//! # The chat
//!
//! A log of messages that becomes the same for all, sorted by [`ChatKey`]. What is [`said`](Chat::Said) is said by its author alone: a
//! receiver drops it from anybody else. It tells what it has had ([`have`](Chat::Have)) when the channel opens, every 15 seconds, and when
//! a message is further ahead than its clock may go; the other answers with what is [`missed`](Chat::Missed), in order. So whatever was
//! lost or refused comes again, and logs become the same through others where two pages have no connection.
//!
//! - The author's next `clock` is one more than the greatest it has followed. Up to 1,024 ahead are followed at any time; beyond that a
//!   page moves by 2²⁶ a second, 2³² at once, and what is twice as far moves nothing.
//! - What a page tells of others is theirs by its word only, and shown so. It is not taken from anybody while the author's own page
//!   (the same `author` and `incarnation`) is heard on its own channel, and gives way to the author's word. What is told in a present
//!   author's name and is not in that author's own `have` is dropped.
//! - A page keeps 256 KiB, a message counting 512 bytes at least. What others told goes first, of the teller who told most; then what was
//!   heard, of the author who wrote most, the oldest first. What was forgotten counts as had.
//! - Of each peer a page reads 20 messages said at once and two a second, 1,024 told and eight a second, 60 control messages and ten a
//!   second, 512 KiB and 32 KiB a second. It answers a `have` every two seconds at most, with 512 KiB and 4 KiB a second. The rest is
//!   dropped without a word.
//!
//! # A handshake, as it travels
//!
//! Ada's secret is `01` sixteen times and Ben's `02` sixteen times; their ids follow. Ben's is smaller, so he is the initiator. What
//! Ada's page sends (`>`) and receives (`<`) until the two are connected, without most of the SDP:
//!
//! ```text
//! > {"type":"join","version":2,"room":"tea","name":"Ada","secret":"01010101010101010101010101010101","incarnation":7}
//! < {"type":"joined","id":"cc8cd41cef907c4d216069122c4b8993","peers":[{"id":"292afde3b64e6636d68f1120d9242f1f","incarnation":5,"name":"Ben"}],"iceServers":[]}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"ready\",\"after\":0}}"}
//! < {"type":"signal","from":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":5,\"to\":7,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":0,\"ack\":0,\"step\":{\"type\":\"offer\",\"negotiation\":1,\"sdp\":\"v=0\\r\\n\\u2026\"}}}"}
//! < {"type":"signal","from":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":5,\"to\":7,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":1,\"ack\":0,\"step\":{\"type\":\"candidate\",\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.2 54400 typ host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"b1b2\"}}}"}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":0,\"ack\":2,\"step\":{\"type\":\"answer\",\"negotiation\":1,\"sdp\":\"v=0\\r\\n\\u2026\"}}}"}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":1,\"ack\":2,\"step\":{\"type\":\"candidate\",\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.1 54401 typ host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}}"}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":2,\"ack\":2,\"step\":{\"type\":\"candidate\",\"candidate\":\"\",\"sdpMid\":\"0\"}}}"}
//! ```
//!
//! Then `ctl` opens, and on it go `{"type":"media","microphone":false,"camera":false}`, `{"type":"alive","ack":2}` and, in the end,
//! `{"type":"bye"}`.

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
