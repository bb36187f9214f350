//! The others in the call: who is there, and who is connected to whom next.

mod gestures;
mod links;
mod sound;

use std::time::Duration;

use litemap::LiteMap;
use protocol::{
    Chat, ClientMessage, Control, IceServer, LeaveReason, MediaState, PeerId, Reaction,
};

use crate::{
    allowance::Allowance,
    budget::Budget,
    chat::Author,
    detour::Detour,
    event::{
        Announcement, Channel, ConnectionCommand, ConnectionEvent, ConnectionId, Role, Sending,
    },
    hand::Hand,
    order::in_order,
    pair::{self, Pair},
    passing::Passing,
    peer::{Peer, Presence},
    random::Random,
    route::Route,
    source::{PerSource, Source},
    view::PeerView,
    writing::Writing,
};

/// How many connections a page opens at once, and how many more it accepts at once, as long as
/// something may soon come of them.
pub const MAX_HANDSHAKES: usize = 2;

/// The others in the call.
#[derive(Debug)]
pub(crate) struct Roster {
    own: Author,
    ice_servers: Vec<IceServer>,
    peers: LiteMap<PeerId, Peer>,
    arrivals: u64,
    /// What whoever comes is told of one's own devices.
    told: MediaState,
    hand: Hand,
    reaction: Passing<Reaction>,
    /// One's own, so that nothing is shown here that the others drop.
    reactions: Budget,
    writing: Writing,
    report: links::Report,
}

/// What a roster needs of its surroundings, and what it puts out.
pub(crate) struct Context<'a> {
    pub(crate) now: Duration,
    /// Whether signals get out.
    pub(crate) reachable: bool,
    /// Whether they do without a doubt. Perhaps there is no network while there is one, and no
    /// browser finds a way out then.
    pub(crate) answered: bool,
    /// How many connections there were.
    pub(crate) connections: &'a mut u32,
    pub(crate) random: &'a mut Random,
    pub(crate) outputs: Vec<Output>,
}

/// Do this, or know this, in this order.
#[derive(Debug)]
pub(crate) enum Output {
    Connection(ConnectionId, ConnectionCommand),
    Send(ClientMessage),
    Announce(Announcement),
    /// Perhaps it is this page that nobody hears: ask the server.
    Doubt,
    /// For whoever looks for a fault.
    Log(String),
    /// This peer can hear the chat now.
    ChatOpened(PeerId),
    /// This peer said this in the chat.
    Chat(PeerId, Chat),
}

impl Roster {
    /// More people than any server lets into a mesh; what goes beyond is not believed.
    pub(crate) const MAX_PEERS: usize = 32;

