//! The call itself: what happens is given to those whom it concerns, and what is due is done.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    allowance::Allowance,
    chat::{Author, Log, Moment, Said},
    device::Devices,
    encoding,
    event::{
        Announcement, Channel, ConnectionEvent, ConnectionId, DeviceCommand, Encoding, Input,
        Output, Role, Sending, SocketCommand, SocketEvent, UserCommand,
    },
    pair::{Context, Heard, Pair},
    peer::{Peer, Presence},
    random::Random,
    signaling::{Due, Signaling},
    source::{PerSource, Source, Wish},
    view::{LinkState, PeerView, Phase, Server, View, WhyLeft},
};
use protocol::{
    Chat, ChatMessage, ChatText, ClientMessage, CloseCode, Control, Envelope, IceServer,
    Incarnation, LeaveReason, MediaState, Name, PeerId, PeerSecret, Rejection, RoomId, Seen,
    ServerMessage,
};

/// How many connections a page opens at once, and how many more it accepts at once, as long as
/// something may soon come of them.
pub const MAX_HANDSHAKES: usize = 2;

/// How often a page tells what it has of the chat.
const CHAT_ROUND: Duration = Duration::from_secs(15);

/// More people than any server lets into a mesh; what goes beyond is not believed.
const MAX_PEERS: usize = 32;

/// What a call needs to know before it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The room.
    pub room: RoomId,
    /// What the person was called last, for the lobby's field.
    pub name: Name,
    /// Drawn once and kept over a reload of the page, never longer.
    pub secret: PeerSecret,
    /// Drawn anew with each load of the page.
    pub incarnation: Incarnation,
    /// Randomness for the pauses between attempts.
    pub seed: u64,
}

/// A call, from the lobby to the end and perhaps back in.
#[derive(Debug)]
pub struct Mesh {
    config: Config,
    random: Random,
    phase: Phase,
    signaling: Signaling,
    id: Option<PeerId>,
    capacity: u32,
    ice_servers: Vec<IceServer>,
    devices: Devices,
    /// What was wanted when the person left, for coming back.
    resume: PerSource<bool>,
    /// Who is inside, seen from the lobby, in order of arrival.
    inside: Vec<(PeerId, Name)>,
    peers: BTreeMap<PeerId, Peer>,
    arrivals: u64,
    connections: u32,
    chat: Log,
    next_chat_round: Duration,
    told: MediaState,
    /// What the camera was last asked to give.
    shape: Option<Encoding>,
    now: Duration,
    /// In milliseconds since 1970.
    wall_clock: u64,
    outputs: Vec<Output>,
}

impl Mesh {
    /// A call that has not begun: [`Mesh::deadline`] is at once, and the first [`Input`] opens the
    /// WebSocket.
    pub fn new(config: Config) -> Self {
        Self {
            random: Random::new(config.seed),
            config,
            phase: Phase::Lobby,
            signaling: Signaling::new(),
            id: None,
            capacity: 0,
            ice_servers: Vec::new(),
            devices: Devices::default(),
            resume: PerSource::default(),
            inside: Vec::new(),
            peers: BTreeMap::new(),
            arrivals: 0,
            connections: 0,
            chat: Log::default(),
            next_chat_round: CHAT_ROUND,
            told: MediaState::default(),
            shape: None,
            now: Duration::ZERO,
            wall_clock: 0,
            outputs: Vec::new(),
        }
    }

