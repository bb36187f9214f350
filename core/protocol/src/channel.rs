//! Between two connected pages, as JSON text over negotiated data channels.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Incarnation, Name, PeerId,
    fields::{self, Fields},
    is_invisible,
};

/// On data channel 0, `ctl`: ordered and reliable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Control {
    /// Every two seconds: the page lives and reads.
    Alive {
        /// How many of the receiver's negotiation steps the sender has taken.
        ack: u32,
    },
    /// What the sender sends now. Browsers do not tell: a muted track looks like a silent one.
    Media(MediaState),
    /// Whether the sender's hand is up.
    Hand {
        /// If so, its place among the hands, which are sorted by it, then by their owners' ids: one
        /// more than the greatest that its owner knew of. No clock is asked, since they are wrong.
        turn: Option<u32>,
    },
    /// The sender reacts to what happens now.
    Reaction {
        /// How.
        reaction: Reaction,
    },
    /// Whether the sender writes to all, and has not sent it yet.
    Writing {
        /// If so, it is said again as long as it is.
        on: bool,
    },
    /// How the sender's connections stand: when the channel opens, and when that has changed, once
    /// a second at most.
    Links {
        /// One for each of the others.
        links: Vec<Link>,
    },
    /// Whether the sender hears the receiver; before the first such word it does.
    Hearing {
        /// If not, sound that the receiver says it sends does not arrive.
        on: bool,
    },
    /// The sender cannot hear somebody whom the receiver can, and wants the sound passed on.
    WantSound {
        /// Whose microphone; nobody's any more.
        of: Option<PeerId>,
    },
    /// What the sender sends in place of what its screen plays.
    PassSound {
        /// Whose microphone; nobody's, be it no more or not at all.
        of: Option<PeerId>,
    },
    /// The sender leaves the call.
    Bye,
}

impl<'de> Deserialize<'de> for Control {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(match &*fields.get::<String>("type")? {
                "alive" => Self::Alive {
                    ack: fields.get("ack")?,
                },
                "media" => Self::Media(MediaState::of(fields)?),
                "hand" => Self::Hand {
                    turn: fields.get("turn")?,
                },
                "reaction" => Self::Reaction {
                    reaction: fields.get("reaction")?,
                },
                "writing" => Self::Writing {
                    on: fields.get("on")?,
                },
                "links" => Self::Links {
                    links: fields.get("links")?,
                },
                "hearing" => Self::Hearing {
                    on: fields.get("on")?,
                },
                "want-sound" => Self::WantSound {
                    of: fields.get("of")?,
                },
                "pass-sound" => Self::PassSound {
                    of: fields.get("of")?,
                },
                "bye" => Self::Bye,
                _ => return None,
            })
        })
    }
}

/// How a page's connection to one peer stands, as it tells the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// To whom.
    pub to: PeerId,
    /// How it stands.
    pub status: LinkStatus,
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                to: fields.get("to")?,
                status: fields.get("status")?,
            })
        })
    }
}

/// How a connection stands, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkStatus {
    /// All is well.
    Connected,
    /// Not yet connected, the first time.
    Connecting,
    /// It was connected, and is silent now, or sound that is said to be sent does not arrive.
    Reconnecting,
    /// Several attempts failed, or a side has no way out; more follow.
    Failed,
}

/// What people say without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// 👍
    ThumbsUp,
    /// ❤️
    Heart,
    /// 😂
    Laugh,
    /// 👏
    Applause,
    /// 😮
    Surprise,
}

impl Reaction {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::ThumbsUp,
        Self::Heart,
        Self::Laugh,
        Self::Applause,
        Self::Surprise,
    ];
}

/// What a participant sends now, and wants. What is false need not be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaState {
    /// Sound is sent.
    pub microphone: bool,
    /// A picture is sent.
    pub camera: bool,
    /// No pictures are wanted of anybody.
    #[serde(skip_serializing_if = "is_false")]
    pub voice_only: bool,
    /// Nobody can see the page: it lies behind others, or the device sleeps. Then browsers may stop
    /// it.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// A screen is shared.
    #[serde(skip_serializing_if = "is_false")]
    pub screen: bool,
    /// What the screen plays is sent.
    #[serde(skip_serializing_if = "is_false")]
    pub screen_sound: bool,
}

impl MediaState {
    pub(crate) fn of(fields: &Fields<'_>) -> Option<Self> {
        Some(Self {
            microphone: fields.get("microphone")?,
            camera: fields.get("camera")?,
            voice_only: fields.get::<Option<_>>("voiceOnly")?.unwrap_or_default(),
            hidden: fields.get::<Option<_>>("hidden")?.unwrap_or_default(),
            screen: fields.get::<Option<_>>("screen")?.unwrap_or_default(),
            screen_sound: fields.get::<Option<_>>("screenSound")?.unwrap_or_default(),
        })
    }
}

