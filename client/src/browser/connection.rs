//! One `RTCPeerConnection` and everything that belongs to it.
//!
//! Commands that the browser answers later run one after the other, in one task. That task ends
//! with the connection: **a promise that is pending when a connection is closed never settles.**

use std::{cell::OnceCell, rc::Rc};

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{
    StreamExt,
    future::{AbortHandle, abortable},
};
use js_sys::Array;
use mesh::{
    Channel as ChannelId, ConnectionEvent, ConnectionState, Description, Encoding, PerSource, Role,
    SdpKind, Sending, Source,
};
use protocol::{IceCandidate, IceServer};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaStreamTrack, RtcRtpTransceiver};

use super::{
    Listener, Stream, Track,
    channel::Channel,
    crash::Hold,
    receiver::{Change, SoundWatch},
    sender::Sender,
    shim::{self, AsTransceiver, PeerConnection, object},
    sound::Sound,
};
use crate::sdp;

/// Something happened at a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// For the core.
    Happened(ConnectionEvent),
    /// Whether the browser refuses to play this sound of the peer before the person clicks
    /// somewhere.
    SoundBlocked(Source, bool),
    /// The peer begins to speak, or stops.
    Speaking(bool),
}

/// Takes what happens. It is called by the browser and must only queue.
pub type Report = Rc<dyn Fn(Event)>;

/// An `RTCPeerConnection`; dropping it closes it.
pub struct Connection {
    listeners: Vec<Listener>,
    channels: Vec<Channel>,
    tasks: UnboundedSender<Task>,
    worker: AbortHandle,
    media: Rc<OnceCell<Media>>,
    _hold: Hold,
    pc: PeerConnection,
}

/// What the browser does in its own time.
enum Task {
    SetLocalDescription,
    SetRemoteDescription(Description),
    AddIceCandidate(IceCandidate),
    Send(Source, Content),
}

/// What goes through one sender.
enum Content {
    Nothing,
    Sound(MediaStreamTrack),
    Picture(MediaStreamTrack, Encoding),
}

/// What came of the transceivers.
struct Media {
    senders: PerSource<Sender>,
    pictures: PerSource<Option<Stream>>,
    voice: MediaStreamTrack,
    /// None where a browser has no sound.
    sounds: Vec<Sound>,
    _sound: SoundWatch,
}

impl Connection {
    /// Makes a connection with its two data channels, as initiator also with its four transceivers.
    pub fn open(role: Role, ice_servers: &[IceServer], report: &Report) -> Result<Self, JsValue> {
        let pc = PeerConnection::new(&configuration(ice_servers))?;
        let (tasks, queue) = unbounded();
        let media = Rc::new(OnceCell::new());
        let worker = Worker {
            pc: pc.clone(),
            media: media.clone(),
            report: report.clone(),
        };
        let (work, handle) = abortable(worker.run(queue));
        let mut connection = Self {
            listeners: listeners(&pc, report),
            channels: Vec::new(),
            tasks,
            worker: handle,
            media,
            _hold: Hold::new(&pc),
            pc,
        };
        // From here on a failure closes what is there.
        for id in [ChannelId::Control, ChannelId::Chat] {
            let report = report.clone();
            let happened = move |event| report(Event::Happened(event));
            let channel = Channel::open(&connection.pc, id, happened)?;
            connection.channels.push(channel);
        }
        if role == Role::Initiator {
            for source in Source::ALL {
                let kind = if source.is_sound() { "audio" } else { "video" };
                connection
                    .pc
                    .add_transceiver(kind, &object([("direction", "sendrecv".into())]))?;
            }
            let _ = connection.media.set(Media::of(&connection.pc, report)?);
        }
        spawn_local(async move {
            // Aborted is how it ends.
            let _ = work.await;
        });
        Ok(connection)
    }

    /// `setLocalDescription()`; answered by [`ConnectionEvent::LocalDescriptionSet`] or
    /// [`ConnectionEvent::DescriptionFailed`].
    pub fn set_local_description(&self) {
        self.queue(Task::SetLocalDescription);
    }

    /// `setRemoteDescription`; answered by [`ConnectionEvent::RemoteDescriptionSet`] or
    /// [`ConnectionEvent::DescriptionFailed`]. A responder has something to send with from its
    /// first one on.
    pub fn set_remote_description(&self, description: Description) {
        self.queue(Task::SetRemoteDescription(description));
    }

    /// `addIceCandidate`
    pub fn add_ice_candidate(&self, candidate: IceCandidate) {
        self.queue(Task::AddIceCandidate(candidate));
    }

    /// Sends a text, if that channel is open.
    pub fn send_text(&self, id: ChannelId, text: &str) {
        if let Some(channel) = self.channels.get(id as usize) {
            channel.send(text);
        }
    }

    /// Sends this of a source from now on; nothing if there is no track.
    pub fn send(&self, source: Source, sending: Sending, track: Option<&Track>) {
        let content = match (sending, track.map(Track::media)) {
            (Sending::Sound, Some(track)) => Content::Sound(track),
            (Sending::Picture(encoding), Some(track)) => Content::Picture(track, encoding),
            (Sending::Nothing | Sending::SoundOf(_), _) | (_, None) => Content::Nothing,
        };
        self.queue(Task::Send(source, content));
    }