    /// Takes in what happened at `now`, the time since the call was made, and says what to do, in
    /// order. `wall_clock`, in milliseconds since 1970, is for people to see and decides nothing:
    /// it may be wrong, and jump.
    pub fn handle(&mut self, input: Input, now: Duration, wall_clock: u64) -> Vec<Output> {
        self.now = self.now.max(now);
        self.wall_clock = wall_clock;
        match input {
            Input::User(command) => self.commanded(command),
            Input::Device(source, event) => {
                let command = self.devices.happened(source, event);
                self.outputs.extend(command.map(Output::Device));
            }
            Input::Socket(SocketEvent::Opened) => self.introduce(),
            Input::Socket(SocketEvent::Closed(code)) => self.socket_closed(code),
            Input::Socket(SocketEvent::Received(message)) => self.received(message),
            Input::NetworkChanged => self.signaling.network_changed(self.now),
            Input::Resumed => self.signaling.resumed(self.now),
            Input::Connection(connection, event) => self.happened(connection, event),
            Input::Tick => {}
        }
        self.advance();
        std::mem::take(&mut self.outputs)
    }

    /// When [`Input::Tick`] is wanted, unless something else happens before.
    pub fn deadline(&self) -> Option<Duration> {
        let can_open = self.is_answered() && self.handshakes(Role::Initiator) < MAX_HANDSHAKES;
        let peers = self.peers.values().flat_map(|peer| {
            let next_open = peer.allowance.next_open();
            let may_open = next_open <= self.now;
            let can_open = can_open && may_open && peer.presence == Presence::Here;
            [
                peer.pair.deadline(self.now, can_open),
                peer.gone_at(),
                (!may_open).then_some(next_open),
            ]
        });
        let chat = (!self.peers.is_empty()).then_some(self.next_chat_round);
        peers
            .chain([self.signaling.deadline(), chat])
            .flatten()
            .min()
    }

    /// What the call looks like now.
    pub fn view(&self) -> View {
        View {
            room: self.config.room.clone(),
            name: self.config.name.clone(),
            id: self.id,
            phase: self.phase,
            server: self.signaling.server(),
            capacity: self.capacity,
            devices: self.devices.states(),
            peers: self.peer_views(),
            chat: self.chat.shown(),
        }
    }

    fn peer_views(&self) -> Vec<PeerView> {
        if self.phase != Phase::InCall {
            let inside = |(id, name): &(PeerId, Name)| PeerView {
                id: *id,
                name: name.clone(),
                link: LinkState::Connecting,
                media: MediaState::default(),
            };
            return self.inside.iter().map(inside).collect();
        }
        let mut peers: Vec<_> = self.peers.iter().collect();
        peers.sort_by_key(|(_, peer)| peer.arrival);
        peers
            .into_iter()
            .map(|(id, peer)| peer.view(*id, self.now))
            .collect()
    }

    // The person

    fn commanded(&mut self, command: UserCommand) {
        match command {
            UserCommand::Join(name) => self.join(name),
            UserCommand::Leave => self.leave(WhyLeft::Asked),
            UserCommand::Say(text) => self.say(text),
            // Who has left holds nothing.
            UserCommand::Want(_) if matches!(self.phase, Phase::Left(_)) => {}
            UserCommand::Want(wish) => self.want(wish),
        }
    }

    fn want(&mut self, wish: Wish) {
        let commands = self.devices.want(wish).into_iter();
        self.outputs.extend(commands.map(Output::Device));
    }

    fn join(&mut self, name: Name) {
        if matches!(self.phase, Phase::Joining | Phase::InCall) {
            return;
        }
        if let Phase::Left(_) = self.phase {
            self.want(self.resume.map(Some));
        }
        self.config.name = name;
        self.phase = Phase::Joining;
        self.signaling.revive(self.now);
        self.signaling.hurry(self.now);
        if self.signaling.is_online() {
            self.introduce();
        }
    }

    fn leave(&mut self, why: WhyLeft) {
        if let Phase::Left(_) = self.phase {
            return;
        }
        self.resume = self.view().wanted();
        let ids: Vec<PeerId> = self.peers.keys().copied().collect();
        for id in ids {
            self.with_pair(id, |pair, ctx| {
                pair.tell(&Control::Bye, ctx);
                pair.close(ctx);
            });
        }
        self.peers.clear();
        self.inside.clear();
        if self.signaling.is_open() {
            self.outputs
                .push(Output::Socket(SocketCommand::Send(ClientMessage::Leave)));
        }
        if self.signaling.has_socket() {
            self.outputs.push(Output::Socket(SocketCommand::Close));
        }
        self.signaling.end();
        let released = self.devices.release_all();
        self.outputs.extend(released.map(Output::Device));
        self.phase = Phase::Left(why);
    }

