//! The one loop of a visit: takes what happened, asks the core, does what it says.

use std::{collections::BTreeMap, rc::Rc, time::Duration};

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::{FutureExt, StreamExt};
use gloo_timers::callback::Timeout;
use mesh::{
    Announcement, Config, ConnectionCommand, ConnectionEvent, ConnectionId, Device, DeviceCommand,
    DeviceEvent, Encoding, Input, Mesh, Output, PerSource, Phase, Role, Sending, SocketCommand,
    SocketEvent, Source, UserCommand, View,
};
use protocol::{IceServer, Incarnation, Name, PeerId, PeerSecret, RoomId};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::{Event, MAX_ANNOUNCEMENTS, Queue, Snapshot, devices::Devices};
use crate::browser::{
    self, Connection, Fate, LeaveGuard, Level, Lifecycle, Page, Pulse, Socket, capture, connection,
    location,
    reload::{self, Note, Resume},
    socket, storage,
};

/// Timers of browsers are no good for longer; then the core is asked again.
const LONGEST_TIMER: Duration = Duration::from_secs(600);

/// Takes each new snapshot.
pub(super) type Publish = Box<dyn Fn(Rc<Snapshot>)>;

pub(super) struct Actor {
    mesh: Mesh,
    secret: PeerSecret,
    /// [`browser::monotonic`] at the beginning.
    began: f64,
    queue: Queue,
    publish: Publish,
    published: Option<Rc<Snapshot>>,
    socket: Option<Socket>,
    /// Which of the sockets so far counts.
    sockets: u32,
    connections: BTreeMap<ConnectionId, Link>,
    devices: Devices,
    level: Option<Level>,
    /// Who wants to know it.
    meter: Callback<u8>,
    announcements: Vec<(u64, Announcement)>,
    timer: Option<(Duration, Timeout)>,
    guard: Option<LeaveGuard>,
    note: Note,
    _page: Page,
    _pulse: Pulse,
}

/// A connection to a peer.
struct Link {
    peer: PeerId,
    connection: Connection,
    sound_blocked: bool,
    sends: PerSource<Sending>,
}

impl Link {
    fn command(&mut self, command: ConnectionCommand, devices: &Devices) {
        let connection = &self.connection;
        match command {
            ConnectionCommand::Open { .. } | ConnectionCommand::Close => {}
            ConnectionCommand::SetLocalDescription => connection.set_local_description(),
            ConnectionCommand::SetRemoteDescription(description) => {
                connection.set_remote_description(description);
            }
            ConnectionCommand::AddIceCandidate(candidate) => {
                connection.add_ice_candidate(candidate);
            }
            ConnectionCommand::SendText(channel, text) => connection.send_text(channel, &text),
            ConnectionCommand::Send(source, sending) => {
                self.sends[source] = sending;
                connection.send(source, sending, devices.track(source));
            }
        }
    }
}

impl Actor {
    pub(super) fn new(
        room: RoomId,
        name: Name,
        resume: Option<Resume>,
        queue: Queue,
        publish: Publish,
    ) -> Self {
        let secret = resume.as_ref().map_or_else(
            || PeerSecret(browser::random_bytes()),
            |resume| resume.secret,
        );
        let name = resume.as_ref().map_or(name, |resume| resume.name.clone());
        let mesh = Mesh::new(Config {
            room,
            name,
            secret,
            incarnation: Incarnation(u32::from_le_bytes(browser::random_bytes())),
            seed: u64::from_le_bytes(browser::random_bytes()),
        });
        let (page, pulse) = (queue.clone(), queue.clone());
        begin(resume, &queue);
        Self {
            mesh,
            secret,
            began: browser::monotonic(),
            queue,
            publish,
            published: None,
            socket: None,
            sockets: 0,
            connections: BTreeMap::new(),
            devices: Devices::default(),
            level: None,
            meter: Callback::noop(),
            announcements: Vec::new(),
            timer: None,
            guard: None,
            note: Note::default(),
            _page: Page::watch(move |lifecycle| page.push(Event::Page(lifecycle))),
            _pulse: Pulse::new(1, move |answer| pulse.push(Event::Asked(answer))),
        }
    }

