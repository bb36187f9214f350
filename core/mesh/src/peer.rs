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
    view::{LinkState, PeerView},
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

    pub(crate) fn view(&self, id: PeerId, now: Duration) -> PeerView {
        let link = match self.pair.state(now) {
            LinkState::Reconnecting if self.media.hidden => LinkState::Away,
            link => link,
        };
        PeerView {
            id,
            name: self.name.clone(),
            link,
            media: self.media,
            through: None,
        }
    }
}
