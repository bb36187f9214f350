//! The call itself: what happens is given to those whom it concerns, and what is due is done.

use std::{rc::Rc, time::Duration};

use protocol::{
    Chat, ChatText, ClientMessage, CloseCode, IceServer, Incarnation, LeaveReason, MediaState,
    Name, PeerId, PeerSecret, Rejection, RoomId, ServerMessage,
};

use crate::{
    chat::{Exchange, Moment},
    device::Devices,
    encoding,
    event::{Announcement, Input, Output, SocketCommand, SocketEvent, UserCommand},
    random::Random,
    roster::{self, Roster},
    signaling::{self, Signaling},
    source::{PerSource, Source, Wish},
    stage::{Lobby, Stage},
    view::{ChatLine, Server, View, WhyLeft},
};

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
    /// What an earlier load of the page kept of this room's chat.
    pub chat: Vec<ChatLine>,
}

/// A call, from the lobby to the end and perhaps back in.
#[derive(Debug)]
pub struct Mesh {
    config: Config,
    random: Random,
    stage: Stage,
    signaling: Signaling,
    devices: Devices,
    voice_only: bool,
    /// Nobody can see the page.
    hidden: bool,
    chat: Exchange,
    /// One's own id, once the server has told it. It stays the same.
    id: Option<PeerId>,
    /// All STUN and TURN servers, as far as the server has told them.
    ice_servers: Option<Vec<IceServer>>,
    /// How many connections there were.
    connections: u32,
    moment: Moment,
    outputs: Vec<Output>,
}

impl Mesh {
    /// A call that has not begun: [`Mesh::deadline`] is at once, and the first [`Input`] opens the
    /// WebSocket.
    pub fn new(mut config: Config) -> Self {
        Self {
            chat: Exchange::new(std::mem::take(&mut config.chat)),
            random: Random::new(config.seed),
            config,
            stage: Stage::Lobby(Lobby::default()),
            signaling: Signaling::new(),
            devices: Devices::default(),
            voice_only: false,
            hidden: false,
            id: None,
            ice_servers: None,
            connections: 0,
            moment: Moment::default(),
            outputs: Vec::new(),
        }
    }

    /// Takes in what happened at `now`, the time since the call was made, and says what to do, in
    /// order. `wall_clock`, in milliseconds since 1970, is for people to see and decides nothing:
    /// it may be wrong, and jump.
    pub fn handle(&mut self, input: Input, now: Duration, wall_clock: u64) -> Vec<Output> {
        let now = now.max(self.moment.now);
        self.moment = Moment { now, wall_clock };
        match input {
            Input::User(command) => self.user(command),
            Input::Device(source, event) => {
                let commands = self.devices.happened(source, event).into_iter();
                self.outputs.extend(commands.map(Output::Device));
            }
            Input::Socket(event) => self.socket(event),
            Input::Connection(connection, event) => {
                self.with_roster(|roster, ctx| roster.happened(connection, event, ctx));
            }
            Input::NetworkChanged => self.signaling.network_changed(now),
            Input::Hidden(hidden) => self.hidden = hidden,
            Input::Resumed => self.signaling.resumed(now),
            Input::Tick => {}
        }
        self.advance();
        std::mem::take(&mut self.outputs)
    }

    /// When [`Input::Tick`] is wanted, unless something else happens before.
    pub fn deadline(&self) -> Option<Duration> {
        let (roster, chat) = match &self.stage {
            Stage::InCall(roster) => (
                roster.next_timeout(self.moment.now),
                (roster.len() > 0).then_some(self.chat.next_timeout()),
            ),
            _ => (None, None),
        };
        let deadlines = [self.signaling.deadline(), roster, chat];
        deadlines.into_iter().flatten().min()
    }

    /// What the call looks like now.
    pub fn view(&self) -> View {
        let now = self.moment.now;
        let view = View {
            room: self.config.room.clone(),
            name: self.config.name.clone(),
            id: self.id,
            phase: self.stage.phase(),
            server: self.signaling.server(),
            capacity: None,
            devices: self.devices.states(),
            voice_only: self.voice_only,
            peers: Vec::new(),
            links: Vec::new(),
            hands: Vec::new(),
            reactions: Vec::new(),
            writing: Vec::new(),
            chat: self.chat.shown(),
            chat_was_full: self.chat.was_full(),
            undelivered: Rc::default(),
        };
        match &self.stage {
            Stage::Lobby(lobby) | Stage::Joining(lobby) => View {
                peers: lobby.views(),
                capacity: lobby.capacity,
                ..view
            },
            Stage::InCall(roster) => View {
                peers: roster.views(now),
                links: roster.links(now),
                hands: roster.hands(),
                reactions: roster.reactions(now),
                writing: roster.writing(now),
                undelivered: self.chat.undelivered(roster.id()),
                ..view
            },
            Stage::Left { .. } => view,
        }
    }

