//! The one loop of a visit: takes what happened, asks the core, does what it says.

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::{FutureExt, StreamExt};
use mesh::{
    Announcement, Config, Device, DeviceEvent, Input, Mesh, Output, PerSource, Phase, Source,
    UserCommand, View,
};
use protocol::{Incarnation, Name, PeerSecret, RoomId};
use wasm_bindgen_futures::spawn_local;

use super::{
    Event, Queue,
    connection_test::Testing,
    connections::Connections,
    devices::Devices,
    in_call::InCall,
    meter::{Meter, Purpose},
    resumption::Resumption,
    signaling::Signaling,
    snapshot::{Announcements, Publish, Publisher, Snapshot},
    timer::Timer,
};
use crate::browser::{
    self, LifecycleEvent, LivenessProbe, MediaSessionAction, PageLifecycle, Preference, capture,
    connection, location, reload::Resume, storage, transcript,
};
use crate::choice::DeviceKind;

pub(super) struct Actor {
    mesh: Mesh,
    queue: Queue,
    timer: Timer,
    signaling: Signaling,
    connections: Connections,
    devices: Devices,
    meter: Meter,
    testing: Testing,
    announcements: Announcements,
    publisher: Publisher,
    resumption: Resumption,
    in_call: Option<InCall>,
    _lifecycle: PageLifecycle,
    _probe: LivenessProbe,
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
        let chat = transcript::recall(&room);
        let mesh = Mesh::new(Config {
            room,
            name,
            secret,
            incarnation: Incarnation(u32::from_le_bytes(browser::random_bytes())),
            seed: u64::from_le_bytes(browser::random_bytes()),
            chat,
        });
        let (lifecycle, probe) = (queue.clone(), queue.clone());
        if Preference::VoiceOnly.is_on() {
            queue.push(Event::User(UserCommand::VoiceOnly(true)));
        }
        begin(resume, &queue);
        Self {
            mesh,
            timer: Timer::new(),
            signaling: Signaling::default(),
            connections: Connections::default(),
            devices: Devices::new(&queue),
            queue,
            meter: Meter::default(),
            testing: Testing::default(),
            announcements: Announcements::default(),
            publisher: Publisher::new(publish),
            resumption: Resumption::new(secret),
            in_call: None,
            _lifecycle: PageLifecycle::watch(move |event| lifecycle.push(Event::Lifecycle(event))),
            _probe: LivenessProbe::new(1, move |answer| probe.push(Event::Asked(answer))),
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
            Event::User(command) => self.user(command),
            Event::TurnOnSound => self.connections.play_sound(),
            Event::Test => {
                let (phase, servers) = (self.mesh.view().phase, self.mesh.ice_servers());
                self.testing.begin(phase, servers.as_deref(), &self.queue);
            }
            Event::Sighting(number, place, sighting) => {
                let server = self.mesh.view().server;
                self.testing.saw(number, place, sighting, server);
            }
            Event::TestEnds(number) => self.testing.end(number, self.mesh.view().server),
            Event::Closed => {}
            Event::Asked(answer) => answer.give(),
            Event::Tick => {
                self.timer.fired();
                self.give(Input::Tick);
            }
            Event::Lifecycle(event) => self.lifecycle(event),
            Event::Socket(number, event) => {
                let event = self.signaling.event(number, event);
                self.give_each(event.map(Input::Socket));
            }
            Event::Connection(id, connection::Event::Happened(event)) => {
                self.give(Input::Connection(id, event));
            }
            Event::Connection(id, connection::Event::SoundBlocked(source, blocked)) => {
                self.connections.sound_blocked(id, source, blocked);
            }
            Event::Connection(id, connection::Event::Speaking(speaks)) => {
                self.connections.speaking(id, speaks);
            }
            Event::Captured(results) => {
                for result in results {
                    let (source, events) = self.devices.captured(result, &self.queue);
                    self.give_each(events.into_iter().map(|event| Input::Device(source, event)));
                }
            }
            Event::Exchanged(source, result) => {
                let event = self.devices.exchanged(source, result, &self.queue);
                self.device(source, event);
            }
            Event::Retaken(source, result) => {
                let event = self.devices.retaken(source, result, &self.queue);
                self.device(source, event);
            }
            Event::Retake(source) => self.devices.retake(source),
            Event::Chosen(kind, id) => self.choose(kind, id),
            Event::DevicesChanged => self.devices.plugged(),
            Event::Listed(devices) => self.devices.listed(devices),
            Event::Track(source, event) => {
                let wanted = self.mesh.view().devices[source].is_wanted();
                let event = self.devices.track_event(source, event, wanted, &self.queue);
                self.device(source, event);
            }
            Event::Ended(source, error) => {
                let event = self.devices.ended(source, error);
                self.device(source, event);
            }
            Event::Permitted(permitted) => self.restore(&permitted),
            Event::Changed(source) => self.connections.changed(source, &self.devices),
            Event::MediaSession(action) => self.media_session(action),
            Event::Level(level) => self.meter.changed(level),
            Event::Speaking(speaks) => self.meter.speaking(speaks),
            Event::TellLevel(told) => self.meter.tell(told),
        }
    }

    fn user(&mut self, command: UserCommand) {
        if let UserCommand::Want(wish) = &command {
            storage::remember_sources(wish);
            self.resumption.want(wish);
        }
        self.give(Input::User(command));
    }

    /// Something happened at a device, and it may be another one now.
    fn device(&mut self, source: Source, event: Option<DeviceEvent>) {
        self.give_each(event.map(|event| Input::Device(source, event)));
        if source == Source::Microphone {
            self.meter.forget();
        }
        self.connections.changed(source, &self.devices);
    }

    /// A device that was wanted and could not be had is wanted again by being chosen.
    fn choose(&mut self, kind: DeviceKind, id: String) {
        let source = kind.source();
        let device = source.map(|source| self.mesh.view().devices[source]);
        let is_starting = device == Some(Device::Starting);
        self.devices.choose(kind, id, is_starting);
        match (source, device) {
            (None, _) => self.connections.choose_speaker(),
            (Some(source), Some(Device::Blocked(_))) => {
                self.user(UserCommand::Want(PerSource::only(&[source], Some(true))));
            }
            _ => {}
        }
    }

    fn media_session(&mut self, action: MediaSessionAction) {
        let toggle = |source| {
            let is_wanted = self.mesh.view().devices[source].is_wanted();
            UserCommand::Want(PerSource::only(&[source], Some(!is_wanted)))
        };
        self.user(match action {
            MediaSessionAction::ToggleMicrophone => toggle(Source::Microphone),
            MediaSessionAction::ToggleCamera => toggle(Source::Camera),
            MediaSessionAction::HangUp => UserCommand::Leave,
        });
    }

    fn lifecycle(&mut self, event: LifecycleEvent) {
        match event {
            // There is no time to wait for anything.
            LifecycleEvent::Hidden => {
                self.resumption.leave(&self.mesh.view());
                self.give(Input::User(UserCommand::Leave));
            }
            LifecycleEvent::Restored => location::reload(),
            LifecycleEvent::NetworkChanged => self.give(Input::NetworkChanged),
            LifecycleEvent::Concealed => self.give(Input::Hidden(true)),
            LifecycleEvent::Resumed => {
                self.devices.retake_all();
                self.give(Input::Hidden(!browser::is_visible()));
                self.give(Input::Resumed);
            }
        }
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

    fn give_each(&mut self, inputs: impl IntoIterator<Item = Input>) {
        for input in inputs {
            self.give(input);
        }
    }

    fn give(&mut self, input: Input) {
        let now = self.timer.now();
        for output in self.mesh.handle(input, now, browser::wall_clock()) {
            self.execute(output);
        }
    }

    fn execute(&mut self, output: Output) {
        match output {
            Output::Device(command) => self.devices.command(command, &self.queue),
            Output::Socket(command) => self.signaling.command(command, &self.queue),
            Output::Connection(id, command) => {
                self.connections
                    .command(id, command, &self.devices, &self.queue);
            }
            Output::Announce(Announcement::Reacted(..)) if !Preference::Reactions.is_on() => {}
            Output::Announce(announcement) => self.announcements.add(announcement),
            Output::Log(line) => browser::warn(&line.into()),
        }
    }

    /// The call as the person wants to see it.
    fn view(&self) -> View {
        let mut view = self.mesh.view();
        if !Preference::Reactions.is_on() {
            let own = view.id;
            view.reactions.retain(|(id, _)| Some(*id) == own);
        }
        view
    }

    /// Brings everything into line with the call after something happened.
    fn settle(&mut self) {
        let view = self.view();
        let purpose = match (view.phase, view.devices[Source::Microphone]) {
            (Phase::Lobby, Device::On) => Some(Purpose::Level),
            (Phase::InCall, Device::On) => Some(Purpose::Speech),
            (Phase::InCall, Device::Off) if Preference::MutedHint.is_on() => {
                Some(Purpose::MutedSpeech)
            }
            _ => None,
        };
        let microphone = self.devices.track(Source::Microphone);
        self.meter.measure(purpose, microphone, &self.queue);
        let oneself = view.id.filter(|_| self.meter.speaks(Purpose::Speech));
        if (view.phase == Phase::InCall) != self.in_call.is_some() {
            let in_call = || InCall::new(self.queue.clone());
            self.in_call = (view.phase == Phase::InCall).then(in_call);
        }
        if let Some(in_call) = &mut self.in_call {
            in_call.tell(&view.devices);
        }
        self.testing.settle(view.phase);
        self.resumption.keep(&view, self.timer.now());
        self.timer.arm(self.mesh.deadline(), &self.queue);
        let own = |source| {
            let is_seen = view.devices[source] == Device::On;
            self.devices.picture(source).filter(|_| is_seen).cloned()
        };
        self.publisher.publish(Snapshot {
            own_camera: own(Source::Camera),
            own_screen: own(Source::Screen),
            cameras: self.connections.pictures(Source::Camera),
            screens: self.connections.pictures(Source::Screen),
            choices: self.devices.choices(),
            sound_blocked: self.connections.is_sound_blocked(),
            speaking: self.connections.speakers().chain(oneself).collect(),
            speaks_muted: self.meter.speaks(Purpose::MutedSpeech),
            test: self.testing.shown(),
            announcements: self.announcements.all(),
            view,
        });
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