    pub(super) async fn run(mut self, mut events: UnboundedReceiver<Event>) {
        self.give(Input::Tick);
        self.settle();
        while let Some(event) = events.next().await {
            let mut next = Some(event);
            while let Some(event) = next {
                if let Event::Closed = event {
                    return self.give(Input::User(UserCommand::Leave));
                }
                self.handle(event);
                next = events.next().now_or_never().flatten();
            }
            self.settle();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::User(command) => self.person(command),
            Event::TurnOnSound => self
                .connections
                .values()
                .for_each(|link| link.connection.play_sound()),
            Event::Closed => {}
            Event::Asked(answer) => answer.give(),
            Event::Tick => {
                self.timer = None;
                self.give(Input::Tick);
            }
            Event::Page(Lifecycle::Hidden) => self.hidden(),
            Event::Page(Lifecycle::Restored) => location::reload(),
            Event::Page(Lifecycle::NetworkChanged) => self.give(Input::NetworkChanged),
            Event::Page(Lifecycle::Resumed) => self.give(Input::Resumed),
            // What an earlier socket still had to say was meant for nobody.
            Event::Socket(number, _) if number != self.sockets => {}
            Event::Socket(_, event) => self.heard(event),
            Event::Connection(id, connection::Event::Happened(event)) => {
                self.give(Input::Connection(id, event));
            }
            Event::Connection(id, connection::Event::SoundBlocked(blocked)) => {
                self.connections
                    .entry(id)
                    .and_modify(|link| link.sound_blocked = blocked);
            }
            Event::Captured(verdicts) => verdicts
                .into_iter()
                .for_each(|verdict| self.captured(verdict)),
            Event::Track(source, fate) => self.fated(source, fate),
            // Otherwise it was turned on again meanwhile.
            Event::Ended(source, error) if !self.devices.is_held(source) => {
                self.give(Input::Device(source, DeviceEvent::Ended(error)));
            }
            Event::Ended(..) => {}
            Event::Permitted(permitted) => self.restore(&permitted),
            Event::Shaped(source) => self.shaped(source),
            Event::Level(level) => self.meter.emit(level),
            Event::TellLevel(meter) => self.meter = meter,
        }
    }

    fn person(&mut self, command: UserCommand) {
        if let UserCommand::Want(wish) = &command {
            storage::remember_sources(wish);
            self.note.want(wish);
        }
        self.give(Input::User(command));
    }

    /// What was last on comes on by itself where the person need not be asked.
    fn restore(&mut self, permitted: &PerSource<bool>) {
        let last = storage::recall_sources();
        let view = self.mesh.view();
        if view.phase == Phase::Lobby {
            let is_due =
                |source| view.devices[source] == Device::Off && permitted[source] && last[source];
            let wish = PerSource::of(|source| is_due(source).then_some(true));
            self.give(Input::User(UserCommand::Want(wish)));
        }
    }

    /// The page ends. There is no time to wait for anything.
    fn hidden(&mut self) {
        if let Some(resume) = self.resume(&self.mesh.view()) {
            reload::leave(&resume);
        }
        self.give(Input::User(UserCommand::Leave));
    }

    /// What leads back into the call, if this is one.
    fn resume(&self, view: &View) -> Option<Resume> {
        let wanted = view.wanted();
        matches!(view.phase, Phase::Joining | Phase::InCall).then(|| Resume {
            room: view.room.clone(),
            name: view.name.clone(),
            secret: self.secret,
            microphone: wanted[Source::Microphone],
            camera: wanted[Source::Camera],
        })
    }

    fn heard(&mut self, event: socket::Event) {
        let event = match event {
            socket::Event::Opened => SocketEvent::Opened,
            socket::Event::Received(message) => SocketEvent::Received(message),
            socket::Event::Closed(code) => {
                self.close_socket();
                SocketEvent::Closed(code)
            }
        };
        self.give(Input::Socket(event));
    }