    /// Sends what comes of another peer's microphone in place of a source.
    pub fn pass(&self, source: Source, other: &Self) {
        let voice = other.media.get().map(|media| media.voice.clone());
        self.queue(Task::Send(
            source,
            voice.map_or(Content::Nothing, Content::Sound),
        ));
    }

    /// The peer's camera or screen, whether it sends or not.
    pub fn picture(&self, source: Source) -> Option<&Stream> {
        self.media.get()?.pictures[source].as_ref()
    }

    /// Tries again to play the peer's sound. To be called while a click is handled, or soon after.
    pub fn play_sound(&self) {
        if let Some(media) = self.media.get() {
            media.sounds.iter().for_each(Sound::play);
        }
    }

    /// Plays the peer's sound on the speaker that the person chose.
    pub fn choose_speaker(&self) {
        if let Some(media) = self.media.get() {
            media.sounds.iter().for_each(Sound::choose_speaker);
        }
    }

    fn queue(&self, task: Task) {
        // The worker ends with the connection.
        let _ = self.tasks.unbounded_send(task);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.listeners.clear();
        self.channels.clear();
        self.worker.abort();
        // Closed twice is as good as once.
        let _ = self.pc.close();
    }
}

pub(super) fn configuration(ice_servers: &[IceServer]) -> js_sys::Object {
    let servers: Array = ice_servers.iter().map(ice_server).collect();
    object([
        ("iceServers", servers.into()),
        ("bundlePolicy", "max-bundle".into()),
    ])
}

fn ice_server(server: &IceServer) -> JsValue {
    let urls: Array = server.urls.iter().map(JsValue::from).collect();
    let object = object([("urls", urls.into())]);
    for (name, value) in [
        ("username", server.username.as_ref()),
        ("credential", server.credential.as_ref().map(|it| &it.0)),
    ] {
        if let Some(value) = value {
            shim::set(&object, name, &value.into());
        }
    }
    object.into()
}

fn listeners(pc: &PeerConnection, report: &Report) -> Vec<Listener> {
    let listen =
        |event, happened: fn(&PeerConnection, &web_sys::Event) -> Option<ConnectionEvent>| {
            let (report, target) = (report.clone(), pc.clone());
            Listener::new(pc, event, move |event| {
                if let Some(event) = happened(&target, event) {
                    report(Event::Happened(event));
                }
            })
        };
    vec![
        listen("negotiationneeded", |_, _| {
            Some(ConnectionEvent::NegotiationNeeded)
        }),
        listen("icecandidate", |_, event| {
            candidate(event).map(ConnectionEvent::Candidate)
        }),
        listen("connectionstatechange", |pc, _| {
            Some(ConnectionEvent::StateChanged(state(pc)))
        }),
        // Firefox gives up connections where nobody listens to this one.
        listen("iceconnectionstatechange", |pc, _| {
            Some(ConnectionEvent::StateChanged(state(pc)))
        }),
    ]
}

fn state(pc: &PeerConnection) -> ConnectionState {
    match shim::text(pc, "connectionState")
        .as_deref()
        .unwrap_or_default()
    {
        "connected" => ConnectionState::Connected,
        "disconnected" => ConnectionState::Disconnected,
        "failed" | "closed" => ConnectionState::Failed,
        _ => ConnectionState::Connecting,
    }
}

/// Browsers end their search with no candidate at all, and some with an empty one before: the core
/// is told of the former, in the form of the latter.
pub(super) fn candidate(event: &web_sys::Event) -> Option<IceCandidate> {
    let Some(candidate) = shim::property(event, "candidate") else {
        return Some(IceCandidate {
            candidate: String::new(),
            sdp_mid: None,
            sdp_m_line_index: None,
            username_fragment: None,
        });
    };
    let text = |name| shim::property(&candidate, name).and_then(|value| value.as_string());
    Some(IceCandidate {
        candidate: text("candidate").filter(|text| !text.is_empty())?,
        sdp_mid: text("sdpMid"),
        sdp_m_line_index: shim::property(&candidate, "sdpMLineIndex")
            .and_then(|index| index.as_f64())
            .map(|index| index as u16),
        username_fragment: text("usernameFragment"),
    })
}