    fn say(&mut self, text: ChatText) {
        let (Some(id), Phase::InCall) = (self.id, self.phase) else {
            return;
        };
        let author = (id, self.config.incarnation);
        let message = self
            .chat
            .say(author, self.config.name.clone(), text, self.moment());
        self.write_all(&Chat::Said { message });
    }

    // The server

    /// Tells the server what one wants of it.
    fn introduce(&mut self) {
        let message = match self.phase {
            Phase::Lobby => ClientMessage::Watch {
                room: self.config.room.clone(),
            },
            Phase::Joining | Phase::InCall => ClientMessage::Join {
                version: protocol::VERSION,
                room: self.config.room.clone(),
                name: self.config.name.clone(),
                secret: self.config.secret,
                incarnation: self.config.incarnation,
            },
            Phase::Left(_) => return,
        };
        self.signaling.asked(self.now);
        self.outputs
            .push(Output::Socket(SocketCommand::Send(message)));
    }

    fn socket_closed(&mut self, code: u16) {
        if !self.signaling.has_socket() {
            return;
        }
        if CloseCode(code) == CloseCode::SUPERSEDED {
            return self.leave(WhyLeft::Superseded);
        }
        let was = self.signaling.server();
        self.signaling.closed(self.now, code, &mut self.random);
        self.announce_server(was);
    }

    fn announce_server(&mut self, was: Server) {
        let announcement = match (was, self.signaling.server()) {
            (Server::Online, Server::Offline | Server::Busy) => Announcement::Reconnecting,
            (Server::Offline | Server::Busy, Server::Online) => Announcement::BackOnline,
            _ => return,
        };
        self.outputs.push(Output::Announce(announcement));
    }

    fn received(&mut self, message: ServerMessage) {
        self.signaling.heard(self.now);
        match message {
            ServerMessage::Watching { peers, capacity } => self.watching(peers, capacity),
            ServerMessage::Joined {
                id,
                peers,
                ice_servers,
            } => self.joined(id, peers, ice_servers),
            ServerMessage::PeerJoined { peer } => self.peer_joined(peer),
            ServerMessage::PeerLeft { id, reason } => self.peer_left(id, reason),
            ServerMessage::Signal { from, payload } => self.signalled(from, &payload),
            // For the next connections: a relayed one outlives the credentials that it began with.
            ServerMessage::IceServers { ice_servers } => self.ice_servers = ice_servers,
            ServerMessage::Pong { reconnect_within } => {
                let spread = Duration::from_millis(reconnect_within.into());
                self.signaling.advised(spread);
            }
            ServerMessage::Rejected { rejection } => self.rejected(rejection),
        }
    }

    fn watching(&mut self, peers: Vec<protocol::Peer>, capacity: u32) {
        self.capacity = capacity;
        if !matches!(self.phase, Phase::Lobby | Phase::Joining) {
            return;
        }
        self.online();
        if self.phase == Phase::Joining {
            // The person was quicker than the server.
            self.introduce();
        } else {
            self.inside.clear();
            peers.into_iter().for_each(|peer| self.is_inside(peer));
        }
    }

    fn is_inside(&mut self, peer: protocol::Peer) {
        let has_room = self.inside.len() < MAX_PEERS;
        match self.inside.iter_mut().find(|(id, _)| *id == peer.id) {
            Some((_, name)) => *name = peer.name,
            None if has_room => self.inside.push((peer.id, peer.name)),
            None => {}
        }
    }