    fn captured(&mut self, (source, result): capture::Verdict) {
        match result {
            Ok(mut track) => {
                let queue = self.queue.clone();
                track.watch(move |fate| queue.push(Event::Track(source, fate)));
                let muted = track.is_muted();
                self.devices.keep(source, track);
                self.give(Input::Device(source, DeviceEvent::Captured));
                if muted {
                    self.give(Input::Device(source, DeviceEvent::Muted));
                }
            }
            Err(error) => self.give(Input::Device(source, DeviceEvent::Refused(error))),
        }
    }

    fn fated(&mut self, source: Source, fate: Fate) {
        match fate {
            Fate::Muted => self.give(Input::Device(source, DeviceEvent::Muted)),
            Fate::Unmuted => self.give(Input::Device(source, DeviceEvent::Unmuted)),
            Fate::Ended => {
                if let Some(track) = self.devices.take_ended(source) {
                    let queue = self.queue.clone();
                    spawn_local(async move {
                        let error = capture::why_ended(source, track.device_id()).await;
                        queue.push(Event::Ended(source, error));
                    });
                }
            }
        }
    }

    fn give(&mut self, input: Input) {
        let now = self.now();
        for output in self.mesh.handle(input, now, browser::wall_clock()) {
            self.execute(output);
        }
    }

    fn execute(&mut self, output: Output) {
        match output {
            Output::Device(command) => self.command_device(command),
            Output::Socket(command) => self.command_socket(command),
            Output::Connection(id, command) => self.command_connection(id, command),
            Output::Announce(announcement) => self.announce(announcement),
        }
    }

    fn command_device(&mut self, command: DeviceCommand) {
        match command {
            DeviceCommand::Capture(sources) => self.capture(sources),
            DeviceCommand::Unmute(source) => self.devices.enable(source, true),
            DeviceCommand::Mute(source) => self.devices.enable(source, false),
            DeviceCommand::Release(source) => drop(self.devices.release(source)),
            DeviceCommand::Shape(source, encoding) => self.shape(source, encoding),
        }
    }

    fn command_socket(&mut self, command: SocketCommand) {
        match command {
            SocketCommand::Open => self.open_socket(),
            SocketCommand::Close => self.close_socket(),
            SocketCommand::Send(message) => {
                self.socket.iter().for_each(|socket| socket.send(&message));
            }
        }
    }

    fn command_connection(&mut self, id: ConnectionId, command: ConnectionCommand) {
        match (command, self.connections.get_mut(&id)) {
            (
                ConnectionCommand::Open {
                    peer,
                    role,
                    ice_servers,
                },
                _,
            ) => {
                self.open(id, peer, role, &ice_servers);
            }
            (ConnectionCommand::Close, _) => drop(self.connections.remove(&id)),
            (command, Some(link)) => link.command(command, &self.devices),
            (_, None) => {}
        }
    }

    fn announce(&mut self, announcement: Announcement) {
        let last = self.announcements.last().map_or(0, |(number, _)| *number);
        self.announcements.push((last + 1, announcement));
        let gone = self.announcements.len().saturating_sub(MAX_ANNOUNCEMENTS);
        self.announcements.drain(..gone);
    }

    fn open_socket(&mut self) {
        self.close_socket();
        let (queue, number) = (self.queue.clone(), self.sockets);
        let report: Rc<dyn Fn(socket::Event)> =
            Rc::new(move |event| queue.push(Event::Socket(number, event)));
        self.socket = Socket::open(&report).ok();
        if self.socket.is_none() {
            report(socket::Event::Closed(1006));
        }
    }

    fn close_socket(&mut self) {
        self.socket = None;
        self.sockets = self.sockets.wrapping_add(1);
    }

    fn capture(&self, sources: PerSource<bool>) {
        let queue = self.queue.clone();
        // It outlives the visit if it has to: a device that is given too late is let go of by its
        // track's drop.
        spawn_local(async move {
            queue.push(Event::Captured(capture::capture(sources).await));
        });
    }

