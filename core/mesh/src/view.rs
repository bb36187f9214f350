//! What a call looks like at one moment: all that the page draws.

use std::rc::Rc;

use protocol::{ChatKey, ChatMessage, LinkStatus, MediaState, Name, PeerId, Reaction, RoomId};

use crate::{
    event::CaptureError,
    source::{PerSource, Source},
};

/// A call at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The room.
    pub room: RoomId,
    /// What this person is called.
    pub name: Name,
    /// One's own id, once the server told it.
    pub id: Option<PeerId>,
    /// How far this person is.
    pub phase: Phase,
    /// Whether the server is there.
    pub server: Server,
    /// How many the room takes, in the lobby and once the server has said so.
    pub capacity: Option<u32>,
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// Pictures are neither sent nor received.
    pub voice_only: bool,
    /// Everybody else, in order of arrival.
    pub peers: Vec<PeerView>,
    /// How the others hear each other, as they say; each pair once, in order of arrival.
    pub links: Vec<LinkView>,
    /// Whose hands are up, one's own included, in the order in which they went up.
    pub hands: Vec<PeerId>,
    /// Who reacted a moment ago and how, oneself included, in no order.
    pub reactions: Vec<(PeerId, Reaction)>,
    /// Who of the others writes to all, in order of arrival.
    pub writing: Vec<PeerId>,
    /// The chat, in the order that is the same for all.
    pub chat: Rc<[ChatLine]>,
    /// Older messages were dropped, since there was no room for all.
    pub chat_was_full: bool,
    /// Which of one's own messages have not reached all [`View::peers`], in the same order.
    pub undelivered: Rc<[Undelivered]>,
}

impl View {
    /// Which devices the person wants on, whatever they do yet: these come on again for who comes
    /// back, be it after leaving or after a reload. A screen has to be chosen each time.
    pub fn wanted(&self) -> PerSource<bool> {
        let is_wanted = |source: Source| !source.is_shared() && self.devices[source].is_wanted();
        PerSource::of(is_wanted)
    }
}

/// How far a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Looks on from the lobby.
    Lobby,
    /// Asked to be let in.
    Joining,
    /// Is in.
    InCall,
    /// Is out again.
    Left(WhyLeft),
}

/// Why a person is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLeft {
    /// By one's own wish.
    Asked,
    /// The room takes no more than this many.
    RoomFull(u32),
    /// The same person joined from elsewhere.
    Superseded,
    /// The page is older or newer than the server.
    Version,
}

/// Whether the server is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// Not asked yet, or the first answer is outstanding.
    Connecting,
    /// There.
    Online,
    /// Gone, and asked again from time to time.
    Offline,
    /// It has too much to do, and is asked again when it said.
    Busy,
}

/// What a device, or a shared screen, does. Letting go of one takes no time, so there is no state
/// for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// Nothing.
    #[default]
    Off,
    /// It was asked for; perhaps the browser asks the person.
    Starting,
    /// It sends.
    On,
    /// It is held and gives nothing, since the browser or the system muted it: for a phone call, or
    /// by a switch on the device. It comes back by itself.
    Muted,
    /// It was wanted and could not be had.
    Blocked(CaptureError),
}

impl Device {
    /// Whether the person wants it on, whatever it does yet: a press on its button takes that back.
    pub fn is_wanted(self) -> bool {
        matches!(self, Self::Starting | Self::On | Self::Muted)
    }
}

/// Another person.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerView {
    /// Who.
    pub id: PeerId,
    /// What to call them; may be empty.
    pub name: Name,
    /// How the connection stands.
    pub link: LinkState,
    /// What they send.
    pub media: MediaState,
    /// Who passes their sound on to this page, which cannot hear them itself.
    pub through: Option<PeerId>,
}

/// How two of the others hear each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// Which two.
    pub ends: [PeerId; 2],
    /// As the one says for whom it is worse.
    pub status: LinkStatus,
}

/// How the connection to a peer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Not yet connected, the first time.
    Connecting,
    /// All is well.
    Connected,
    /// It is connected, and sound does not get through.
    NoSound(NoSound),
    /// It was connected and is silent now.
    Reconnecting,
    /// The same, after it said that nobody sees its page: perhaps the browser stopped it.
    Away,
    /// Several attempts failed; more follow.
    CannotConnect,
    /// It said goodbye, and is still in the room.
    HungUp,
    /// A browser, or its network, lets no direct connection out; more attempts follow.
    NoWayOut(Side),
}

/// Which way sound does not get through between two who are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSound {
    /// They are not heard here.
    Here,
    /// The same, for so long that this page sends them nothing either.
    Paused,
    /// They say that they do not hear this page.
    There,
    /// Both.
    Both,
}

/// One of the two sides of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This page's.
    Here,
    /// The other person's.
    There,
}

/// A message in the chat.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatLine {
    /// The message.
    pub message: ChatMessage,
    /// Who says so.
    pub provenance: Provenance,
}

/// A message of one's own that somebody who is here lacks, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Which message.
    pub key: ChatKey,
    /// Who has not said to have it, by id.
    pub to: Vec<PeerId>,
}

/// How a message came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// Its author said it while this page was connected, or is this page.
    Said,
    /// Its author told it afterwards: written before one came, or while the connection was away.
    Earlier,
    /// Somebody else told it. Perhaps the author said it.
    Told(PeerId),
}

impl Provenance {
    /// Whether it came from its author.
    pub fn is_heard(self) -> bool {
        !matches!(self, Self::Told(_))
    }
}
