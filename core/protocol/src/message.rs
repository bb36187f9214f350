//! Between a page and the server, as JSON text over one WebSocket.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Incarnation, Name, PeerId, PeerSecret, RoomId,
    fields::{self, Fields},
};

/// What a page asks of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum ClientMessage {
    /// Tell me who is in this room, and who comes and goes, without my being in it. Answered by
    /// [`ServerMessage::Watching`].
    Watch {
        /// Which room.
        room: RoomId,
    },
    /// Let me in. Answered by [`ServerMessage::Joined`] or a rejection. Whoever is in the room
    /// under the same id is replaced.
    Join {
        /// Has to be [`crate::VERSION`].
        version: u32,
        /// Which room. It need not exist: the first to join makes it.
        room: RoomId,
        /// What the others shall call me.
        name: Name,
        /// Proves my id; see [`PeerId`].
        secret: PeerSecret,
        /// This page load.
        incarnation: Incarnation,
    },
    /// Pass this on to one peer of my room.
    Signal {
        /// Whom it is for.
        to: PeerId,
        /// An [`crate::Envelope`] in JSON. The server never looks inside.
        payload: String,
    },
    /// I leave the room, and mean it.
    Leave,
    /// Are you there? Answered at once by [`ServerMessage::Pong`], in any state. It takes no place
    /// in a room, and does not count as a first `watch` or `join`.
    Ping,
}

/// What the server tells a page: what has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum ServerMessage {
    /// You watch a room; these are in it now. [`ServerMessage::PeerJoined`] and
    /// [`ServerMessage::PeerLeft`] follow.
    Watching {
        /// Who is in the room, in order of arrival.
        peers: Vec<Peer>,
        /// How many it takes at most.
        capacity: u32,
        /// The STUN and TURN servers by their addresses alone, to try whether they answer. What
        /// opens a TURN server is told to those who meet.
        ice_servers: Vec<IceServer>,
    },
    /// You are in the room.
    Joined {
        /// Your id, as the others see it.
        id: PeerId,
        /// Everybody else in the room, in order of arrival.
        peers: Vec<Peer>,
        /// The STUN and TURN servers to use.
        ice_servers: Vec<IceServer>,
    },
    /// Somebody joined, or joined again: then what is known of this id is replaced.
    PeerJoined {
        /// Who.
        peer: Peer,
    },
    /// Somebody is no longer in the room.
    PeerLeft {
        /// Who.
        id: PeerId,
        /// On purpose or not.
        reason: LeaveReason,
    },
    /// A peer of your room says something to you.
    Signal {
        /// Who, put there by the server.
        from: PeerId,
        /// What the peer sent, unread.
        payload: String,
    },
    /// Use these from now on: the credentials told before end soon.
    IceServers {
        /// In place of those of [`ServerMessage::Joined`].
        ice_servers: Vec<IceServer>,
    },
    /// The answer to [`ClientMessage::Ping`].
    Pong {
        /// Should this server be lost, its pages come back spread over so many milliseconds: none
        /// waits longer between two attempts. It grows with the number of pages, so that a few are
        /// back at once and ten thousand are no stampede.
        reconnect_within: u32,
    },
    /// Something you sent was not done.
    Rejected {
        /// Why.
        #[serde(flatten)]
        rejection: Rejection,
    },
}

impl<'de> Deserialize<'de> for ServerMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(match &*fields.get::<String>("type")? {
                "watching" => Self::Watching {
                    peers: fields.get("peers")?,
                    capacity: fields.get("capacity")?,
                    // An older server does not tell any.
                    ice_servers: fields.get("iceServers").unwrap_or_default(),
                },
                "joined" => Self::Joined {
                    id: fields.get("id")?,
                    peers: fields.get("peers")?,
                    ice_servers: fields.get("iceServers")?,
                },
                "peer-joined" => Self::PeerJoined {
                    peer: fields.get("peer")?,
                },
                "peer-left" => Self::PeerLeft {
                    id: fields.get("id")?,
                    reason: fields.get("reason")?,
                },
                "signal" => Self::Signal {
                    from: fields.get("from")?,
                    payload: fields.get("payload")?,
                },
                "ice-servers" => Self::IceServers {
                    ice_servers: fields.get("iceServers")?,
                },
                "pong" => Self::Pong {
                    reconnect_within: fields.get("reconnectWithin")?,
                },
                "rejected" => Self::Rejected {
                    rejection: Rejection::of(fields)?,
                },
                _ => return None,
            })
        })
    }
}

/// A [`ClientMessage::Signal`] as the server sees it: the payload is a JSON string in the very
/// bytes that came, neither unescaped nor copied.
#[derive(Clone, Copy, Debug)]
pub struct SignalRef<'a> {
    /// Whom it is for.
    pub to: PeerId,
    /// What stands between the quotes.
    payload: &'a str,
}