    /// Nobody else as yet.
    pub(crate) fn new(own: Author) -> Self {
        Self {
            own,
            ice_servers: Vec::new(),
            peers: LiteMap::new(),
            arrivals: 0,
            told: MediaState::default(),
            hand: Hand::default(),
            reaction: Passing::new(),
            reactions: Allowance::REACTIONS,
            writing: Writing::default(),
            report: links::Report::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.peers.len()
    }

    /// One's own.
    pub(crate) fn id(&self) -> PeerId {
        self.own.0
    }

    /// All as authors of what they write, by id.
    pub(crate) fn authors(&self) -> Vec<Author> {
        let authors = self.peers.iter().map(|(id, peer)| peer.author(*id));
        authors.collect()
    }

    pub(crate) fn ids(&self) -> Vec<PeerId> {
        self.peers.keys().copied().collect()
    }

    pub(crate) fn get_mut(&mut self, id: PeerId) -> Option<&mut Peer> {
        self.peers.get_mut(&id)
    }

    /// One's own page, and those that speak for themselves over a link of their own.
    pub(crate) fn present(&self, now: Duration) -> Vec<Author> {
        let heard = self
            .peers
            .iter()
            .filter(|(_, peer)| peer.pair.is_heard(now));
        let heard = heard.map(|(id, peer)| peer.author(*id));
        std::iter::once(self.own).chain(heard).collect()
    }

    /// All, in order of arrival.
    pub(crate) fn views(&self, now: Duration) -> Vec<PeerView> {
        let ids = self.ids_by(|peer| peer.arrival).into_iter();
        let views = ids.filter_map(|id| {
            let peer = self.peers.get(&id)?;
            let through = self.through(id);
            Some(PeerView {
                through,
                link: peer.link(through.is_some(), now),
                ..peer.view(id)
            })
        });
        views.collect()
    }

    /// When something is due next. Who has to wait for others is due when these are.
    pub(crate) fn next_timeout(&self, now: Duration) -> Option<Duration> {
        let timeouts = self.peers.values().flat_map(|peer| {
            let next_open = peer.allowance.next_open();
            [
                peer.pair.next_timeout(now),
                peer.gone_at(),
                (next_open > now).then_some(next_open),
                peer.reaction.next_timeout(now),
                peer.writing.next_timeout(now),
                peer.allowance.next_screen(peer.media.screen),
            ]
        });
        let own = [
            self.reaction.next_timeout(now),
            self.writing.next_timeout(),
            self.links_due(now),
        ];
        timeouts.chain(own).flatten().min()
    }

    // What the server says

    /// The server has let this page in, for the first time or again, and says who is there.
    pub(crate) fn joined(
        &mut self,
        peers: Vec<protocol::Peer>,
        ice_servers: Vec<IceServer>,
        ctx: &mut Context<'_>,
    ) {
        self.ice_servers = ice_servers;
        for (other, known) in &mut self.peers {
            if peers.iter().all(|peer| peer.id != *other) {
                known.lose(ctx.now);
            }
        }
        for peer in peers {
            self.meet(peer, ctx);
        }
    }

    /// For the next connections: a relayed one outlives the credentials that it began with.
    pub(crate) fn renew(&mut self, ice_servers: Vec<IceServer>) {
        self.ice_servers = ice_servers;
    }

    pub(crate) fn peer_joined(&mut self, peer: protocol::Peer, ctx: &mut Context<'_>) {
        if !self.peers.contains_key(&peer.id) {
            let joined = Announcement::Joined(peer.id, peer.name.clone());
            ctx.outputs.push(Output::Announce(joined));
        }
        self.meet(peer, ctx);
    }

    /// The server says that this page load is in the room.
    fn meet(&mut self, peer: protocol::Peer, ctx: &mut Context<'_>) {
        if peer.id == self.own.0 {
            return;
        }
        let is_full = self.peers.len() >= Self::MAX_PEERS;
        match self.peers.get_mut(&peer.id) {
            Some(known) if known.route.theirs == peer.incarnation => {
                known.presence = Presence::Here;
                known.name = peer.name;
                self.with_pair(peer.id, ctx, Pair::path_restored);
            }
            Some(known) => {
                let arrival = known.arrival;
                // Whoever loads the page again has no more than before.
                let allowance = std::mem::replace(&mut known.allowance, Allowance::new());
                self.with_pair(peer.id, ctx, Pair::close);
                self.add(peer, arrival, allowance, ctx);
            }
            None if is_full => {}
            None => {
                self.arrivals += 1;
                self.add(peer, self.arrivals, Allowance::new(), ctx);
            }
        }
    }

    fn add(
        &mut self,
        peer: protocol::Peer,
        arrival: u64,
        allowance: Allowance,
        ctx: &mut Context<'_>,
    ) {
        let role = if self.own.0 < peer.id {
            Role::Initiator
        } else {
            Role::Responder
        };
        let route = Route {
            own: self.own.1,
            theirs: peer.incarnation,
        };
        let id = peer.id;
        let met = Peer {
            route,
            name: peer.name,
            arrival,
            presence: Presence::Here,
            media: MediaState::default(),
            is_told: false,
            told: MediaState::default(),
            hand: None,
            reaction: Passing::new(),
            writing: Passing::new(),
            links: LiteMap::new(),
            detour: Detour::new(),
            pair: Pair::new(role, ctx.now),
            allowance,
        };
        self.peers.insert(id, met);
        self.with_pair(id, ctx, |pair, ctx| pair.ask(ctx));
    }

    pub(crate) fn peer_left(&mut self, id: PeerId, reason: LeaveReason, ctx: &mut Context<'_>) {
        match (reason, self.peers.get_mut(&id)) {
            (LeaveReason::Left, _) => self.remove(id, ctx),
            (LeaveReason::Lost, Some(peer)) => peer.lose(ctx.now),
            (LeaveReason::Lost, None) => {}
        }
    }

    pub(crate) fn signalled(&mut self, from: PeerId, payload: &str, ctx: &mut Context<'_>) {
        let route = self.peers.get(&from).map(|peer| peer.route);
        if let Some(signal) = route.and_then(|route| route.open(payload)) {
            self.with_pair(from, ctx, |pair, ctx| pair.signalled(signal, ctx));
        }
    }

    /// The server did not pass on what was said last.
    pub(crate) fn congested(&mut self, to: PeerId, ctx: &mut Context<'_>) {
        self.with_pair(to, ctx, Pair::congested);
    }

    /// The way to the server was dead, so perhaps the address is another.
    pub(crate) fn path_lost(&mut self, ctx: &mut Context<'_>) {
        self.with_pairs(ctx, Pair::path_lost);
    }

    // What happens between the pages

    pub(crate) fn happened(
        &mut self,
        connection: ConnectionId,
        event: ConnectionEvent,
        ctx: &mut Context<'_>,
    ) {
        let is_there =
            |(_, peer): &(&PeerId, &mut Peer)| peer.pair.connection_id() == Some(connection);
        let Some((&id, peer)) = self.peers.iter_mut().find(is_there) else {
            return;
        };
        let is_read = match &event {
            ConnectionEvent::Message(channel, text) => {
                peer.allowance.reads(*channel, text.len(), ctx.now)
            }
            _ => true,
        };
        if is_read {
            self.with_pair(id, ctx, |pair, ctx| pair.happened(event, ctx));
        }
    }

    /// Says something in the chat, if there is a channel.
    pub(crate) fn write(&mut self, to: PeerId, chat: &Chat, ctx: &mut Context<'_>) {
        self.with_pair(to, ctx, |pair, ctx| pair.write(chat, ctx));
    }

    /// Says something in the chat to everybody.
    pub(crate) fn write_all(&mut self, chat: &Chat, ctx: &mut Context<'_>) {
        self.with_pairs(ctx, |pair, ctx| pair.write(chat, ctx));
    }

    /// Says goodbye and closes everything.
    pub(crate) fn leave(&mut self, ctx: &mut Context<'_>) {
        self.with_pairs(ctx, |pair, ctx| {
            pair.tell(&Control::Bye, ctx);
            pair.close(ctx);
        });
    }

    fn remove(&mut self, id: PeerId, ctx: &mut Context<'_>) {
        self.with_pair(id, ctx, Pair::close);
        if let Some(peer) = self.peers.remove(&id) {
            let left = Announcement::Left(id, peer.name);
            ctx.outputs.push(Output::Announce(left));
        }
    }

    // What is due

    /// Does what is due between the pages.
    pub(crate) fn advance(&mut self, ctx: &mut Context<'_>) {
        self.with_pairs(ctx, Pair::advance);
        self.announce_screens(ctx);
        if let Some(on) = self.writing.advance(ctx.now) {
            self.with_pairs(ctx, |pair, ctx| pair.tell(&Control::Writing { on }, ctx));
        }
    }

    /// Removes who is gone, opens what may be opened, and lets all know how the links stand. Who
    /// was served longest ago goes first, and then who came first: nobody gets ahead by asking
    /// again and again, nor by a small id.
    pub(crate) fn settle(&mut self, ctx: &mut Context<'_>) {
        for id in self.ids() {
            // Whoever was given up just now may be gone by that.
            let gone_at = self.peers.get(&id).and_then(Peer::gone_at);
            if gone_at.is_some_and(|gone| gone <= ctx.now) {
                self.remove(id, ctx);
            }
        }
        for id in self.ids_by(|peer| (peer.allowance.next_open(), peer.arrival)) {
            self.open_if_wanted(id, ctx);
        }
        self.tell_links(ctx);
        self.seek_sounds(ctx);
        self.tell_hearing(ctx);
    }

    fn ids_by<K: Ord>(&self, key: impl Fn(&Peer) -> K) -> Vec<PeerId> {
        let sorted = in_order(&self.peers, |(_, peer)| key(peer));
        sorted.into_iter().map(|(id, _)| *id).collect()
    }

    fn open_if_wanted(&mut self, id: PeerId, ctx: &mut Context<'_>) {
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let role = peer.pair.role();
        let is_wanted = peer.pair.wants_connection(ctx.now)
            && peer.allowance.next_open() <= ctx.now
            && peer.presence == Presence::Here
            && ctx.answered;
        if is_wanted && self.handshakes(role, ctx.now) < MAX_HANDSHAKES {
            *ctx.connections += 1;
            let connection = ConnectionId(*ctx.connections);
            let open = ConnectionCommand::Open {
                peer: id,
                role,
                ice_servers: self.ice_servers.clone(),
            };
            ctx.outputs.push(Output::Connection(connection, open));
            self.with_pair(id, ctx, |pair, ctx| pair.open(connection, ctx));
            let opened = self.peers.get_mut(&id).into_iter();
            opened.for_each(|peer| peer.allowance.opened(ctx.now));
        }
    }

    /// How many handshakes others wait for.
    fn handshakes(&self, role: Role, now: Duration) -> usize {
        let peers = self.peers.values().filter(|peer| {
            peer.presence == Presence::Here && peer.pair.role() == role && peer.pair.is_hopeful(now)
        });
        peers.count()
    }

    /// Whether somebody shares a screen.
    pub(crate) fn is_shared(&self) -> bool {
        self.peers.values().any(|peer| peer.media.screen)
    }

    /// Tells everybody what the devices give beside what holds of the page, and sends it.
    pub(crate) fn send(
        &mut self,
        sendings: &PerSource<Sending>,
        page: MediaState,
        ctx: &mut Context<'_>,
    ) {
        let is_sent = |source: Source| sendings[source] != Sending::Nothing;
        let media = MediaState {
            microphone: is_sent(Source::Microphone),
            camera: is_sent(Source::Camera),
            screen: is_sent(Source::Screen),
            screen_sound: is_sent(Source::ScreenSound),
            ..page
        };
        self.told = media;
        let is_new = |peer: &Peer| peer.presence == Presence::Here && peer.pair.is_new();
        let is_calm = !self.peers.values().any(is_new);
        let sounds = sendings.sounds();
        self.pass_sounds(media.screen_sound, ctx);
        for id in self.ids() {
            let is_seen = self.peers.get(&id).is_some_and(Peer::wants_pictures);
            let mut sendings = if is_seen { *sendings } else { sounds };
            let is_paused = self.is_paused(id, ctx.now);
            if is_paused {
                sendings = PerSource::default();
            }
            if let Some(passed) = self.passed_to(id, ctx.now) {
                sendings[Source::ScreenSound] = passed;
            }
            let news = self.media_news(id, if is_paused { page } else { media });
            self.with_pair(id, ctx, |pair, ctx| {
                if let Some(media) = news {
                    pair.tell(&Control::Media(media), ctx);
                }
                pair.send(&sendings, is_calm, ctx);
            });
        }
    }

    /// What a peer is to be told, if it was told something else.
    fn media_news(&mut self, id: PeerId, media: MediaState) -> Option<MediaState> {
        let told = &mut self.peers.get_mut(&id)?.told;
        (std::mem::replace(told, media) != media).then_some(media)
    }

    fn with_pairs(
        &mut self,
        ctx: &mut Context<'_>,
        mut act: impl FnMut(&mut Pair, &mut pair::Context<'_>),
    ) {
        for id in self.ids() {
            self.with_pair(id, ctx, &mut act);
        }
    }

    fn with_pair(
        &mut self,
        id: PeerId,
        ctx: &mut Context<'_>,
        act: impl FnOnce(&mut Pair, &mut pair::Context<'_>),
    ) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let mut pair_ctx = pair::Context {
            now: ctx.now,
            reachable: ctx.reachable && peer.presence == Presence::Here,
            answered: ctx.answered,
            random: ctx.random,
            outputs: Vec::new(),
        };
        act(&mut peer.pair, &mut pair_ctx);
        for output in pair_ctx.outputs {
            self.take(id, output, ctx);
        }
    }

    /// What a pair puts out.
    fn take(&mut self, id: PeerId, output: pair::Output, ctx: &mut Context<'_>) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let output = match output {
            pair::Output::Command(connection, command) => Output::Connection(connection, command),
            pair::Output::Signal(signal) => Output::Send(ClientMessage::Signal {
                to: id,
                payload: peer.route.seal(signal),
            }),
            pair::Output::Doubt => Output::Doubt,
            pair::Output::Log(line) => Output::Log(line),
            pair::Output::Opened(Channel::Control) => {
                let turn = self.hand.turn();
                peer.told = self.told;
                self.forget_detour(id);
                let state = [
                    Control::Media(self.told),
                    Control::Hand { turn },
                    self.links_told(),
                ];
                return self.with_pair(id, ctx, |pair, ctx| {
                    state.iter().for_each(|said| pair.tell(said, ctx));
                });
            }
            pair::Output::Opened(Channel::Chat) => Output::ChatOpened(id),
            pair::Output::Control(control) => return self.heard(id, control, ctx),
            pair::Output::Chat(chat) => Output::Chat(id, chat),
        };
        ctx.outputs.push(output);
    }

    fn heard(&mut self, id: PeerId, control: Control, ctx: &mut Context<'_>) {
        match (control, self.peers.get_mut(&id)) {
            // As long as the server lists them they hold a place, which shall be seen.
            (Control::Bye, Some(peer)) if ctx.reachable => {
                peer.hand = None;
                peer.reaction.end();
                peer.writing.end();
                self.with_pair(id, ctx, Pair::hung_up);
            }
            (Control::Bye, _) => self.remove(id, ctx),
            (Control::Media(media), Some(peer)) => {
                peer.pair.announce_sound(media.microphone, ctx.now);
                peer.media = media;
                peer.is_told = true;
            }
            (Control::Hand { turn }, _) => self.hand_moved(id, turn, ctx),
            (Control::Reaction { reaction }, Some(peer)) => {
                Self::reacted(id, peer, reaction, ctx);
            }
            (Control::Writing { on }, Some(peer)) => Self::wrote(peer, on, ctx.now),
            (Control::Links { links }, _) => self.links_heard(id, links),
            (Control::WantSound { of }, _) => self.sound_wanted(id, of, ctx.now),
            (Control::PassSound { of }, _) => self.sound_passed(id, of, ctx),
            (Control::Media(_) | Control::Reaction { .. } | Control::Writing { .. }, None)
            | (Control::Alive { .. } | Control::Hearing { .. }, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn a_page_has_as_many_handshakes_as_the_essay_says() {
        says(PAIR, &format!("that has {MAX_HANDSHAKES} other handshakes"));
    }
}
