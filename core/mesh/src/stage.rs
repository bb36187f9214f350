//! How far the person is, with what is known there and nowhere else.

use protocol::{MediaState, Name, Peer, PeerId};

use crate::{
    roster::Roster,
    source::PerSource,
    view::{LinkState, PeerView, Phase, WhyLeft},
};

/// How far the person is.
#[derive(Debug)]
pub(crate) enum Stage {
    Lobby(Lobby),
    Joining(Lobby),
    InCall(Roster),
    /// `resume` is what was wanted before, for coming back.
    Left {
        why: WhyLeft,
        resume: PerSource<bool>,
    },
}

impl Stage {
    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Lobby(_) => Phase::Lobby,
            Self::Joining(_) => Phase::Joining,
            Self::InCall(_) => Phase::InCall,
            Self::Left { why, .. } => Phase::Left(*why),
        }
    }

    /// How many people there are, oneself included.
    pub(crate) fn people(&self) -> usize {
        1 + match self {
            Self::Lobby(lobby) | Self::Joining(lobby) => lobby.inside.len(),
            Self::InCall(roster) => roster.len(),
            Self::Left { .. } => 0,
        }
    }

    /// Whether one of the others shares a screen.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::InCall(roster) if roster.is_shared())
    }

    /// The call as seen from outside, for who is not in.
    pub(crate) fn lobby(&mut self) -> Option<&mut Lobby> {
        match self {
            Self::Lobby(lobby) | Self::Joining(lobby) => Some(lobby),
            Self::InCall(_) | Self::Left { .. } => None,
        }
    }
}

/// The call as seen from outside.
#[derive(Debug, Default)]
pub(crate) struct Lobby {
    /// Who is inside, in order of arrival.
    inside: Vec<(PeerId, Name)>,
    /// How many the room takes, once the server has said so.
    pub(crate) capacity: Option<u32>,
}

impl Lobby {
    /// Somebody is inside.
    pub(crate) fn add(&mut self, peer: Peer) {
        let has_room = self.inside.len() < Roster::MAX_PEERS;
        match self.inside.iter_mut().find(|(id, _)| *id == peer.id) {
            Some((_, name)) => *name = peer.name,
            None if has_room => self.inside.push((peer.id, peer.name)),
            None => {}
        }
    }

    /// Somebody is not inside any more.
    pub(crate) fn remove(&mut self, id: PeerId) {
        self.inside.retain(|(inside, _)| *inside != id);
    }

    /// These are inside, and nobody else.
    pub(crate) fn replace(&mut self, peers: Vec<Peer>, capacity: u32) {
        self.capacity = Some(capacity);
        self.inside.clear();
        peers.into_iter().for_each(|peer| self.add(peer));
    }

    pub(crate) fn views(&self) -> Vec<PeerView> {
        let view = |(id, name): &(PeerId, Name)| PeerView {
            id: *id,
            name: name.clone(),
            link: LinkState::Connecting,
            media: MediaState::default(),
            through: None,
        };
        self.inside.iter().map(view).collect()
    }
}
