//! What people do beside talking: hands, reactions, screens, and that somebody writes.

use std::time::Duration;

use protocol::{Control, PeerId, Reaction};

use super::{Context, Output, Peer, Roster};
use crate::{
    event::Announcement,
    hand::{self, Hand},
    writing::Writing,
};

impl Roster {
    // Hands

    /// Raises one's own hand or lowers it, and tells everybody.
    pub(crate) fn raise_hand(&mut self, up: bool, ctx: &mut Context<'_>) {
        let others = self.peers.values().filter_map(|peer| peer.hand);
        self.hand.raise(up, others);
        let turn = self.hand.turn();
        self.with_pairs(ctx, |pair, ctx| pair.tell(&Control::Hand { turn }, ctx));
    }

    /// Whose hands are up, in order.
    pub(crate) fn hands(&self) -> Vec<PeerId> {
        let others = self.peers.iter().map(|(id, peer)| (*id, peer.hand));
        hand::in_order(others.chain([(self.own.0, self.hand.turn())]))
    }

    pub(super) fn hand_moved(&mut self, id: PeerId, turn: Option<u32>, ctx: &mut Context<'_>) {
        let others = self.peers.iter().filter(|(other, _)| **other != id);
        let others = others.filter_map(|(_, peer)| peer.hand);
        let turn = turn.map(|turn| Hand::believed(turn, others.chain(self.hand.turn())));
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let is_up = std::mem::replace(&mut peer.hand, turn).is_some();
        if turn.is_some() && !is_up && peer.allowance.announces_hand(ctx.now) {
            let raised = Announcement::HandRaised(id, peer.name.clone());
            ctx.outputs.push(Output::Announce(raised));
        }
    }

    // Reactions

    /// So long one is shown, unless its owner reacts again.
    const REACTION: Duration = Duration::from_secs(5);

    /// Reacts, and tells everybody.
    pub(crate) fn react(&mut self, reaction: Reaction, ctx: &mut Context<'_>) {
        if self.reactions.take(1, ctx.now) {
            self.reaction.begin(reaction, ctx.now + Self::REACTION);
            let said = Control::Reaction { reaction };
            self.with_pairs(ctx, |pair, ctx| pair.tell(&said, ctx));
        }
    }

    /// Who reacted a moment ago, and how.
    pub(crate) fn reactions(&self, now: Duration) -> Vec<(PeerId, Reaction)> {
        let others = self.peers.iter().map(|(id, peer)| (*id, peer.reaction));
        let all = others.chain([(self.own.0, self.reaction)]);
        all.filter_map(|(id, reaction)| Some((id, reaction.get(now)?)))
            .collect()
    }

    pub(super) fn reacted(id: PeerId, peer: &mut Peer, reaction: Reaction, ctx: &mut Context<'_>) {
        if !peer.allowance.reacts(ctx.now) {
            return;
        }
        peer.reaction.begin(reaction, ctx.now + Self::REACTION);
        if peer.allowance.announces_reaction(ctx.now) {
            let reacted = Announcement::Reacted(id, peer.name.clone(), reaction);
            ctx.outputs.push(Output::Announce(reacted));
        }
    }

    // Screens

    /// Tells who began to share a screen, and who stopped.
    pub(super) fn announce_screens(&mut self, ctx: &mut Context<'_>) {
        for (id, peer) in &mut self.peers {
            let is_shared = peer.media.screen;
            if peer.allowance.announces_screen(is_shared, ctx.now) {
                let name = peer.name.clone();
                let announcement = if is_shared {
                    Announcement::ScreenShared(*id, name)
                } else {
                    Announcement::ScreenEnded(*id, name)
                };
                ctx.outputs.push(Output::Announce(announcement));
            }
        }
    }

    // Writing

    /// Whether one writes to all; what the others hear of it is told with what else is due.
    pub(crate) fn write_key(&mut self, is_text: bool, now: Duration) {
        self.writing.type_key(is_text, now);
    }

    /// Who writes to all, in order of arrival.
    pub(crate) fn writing(&self, now: Duration) -> Vec<PeerId> {
        let writes = |id: &PeerId| self.peers.get(id)?.writing.get(now);
        let ids = self.ids_by(|peer| peer.arrival).into_iter();
        ids.filter(|id| writes(id).is_some()).collect()
    }

    pub(super) fn wrote(peer: &mut Peer, on: bool, now: Duration) {
        if !peer.allowance.writes(now) {
            return;
        }
        if on {
            peer.writing.begin((), now + Writing::BELIEVED);
        } else {
            peer.writing.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn a_reaction_is_shown_as_long_as_the_essay_says() {
        let shown = Roster::REACTION.as_secs();
        says(PAIR, &format!("shown for {shown} seconds"));
    }
}
