//! Between two pages through the server, before they are connected: the payload of `signal`.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Generation, Incarnation,
    fields::{self, Fields},
};

/// A signal with the two page loads it is between. A page drops what comes from or is meant for
/// another load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// The sender's page load.
    pub from: Incarnation,
    /// The receiver's page load, as far as the sender knows.
    pub to: Incarnation,
    /// What the sender says.
    pub signal: Signal,
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(Self {
                from: fields.get("from")?,
                to: fields.get("to")?,
                signal: fields.get("signal")?,
            })
        })
    }
}

/// What two pages say to each other in order to be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Signal {
    /// From the responder to the initiator: connections up to this generation are of no use to me,
    /// offer me a newer one.
    Ready {
        /// The newest generation that the responder has given up; 0 before the first.
        after: Generation,
    },
    /// One step of a negotiation. Steps of a generation are numbered from 0 by their sender,
    /// repeated until the other side has acknowledged them, and taken in order.
    Step {
        /// Which connection of the pair. The initiator counts.
        generation: Generation,
        /// This step's number.
        seq: u32,
        /// How many of the receiver's steps the sender has taken.
        ack: u32,
        /// The step.
        step: Step,
    },
}

impl<'de> Deserialize<'de> for Signal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(match &*fields.get::<String>("type")? {
                "ready" => Self::Ready {
                    after: fields.get("after")?,
                },
                "step" => Self::Step {
                    generation: fields.get("generation")?,
                    seq: fields.get("seq")?,
                    ack: fields.get("ack")?,
                    step: fields.get("step")?,
                },
                _ => return None,
            })
        })
    }
}

/// A step of a negotiation; the words are the W3C's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Step {
    /// An offer.
    Offer {
        /// The sender's count of its offers in this generation, from 1.
        negotiation: u32,
        /// RFC 8866 text.
        sdp: String,
    },
    /// The answer to the receiver's offer of the same count.
    Answer {
        /// Which offer is answered.
        negotiation: u32,
        /// RFC 8866 text.
        sdp: String,
    },
    /// An ICE candidate of the sender; with an empty `candidate`, that there are no more of them.
    Candidate(IceCandidate),
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, |fields| {
            Some(match &*fields.get::<String>("type")? {
                "offer" => Self::Offer {
                    negotiation: fields.get("negotiation")?,
                    sdp: fields.get("sdp")?,
                },
                "answer" => Self::Answer {
                    negotiation: fields.get("negotiation")?,
                    sdp: fields.get("sdp")?,
                },
                "candidate" => Self::Candidate(IceCandidate::of(fields)?),
                _ => return None,
            })
        })
    }
}

/// The W3C's `RTCIceCandidateInit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IceCandidate {
    /// `candidate:...`, RFC 8839; empty, when there are no more.
    pub candidate: String,
    /// The media section it belongs to. No browser takes a candidate that has neither this nor
    /// `sdpMLineIndex`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The same as a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl IceCandidate {
    pub(crate) fn of(fields: &Fields<'_>) -> Option<Self> {
        Some(Self {
            candidate: fields.get("candidate")?,
            sdp_mid: fields.get("sdpMid")?,
            sdp_m_line_index: fields.get("sdpMLineIndex")?,
            username_fragment: fields.get("usernameFragment")?,
        })
    }
}

impl<'de> Deserialize<'de> for IceCandidate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fields::read(deserializer, Self::of)
    }
}