    fn shape(&self, source: Source, encoding: Encoding) {
        if let Some(track) = self.devices.track(source) {
            let (queue, shaping) = (self.queue.clone(), track.shape(encoding));
            spawn_local(async move {
                // What cannot be is scaled down for each peer.
                if shaping.await.is_ok() {
                    queue.push(Event::Shaped(source));
                }
            });
        }
    }

    /// How far pictures have to be scaled down has changed.
    fn shaped(&self, source: Source) {
        let track = self.devices.track(source);
        for link in self.connections.values() {
            if track.is_some() && link.sends[source] != Sending::Nothing {
                link.connection.send(source, link.sends[source], track);
            }
        }
    }

    fn open(&mut self, id: ConnectionId, peer: PeerId, role: Role, ice_servers: &[IceServer]) {
        let queue = self.queue.clone();
        let report: connection::Report =
            Rc::new(move |event| queue.push(Event::Connection(id, event)));
        match Connection::open(role, ice_servers, &report) {
            Ok(connection) => {
                self.connections.insert(
                    id,
                    Link {
                        peer,
                        connection,
                        sound_blocked: false,
                        sends: PerSource::default(),
                    },
                );
            }
            Err(error) => {
                browser::warn(&error);
                report(connection::Event::Happened(ConnectionEvent::OpenFailed));
            }
        }
    }

    /// Brings everything into line with the call after something happened.
    fn settle(&mut self) {
        let view = self.mesh.view();
        self.measure(view.phase == Phase::Lobby && view.devices[Source::Microphone] == Device::On);
        if (view.phase == Phase::InCall) != self.guard.is_some() {
            self.guard = (view.phase == Phase::InCall).then(LeaveGuard::new);
        }
        self.note.keep(self.resume(&view));
        self.arm();
        let snapshot = Snapshot {
            own_camera: self
                .devices
                .picture()
                .filter(|_| view.devices[Source::Camera] == Device::On)
                .cloned(),
            cameras: self
                .connections
                .values()
                .filter_map(|link| Some((link.peer, link.connection.picture()?.clone())))
                .collect(),
            sound_blocked: self.connections.values().any(|link| link.sound_blocked),
            announcements: self.announcements.clone(),
            view,
        };
        if self.published.as_deref() != Some(&snapshot) {
            let snapshot = Rc::new(snapshot);
            self.published = Some(snapshot.clone());
            (self.publish)(snapshot);
        }
    }

    fn measure(&mut self, wanted: bool) {
        if !wanted {
            self.level = None;
        } else if self.level.is_none() {
            let queue = self.queue.clone();
            let track = self.devices.track(Source::Microphone);
            self.level = track.and_then(|track| {
                Level::watch(track, move |level| queue.push(Event::Level(level)))
            });
        }
    }

    fn arm(&mut self) {
        let deadline = self.mesh.deadline();
        if deadline == self.timer.as_ref().map(|(deadline, _)| *deadline) {
            return;
        }
        self.timer = deadline.map(|deadline| {
            let wait = deadline.saturating_sub(self.now()).min(LONGEST_TIMER);
            let queue = self.queue.clone();
            let timeout =
                Timeout::new(wait.as_millis() as u32 + 1, move || queue.push(Event::Tick));
            (deadline, timeout)
        });
    }

    fn now(&self) -> Duration {
        Duration::from_secs_f64((browser::monotonic() - self.began).max(0.0) / 1000.0)
    }
}

/// A reload leads straight back into the call; a visit that begins asks what it may switch on.
fn begin(resume: Option<Resume>, queue: &Queue) {
    match resume {
        Some(resume) => {
            let wish = resume.wanted().map(|on| on.then_some(true));
            queue.push(Event::User(UserCommand::Want(wish)));
            queue.push(Event::User(UserCommand::Join(resume.name)));
        }
        None => {
            let queue = queue.clone();
            spawn_local(async move {
                queue.push(Event::Permitted(capture::permitted().await));
            });
        }
    }
}