    /// The STUN and TURN servers, to try whether they answer; `None` before the server has told
    /// them. While nobody else is here their credentials are left out: they may have ended.
    pub fn ice_servers(&self) -> Option<Vec<IceServer>> {
        let mut servers = self.ice_servers.clone()?;
        if self.stage.people() < 2 {
            for server in &mut servers {
                (server.username, server.credential) = (None, None);
            }
        }
        Some(servers)
    }

    // The person

    fn user(&mut self, command: UserCommand) {
        match command {
            UserCommand::Join(name) => self.join(name),
            UserCommand::Leave => self.leave(WhyLeft::Asked),
            UserCommand::Say(text) => self.say(text),
            // Who has left holds nothing.
            UserCommand::Want(_) if matches!(self.stage, Stage::Left { .. }) => {}
            UserCommand::Want(wish) => self.want(wish),
            UserCommand::VoiceOnly(on) => self.voice_only(on),
            UserCommand::RaiseHand(up) => {
                self.with_roster(|roster, ctx| roster.raise_hand(up, ctx));
            }
            UserCommand::React(reaction) => {
                self.with_roster(|roster, ctx| roster.react(reaction, ctx));
            }
            UserCommand::Write(is_text) => {
                self.with_roster(|roster, ctx| roster.write_key(is_text, ctx.now));
            }
        }
    }

    /// What shows pictures is let go of, and stays so until the person wants it again.
    fn voice_only(&mut self, on: bool) {
        self.voice_only = on;
        if on {
            self.want(PerSource::of(|source| {
                (!source.is_sound()).then_some(false)
            }));
        }
    }

    fn want(&mut self, mut wish: Wish) {
        if self.voice_only {
            for source in Source::ALL {
                let is_picture = !source.is_sound() && wish[source] == Some(true);
                wish[source] = wish[source].filter(|_| !is_picture);
            }
        }
        let commands = self.devices.want(wish).into_iter();
        self.outputs.extend(commands.map(Output::Device));
    }

    fn join(&mut self, name: Name) {
        let lobby = match &mut self.stage {
            Stage::Joining(_) | Stage::InCall(_) => return,
            Stage::Lobby(lobby) => std::mem::take(lobby),
            Stage::Left { resume, .. } => {
                let wish = resume.map(Some);
                self.want(wish);
                Lobby::default()
            }
        };
        self.stage = Stage::Joining(lobby);
        self.config.name = name;
        self.signaling.revive(self.moment.now);
        self.signaling.hurry(self.moment.now);
        if self.signaling.is_online() {
            self.introduce();
        }
    }

    fn leave(&mut self, why: WhyLeft) {
        if let Stage::Left { .. } = self.stage {
            return;
        }
        let resume = self.view().wanted();
        self.with_roster(Roster::leave);
        if self.signaling.is_open() {
            self.send(ClientMessage::Leave);
        }
        if self.signaling.has_socket() {
            self.outputs.push(Output::Socket(SocketCommand::Close));
        }
        self.signaling.end();
        let released = self.devices.release_all();
        self.outputs.extend(released.map(Output::Device));
        self.stage = Stage::Left { why, resume };
    }

    fn say(&mut self, text: ChatText) {
        if let (Some(id), Stage::InCall(_)) = (self.id, &self.stage) {
            let (author, name) = ((id, self.config.incarnation), self.config.name.clone());
            let said = self.chat.say(author, name, text, self.moment);
            self.with_roster(|roster, ctx| {
                roster.write_all(&said, ctx);
                roster.write_key(false, ctx.now);
            });
        }
    }

    // The server

