//! A load of the page: a mesh, and what its browser does for it.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use mesh::{
    CaptureError, ConnectionCommand, ConnectionId, DeviceCommand, DeviceEvent, Encoding, Input,
    Mesh, Output, PerSource, Phase, Role, SocketCommand, SocketEvent, Source, UserCommand,
};
use protocol::{Incarnation, Peer, PeerId, ServerMessage};

use super::{
    World,
    announced::{Announced, arrived},
    connection::{Connection, Operation},
    server::Frame,
};

/// One load of the page.
pub struct Page {
    pub person: usize,
    pub incarnation: Incarnation,
    pub mesh: Mesh,
    /// It was neither closed nor did it crash.
    pub is_alive: bool,
    pub born: Duration,
    /// It does nothing until then.
    pub(super) asleep: Duration,
    inbox: VecDeque<(Option<usize>, Input)>,
    is_scheduled: bool,
    alarm: Option<Duration>,
    pub socket: Option<usize>,
    /// As far as the mesh was told.
    pub(super) is_socket_open: bool,
    pub connections: BTreeMap<ConnectionId, usize>,
    /// What the browser does with each device, and how large its pictures are.
    pub tracks: PerSource<Track>,
    /// Its person wants no pictures.
    pub(super) voice_only: bool,
    pub(super) hidden: bool,
    pub(super) shapes: PerSource<Option<Encoding>>,
    pub(super) announced: Announced,
    /// When the server was out of reach for the first time.
    pub(super) trouble: Option<Duration>,
    /// When the person asked to be let in, and was.
    pub(super) asked: Option<Duration>,
    pub(super) entered: Option<Duration>,
    /// How many connections there were in the world when the page learned of another one.
    pub(super) met: BTreeMap<(PeerId, Incarnation), usize>,
    /// The most connections in a handshake at once.
    pub most_handshakes: usize,
    /// In which second how many ticks were handled.
    ticks: (u64, u32),
    /// All outputs since a test asked for them.
    pub outputs: Vec<Output>,
}

/// What the browser does with a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Track {
    #[default]
    None,
    Asked,
    Silent,
    On,
}

impl Page {
    pub fn new(person: usize, incarnation: Incarnation, mesh: Mesh, born: Duration) -> Self {
        Self {
            person,
            incarnation,
            mesh,
            is_alive: true,
            born,
            asleep: Duration::ZERO,
            inbox: VecDeque::new(),
            is_scheduled: false,
            alarm: None,
            socket: None,
            is_socket_open: false,
            connections: BTreeMap::new(),
            tracks: PerSource::default(),
            voice_only: false,
            hidden: false,
            shapes: PerSource::default(),
            announced: Announced::default(),
            trouble: None,
            asked: None,
            entered: None,
            met: BTreeMap::new(),
            most_handshakes: 0,
            ticks: (0, 0),
            outputs: Vec::new(),
        }
    }
}

impl World {
    /// More ticks in a second than that are a busy loop.
    const MAX_TICKS: u32 = 100;

    /// Something happened; the page's code hears of it a little later, in order.
    pub(super) fn report(&mut self, page: usize, socket: Option<usize>, input: Input) {
        let reported = &mut self.pages[page];
        if !reported.is_alive {
            return;
        }
        reported.inbox.push_back((socket, input));
        if !std::mem::replace(&mut reported.is_scheduled, true) {
            let delay = self.random.between(self.weather.task.clone());
            self.after(delay, move |world| world.drain(page));
        }
    }

    fn drain(&mut self, page: usize) {
        if self.pages[page].asleep > self.now {
            let rest = self.pages[page].asleep - self.now;
            return self.after(rest, move |world| world.drain(page));
        }
        self.pages[page].is_scheduled = false;
        while self.pages[page].is_alive
            && let Some((socket, input)) = self.pages[page].inbox.pop_front()
        {
            if socket.is_none() || self.pages[page].socket == socket {
                self.handle(page, input);
            }
        }
    }

    /// Gives the mesh its input and does what it says.
    pub fn handle(&mut self, page: usize, input: Input) {
        self.before(page, &input);
        self.trace(|| format!("{page:>6} <- {}", brief(&input)));
        let now = self.now - self.pages[page].born;
        let (is_tick, arrived) = (input == Input::Tick, arrived(&input));
        let wall_clock = self.wall_clock(self.pages[page].person);
        let outputs = self.pages[page].mesh.handle(input, now, wall_clock);
        if is_tick {
            self.watch_ticks(page, now);
        }
        let view = self.pages[page].mesh.view();
        self.check_announcements(page, arrived, &outputs, &view);
        for output in outputs {
            self.trace(|| format!("{page:>6}    -> {}", brief(&output)));
            self.pages[page].outputs.push(output.clone());
            self.execute(page, output);
        }
        self.set_alarm(page);
        self.check_ways_out(page, &view);
        self.check_sound(page, &view);
        self.check_people(page, &view);
    }

