//! A model of `RTCPeerConnection`: signaling states, the operations chain, rollback, the
//! negotiation-needed flag, and the counting of transceivers (W3C WebRTC, sections 4.4.1.2,
//! 4.4.1.5, 4.7.3; RFC 9429, section 5.10).
//!
//! Session descriptions carry what the model needs: the connection's number as fingerprint, the ICE
//! generation's `ufrag`, and the number of media sections.

use std::collections::{BTreeSet, VecDeque};

use mesh::{
    Channel, ConnectionEvent, ConnectionId, Description, PerSource, Role, SdpKind, Sending, Source,
};
use protocol::{IceCandidate, PeerId};

/// One `RTCPeerConnection`.
pub struct Connection {
    /// Which of all in the world.
    pub index: usize,
    pub page: usize,
    pub id: ConnectionId,
    pub peer: PeerId,
    pub role: Role,
    pub is_closed: bool,
    pub signaling: SignalingState,
    pub(super) chain: VecDeque<Operation>,
    is_needed: bool,
    is_check_due: bool,
    /// Media sections agreed upon; before that, transceivers of its own that are offered or not.
    pub sections: usize,
    pub(super) unassociated: usize,
    local: Descriptions,
    remote: Descriptions,
    /// ICE generations so far, and whether a new one is wanted.
    restarts: u32,
    wants_restart: bool,
    is_restart_offered: bool,
    pub wants_change: bool,
    /// `ufrag`s of remote candidates that were added.
    known: BTreeSet<String>,
    pub transport: Transport,
    /// The channels as the browser sees them.
    pub(super) open: BTreeSet<Channel>,
    /// The channels as the mesh was told.
    pub open_as_told: BTreeSet<Channel>,
    /// What the other side sent and has not arrived.
    pub(super) pipe: VecDeque<(Channel, String)>,
    /// Nothing gets through any more.
    pub(super) is_dead: bool,
    /// What is sent.
    pub sends: PerSource<Sending>,
    /// Whether packets of the other side's microphone came at the last looks of the browser, and
    /// what the mesh was told.
    pub(super) came: [bool; 2],
    pub(super) comes_as_told: bool,
    /// Exchanges of an offer and an answer.
    pub negotiations: u32,
    pub rollbacks: u32,
}

/// `RTCSignalingState`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalingState {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// `RTCPeerConnectionState`, and that an attempt to connect is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    New,
    Attempting,
    Connected,
    Disconnected,
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    SetLocal,
    SetRemote(Description),
    Add(IceCandidate),
    Send(Source, Sending),
}

/// What an operation leads to.
pub enum Effect {
    Tell(ConnectionEvent),
    /// Candidates of this `ufrag` are looked for.
    Gather(String),
    /// The negotiation-needed flag is to be updated.
    Check,
    Fault(String),
}

#[derive(Default)]
struct Descriptions {
    current: Option<Sdp>,
    pending: Option<Sdp>,
}

impl Descriptions {
    fn newest(&self) -> Option<&Sdp> {
        self.pending.as_ref().or(self.current.as_ref())
    }

    fn has(&self, ufrag: &str) -> bool {
        self.current
            .iter()
            .chain(&self.pending)
            .any(|sdp| sdp.ufrag == ufrag)
    }
}

/// What is in a session description.
#[derive(Clone, Debug, PartialEq)]
pub struct Sdp {
    pub connection: usize,
    pub ufrag: String,
    pub sections: usize,
}

impl Sdp {
    fn text(&self) -> String {
        let sections: String = (0..self.sections)
            .map(|mid| format!("m=audio 9\r\na=mid:{mid}\r\n"))
            .collect();
        format!(
            "v=0\r\na=fingerprint:{}\r\na=ice-ufrag:{}\r\n{sections}",
            self.connection, self.ufrag
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
        Some(Self {
            connection: value("a=fingerprint:")?.parse().ok()?,
            ufrag: value("a=ice-ufrag:")?.to_owned(),
            sections: text.lines().filter(|line| line.starts_with("m=")).count(),
        })
    }
}

impl Connection {
    /// Microphone, camera, screen sound, screen picture.
    pub const SECTIONS: usize = 4;

