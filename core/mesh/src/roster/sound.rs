//! Sound by way of a third: two who cannot hear each other ask somebody whom both hear to pass on
//! one's sound to the other, until they do.
//!
//! It takes the place of what a screen plays on that connection, which hardly ever plays: so it
//! needs no negotiation, and makes way for a screen. One hop, and no pictures.

use std::time::Duration;

use protocol::{Control, PeerId};

use super::{Context, Peer, Roster};
use crate::{
    detour::Detour,
    event::{ConnectionId, Sending},
    health::Health,
    pair::Pair,
    view::LinkState,
};

impl Roster {
    /// By way of whom somebody is heard, if it is not by way of their own.
    pub(super) fn through(&self, of: PeerId) -> Option<PeerId> {
        let mut peers = self.peers.iter();
        peers
            .find(|(_, peer)| peer.detour.passes(of))
            .map(|(id, _)| *id)
    }

    /// Asks for the sound of those who are not heard, and no longer for that of those who are.
    pub(super) fn seek_sounds(&mut self, ctx: &mut Context<'_>) {
        for id in self.ids() {
            let wanted = self.peers.get(&id).and_then(|peer| peer.detour.wanted);
            let Some((of, since)) = wanted else {
                continue;
            };
            if !self.is_missed(of, ctx.now) || !self.reaches(id, of, ctx.now) {
                self.want_sound(id, None, ctx);
            } else if self.through(of) != Some(id) && since + Detour::PATIENCE <= ctx.now {
                self.want_sound(id, None, ctx);
                let asked = self.peers.get_mut(&id).into_iter();
                asked.for_each(|peer| peer.detour.refuse(ctx.now));
            }
        }
        for of in self.ids_by(|peer| peer.arrival) {
            let is_wanted = self.peers.values().any(|peer| peer.detour.is_wanted(of));
            if !is_wanted
                && self.is_missed(of, ctx.now)
                && let Some(id) = self.detour_to(of, ctx.now)
            {
                self.want_sound(id, Some(of), ctx);
            }
        }
    }

    /// Whether somebody is here, and not heard.
    fn is_missed(&self, id: PeerId, now: Duration) -> bool {
        self.peers.get(&id).is_some_and(|peer| {
            let state = peer.pair.state(now);
            let is_slow = state == LinkState::Connecting && peer.pair.is_slow(now);
            let is_lost = matches!(
                state,
                LinkState::Reconnecting | LinkState::CannotConnect | LinkState::NoWayOut(_)
            );
            is_slow || is_lost || peer.pair.is_deaf(now)
        })
    }

    /// Who may be asked for somebody's sound: of those, who came first.
    fn detour_to(&self, of: PeerId, now: Duration) -> Option<PeerId> {
        let ids = self.ids_by(|peer| peer.arrival);
        ids.into_iter().find(|id| {
            let peer = self.peers.get(id);
            let is_free = peer.is_some_and(|peer| {
                let detour = &peer.detour;
                detour.wanted.is_none() && detour.next <= now && !peer.media.screen_sound
            });
            is_free && self.reaches(*id, of, now)
        })
    }

    fn want_sound(&mut self, id: PeerId, of: Option<PeerId>, ctx: &mut Context<'_>) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.detour.wanted = of.map(|of| (of, ctx.now));
            peer.detour.passed = None;
        }
        self.with_pair(id, ctx, |pair, ctx| {
            pair.tell(&Control::WantSound { of }, ctx);
        });
    }

    /// A peer says whose sound it passes on.
    pub(super) fn sound_passed(&mut self, id: PeerId, of: Option<PeerId>, ctx: &mut Context<'_>) {
        let Some(Peer { detour, .. }) = self.peers.get_mut(&id) else {
            return;
        };
        detour.passed = of;
        match of {
            // Perhaps the answer to an earlier wish; then the next one is not wanted any more.
            None if detour.wanted.is_some() => detour.refuse(ctx.now),
            Some(of) if !detour.is_wanted(of) => self.want_sound(id, None, ctx),
            _ => {}
        }
    }

    /// A peer wants somebody's sound.
    pub(super) fn sound_wanted(&mut self, id: PeerId, of: Option<PeerId>, now: Duration) {
        if let Some(peer) = self.peers.get_mut(&id)
            // To take a wish back is free, or it would be passed on for ever.
            && (of.is_none() || peer.detour.asks.take(1, now))
        {
            (peer.detour.asked, peer.detour.given) = (of, None);
        }
    }

    /// A new connection: what was asked for over the last one is forgotten at both ends.
    pub(super) fn forget_detour(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get_mut(&id) {
            let detour = &mut peer.detour;
            (detour.wanted, detour.passed) = (None, None);
            (detour.asked, detour.given) = (None, None);
        }
    }

    /// Passes sounds on, as far as it is right: `is_sharing` what one's own screen plays comes
    /// first.
    pub(super) fn pass_sounds(&mut self, is_sharing: bool, ctx: &mut Context<'_>) {
        let mut passed = 0;
        for id in self.ids_by(|peer| peer.arrival) {
            let detour = self.peers.get(&id).map(|peer| &peer.detour);
            let Some((of, given)) = detour.and_then(|it| Some((it.asked?, it.given))) else {
                continue;
            };
            let may = of != id && !is_sharing && passed < Detour::MOST;
            // Perhaps all fall silent at once, since that one is gone.
            let is_heard = self.heard_over(of, ctx.now).is_some()
                && (given == Some(of) || self.is_heard_now(of, ctx.now));
            passed += usize::from(may && is_heard);
            let now = (may && is_heard).then_some(of);
            if let Some(peer) = self.peers.get_mut(&id) {
                peer.detour.given = now;
                // Whoever was refused asks again.
                peer.detour.asked = now;
            }
            if now.is_none() || now != given {
                let said = Control::PassSound { of: now };
                self.with_pair(id, ctx, |pair, ctx| pair.tell(&said, ctx));
            }
        }
    }

    /// What a peer is sent of another's sound.
    pub(super) fn passed_to(&self, id: PeerId, now: Duration) -> Option<Sending> {
        let of = self.peers.get(&id)?.detour.given?;
        self.heard_over(of, now).map(Sending::SoundOf)
    }

    /// Whether somebody said something just now.
    fn is_heard_now(&self, id: PeerId, now: Duration) -> bool {
        let heard = self.peers.get(&id).and_then(|peer| peer.pair.heard());
        heard.is_some_and(|heard| now < heard + Health::DOUBT)
    }

    /// Tells each peer whether it is heard, be it by way of a third.
    pub(super) fn tell_hearing(&mut self, ctx: &mut Context<'_>) {
        for id in self.ids() {
            let is_passed = self.through(id).is_some();
            self.with_pair(id, ctx, |pair, ctx| {
                let hears = is_passed || !pair.is_deaf(ctx.now);
                pair.tell_hearing(hears, ctx);
            });
        }
    }

    /// Whether a peer is sent nothing, since it is not heard either.
    pub(super) fn is_paused(&self, id: PeerId, now: Duration) -> bool {
        let is_deaf = self.peers.get(&id).is_some_and(|it| it.pair.is_paused(now));
        is_deaf && self.through(id).is_none()
    }

    /// Over which connection somebody is heard.
    fn heard_over(&self, id: PeerId, now: Duration) -> Option<ConnectionId> {
        let pair: &Pair = &self.peers.get(&id)?.pair;
        pair.connection_id().filter(|_| pair.hears(now))
    }
}
