//! The one loop of a visit: takes what happened, asks the core, does what it says.

use std::{collections::BTreeMap, rc::Rc, time::Duration};

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::{FutureExt, StreamExt};
use gloo_timers::callback::Timeout;
use mesh::{
    Announcement, Command, Config, ConnectionEvent, ConnectionId, Device, DeviceKind, Encoding,
    Input, Mesh, Output, Phase, Role, View,
};
use protocol::{IceServer, Incarnation, Name, PeerId, PeerSecret, RoomId};
use wasm_bindgen_futures::spawn_local;

use super::{Event, MAX_ANNOUNCEMENTS, Queue, Snapshot, devices::Devices};
use crate::browser::{
    self, Connection, Fate, LeaveGuard, Level, Lifecycle, Page, Pulse, Socket, Track, capture,
    connection, location,
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
    /// How many sockets there were.
    sockets: u32,
    connections: BTreeMap<ConnectionId, Link>,
    devices: Devices,
    level: Option<Level>,
    loudness: u8,
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
    encoding: Option<Encoding>,
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
            loudness: 0,
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
                    return self.give(Input::Leave);
                }
                self.handle(event);
                next = events.next().now_or_never().flatten();
            }
            self.settle();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Person(input) => self.person(input),
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
            Event::Socket(number, _) if number != self.sockets || self.socket.is_none() => {}
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
            Event::Track(kind, fate) => self.fated(kind, fate),
            // Otherwise it was turned on again meanwhile.
            Event::Ended(kind, error) if !self.devices.is_held(kind) => {
                self.give(Input::Ended(kind, error));
            }
            Event::Ended(..) => {}
            Event::Permitted(microphone, camera) => self.restore(microphone, camera),
            Event::Shaped => self.shaped(),
            Event::Level(level) => self.loudness = level,
        }
    }

    fn person(&mut self, input: Input) {
        if let Input::Want { microphone, camera } = input {
            storage::remember_devices(microphone, camera);
            self.note.want(microphone, camera);
        }
        self.give(input);
    }

    /// What was last on comes on by itself where the person need not be asked.
    fn restore(&mut self, microphone: bool, camera: bool) {
        let last = storage::recall_devices();
        let view = self.mesh.view();
        if view.phase == Phase::Lobby {
            let is_due = |device, permitted, last| {
                (device == Device::Off && permitted && last).then_some(true)
            };
            self.give(Input::Want {
                microphone: is_due(view.microphone, microphone, last.microphone),
                camera: is_due(view.camera, camera, last.camera),
            });
        }
    }

    /// The page ends. There is no time to wait for anything.
    fn hidden(&mut self) {
        if let Some(resume) = self.resume(&self.mesh.view()) {
            reload::leave(&resume);
        }
        self.give(Input::Leave);
    }

    /// What leads back into the call, if this is one.
    fn resume(&self, view: &View) -> Option<Resume> {
        matches!(view.phase, Phase::Joining | Phase::InCall).then(|| Resume {
            room: view.room.clone(),
            name: view.name.clone(),
            secret: self.secret,
            microphone: view.microphone.is_wanted(),
            camera: view.camera.is_wanted(),
        })
    }

    fn heard(&mut self, event: socket::Event) {
        let input = match event {
            socket::Event::Opened => Input::SocketOpened,
            socket::Event::Received(message) => Input::Received(message),
            socket::Event::Closed(code) => {
                self.socket = None;
                Input::SocketClosed(code)
            }
        };
        self.give(input);
    }

    fn captured(&mut self, (kind, result): capture::Verdict) {
        match result {
            Ok(mut track) => {
                let queue = self.queue.clone();
                track.watch(move |fate| queue.push(Event::Track(kind, fate)));
                let muted = track.is_muted();
                self.devices.keep(kind, track);
                self.give(Input::Captured(kind));
                if muted {
                    self.give(Input::Muted(kind));
                }
            }
            Err(error) => self.give(Input::Refused(kind, error)),
        }
    }

    fn fated(&mut self, kind: DeviceKind, fate: Fate) {
        match fate {
            Fate::Muted => self.give(Input::Muted(kind)),
            Fate::Unmuted => self.give(Input::Unmuted(kind)),
            Fate::Ended => {
                if let Some(track) = self.devices.take_ended(kind) {
                    let queue = self.queue.clone();
                    spawn_local(async move {
                        let error = capture::why_ended(kind, track.device_id()).await;
                        queue.push(Event::Ended(kind, error));
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
            Output::OpenSocket => self.open_socket(),
            Output::CloseSocket => self.socket = None,
            Output::Send(message) => self.socket.iter().for_each(|socket| socket.send(&message)),
            Output::Capture { microphone, camera } => self.capture(microphone, camera),
            Output::Release(kind) => self.devices.release(kind),
            Output::Shape(encoding) => self.shape(encoding),
            Output::Open {
                connection,
                peer,
                role,
                ice_servers,
            } => self.open(connection, peer, role, &ice_servers),
            Output::Close(id) => drop(self.connections.remove(&id)),
            Output::Connection(id, command) => self.command(id, command),
            Output::Announce(announcement) => self.announce(announcement),
        }
    }

    fn announce(&mut self, announcement: Announcement) {
        let last = self.announcements.last().map_or(0, |(number, _)| *number);
        self.announcements.push((last + 1, announcement));
        let gone = self.announcements.len().saturating_sub(MAX_ANNOUNCEMENTS);
        self.announcements.drain(..gone);
    }

    fn open_socket(&mut self) {
        self.sockets = self.sockets.wrapping_add(1);
        let (queue, number) = (self.queue.clone(), self.sockets);
        let report: Rc<dyn Fn(socket::Event)> =
            Rc::new(move |event| queue.push(Event::Socket(number, event)));
        self.socket = Socket::open(&report).ok();
        if self.socket.is_none() {
            self.give_later(Input::SocketClosed(1006));
        }
    }

    fn capture(&mut self, microphone: bool, camera: bool) {
        let mut asked = [
            (DeviceKind::Microphone, microphone),
            (DeviceKind::Camera, camera),
        ];
        for (kind, asked) in &mut asked {
            if *asked && self.devices.is_held(*kind) {
                *asked = false;
                self.give_later(Input::Captured(*kind));
                if self.devices.track(*kind).is_some_and(Track::is_muted) {
                    self.give_later(Input::Muted(*kind));
                }
            }
        }
        let [(_, microphone), (_, camera)] = asked;
        let queue = self.queue.clone();
        // It outlives the visit if it has to: a device that is given too late is let go of by its
        // track's drop.
        spawn_local(async move {
            queue.push(Event::Captured(capture::capture(microphone, camera).await));
        });
    }

    fn shape(&self, encoding: Encoding) {
        if let Some(camera) = self.devices.track(DeviceKind::Camera) {
            let (queue, shaping) = (self.queue.clone(), camera.shape(encoding));
            spawn_local(async move {
                // A camera that cannot is scaled down for each peer.
                if shaping.await.is_ok() {
                    queue.push(Event::Shaped);
                }
            });
        }
    }

    /// How far pictures have to be scaled down has changed.
    fn shaped(&self) {
        for link in self.connections.values() {
            let camera = self.devices.track(DeviceKind::Camera).zip(link.encoding);
            if camera.is_some() {
                link.connection.send_camera(camera);
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
                        encoding: None,
                    },
                );
            }
            Err(error) => {
                browser::warn(&error);
                self.give_later(Input::Connection(id, ConnectionEvent::OpenFailed));
            }
        }
    }

    fn command(&mut self, id: ConnectionId, command: Command) {
        let Some(link) = self.connections.get_mut(&id) else {
            return;
        };
        let connection = &link.connection;
        match command {
            Command::SetLocalDescription => connection.set_local_description(),
            Command::SetRemoteDescription(description) => {
                connection.set_remote_description(description);
            }
            Command::AddIceCandidate(candidate) => connection.add_ice_candidate(candidate),
            Command::SendText(channel, text) => connection.send_text(channel, &text),
            Command::SendMicrophone(on) => {
                let track = self.devices.track(DeviceKind::Microphone);
                connection.send_microphone(track.filter(|_| on));
            }
            Command::SendCamera(encoding) => {
                link.encoding = encoding;
                connection.send_camera(self.devices.track(DeviceKind::Camera).zip(encoding));
            }
        }
    }

    /// For what is found out while the core's outputs are executed.
    fn give_later(&self, input: Input) {
        self.queue.push(Event::Person(input));
    }

    /// Brings everything into line with the call after something happened.
    fn settle(&mut self) {
        let view = self.mesh.view();
        self.devices.settle(&view);
        self.measure(view.phase == Phase::Lobby && view.microphone == Device::On);
        if (view.phase == Phase::InCall) != self.guard.is_some() {
            self.guard = (view.phase == Phase::InCall).then(LeaveGuard::new);
        }
        self.note.keep(self.resume(&view));
        self.arm();
        let snapshot = Snapshot {
            own_camera: self
                .devices
                .picture()
                .filter(|_| view.camera == Device::On)
                .cloned(),
            peers: self
                .connections
                .values()
                .filter_map(|link| Some((link.peer, link.connection.picture()?.clone())))
                .collect(),
            sound_blocked: self.connections.values().any(|link| link.sound_blocked),
            level: self.loudness,
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
            (self.level, self.loudness) = (None, 0);
        } else if self.level.is_none() {
            let queue = self.queue.clone();
            let track = self.devices.track(DeviceKind::Microphone);
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
            let is_on = |on: bool| on.then_some(true);
            queue.push(Event::Person(Input::Want {
                microphone: is_on(resume.microphone),
                camera: is_on(resume.camera),
            }));
            queue.push(Event::Person(Input::Join(resume.name)));
        }
        None => {
            let queue = queue.clone();
            spawn_local(async move {
                let (microphone, camera) = capture::permitted().await;
                queue.push(Event::Permitted(microphone, camera));
            });
        }
    }
}
