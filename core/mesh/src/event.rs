//! The whole vocabulary between a call and the browser it runs in.

use protocol::{
    ChatText, ClientMessage, CloseCode, IceCandidate, IceServer, Name, PeerId, Reaction,
    ServerMessage,
};

use crate::source::{PerSource, Source, Wish};

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The person does something.
    User(UserCommand),
    /// Something happened at the device that this source is captured from.
    Device(Source, DeviceEvent),
    /// Something happened at the WebSocket.
    Socket(SocketEvent),
    /// Something happened at a connection. Events of connections that were closed do no harm.
    Connection(ConnectionId, ConnectionEvent),
    /// The network came, went or changed: find out what still leads anywhere.
    NetworkChanged,
    /// Nobody can see the page, or somebody can again.
    Hidden(bool),
    /// The page may have been asleep, or the network may have changed: find out, and give what has
    /// only just begun its time.
    Resumed,
    /// [`crate::Mesh::deadline`] has passed.
    Tick,
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq)]
pub enum UserCommand {
    /// Go into the call, under this name.
    Join(Name),
    /// Leave it.
    Leave,
    /// Write to all.
    Say(ChatText),
    /// Turn sources on or off.
    Want(Wish),
    /// Neither send nor receive pictures, or do again.
    VoiceOnly(bool),
    /// Raise one's hand or lower it, in the call.
    RaiseHand(bool),
    /// React to what happens now, in the call.
    React(Reaction),
    /// Write to all, or not any more, and let them know: with each key, in the call.
    Write(bool),
}

/// Something happened at a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceEvent {
    /// [`DeviceCommand::Capture`] succeeded.
    Captured,
    /// [`DeviceCommand::Capture`] failed.
    Refused(CaptureError),
    /// The browser ended the track, for this reason: unplugged, or permission withdrawn.
    Ended(CaptureError),
    /// The browser or the system muted the track for a while; the person did not.
    Muted,
    /// The track gives something again.
    Unmuted,
}

/// Something happened at the WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// It closed, or could not be opened.
    Closed(CloseCode),
    /// The server says something.
    Received(ServerMessage),
}

/// Something happened at one `RTCPeerConnection`.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionEvent {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// [`ConnectionCommand::SetLocalDescription`] is done; this is `localDescription`.
    LocalDescriptionSet(Description),
    /// [`ConnectionCommand::SetRemoteDescription`] is done.
    RemoteDescriptionSet,
    /// The browser made no such connection.
    OpenFailed,
    /// A description was refused by the browser, for this reason.
    DescriptionFailed(String),
    /// `icecandidate`; an empty one when there are no more.
    Candidate(IceCandidate),
    /// `connectionstatechange`.
    StateChanged(ConnectionState),
    /// A data channel is open.
    ChannelOpened(Channel),
    /// A data channel is closed.
    ChannelClosed(Channel),
    /// A text came in.
    Message(Channel, String),
    /// Packets of the peer's microphone come, or none came for [`crate::SOUND_LOOK`]; only what is
    /// new, and at first none come.
    Sound(bool),
}

/// Do this, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Do something with the devices.
    Device(DeviceCommand),
    /// Do something with the WebSocket.
    Socket(SocketCommand),
    /// Do something with a connection.
    Connection(ConnectionId, ConnectionCommand),
    /// Tell the person, for this moment.
    Announce(Announcement),
    /// Write this down for whoever looks for a fault.
    Log(String),
}

/// What to do with the devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceCommand {
    /// Ask for these, in one request. Answered by [`DeviceEvent::Captured`] or
    /// [`DeviceEvent::Refused`] for each.
    Capture(PerSource<bool>),
    /// Have this one give something. What was captured gives nothing before.
    Unmute(Source),
    /// Have this one give nothing, and keep it.
    Mute(Source),
    /// Let go of this one.
    Release(Source),
    /// Have this one give pictures of this size, as far as it can: no peer is sent larger ones, and
    /// scaling each down for each peer would cost more than all the rest.
    Shape(Source, Encoding),
}

/// What to do with the WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketCommand {
    /// Open one to the server. Answered by [`SocketEvent::Opened`] or [`SocketEvent::Closed`].
    Open,
    /// Close it and forget it: nothing more of it is to be reported.
    Close,
    /// Send this, now that it is open.
    Send(ClientMessage),
}

