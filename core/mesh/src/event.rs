//! The whole vocabulary between a call and the browser it runs in.

use protocol::{ChatText, ClientMessage, IceCandidate, IceServer, Name, PeerId, ServerMessage};

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The person wants into the call, under this name.
    Join(Name),
    /// The person leaves.
    Leave,
    /// The person writes to all.
    Say(ChatText),
    /// The person wants these devices on or off; `None` leaves one as it is.
    Want {
        /// The microphone.
        microphone: Option<bool>,
        /// The camera.
        camera: Option<bool>,
    },
    /// [`Output::Capture`] succeeded for this device.
    Captured(DeviceKind),
    /// [`Output::Capture`] failed for this device.
    Refused(DeviceKind, CaptureError),
    /// The browser ended this device's track, for this reason: unplugged, or permission withdrawn.
    Ended(DeviceKind, CaptureError),
    /// The browser or the system muted this device's track for a while; the person did not.
    Muted(DeviceKind),
    /// This device's track gives something again.
    Unmuted(DeviceKind),
    /// The WebSocket is open.
    SocketOpened,
    /// The WebSocket closed, or could not be opened; the code is RFC 6455's.
    SocketClosed(u16),
    /// The server says something.
    Received(ServerMessage),
    /// The network came, went or changed: find out what still leads anywhere.
    NetworkChanged,
    /// The page may have been asleep, or the network may have changed: find out, and give what has
    /// only just begun its time.
    Resumed,
    /// Something happened at a connection. Events of connections that were closed do no harm.
    Connection(ConnectionId, ConnectionEvent),
    /// [`crate::Mesh::deadline`] has passed.
    Tick,
}

/// Something happened at one `RTCPeerConnection`.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionEvent {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// [`Command::SetLocalDescription`] is done; this is `localDescription`.
    LocalDescriptionSet(Description),
    /// [`Command::SetRemoteDescription`] is done.
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
}

/// Do this, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open a WebSocket to the server. Answered by [`Input::SocketOpened`] or
    /// [`Input::SocketClosed`].
    OpenSocket,
    /// Close the WebSocket and forget it: nothing more of it is to be reported.
    CloseSocket,
    /// Send this over the open WebSocket.
    Send(ClientMessage),
    /// Ask for these devices, in one request. Answered by [`Input::Captured`] or [`Input::Refused`]
    /// for each.
    Capture {
        /// The microphone is asked for.
        microphone: bool,
        /// The camera is asked for.
        camera: bool,
    },
    /// Let go of this device at once.
    Release(DeviceKind),
    /// Have the camera give pictures of this size, as far as it can: no peer is sent larger ones,
    /// and scaling each down for each peer would cost more than all the rest.
    Shape(Encoding),
    /// Make a connection to a peer, with its two negotiated data channels; as initiator also the
    /// four transceivers. Answered by [`ConnectionEvent::OpenFailed`] if that cannot be done.
    Open {
        /// Its name from now on.
        connection: ConnectionId,
        /// Whom it leads to.
        peer: PeerId,
        /// Which side this is.
        role: Role,
        /// `RTCConfiguration.iceServers`
        ice_servers: Vec<IceServer>,
    },
    /// Close a connection and forget it.
    Close(ConnectionId),
    /// Do something with a connection.
    Connection(ConnectionId, Command),
    /// Tell the person, for this moment.
    Announce(Announcement),
}

/// What to do with one `RTCPeerConnection`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
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
    /// Send the microphone's track, or nothing.
    SendMicrophone(bool),
    /// Send the camera's track like this, or nothing.
    SendCamera(Option<Encoding>),
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

/// How large to encode the camera for one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Lines; more than the camera has are not invented.
    pub height: u32,
    /// Frames per second at most.
    pub framerate: u32,
    /// Bits per second at most.
    pub bitrate: u32,
}

/// What can be captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceKind {
    /// Sound.
    Microphone,
    /// Picture.
    Camera,
}

/// Why a device could not be had, in the order of what a person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// `NotAllowedError`, `SecurityError`: refused by the person, the browser or the system.
    Denied,
    /// `NotFoundError`, `OverconstrainedError`: there is none.
    NotFound,
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
    /// The server is out of reach; the call goes on.
    Reconnecting,
    /// The server is back.
    BackOnline,
}
