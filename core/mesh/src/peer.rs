//! Another person: what the server says of them, what they say themselves, and the way to them.

use std::time::Duration;

use litemap::LiteMap;
use protocol::{LinkStatus, MediaState, Name, PeerId, Reaction};

use crate::{
    allowance::Allowance,
    chat::Author,
    detour::Detour,
    health::Health,
    pair::Pair,
    passing::Passing,
    route::Route,
    view::{LinkState, NoSound, PeerView},
};

/// Another person in the call.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) route: Route,
    pub(crate) name: Name,
    /// Counts those who came; a tile keeps its place.
    pub(crate) arrival: u64,
    pub(crate) presence: Presence,
    pub(crate) media: MediaState,
    /// Whether it said so; before, nobody knows whether it wants pictures.
    pub(crate) is_told: bool,
    /// What it was told last of this page's devices.
    pub(crate) told: MediaState,
    /// Up, with this turn.
    pub(crate) hand: Option<u32>,
    pub(crate) reaction: Passing<Reaction>,
    /// It writes to all.
    pub(crate) writing: Passing<()>,
    /// How its connections stand, as it says.
    pub(crate) links: LiteMap<PeerId, LinkStatus>,
    pub(crate) detour: Detour,
    pub(crate) pair: Pair,
    pub(crate) allowance: Allowance,
}

/// What the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In the room.
    Here,
    /// Its WebSocket is gone since then, or it has not come back since the server restarted. Its
    /// connection decides.
    Lost { since: Duration },
}

impl Peer {
    pub(crate) fn wants_pictures(&self) -> bool {
        self.is_told && !self.media.voice_only
    }

    /// As the author of what it writes.
    pub(crate) fn author(&self, id: PeerId) -> Author {
        (id, self.route.theirs)
    }

    /// The server no longer sees this person.
    pub(crate) fn lose(&mut self, now: Duration) {
        if self.presence == Presence::Here {
            self.presence = Presence::Lost { since: now };
        }
    }

    /// When this person is to be taken for gone; at once if they hung up.
    pub(crate) fn gone_at(&self) -> Option<Duration> {
        match self.presence {
            Presence::Here => None,
            Presence::Lost { .. } if self.pair.was_hung_up() => Some(Duration::ZERO),
            Presence::Lost { since } => {
                Some(since.max(self.pair.heard().unwrap_or_default()) + Health::SILENCE)
            }
        }
    }

    /// How the connection looks to people. `is_passed`: its sound comes by way of a third.
    pub(crate) fn link(&self, is_passed: bool, now: Duration) -> LinkState {
        match (self.pair.state(now), self.pair.no_sound(now)) {
            (LinkState::Reconnecting, _) if self.media.hidden => LinkState::Away,
            // Heard by way of a third, and not hearing.
            (LinkState::Connected, Some(NoSound::Both)) if is_passed => {
                LinkState::NoSound(NoSound::There)
            }
            (LinkState::Connected, Some(NoSound::Paused)) if is_passed => {
                LinkState::NoSound(NoSound::Here)
            }
            (LinkState::Connected, Some(no_sound)) => LinkState::NoSound(no_sound),
            (link, _) => link,
        }
    }

    pub(crate) fn view(&self, id: PeerId) -> PeerView {
        PeerView {
            id,
            name: self.name.clone(),
            link: LinkState::Connecting,
            media: self.media,
            through: None,
        }
    }
}