/// What to do with one `RTCPeerConnection`.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionCommand {
    /// Make it, with its two negotiated data channels; as initiator also with the four
    /// transceivers. Answered by [`ConnectionEvent::OpenFailed`] if that cannot be done.
    Open {
        /// Whom it leads to.
        peer: PeerId,
        /// Which side this is.
        role: Role,
        /// `RTCConfiguration.iceServers`
        ice_servers: Vec<IceServer>,
    },
    /// Close it and forget it.
    Close,
    /// Call `setLocalDescription()` without argument. Answered by
    /// [`ConnectionEvent::LocalDescriptionSet`] or [`ConnectionEvent::DescriptionFailed`].
    SetLocalDescription,
    /// Call `setRemoteDescription`. After a responder's first offer, adopt the transceivers that
    /// came of it. Answered by [`ConnectionEvent::RemoteDescriptionSet`] or
    /// [`ConnectionEvent::DescriptionFailed`].
    SetRemoteDescription(Description),
    /// Call `addIceCandidate`. Failure does not matter.
    AddIceCandidate(IceCandidate),
    /// Send a text.
    SendText(Channel, String),
    /// Send this of a source from now on.
    Send(Source, Sending),
}

/// What one peer is sent of one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sending {
    /// Nothing.
    #[default]
    Nothing,
    /// Its sound.
    Sound,
    /// In place of the source's own: the microphone of the peer that this connection leads to.
    SoundOf(ConnectionId),
    /// Its pictures, like this.
    Picture(Encoding),
}

/// Names one `RTCPeerConnection` among all of this page load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u32);

/// Which side of a pair this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Has the smaller id, offers, and is impolite.
    Initiator,
    /// Has the larger id, answers, and is polite.
    Responder,
}

/// An `RTCSessionDescription`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Offer or answer; Madang never handles the other kinds.
    pub kind: SdpKind,
    /// RFC 8866 text.
    pub sdp: String,
}

/// The two kinds of description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdpKind {
    /// `"offer"`
    Offer,
    /// `"answer"`
    Answer,
}

/// `RTCPeerConnectionState` without the states that tell nothing new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// `"new"` and `"connecting"`
    Connecting,
    /// `"connected"`
    Connected,
    /// `"disconnected"`: may heal by itself.
    Disconnected,
    /// `"failed"` and `"closed"`
    Failed,
}

/// The negotiated data channels; the discriminant is the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// [`protocol::Control`]
    Control = 0,
    /// [`protocol::Chat`]
    Chat = 1,
}

impl Channel {
    /// Whether a connection is of no use without it.
    pub(crate) const fn is_essential(self) -> bool {
        match self {
            Self::Control | Self::Chat => true,
        }
    }
}

/// How large to encode pictures for one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Lines; more than the source has are not invented.
    pub height: u32,
    /// Frames per second at most.
    pub framerate: u32,
    /// Bits per second at most.
    pub bitrate: u32,
}

/// Why a device could not be had, in the order of what a person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// `NotAllowedError`, `SecurityError`: refused for good, or nobody knows by whom.
    Denied,
    /// Refused for now: the person will be asked again.
    DeniedNow,
    /// The person closed the question without an answer.
    Dismissed,
    /// The system lets no browser, or not this one, have it.
    BySystem,
    /// Whoever manages the browser, or the page around this one, forbids it.
    ByPolicy,
    /// `NotFoundError`: there is none.
    NotFound,
    /// `OverconstrainedError`: there is none that gives what was asked for.
    Constraint,
    /// It was on and is not connected any more; there are others.
    Unplugged,
    /// `NotReadableError`, `AbortError`: in use by another program, or broken.
    InUse,
    /// No `mediaDevices`: the page was not loaded over HTTPS.
    Insecure,
    /// Anything else.
    Other,
}

/// What a screen reader should say now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// Somebody of this name joined.
    Joined(PeerId, Name),
    /// Somebody of this name left.
    Left(PeerId, Name),
    /// Somebody of this name raised a hand.
    HandRaised(PeerId, Name),
    /// Somebody of this name reacted like this.
    Reacted(PeerId, Name, Reaction),
    /// Somebody of this name shares a screen.
    ScreenShared(PeerId, Name),
    /// Somebody of this name no longer does.
    ScreenEnded(PeerId, Name),
    /// The server is out of reach; the call goes on.
    Reconnecting,
    /// The server is back.
    BackOnline,
}