impl<'de> Deserialize<'de> for MediaState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, Self::of)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// On data channel 1, `chat`: ordered and reliable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Chat {
    /// The sender of this wrote this now.
    Said {
        /// Its author is the sender.
        message: ChatMessage,
    },
    /// What the sender has had of the log; the receiver answers with what is missing. Sent when the
    /// channel opens, from time to time, and when a message cannot be placed yet.
    Have {
        /// The greatest [`ChatKey::clock`] that the sender follows.
        clock: u64,
        /// Of each page load that wrote something: what was taken, be it kept or forgotten since.
        /// **Of the receiver's own messages only what the receiver told itself**, so that its word
        /// takes the place of what others told in its name.
        seen: Vec<Seen>,
    },
    /// Messages that the receiver did not have, of any author, in the log's order. What is not the
    /// sender's own is told by others: nothing says that it is true.
    Missed {
        /// 32 KiB of them at most, as JSON.
        messages: Vec<ChatMessage>,
    },
    /// What the sender has had of the receiver's own messages, of all loads of its page; soon after
    /// some came. Unlike `have` it asks for nothing.
    Got {
        /// As in `have`.
        seen: Vec<Seen>,
    },
}

impl<'de> Deserialize<'de> for Chat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(match &*fields.get::<String>("type")? {
                "said" => Self::Said {
                    message: fields.get("message")?,
                },
                "have" => Self::Have {
                    clock: fields.get("clock")?,
                    seen: fields.get("seen")?,
                },
                "missed" => Self::Missed {
                    messages: fields.get("messages")?,
                },
                "got" => Self::Got {
                    seen: fields.get("seen")?,
                },
                _ => return None,
            })
        })
    }
}

/// A message's place in the log, which is sorted by it; unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatKey {
    /// A logical clock (Lamport, 1978): one more than the greatest that the author had seen, so
    /// that an answer stands after what it answers. Below 2⁵³, which every JavaScript can count to.
    /// A receiver follows it at a bounded speed only: what is further ahead than it may go is asked
    /// for again, and stands where it arrives if it can never be reached.
    pub clock: u64,
    /// Who wrote it.
    pub author: PeerId,
    /// In which load of the author's page.
    pub incarnation: Incarnation,
    /// The author's count of messages in that page load, from 1.
    pub seq: u32,
}

impl<'de> Deserialize<'de> for ChatKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                clock: fields.get("clock")?,
                author: fields.get("author")?,
                incarnation: fields.get("incarnation")?,
                seq: fields.get("seq")?,
            })
        })
    }
}

/// A message to all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Its place in the log.
    pub key: ChatKey,
    /// When it was written: milliseconds since 1970 by the author's clock, which may be wrong. To
    /// be shown; it orders nothing.
    pub time: u64,
    /// What the author was called.
    pub name: Name,
    /// What the author wrote, to be shown literally.
    pub text: ChatText,
}

impl<'de> Deserialize<'de> for ChatMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                key: fields.get("key")?,
                time: fields.get("time")?,
                name: fields.get("name")?,
                text: fields.get("text")?,
            })
        })
    }
}

/// Which messages of one page load somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// Whose.
    pub author: PeerId,
    /// Of which page load.
    pub incarnation: Incarnation,
    /// Runs of counts, first and last, ascending: `[[1,7],[9,9]]`.
    pub runs: Vec<(u32, u32)>,
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                author: fields.get("author")?,
                incarnation: fields.get("incarnation")?,
                runs: fields.get("runs")?,
            })
        })
    }
}

/// A chat text: 1 to [`ChatText::MAX_BYTES`] bytes with something to see in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChatText(String);

/// Why a text is no chat text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidChatText {
    /// There is nothing to see.
    Blank,
    /// It is longer than [`ChatText::MAX_BYTES`].
    TooLong,
}

impl ChatText {
    /// In UTF-8. A page of text; sixfold escaping in JSON keeps it below what every browser's data
    /// channel takes.
    pub const MAX_BYTES: usize = 4096;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ChatText {
    type Error = InvalidChatText;

    fn try_from(text: String) -> Result<Self, InvalidChatText> {
        match text.len() {
            _ if is_blank(&text) => Err(InvalidChatText::Blank),
            ..=Self::MAX_BYTES => Ok(Self(text)),
            _ => Err(InvalidChatText::TooLong),
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

impl From<ChatText> for String {
    fn from(text: ChatText) -> Self {
        text.0
    }
}

impl std::fmt::Display for InvalidChatText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Blank => f.write_str("a message needs something to see"),
            Self::TooLong => write!(f, "a message has at most {} bytes", ChatText::MAX_BYTES),
        }
    }
}

impl std::error::Error for InvalidChatText {}