    fn online(&mut self) {
        let was = self.signaling.server();
        self.signaling.answered(self.now);
        self.announce_server(was);
    }

    fn joined(&mut self, id: PeerId, peers: Vec<protocol::Peer>, ice_servers: Vec<IceServer>) {
        if !matches!(self.phase, Phase::Joining | Phase::InCall) {
            return;
        }
        self.online();
        self.phase = Phase::InCall;
        self.id = Some(id);
        self.ice_servers = ice_servers;
        self.inside.clear();
        for (other, known) in &mut self.peers {
            if peers.iter().all(|peer| peer.id != *other) {
                known.lose(self.now);
            }
        }
        for peer in peers {
            self.meet(peer);
        }
    }

    fn peer_joined(&mut self, peer: protocol::Peer) {
        if self.phase != Phase::InCall {
            self.is_inside(peer);
            return;
        }
        if !self.peers.contains_key(&peer.id) {
            let joined = Announcement::Joined(peer.id, peer.name.clone());
            self.outputs.push(Output::Announce(joined));
        }
        self.meet(peer);
    }

    /// The server says that this page load is in the room.
    fn meet(&mut self, peer: protocol::Peer) {
        let Some(own) = self.id.filter(|own| *own != peer.id) else {
            return;
        };
        let is_full = self.peers.len() >= MAX_PEERS;
        match self.peers.get_mut(&peer.id) {
            Some(known) if known.incarnation == peer.incarnation => {
                known.presence = Presence::Here;
                known.name = peer.name;
                self.with_pair(peer.id, Pair::path_restored);
            }
            Some(known) => {
                let arrival = known.arrival;
                // Whoever loads the page again has no more than before.
                let allowance = std::mem::replace(&mut known.allowance, Allowance::new());
                self.with_pair(peer.id, Pair::close);
                self.add(own, peer, arrival, allowance);
            }
            None if is_full => {}
            None => {
                self.arrivals += 1;
                self.add(own, peer, self.arrivals, Allowance::new());
            }
        }
    }

    fn add(&mut self, own: PeerId, peer: protocol::Peer, arrival: u64, allowance: Allowance) {
        let role = if own < peer.id {
            Role::Initiator
        } else {
            Role::Responder
        };
        let mut ctx = Context {
            now: self.now,
            peer: peer.id,
            own: self.config.incarnation,
            theirs: peer.incarnation,
            reachable: true,
            answered: true,
            is_in_doubt: false,
            random: &mut self.random,
            outputs: &mut self.outputs,
        };
        let pair = Pair::new(role, &mut ctx);
        let protocol::Peer {
            id,
            incarnation,
            name,
        } = peer;
        let media = MediaState::default();
        self.peers.insert(
            id,
            Peer {
                incarnation,
                name,
                arrival,
                presence: Presence::Here,
                media,
                pair,
                allowance,
            },
        );
    }

    fn peer_left(&mut self, id: PeerId, reason: LeaveReason) {
        self.inside.retain(|(inside, _)| *inside != id);
        match (reason, self.peers.get_mut(&id)) {
            (LeaveReason::Left, _) => self.remove(id),
            (LeaveReason::Lost, Some(peer)) => peer.lose(self.now),
            (LeaveReason::Lost, None) => {}
        }
    }

    fn signalled(&mut self, from: PeerId, payload: &str) {
        let Some(envelope) = protocol::decode::<Envelope>(payload) else {
            return;
        };
        let known = self.peers.get(&from).map(|peer| peer.incarnation);
        if envelope.to == self.config.incarnation && known == Some(envelope.from) {
            self.with_pair(from, |pair, ctx| pair.signalled(envelope.signal, ctx));
        }
    }