    /// What the page knows from now on.
    fn before(&mut self, page: usize, input: &Input) {
        let told = &mut self.pages[page];
        match input {
            Input::Socket(SocketEvent::Opened) => told.is_socket_open = true,
            Input::Socket(SocketEvent::Closed(_)) => {
                told.is_socket_open = false;
                told.socket = None;
                self.note_trouble(page);
            }
            Input::Connection(id, event) => {
                if let Some(connection) = told.connections.get(id) {
                    self.connections[*connection].was_told(event);
                }
            }
            Input::User(UserCommand::Join(_)) => told.asked = Some(self.now),
            Input::User(UserCommand::VoiceOnly(on)) => told.voice_only = *on,
            Input::Hidden(hidden) => told.hidden = *hidden,
            Input::User(UserCommand::Leave) => {
                told.asked = None;
                self.people[told.person].is_hand_up = false;
            }
            Input::User(UserCommand::RaiseHand(up)) if told.mesh.view().phase == Phase::InCall => {
                self.people[told.person].is_hand_up = *up;
            }
            Input::User(UserCommand::Say(text)) if told.mesh.view().phase == Phase::InCall => {
                self.people[told.person].said.push(text.as_str().to_owned());
                self.record
                    .read
                    .insert(text.as_str().to_owned(), told.mesh.view().chat);
            }
            Input::Socket(SocketEvent::Received(ServerMessage::Joined { peers, .. })) => {
                self.check_entry(page);
                self.meet(page, peers);
            }
            Input::Socket(SocketEvent::Received(ServerMessage::PeerJoined { peer })) => {
                self.meet(page, std::slice::from_ref(peer));
            }
            _ => {}
        }
    }

    fn check_entry(&mut self, page: usize) {
        let entering = &mut self.pages[page];
        let Some(asked) = entering.asked else { return };
        let is_first = entering
            .entered
            .replace(entering.entered.unwrap_or(self.now))
            .is_none();
        let took = self.now - asked;
        if is_first && entering.trouble.is_none() && took > Self::ENTRY {
            self.fault(format!("page {page} waited {took:?} to be let in"));
        }
    }

    fn meet(&mut self, page: usize, peers: &[Peer]) {
        for peer in peers {
            self.pages[page]
                .met
                .entry((peer.id, peer.incarnation))
                .or_insert(self.connections.len());
        }
    }

    fn watch_ticks(&mut self, page: usize, now: Duration) {
        let ticking = &mut self.pages[page];
        if ticking.ticks.0 != now.as_secs() {
            ticking.ticks = (now.as_secs(), 0);
        }
        ticking.ticks.1 += 1;
        let (deadline, ticks) = (ticking.mesh.deadline(), ticking.ticks.1);
        if deadline.is_some_and(|deadline| deadline <= now) {
            self.fault(format!(
                "page {page} has a deadline at {deadline:?} after its tick at {now:?}"
            ));
        }
        if ticks == Self::MAX_TICKS {
            self.fault(format!("page {page} is a busy loop"));
        }
    }

    fn set_alarm(&mut self, page: usize) {
        let (born, now) = (self.pages[page].born, self.now);
        let due = self.pages[page]
            .mesh
            .deadline()
            .map(|deadline| (born + deadline).max(now));
        if due == self.pages[page].alarm {
            return;
        }
        self.pages[page].alarm = due;
        let Some(due) = due else { return };
        let late = self.random.between(self.weather.lateness.clone());
        self.after(due + late - now, move |world| {
            if world.pages[page].alarm == Some(due) {
                world.pages[page].alarm = None;
                world.report(page, None, Input::Tick);
            }
        });
    }

    fn execute(&mut self, page: usize, output: Output) {
        match output {
            Output::Socket(command) => self.command_socket(page, command),
            Output::Device(command) => self.command_device(page, command),
            Output::Connection(id, command) => self.command_connection(page, id, command),
            Output::Announce(_) | Output::Log(_) => {}
        }
    }