    pub fn new(index: usize, page: usize, id: ConnectionId, peer: PeerId, role: Role) -> Self {
        Self {
            index,
            page,
            id,
            peer,
            role,
            is_closed: false,
            signaling: SignalingState::Stable,
            chain: VecDeque::new(),
            is_needed: false,
            is_check_due: false,
            sections: 0,
            unassociated: if role == Role::Initiator {
                Self::SECTIONS
            } else {
                0
            },
            local: Descriptions::default(),
            remote: Descriptions::default(),
            restarts: 0,
            wants_restart: false,
            is_restart_offered: false,
            wants_change: false,
            known: BTreeSet::new(),
            transport: Transport::New,
            open: BTreeSet::new(),
            open_as_told: BTreeSet::new(),
            pipe: VecDeque::new(),
            is_dead: false,
            sends: PerSource::default(),
            came: [false; 2],
            comes_as_told: false,
            negotiations: 0,
            rollbacks: 0,
        }
    }

    /// `restartIce()`
    pub fn restart_ice(&mut self) {
        self.wants_restart = true;
        self.is_restart_offered = false;
    }

    /// The mesh hears of this.
    pub(super) fn was_told(&mut self, event: &ConnectionEvent) {
        match event {
            ConnectionEvent::ChannelOpened(channel) => self.open_as_told.insert(*channel),
            ConnectionEvent::ChannelClosed(channel) => self.open_as_told.remove(channel),
            _ => false,
        };
    }

    /// The connection at the other end, by the descriptions in force.
    pub fn other_end(&self) -> Option<usize> {
        self.remote.current.as_ref().map(|sdp| sdp.connection)
    }

    /// Whether these two could reach each other, given a network.
    pub(super) fn fits(&self, other: &Self) -> bool {
        let agrees = |ours: &Self, theirs: &Self| {
            let (local, remote) = (&ours.local.current, &theirs.remote.current);
            local.is_some() && local == remote
        };
        let knows = |ours: &Self, theirs: &Self| {
            theirs
                .local
                .current
                .as_ref()
                .is_some_and(|sdp| ours.known.contains(&sdp.ufrag))
        };
        agrees(self, other) && agrees(other, self) && (knows(self, other) || knows(other, self))
    }

    /// "Update the negotiation-needed flag", up to the queued task.
    pub(super) fn has_to_check(&mut self) -> bool {
        if !self.chain.is_empty() {
            self.is_check_due = true;
            return false;
        }
        !self.is_closed && self.signaling == SignalingState::Stable
    }

    /// The queued task; whether `negotiationneeded` fires.
    pub(super) fn check(&mut self) -> bool {
        if !self.has_to_check() {
            return false;
        }
        let is_needed = self.local.current.is_none()
            || self.unassociated > 0
            || self.wants_restart
            || self.wants_change;
        is_needed && !std::mem::replace(&mut self.is_needed, is_needed)
    }

    /// The chain is empty again.
    pub(super) fn take_due_check(&mut self) -> bool {
        self.chain.is_empty() && std::mem::take(&mut self.is_check_due)
    }