    fn rejected(&mut self, rejection: Rejection) {
        match rejection {
            Rejection::RoomFull { capacity } if self.phase == Phase::Joining => {
                self.leave(WhyLeft::RoomFull(capacity));
            }
            Rejection::Version => self.leave(WhyLeft::Version),
            Rejection::Superseded => self.leave(WhyLeft::Superseded),
            // The call goes on without the server; ask again later.
            Rejection::RoomFull { .. } => self.come_again(None),
            Rejection::Overloaded { retry_after } => {
                self.come_again(Some(Duration::from_millis(retry_after.into())));
            }
            Rejection::Congested { to } => drop(self.with_pair(to, Pair::congested)),
            Rejection::BadMessage
            | Rejection::NotJoined
            | Rejection::AlreadyJoined
            | Rejection::NoSuchPeer { .. }
            | Rejection::TooLarge { .. } => {}
        }
    }

    /// After this time, or after the time for a server that has too much to do.
    fn come_again(&mut self, wait: Option<Duration>) {
        if !self.signaling.has_socket() {
            return;
        }
        self.outputs.push(Output::Socket(SocketCommand::Close));
        let was = self.signaling.server();
        let random = &mut self.random;
        match wait {
            Some(wait) => self.signaling.turned_away(self.now, wait, random),
            None => self
                .signaling
                .closed(self.now, CloseCode::OVERLOADED.0, random),
        }
        self.announce_server(was);
    }

    // The others

    fn happened(&mut self, connection: ConnectionId, event: ConnectionEvent) {
        let Some(id) = self
            .peers
            .iter()
            .find(|(_, peer)| peer.pair.connection() == Some(connection))
            .map(|(id, _)| *id)
        else {
            return;
        };
        if let ConnectionEvent::Message(channel, text) = &event
            && let Some(peer) = self.peers.get_mut(&id)
            && !peer.allowance.reads(*channel, text.len(), self.now)
        {
            return;
        }
        let heard = self
            .with_pair(id, |pair, ctx| pair.happened(event, ctx))
            .flatten();
        match heard {
            Some(Heard::Opened(Channel::Control)) => {
                let media = self.told;
                self.with_pair(id, |pair, ctx| pair.tell(&Control::Media(media), ctx));
            }
            Some(Heard::Opened(Channel::Chat)) => self.ask(id),
            // As long as the server lists them they hold a place, which shall be seen.
            Some(Heard::Control(Control::Bye)) if self.is_reachable() => {
                self.with_pair(id, Pair::hung_up);
            }
            Some(Heard::Control(Control::Bye)) => self.remove(id),
            Some(Heard::Control(Control::Media(media))) => {
                self.peers
                    .get_mut(&id)
                    .into_iter()
                    .for_each(|peer| peer.media = media);
            }
            Some(Heard::Chat(chat)) => self.chatted(id, chat),
            Some(Heard::Control(Control::Alive { .. })) | None => {}
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.now,
            wall_clock: self.wall_clock,
        }
    }

    fn chatted(&mut self, from: PeerId, chat: Chat) {
        let moment = self.moment();
        let now = moment.now;
        let Some(peer) = self.peers.get_mut(&from) else {
            return;
        };
        let author = (from, peer.incarnation);
        match chat {
            Chat::Said { message } => {
                let is_own = (message.key.author, message.key.incarnation) == author;
                if is_own
                    && peer.allowance.hears(now)
                    && self.chat.hear(message, moment) == Said::Ahead
                    && peer.allowance.asks(now)
                {
                    self.ask(from);
                }
            }
            Chat::Have { clock, seen } => {
                if peer.allowance.answers(now) {
                    self.chat.follow(clock, now);
                    self.chat.vouched(author, &seen);
                    self.answer(from, &seen);
                }
            }
            Chat::Missed { messages } => self.told(author, messages),
        }
    }

    /// Asks what this page lacks of the chat.
    fn ask(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get(&id) {
            let have = self.chat.have((id, peer.incarnation));
            self.with_pair(id, |pair, ctx| pair.write(&have, ctx));
        }
    }