    fn socket(&mut self, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.introduce(),
            SocketEvent::Closed(code) => self.socket_closed(code),
            SocketEvent::Received(message) => self.received(message),
        }
    }

    fn send(&mut self, message: ClientMessage) {
        self.outputs
            .push(Output::Socket(SocketCommand::Send(message)));
    }

    /// Tells the server what one wants of it.
    fn introduce(&mut self) {
        let room = self.config.room.clone();
        let message = match self.stage {
            Stage::Lobby(_) => ClientMessage::Watch { room },
            Stage::Joining(_) | Stage::InCall(_) => ClientMessage::Join {
                version: protocol::VERSION,
                room,
                name: self.config.name.clone(),
                secret: self.config.secret,
                incarnation: self.config.incarnation,
            },
            Stage::Left { .. } => return,
        };
        self.signaling.asked(self.moment.now);
        self.send(message);
    }

    fn socket_closed(&mut self, code: CloseCode) {
        if !self.signaling.has_socket() {
            return;
        }
        if code == CloseCode::SUPERSEDED {
            return self.leave(WhyLeft::Superseded);
        }
        let was = self.signaling.server();
        self.signaling
            .closed(self.moment.now, code, &mut self.random);
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
        self.signaling.heard(self.moment.now);
        match message {
            ServerMessage::Watching {
                peers,
                capacity,
                ice_servers,
            } => {
                self.ice_servers = Some(ice_servers);
                self.watching(peers, capacity);
            }
            ServerMessage::Joined {
                id,
                peers,
                ice_servers,
            } => self.joined(id, peers, ice_servers),
            ServerMessage::PeerJoined { peer } => self.peer_joined(peer),
            ServerMessage::PeerLeft { id, reason } => self.peer_left(id, reason),
            ServerMessage::Signal { from, payload } => {
                self.with_roster(|roster, ctx| roster.signalled(from, &payload, ctx));
            }
            ServerMessage::IceServers { ice_servers } => {
                self.ice_servers = Some(ice_servers.clone());
                self.with_roster(|roster, _| roster.renew(ice_servers));
            }
            ServerMessage::Pong { reconnect_within } => {
                let spread = Duration::from_millis(reconnect_within.into());
                self.signaling.advised(spread);
            }
            ServerMessage::Rejected { rejection } => self.rejected(rejection),
        }
    }

    fn watching(&mut self, peers: Vec<protocol::Peer>, capacity: u32) {
        match &mut self.stage {
            Stage::Lobby(lobby) => {
                lobby.replace(peers, capacity);
                self.online();
            }
            // The person was quicker than the server.
            Stage::Joining(_) => {
                self.online();
                self.introduce();
            }
            Stage::InCall(_) | Stage::Left { .. } => {}
        }
    }

    fn online(&mut self) {
        let was = self.signaling.server();
        self.signaling.answered(self.moment.now);
        self.announce_server(was);
    }

    fn joined(&mut self, id: PeerId, peers: Vec<protocol::Peer>, ice_servers: Vec<IceServer>) {
        match self.stage {
            Stage::Joining(_) => {
                self.id = Some(id);
                self.stage = Stage::InCall(Roster::new((id, self.config.incarnation)));
            }
            Stage::InCall(_) => {}
            Stage::Lobby(_) | Stage::Left { .. } => return,
        }
        self.online();
        // Who is alone is not told of TURN.
        if !peers.is_empty() {
            self.ice_servers = Some(ice_servers.clone());
        }
        self.with_roster(|roster, ctx| roster.joined(peers, ice_servers, ctx));
    }

    fn peer_joined(&mut self, peer: protocol::Peer) {
        match self.stage.lobby() {
            Some(lobby) => lobby.add(peer),
            None => self.with_roster(|roster, ctx| roster.peer_joined(peer, ctx)),
        }
    }

    fn peer_left(&mut self, id: PeerId, reason: LeaveReason) {
        match self.stage.lobby() {
            Some(lobby) => lobby.remove(id),
            None => self.with_roster(|roster, ctx| roster.peer_left(id, reason, ctx)),
        }
    }

    fn rejected(&mut self, rejection: Rejection) {
        match rejection {
            Rejection::RoomFull { capacity } if matches!(self.stage, Stage::Joining(_)) => {
                self.leave(WhyLeft::RoomFull(capacity));
            }
            Rejection::Version => self.leave(WhyLeft::Version),
            Rejection::Superseded => self.leave(WhyLeft::Superseded),
            // The call goes on without the server; ask again later.
            Rejection::RoomFull { .. } => self.come_again(None),
            Rejection::Overloaded { retry_after } => {
                self.come_again(Some(Duration::from_millis(retry_after.into())));
            }
            Rejection::Congested { to } => {
                self.with_roster(|roster, ctx| roster.congested(to, ctx));
            }
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
        let (now, random) = (self.moment.now, &mut self.random);
        match wait {
            Some(wait) => self.signaling.turned_away(now, wait, random),
            None => self.signaling.closed(now, CloseCode::OVERLOADED, random),
        }
        self.announce_server(was);
    }

    // The chat

    fn ask(&mut self, id: PeerId) {
        let Stage::InCall(roster) = &mut self.stage else {
            return;
        };
        if let Some(author) = roster.get_mut(id).map(|peer| peer.author(id)) {
            let question = self.chat.question(author);
            self.with_roster(|roster, ctx| roster.write(id, &question, ctx));
        }
    }

    fn chatted(&mut self, from: PeerId, chat: Chat) {
        let Stage::InCall(roster) = &mut self.stage else {
            return;
        };
        let present = roster.present(self.moment.now);
        let Some(peer) = roster.get_mut(from) else {
            return;
        };
        if let Chat::Said { .. } = chat {
            peer.writing.end();
        }
        let (author, allowance) = (peer.author(from), &mut peer.allowance);
        let is_present = |author| present.contains(&author);
        let answers = self
            .chat
            .heard(chat, author, allowance, is_present, self.moment);
        for answer in answers {
            self.with_roster(|roster, ctx| roster.write(from, &answer, ctx));
        }
    }

    // What is due

    fn advance(&mut self) {
        self.with_roster(Roster::advance);
        self.advance_signaling();
        self.with_roster(Roster::settle);
        self.send_media();
        self.advance_chat();
    }

    fn advance_chat(&mut self) {
        let Stage::InCall(roster) = &self.stage else {
            return;
        };
        let here = roster.authors();
        self.chat.meet(roster.id(), &here);
        for (id, chat) in self.chat.advance(&here, self.moment.now) {
            self.with_roster(|roster, ctx| roster.write(id, &chat, ctx));
        }
    }

    fn advance_signaling(&mut self) {
        let was = self.signaling.server();
        match self.signaling.advance(self.moment.now, &mut self.random) {
            Some(signaling::Output::Open) => {
                self.outputs.push(Output::Socket(SocketCommand::Open));
            }
            Some(signaling::Output::Ping) => self.send(ClientMessage::Ping),
            Some(signaling::Output::Close) => {
                self.outputs.push(Output::Socket(SocketCommand::Close));
                self.announce_server(was);
            }
            Some(signaling::Output::Replace) => {
                let commands = [SocketCommand::Close, SocketCommand::Open];
                self.outputs.extend(commands.map(Output::Socket));
                self.announce_server(was);
                self.with_roster(Roster::path_lost);
            }
            None => {}
        }
    }

    fn send_media(&mut self) {
        let is_shared = self.devices.is_shared() || self.stage.is_shared();
        let encodings = encoding::encodings(self.stage.people(), is_shared);
        let shape = self.devices.shape(encodings.camera);
        self.outputs.extend(shape.map(Output::Device));
        let sendings = self.devices.sendings(&encodings);
        let page = MediaState {
            voice_only: self.voice_only,
            hidden: self.hidden,
            ..MediaState::default()
        };
        self.with_roster(|roster, ctx| roster.send(&sendings, page, ctx));
    }

    /// Whether signals get out without a doubt.
    fn is_answered(&self) -> bool {
        self.signaling.is_online() && !self.signaling.is_doubted()
    }

    /// Does something with the others, if this is a call.
    fn with_roster(&mut self, act: impl FnOnce(&mut Roster, &mut roster::Context<'_>)) {
        let answered = self.is_answered();
        let Stage::InCall(roster) = &mut self.stage else {
            return;
        };
        let mut ctx = roster::Context {
            now: self.moment.now,
            reachable: self.signaling.is_online(),
            answered,
            connections: &mut self.connections,
            random: &mut self.random,
            outputs: Vec::new(),
        };
        act(roster, &mut ctx);
        for output in ctx.outputs {
            self.take(output);
        }
    }

    /// What the roster puts out.
    fn take(&mut self, output: roster::Output) {
        match output {
            roster::Output::Connection(id, command) => {
                self.outputs.push(Output::Connection(id, command));
            }
            roster::Output::Send(message) => self.send(message),
            roster::Output::Announce(announcement) => {
                self.outputs.push(Output::Announce(announcement));
            }
            roster::Output::Log(line) => self.outputs.push(Output::Log(line)),
            roster::Output::Doubt => self.signaling.check(self.moment.now),
            roster::Output::ChatOpened(id) => self.ask(id),
            roster::Output::Chat(id, chat) => self.chatted(id, chat),
        }
    }
}