    fn command_socket(&mut self, page: usize, command: SocketCommand) {
        match command {
            SocketCommand::Open => self.open_socket(page),
            SocketCommand::Close => self.close_socket(page),
            SocketCommand::Send(message) => match self.pages[page].socket {
                Some(socket) if self.pages[page].is_socket_open => {
                    self.send_up(socket, Frame::Text(protocol::encode(&message)));
                }
                _ => self.fault(format!(
                    "page {page} sends without a WebSocket: {}",
                    brief(&message)
                )),
            },
        }
    }

    fn command_device(&mut self, page: usize, command: DeviceCommand) {
        match command {
            DeviceCommand::Capture(sources) => self.capture(page, &sources),
            DeviceCommand::Unmute(source) => {
                self.change_track(page, source, &[Track::Silent], Track::On);
            }
            DeviceCommand::Mute(source) => {
                self.change_track(page, source, &[Track::On], Track::Silent);
            }
            DeviceCommand::Release(source) => {
                self.change_track(page, source, &[Track::On, Track::Silent], Track::None);
                self.pages[page].shapes[source] = None;
            }
            DeviceCommand::Shape(source, encoding) => {
                self.change_track(page, source, &[Track::On], Track::On);
                self.pages[page].shapes[source] = Some(encoding);
            }
        }
    }

    fn change_track(&mut self, page: usize, source: Source, from: &[Track], to: Track) {
        let before = std::mem::replace(&mut self.pages[page].tracks[source], to);
        if !from.contains(&before) {
            self.fault(format!("page {page}: {source:?} from {before:?} to {to:?}"));
        }
    }

    fn command_connection(&mut self, page: usize, id: ConnectionId, command: ConnectionCommand) {
        let index = self.pages[page].connections.get(&id).copied();
        let operation = match (command, index) {
            (ConnectionCommand::Open { peer, role, .. }, None) => {
                return self.open_connection(page, id, peer, role);
            }
            (ConnectionCommand::Close, Some(index)) => {
                self.pages[page].connections.remove(&id);
                return self.close(index);
            }
            (ConnectionCommand::SendText(channel, text), Some(index)) => {
                return self.send_text(index, channel, text);
            }
            (ConnectionCommand::SetLocalDescription, Some(_)) => Operation::SetLocal,
            (ConnectionCommand::SetRemoteDescription(description), Some(_)) => {
                Operation::SetRemote(description)
            }
            (ConnectionCommand::AddIceCandidate(candidate), Some(_)) => Operation::Add(candidate),
            (ConnectionCommand::Send(source, sending), Some(_)) => Operation::Send(source, sending),
            (command, index) => {
                let state = if index.is_some() { "open" } else { "not open" };
                let command = brief(&command);
                return self.fault(format!("page {page}: {id:?} is {state}, and {command}"));
            }
        };
        if let Some(index) = index {
            self.enqueue(index, operation);
        }
    }

    fn open_connection(&mut self, page: usize, id: ConnectionId, peer: PeerId, role: Role) {
        let index = self.connections.len();
        self.connections
            .push(Connection::new(index, page, id, peer, role));
        self.pages[page].connections.insert(id, index);
        self.opened(index);
    }

    fn capture(&mut self, page: usize, sources: &PerSource<bool>) {
        let delay = self.random.between(self.weather.permission.clone());
        for (source, _) in sources.iter().filter(|(_, is_asked)| **is_asked) {
            self.change_track(page, source, &[Track::None], Track::Asked);
            let has = self.people[self.pages[page].person].has[source];
            self.after(delay, move |world| {
                let (track, answer) = if has {
                    (Track::Silent, DeviceEvent::Captured)
                } else {
                    (Track::None, DeviceEvent::Refused(CaptureError::Denied))
                };
                world.change_track(page, source, &[Track::Asked], track);
                world.report(page, None, Input::Device(source, answer));
            });
        }
    }

    /// The browser takes a device away.
    pub fn unplug(&mut self, person: usize, source: Source) {
        if matches!(
            self.pages[self.page(person)].tracks[source],
            Track::On | Track::Silent
        ) {
            self.report_device(person, source, DeviceEvent::Ended(CaptureError::NotFound));
        }
    }

    /// The browser says something of a device.
    pub fn report_device(&mut self, person: usize, source: Source, event: DeviceEvent) {
        let page = self.page(person);
        self.report(page, None, Input::Device(source, event));
    }
}

/// A line for the trace.
pub(super) fn brief(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(230) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text,
    }
}