    /// Tells what is missing there, as far as that is not too much.
    fn answer(&mut self, to: PeerId, seen: &[Seen]) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&to) else {
            return;
        };
        let mut is_allowed = |portion: &String| peer.allowance.tells(portion.len(), now);
        let portions = self
            .chat
            .missed(seen)
            .map(|portion| protocol::encode(&portion));
        let portions: Vec<String> = portions.take_while(|portion| is_allowed(portion)).collect();
        self.with_pair(to, |pair, ctx| {
            portions
                .into_iter()
                .for_each(|portion| pair.send_chat(portion, ctx));
        });
    }

    fn told(&mut self, teller: Author, messages: Vec<ChatMessage>) {
        let moment = self.moment();
        let now = moment.now;
        let own = self.id.map(|id| (id, self.config.incarnation));
        let mut present = Vec::from_iter(own);
        let speaks = self
            .peers
            .iter()
            .filter(|(_, peer)| peer.pair.is_heard(now));
        present.extend(speaks.map(|(id, peer)| (*id, peer.incarnation)));
        let Some(peer) = self.peers.get_mut(&teller.0) else {
            return;
        };
        for message in messages {
            if !peer.allowance.is_told(now) {
                break;
            }
            let is_present = |author| present.contains(&author);
            self.chat.told(message, teller, is_present, moment);
        }
    }

    fn write_all(&mut self, chat: &Chat) {
        let ids: Vec<PeerId> = self.peers.keys().copied().collect();
        for id in ids {
            self.with_pair(id, |pair, ctx| pair.write(chat, ctx));
        }
    }

    fn remove(&mut self, id: PeerId) {
        self.with_pair(id, Pair::close);
        if let Some(peer) = self.peers.remove(&id) {
            let left = Announcement::Left(id, peer.name);
            self.outputs.push(Output::Announce(left));
        }
    }

    // What is due

    fn advance(&mut self) {
        let ids: Vec<PeerId> = self.peers.keys().copied().collect();
        for id in &ids {
            self.with_pair(*id, Pair::advance);
        }
        self.advance_signaling();
        for id in &ids {
            // Whoever was given up just now may be gone by that.
            if self
                .peers
                .get(id)
                .and_then(Peer::gone_at)
                .is_some_and(|gone| gone <= self.now)
            {
                self.remove(*id);
            }
        }
        self.open_all(ids.clone());
        self.send_media(&ids);
        if self.next_chat_round <= self.now {
            self.next_chat_round = self.now + CHAT_ROUND;
            ids.iter().for_each(|id| self.ask(*id));
        }
    }

    fn advance_signaling(&mut self) {
        let was = self.signaling.server();
        match self.signaling.advance(self.now, &mut self.random) {
            Some(Due::Open) => self.outputs.push(Output::Socket(SocketCommand::Open)),
            Some(Due::Ask) => self
                .outputs
                .push(Output::Socket(SocketCommand::Send(ClientMessage::Ping))),
            Some(Due::GiveUp) => {
                self.outputs.push(Output::Socket(SocketCommand::Close));
                self.announce_server(was);
            }
            Some(Due::Replace) => {
                self.outputs.extend([
                    Output::Socket(SocketCommand::Close),
                    Output::Socket(SocketCommand::Open),
                ]);
                self.announce_server(was);
                let ids: Vec<PeerId> = self.peers.keys().copied().collect();
                for id in ids {
                    self.with_pair(id, Pair::path_lost);
                }
            }
            None => {}
        }
    }

    /// Opens what may be opened. Who was served longest ago goes first, and then who came first:
    /// nobody gets ahead by asking again and again, nor by a small id.
    fn open_all(&mut self, mut ids: Vec<PeerId>) {
        let turn = |peer: &Peer| (peer.allowance.next_open(), peer.arrival);
        ids.sort_by_key(|id| self.peers.get(id).map(turn));
        for id in ids {
            self.open_if_wanted(id);
        }
    }

    fn open_if_wanted(&mut self, id: PeerId) {
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let wanted = peer.pair.wants_connection(self.now)
            && peer.allowance.next_open() <= self.now
            && peer.presence == Presence::Here
            && self.is_answered();
        if wanted && self.handshakes(peer.pair.role()) < MAX_HANDSHAKES {
            self.connections += 1;
            let connection = ConnectionId(self.connections);
            let ice_servers = self.ice_servers.clone();
            self.with_pair(id, |pair, ctx| pair.open(connection, ice_servers, ctx));
            let now = self.now;
            let opened = self.peers.get_mut(&id).into_iter();
            opened.for_each(|peer| peer.allowance.opened(now));
        }
    }

    /// How many handshakes others wait for.
    fn handshakes(&self, role: Role) -> usize {
        let peers = self.peers.values().filter(|peer| {
            peer.presence == Presence::Here
                && peer.pair.role() == role
                && peer.pair.is_hopeful(self.now)
        });
        peers.count()
    }

    fn send_media(&mut self, ids: &[PeerId]) {
        let media = MediaState {
            microphone: self.devices.is_on(Source::Microphone),
            camera: self.devices.is_on(Source::Camera),
        };
        let told = std::mem::replace(&mut self.told, media) == media;
        let people = self.peers.len().max(self.inside.len()) + 1;
        let encoding = encoding::encoding(people);
        let sendings = PerSource::of(|source| self.sending(source, encoding));
        let shape = media.camera.then_some(encoding);
        if let Some(encoding) = shape.filter(|_| self.shape != shape) {
            let command = DeviceCommand::Shape(Source::Camera, encoding);
            self.outputs.push(Output::Device(command));
        }
        self.shape = shape;
        let calm = !self
            .peers
            .values()
            .any(|peer| peer.presence == Presence::Here && peer.pair.is_new());
        for id in ids {
            self.with_pair(*id, |pair, ctx| {
                if !told {
                    pair.tell(&Control::Media(media), ctx);
                }
                pair.send(&sendings, calm, ctx);
            });
        }
    }

    fn sending(&self, source: Source, encoding: Encoding) -> Sending {
        match self.devices.is_on(source) {
            false => Sending::Nothing,
            true if source.is_sound() => Sending::Sound,
            true => Sending::Picture(encoding),
        }
    }

    /// Whether signals get out.
    fn is_reachable(&self) -> bool {
        self.phase == Phase::InCall && self.signaling.is_online()
    }

    /// Whether they do without a doubt. Perhaps there is no network while there is one, and no
    /// browser finds a way out then.
    fn is_answered(&self) -> bool {
        self.is_reachable() && !self.signaling.is_doubted()
    }

    fn with_pair<T>(
        &mut self,
        id: PeerId,
        act: impl FnOnce(&mut Pair, &mut Context<'_>) -> T,
    ) -> Option<T> {
        let (reachable, answered) = (self.is_reachable(), self.is_answered());
        let peer = self.peers.get_mut(&id)?;
        let mut ctx = Context {
            now: self.now,
            peer: id,
            own: self.config.incarnation,
            theirs: peer.incarnation,
            reachable: reachable && peer.presence == Presence::Here,
            answered,
            is_in_doubt: false,
            random: &mut self.random,
            outputs: &mut self.outputs,
        };
        let done = act(&mut peer.pair, &mut ctx);
        if ctx.is_in_doubt {
            self.signaling.check(self.now);
        }
        Some(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{CHAT, PAIR, says};

    #[test]
    fn the_rounds_and_handshakes_of_a_call_are_the_essays() {
        says(
            CHAT,
            &format!("every {} seconds, and", CHAT_ROUND.as_secs()),
        );
        says(PAIR, &format!("that has {MAX_HANDSHAKES} other handshakes"));
    }
}