    /// Does what stands first on the chain.
    pub(super) fn operate(&mut self) -> Vec<Effect> {
        match self.chain.pop_front() {
            Some(Operation::SetLocal) => self.set_local(),
            Some(Operation::SetRemote(description)) => self.set_remote(&description),
            Some(Operation::Add(candidate)) => self.add(&candidate),
            Some(Operation::Send(source, sending)) => {
                self.sends[source] = sending;
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn set_local(&mut self) -> Vec<Effect> {
        let kind = match self.signaling {
            SignalingState::Stable | SignalingState::HaveLocalOffer => SdpKind::Offer,
            SignalingState::HaveRemoteOffer => SdpKind::Answer,
        };
        let is_restart = self.local.current.is_none() && self.local.pending.is_none()
            || match kind {
                SdpKind::Offer => self.wants_restart,
                SdpKind::Answer => self
                    .remote
                    .current
                    .as_ref()
                    .zip(self.remote.pending.as_ref())
                    .is_some_and(
                        // The offer has a new ICE generation: so does its answer.
                        |(current, pending)| current.ufrag != pending.ufrag,
                    ),
            };
        self.restarts += u32::from(is_restart);
        self.is_restart_offered = kind == SdpKind::Offer && self.wants_restart;
        let ufrag = match self.local.newest() {
            Some(sdp) if !is_restart => sdp.ufrag.clone(),
            _ => format!("{}x{}", self.index, self.restarts),
        };
        let sections = match kind {
            SdpKind::Offer => self.sections + self.unassociated,
            SdpKind::Answer => self.remote.newest().map_or(0, |sdp| sdp.sections),
        };
        let sdp = Sdp {
            connection: self.index,
            ufrag,
            sections,
        };
        let mut effects = vec![Effect::Tell(ConnectionEvent::LocalDescriptionSet(
            Description {
                kind,
                sdp: sdp.text(),
            },
        ))];
        if is_restart {
            effects.push(Effect::Gather(sdp.ufrag.clone()));
        }
        self.local.pending = Some(sdp);
        match kind {
            SdpKind::Offer => self.signaling = SignalingState::HaveLocalOffer,
            SdpKind::Answer => effects.extend(self.settle(is_restart)),
        }
        effects
    }

    fn set_remote(&mut self, description: &Description) -> Vec<Effect> {
        let Some(sdp) = Sdp::parse(&description.sdp) else {
            return vec![
                self.refuse("no SDP"),
                Effect::Fault("unreadable SDP".into()),
            ];
        };
        let mut effects = Vec::new();
        match (description.kind, self.signaling) {
            (SdpKind::Answer, SignalingState::HaveLocalOffer) => {
                self.remote.pending = Some(sdp);
                self.unassociated = 0;
                effects.extend(self.settle(self.is_restart_offered));
            }
            (SdpKind::Answer, state) => {
                return vec![
                    self.refuse("InvalidStateError"),
                    Effect::Fault(format!("an answer in {state:?}")),
                ];
            }
            (SdpKind::Offer, state) => {
                if state == SignalingState::HaveLocalOffer {
                    self.rollbacks += 1;
                    self.local.pending = None;
                }
                self.remote.pending = Some(sdp);
                self.signaling = SignalingState::HaveRemoteOffer;
            }
        }
        effects.insert(0, Effect::Tell(ConnectionEvent::RemoteDescriptionSet));
        effects
    }

    fn refuse(&self, reason: &str) -> Effect {
        Effect::Tell(ConnectionEvent::DescriptionFailed(reason.into()))
    }

    /// An answer is in place.
    fn settle(&mut self, had_restart: bool) -> Vec<Effect> {
        self.local.current = self.local.pending.take();
        self.remote.current = self.remote.pending.take();
        self.signaling = SignalingState::Stable;
        self.sections = self.local.current.as_ref().map_or(0, |sdp| sdp.sections);
        self.negotiations += 1;
        self.wants_restart &= !had_restart;
        self.wants_change = false;
        self.is_needed = false;
        let count = self.sections + self.unassociated;
        let mut effects = vec![Effect::Check];
        if count != Self::SECTIONS {
            effects.push(Effect::Fault(format!("{count} media sections")));
        }
        effects
    }

    fn add(&mut self, candidate: &IceCandidate) -> Vec<Effect> {
        let ufrag = candidate.username_fragment.clone().unwrap_or_default();
        if self.remote.newest().is_none() {
            return vec![Effect::Fault(
                "a candidate before the remote description".into(),
            )];
        }
        if !self.remote.has(&ufrag) {
            // With two ICE generations on the way this cannot be avoided, and browsers do not mind.
            let is_excused = self.negotiations > 1 || self.rollbacks > 0;
            return if is_excused {
                Vec::new()
            } else {
                vec![Effect::Fault(format!("unknown ufrag {ufrag}"))]
            };
        }
        self.known.insert(ufrag);
        Vec::new()
    }
}