impl Media {
    fn of(pc: &PeerConnection, report: &Report) -> Result<Self, JsValue> {
        let transceivers = pc.transceivers()?;
        let place = |source| transceivers.get(source as u32);
        let transceivers =
            PerSource::try_of(|source| place(source).dyn_into::<RtcRtpTransceiver>())?;
        let track = |source: Source| transceivers[source].receiver().track();
        let picture = |source: Source| Stream::of_track(&track(source));
        let sound = |source| {
            let report = report.clone();
            let onblocked = move |blocked| report(Event::SoundBlocked(source, blocked));
            Sound::of_track(&track(source), onblocked).ok()
        };
        let watch = {
            let receiver = transceivers[Source::Microphone].receiver();
            let report = report.clone();
            SoundWatch::new(receiver, move |change| {
                report(match change {
                    Change::Speaks(speaks) => Event::Speaking(speaks),
                    Change::Comes(comes) => Event::Happened(ConnectionEvent::Sound(comes)),
                });
            })
        };
        let (sounds, _): (Vec<_>, Vec<_>) = Source::ALL.into_iter().partition(|it| it.is_sound());
        Ok(Self {
            voice: track(Source::Microphone),
            pictures: PerSource::of(|source| {
                (!source.is_sound()).then(|| picture(source)).flatten()
            }),
            sounds: sounds.into_iter().filter_map(sound).collect(),
            senders: transceivers.map(|transceiver| Sender::new(transceiver.sender())),
            _sound: watch,
        })
    }
}

struct Worker {
    pc: PeerConnection,
    media: Rc<OnceCell<Media>>,
    report: Report,
}

impl Worker {
    async fn run(self, mut queue: UnboundedReceiver<Task>) {
        while let Some(task) = queue.next().await {
            self.perform(task).await;
        }
    }

    async fn perform(&self, task: Task) {
        match task {
            Task::SetLocalDescription => self.answer(self.set_local_description().await),
            Task::SetRemoteDescription(description) => {
                self.answer(self.set_remote_description(&description).await);
            }
            // Candidates are many, and one that is refused is not missed.
            Task::AddIceCandidate(candidate) => drop(self.add_ice_candidate(candidate).await),
            Task::Send(source, content) => warn(self.send(source, content).await),
        }
    }

    fn answer(&self, result: Result<ConnectionEvent, JsValue>) {
        let event = result
            .unwrap_or_else(|error| ConnectionEvent::DescriptionFailed(shim::error_text(&error)));
        (self.report)(Event::Happened(event));
    }

    async fn set_local_description(&self) -> Result<ConnectionEvent, JsValue> {
        JsFuture::from(self.pc.set_local_description()?).await?;
        let description = shim::property(&self.pc, "localDescription")
            .ok_or_else(|| JsValue::from(js_sys::Error::new("rolled back")))?;
        let text = |name| shim::text(&description, name).unwrap_or_default();
        let kind = match text("type").as_str() {
            "offer" => SdpKind::Offer,
            _ => SdpKind::Answer,
        };
        Ok(ConnectionEvent::LocalDescriptionSet(Description {
            kind,
            sdp: text("sdp"),
        }))
    }

    async fn set_remote_description(
        &self,
        description: &Description,
    ) -> Result<ConnectionEvent, JsValue> {
        if !sdp::is_expected(&description.sdp) {
            return Err(js_sys::Error::new("unexpected media sections").into());
        }
        let kind = match description.kind {
            SdpKind::Offer => "offer",
            SdpKind::Answer => "answer",
        };
        let sdp = sdp::with_frugal_opus(&description.sdp);
        let init = object([("type", kind.into()), ("sdp", sdp.into())]);
        JsFuture::from(self.pc.set_remote_description(&init)?).await?;
        if self.media.get().is_none() {
            self.adopt()?;
        }
        Ok(ConnectionEvent::RemoteDescriptionSet)
    }

    /// Makes the transceivers that came of the first offer our own. They receive only, unless they
    /// are told before the answer.
    fn adopt(&self) -> Result<(), JsValue> {
        for transceiver in self.pc.transceivers()?.iter() {
            transceiver
                .unchecked_ref::<AsTransceiver>()
                .set_direction("sendrecv")?;
        }
        let _ = self.media.set(Media::of(&self.pc, &self.report)?);
        Ok(())
    }

    async fn add_ice_candidate(&self, candidate: IceCandidate) -> Result<(), JsValue> {
        let init = object([
            ("candidate", candidate.candidate.into()),
            (
                "sdpMid",
                candidate.sdp_mid.map_or(JsValue::NULL, JsValue::from),
            ),
            (
                "sdpMLineIndex",
                candidate
                    .sdp_m_line_index
                    .map_or(JsValue::NULL, JsValue::from),
            ),
            (
                "usernameFragment",
                candidate
                    .username_fragment
                    .map_or(JsValue::NULL, JsValue::from),
            ),
        ]);
        JsFuture::from(self.pc.add_ice_candidate(&init)?)
            .await
            .map(drop)
    }

    async fn send(&self, source: Source, content: Content) -> Result<(), JsValue> {
        let Some(media) = self.media.get() else {
            return Ok(());
        };
        let sender = &media.senders[source];
        match content {
            Content::Nothing if source.is_sound() => sender.send(None).await,
            Content::Nothing => sender.rest().await,
            Content::Sound(track) => sender.send(Some(&track)).await,
            Content::Picture(track, encoding) => sender.send_encoded(&track, encoding).await,
        }
    }
}

/// What goes wrong here is not to be mended, but to be found.
fn warn(result: Result<(), JsValue>) {
    if let Err(error) = result {
        super::warn(&error);
    }
}