impl<'a> SignalRef<'a> {
    /// Reads one in the form in which [`crate::encode`] writes it; `None` for any other message,
    /// and for one that has to be read in full.
    pub fn decode(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix(r#"{"type":"signal","to":""#)?;
        let (to, rest) = rest.split_at_checked(32)?;
        let payload = rest
            .strip_prefix(r#"","payload":""#)?
            .strip_suffix(r#""}"#)?;
        let to = to.parse().ok()?;
        is_text(payload).then_some(Self { to, payload })
    }

    /// The [`ServerMessage::Signal`] that passes it on.
    pub fn relayed(&self, from: PeerId) -> String {
        const AROUND: usize = r#"{"type":"signal","from":"","payload":""}"#.len() + 32;
        // In one go: the server does this more often than anything else.
        let mut text = String::with_capacity(AROUND + self.payload.len());
        text.push_str(r#"{"type":"signal","from":""#);
        text.push_str(&from.to_string());
        text.push_str(r#"","payload":""#);
        text.push_str(self.payload);
        text.push_str(r#""}"#);
        text
    }
}

/// Whether this is a text between the quotes of JSON. Letters by number (`\u0000`) are not looked
/// into: there may be half of a surrogate pair among them.
fn is_text(json: &str) -> bool {
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        let is_fine = match byte {
            b'\\' => matches!(
                bytes.next(),
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')
            ),
            b'"' | 0..0x20 => false,
            _ => true,
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// A participant, as the server tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// Who.
    pub id: PeerId,
    /// Which load of that participant's page.
    pub incarnation: Incarnation,
    /// What to call it.
    pub name: Name,
}

impl<'de> Deserialize<'de> for Peer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                id: fields.get("id")?,
                incarnation: fields.get("incarnation")?,
                name: fields.get("name")?,
            })
        })
    }
}

/// Why a peer is no longer in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveReason {
    /// It said [`ClientMessage::Leave`].
    Left,
    /// The server lost its WebSocket. Its connections to the others may well be alive.
    Lost,
}

/// Why the server did not do what it was asked. The sentence for people is made where their
/// language is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "reason",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Rejection {
    /// The room has as many people as it takes.
    RoomFull {
        /// How many that is.
        capacity: u32,
    },
    /// What was sent is not a [`ClientMessage`].
    BadMessage,
    /// Signals are for those who have joined.
    NotJoined,
    /// A connection joins one room once.
    AlreadyJoined,
    /// That peer is not in the room; perhaps it just left.
    NoSuchPeer {
        /// Whom the signal was for.
        to: PeerId,
    },
    /// As much of this page's signals waits for that peer to read them as may, or too much waits
    /// for all pages together or for its customer's; this one was not passed on. Say it again in a
    /// while.
    Congested {
        /// Whom the signal was for.
        to: PeerId,
    },
    /// Passed on, the signal would be larger than [`crate::MAX_MESSAGE`].
    TooLarge {
        /// Whom the signal was for.
        to: PeerId,
    },
    /// The same id joined over another connection; this one ends.
    Superseded,
    /// Page and server are of different versions.
    Version,
    /// The server, or what it grants one address, is used up for now.
    Overloaded {
        /// After so many milliseconds, and some more by chance, another attempt is worth it.
        retry_after: u32,
    },
}

impl Rejection {
    fn of(fields: &Fields<'_>) -> Option<Self> {
        let to = || fields.get("to");
        Some(match &*fields.get::<String>("reason")? {
            "room-full" => Self::RoomFull {
                capacity: fields.get("capacity")?,
            },
            "bad-message" => Self::BadMessage,
            "not-joined" => Self::NotJoined,
            "already-joined" => Self::AlreadyJoined,
            "no-such-peer" => Self::NoSuchPeer { to: to()? },
            "congested" => Self::Congested { to: to()? },
            "too-large" => Self::TooLarge { to: to()? },
            "superseded" => Self::Superseded,
            "version" => Self::Version,
            "overloaded" => Self::Overloaded {
                retry_after: fields.get("retryAfter")?,
            },
            _ => return None,
        })
    }

    /// With the time that it takes for others to get through.
    pub fn overloaded() -> Self {
        Self::Overloaded { retry_after: 5000 }
    }
}

/// A STUN or TURN server; the shape is the W3C's `RTCIceServer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IceServer {
    /// `stun:`, `turn:` or `turns:` addresses of this one server.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<Credential>,
}

impl<'de> Deserialize<'de> for IceServer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                urls: fields.get("urls")?,
                username: fields.get("username")?,
                credential: fields.get("credential")?,
            })
        })
    }
}

/// The password for a TURN server. No log shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credential(pub String);

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}

impl From<String> for Credential {
    fn from(password: String) -> Self {
        Self(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_not_shown() {
        let credential = Credential::from("password".to_owned());
        assert_eq!(format!("{credential:?}"), "Credential(..)");
    }
}
