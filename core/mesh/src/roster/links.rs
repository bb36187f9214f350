//! How the connections of this call stand: what this page tells of its own, and what the others
//! tell of theirs.
//!
//! Of a pair of others both ends are believed, each about itself, as long as they are heard; the
//! worse word counts.

use std::time::Duration;

use litemap::LiteMap;
use protocol::{Control, Link, LinkStatus, PeerId};

use super::{Context, Roster};
use crate::view::{LinkState, LinkView};

/// What the others were told of this page's connections.
#[derive(Debug, Default)]
pub(super) struct Report {
    told: Vec<Link>,
    /// Not again before then.
    next: Duration,
}

impl Report {
    /// Between two reports.
    const PAUSE: Duration = Duration::from_secs(1);
}

impl Roster {
    /// Tells everybody how one's own connections stand, if that is something new.
    pub(super) fn tell_links(&mut self, ctx: &mut Context<'_>) {
        let links = self.own_links(ctx.now);
        if links == self.report.told || ctx.now < self.report.next {
            return;
        }
        self.report = Report {
            told: links,
            next: ctx.now + Report::PAUSE,
        };
        let links = self.links_told();
        self.with_pairs(ctx, |pair, ctx| pair.tell(&links, ctx));
    }

    /// For somebody who was told nothing yet.
    pub(super) fn links_told(&self) -> Control {
        Control::Links {
            links: self.report.told.clone(),
        }
    }

    /// When they are to be told.
    pub(super) fn links_due(&self, now: Duration) -> Option<Duration> {
        (self.own_links(now) != self.report.told).then_some(self.report.next)
    }

    fn own_links(&self, now: Duration) -> Vec<Link> {
        let links = self.peers.iter().filter_map(|(id, peer)| {
            let is_deaf = peer.pair.is_deaf(now);
            // Whoever passes sound on has to have it.
            let status = status(peer.pair.state(now))?;
            let status = if is_deaf {
                status.max(LinkStatus::Reconnecting)
            } else {
                status
            };
            Some(Link { to: *id, status })
        });
        links.collect()
    }

    /// A peer says how its connections stand.
    pub(super) fn links_heard(&mut self, id: PeerId, links: Vec<Link>) {
        if let Some(peer) = self.peers.get_mut(&id) {
            let links = links.into_iter().take(Self::MAX_PEERS);
            peer.links = LiteMap::from_iter(links.map(|link| (link.to, link.status)));
        }
    }

    /// How those of the others stand among each other, as far as it is known; in order of arrival.
    pub(crate) fn links(&self, now: Duration) -> Vec<LinkView> {
        let ids = self.ids_by(|peer| peer.arrival);
        let mut links = Vec::new();
        for (place, one) in ids.iter().enumerate() {
            for other in ids.iter().skip(place + 1) {
                let words = [(*one, *other), (*other, *one)];
                let words = words.map(|(from, to)| self.claim(from, to, now));
                if let Some(status) = words.into_iter().flatten().max() {
                    let ends = [*one, *other];
                    links.push(LinkView { ends, status });
                }
            }
        }
        links
    }

    /// What somebody who is heard says of its connection to another.
    fn claim(&self, from: PeerId, to: PeerId, now: Duration) -> Option<LinkStatus> {
        let peer = self.peers.get(&from)?;
        let is_heard = peer.pair.state(now) == LinkState::Connected;
        let claim = peer.links.get(&to).copied();
        claim.filter(|_| is_heard)
    }

    /// Whether this peer is heard, and says that it hears that one.
    pub(super) fn reaches(&self, peer: PeerId, other: PeerId, now: Duration) -> bool {
        self.claim(peer, other, now) == Some(LinkStatus::Connected)
    }
}

/// None for who said goodbye.
fn status(state: LinkState) -> Option<LinkStatus> {
    match state {
        LinkState::Connected | LinkState::NoSound(_) => Some(LinkStatus::Connected),
        LinkState::Connecting => Some(LinkStatus::Connecting),
        LinkState::Reconnecting | LinkState::Away => Some(LinkStatus::Reconnecting),
        LinkState::CannotConnect | LinkState::NoWayOut(_) => Some(LinkStatus::Failed),
        LinkState::HungUp => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn links_are_told_as_often_as_the_essay_says() {
        assert_eq!(Report::PAUSE.as_secs(), 1);
        says(PAIR, "once a second at most");
    }
}
