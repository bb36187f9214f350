//! Two connections in one page, with nobody between them.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod spy;

use std::rc::Rc;

use client::browser::{
    Connection, Track, attach,
    capture::capture,
    connection::{Event, Report},
};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use gloo_timers::future::TimeoutFuture;
use mesh::{
    Channel, ConnectionEvent, ConnectionState, Description, Encoding, PerSource, Role, SdpKind,
    Sending, Source,
};
use protocol::IceCandidate;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const MICROPHONE: Source = Source::Microphone;
const CAMERA: Source = Source::Camera;
const SMALL: Sending = Sending::Picture(Encoding {
    height: 180,
    framerate: 15,
    bitrate: 150_000,
});

#[wasm_bindgen_test]
async fn two_pages_negotiate_once_and_all_media_sections_go_both_ways() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    for end in [0, 1] {
        assert_eq!(
            pair.transceivers(end),
            "0:sendrecv 1:sendrecv 2:sendrecv 3:sendrecv"
        );
        let opened =
            [Channel::Control, Channel::Chat].map(|channel| pair.ends[end].open.contains(&channel));
        assert_eq!(opened, [true, true]);
    }
    assert_eq!(pair.offers, 1);
    assert_eq!(pair.ends[INITIATOR].needed, 1);
    assert!(pair.ends[RESPONDER].needed_after_answer == 0);
}

#[wasm_bindgen_test]
async fn a_text_arrives_on_the_channel_it_was_sent_on() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    pair.ends[INITIATOR]
        .connection
        .send_text(Channel::Chat, "안녕");
    pair.run_until(|pair| !pair.ends[RESPONDER].texts.is_empty())
        .await;
    assert_eq!(
        pair.ends[RESPONDER].texts,
        [(Channel::Chat, "안녕".to_owned())]
    );
}

#[wasm_bindgen_test]
async fn a_picture_arrives_and_devices_are_switched_without_negotiation() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    let (microphone, camera) = devices().await;
    for end in [RESPONDER, INITIATOR] {
        let (place, connection) = (pair.first + end, &pair.ends[end].connection);
        for _ in 0..3 {
            connection.send(MICROPHONE, Sending::Sound, Some(&microphone));
            connection.send(CAMERA, SMALL, Some(&camera));
            eventually(|| spy::sends(place, 0) && spy::sends(place, 1)).await;
            connection.send(MICROPHONE, Sending::Nothing, None);
            connection.send(CAMERA, Sending::Nothing, None);
            eventually(|| !spy::sends(place, 0) && !spy::sends(place, 1)).await;
        }
        connection.send(CAMERA, SMALL, Some(&camera));
        eventually(|| spy::sends(place, 1)).await;
        assert_eq!(
            spy::encoding(place),
            "150000 15 4",
            "720 lines are four times 180"
        );

        let picture = pair.ends[1 - end]
            .connection
            .picture(Source::Camera)
            .cloned();
        let video: JsValue = show(picture.as_ref());
        let size = JsFuture::from(spy::picture(&video)).await.unwrap();
        assert_eq!(size.as_string().as_deref(), Some("320x180"));
    }
    pair.drain();
    assert_eq!((pair.offers, pair.ends[INITIATOR].needed), (1, 1));
    assert_eq!(pair.ends[RESPONDER].needed_after_answer, 0);
}

#[wasm_bindgen_test]
async fn sound_that_comes_and_stops_is_told_of_whether_it_is_played_or_not() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    let (microphone, _camera) = devices().await;
    for _ in 0..2 {
        let connection = &pair.ends[INITIATOR].connection;
        connection.send(MICROPHONE, Sending::Sound, Some(&microphone));
        pair.run_until(|pair| pair.ends[RESPONDER].comes).await;
        let connection = &pair.ends[INITIATOR].connection;
        connection.send(MICROPHONE, Sending::Nothing, None);
        pair.run_until(|pair| !pair.ends[RESPONDER].comes).await;
    }
    assert!(!pair.ends[INITIATOR].comes, "nothing was sent that way");
}

#[wasm_bindgen_test]
async fn the_last_wish_for_a_device_wins() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    let (microphone, _camera) = devices().await;
    let place = pair.first + INITIATOR;
    let connection = &pair.ends[INITIATOR].connection;
    for _ in 0..5 {
        connection.send(MICROPHONE, Sending::Sound, Some(&microphone));
        connection.send(MICROPHONE, Sending::Nothing, None);
    }
    connection.send(MICROPHONE, Sending::Sound, Some(&microphone));
    eventually(|| spy::sends(place, 0)).await;
    TimeoutFuture::new(50).await;
    assert!(spy::sends(place, 0));
}

#[wasm_bindgen_test]
async fn both_sides_are_asked_for_frugal_sound() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    for end in [INITIATOR, RESPONDER] {
        let sdp = spy::remote_sdp(pair.first + end);
        let is_frugal =
            |line: &&str| line.contains("usedtx=1") && line.contains("maxaveragebitrate=32000");
        assert_eq!(
            sdp.lines().filter(is_frugal).count(),
            2,
            "one for each audio section"
        );
    }
}

#[wasm_bindgen_test]
async fn a_description_with_other_sections_is_refused() {
    let mut pair = Pair::open();
    let sdp = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n".to_owned();
    pair.ends[RESPONDER]
        .connection
        .set_remote_description(Description {
            kind: SdpKind::Offer,
            sdp,
        });
    pair.run_until(|pair| pair.ends[RESPONDER].failures == 1)
        .await;
}

#[wasm_bindgen_test]
async fn a_pair_that_is_closed_leaves_nothing_behind() {
    // What the page sets up once and keeps, it sets up for the first pair.
    let mut warm = Pair::open();
    warm.run_until(Pair::is_connected).await;
    drop(warm);
    TimeoutFuture::new(100).await;

    let (listeners, open) = (spy::listener_count(), spy::open_connection_count());
    let (microphone, camera) = devices().await;
    let held = spy::listener_count();
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    pair.ends[INITIATOR]
        .connection
        .send(MICROPHONE, Sending::Sound, Some(&microphone));
    pair.ends[INITIATOR]
        .connection
        .send(CAMERA, SMALL, Some(&camera));
    assert_eq!(spy::open_connection_count(), open + 2);
    assert!(spy::listener_count() > held);
    let reports = pair.reports.clone().map(|report| Rc::downgrade(&report));
    drop((pair, microphone, camera));
    eventually(|| reports.iter().all(|report| report.strong_count() == 0)).await;
    assert_eq!(spy::open_connection_count(), open);
    assert_eq!(spy::listener_count(), listeners);
}

#[wasm_bindgen_test]
async fn what_waits_for_a_promise_ends_with_its_connection() {
    let (sender, _events) = unbounded();
    let report: Report = Rc::new(move |event| drop(sender.unbounded_send(event)));
    let connection = Connection::open(Role::Initiator, &[], &report).unwrap();
    let held = Rc::downgrade(&report);
    drop(report);
    connection.set_local_description();
    // Long enough for the task to wait, too short for the browser to have answered.
    JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL))
        .await
        .unwrap();
    drop(connection);
    eventually(|| held.strong_count() == 0).await;
}

#[wasm_bindgen_test]
async fn commands_to_a_connection_that_failed_do_no_harm() {
    let mut pair = Pair::open();
    pair.run_until(Pair::is_connected).await;
    let [initiator, responder] = pair.ends;
    drop(responder);
    let connection = initiator.connection;
    connection.send_text(Channel::Control, "anybody?");
    connection.set_remote_description(Description {
        kind: SdpKind::Answer,
        sdp: "junk".into(),
    });
    connection.add_ice_candidate(IceCandidate {
        candidate: "candidate:junk".into(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    });
    connection.set_local_description();
    connection.send(MICROPHONE, Sending::Nothing, None);
    connection.play_sound();
    TimeoutFuture::new(50).await;
}

const INITIATOR: usize = 0;
const RESPONDER: usize = 1;

/// Both ends, and what travels between them.
struct Pair {
    ends: [End; 2],
    reports: [Report; 2],
    events: UnboundedReceiver<(usize, Event)>,
    /// The place of the initiator among all connections that the page ever made.
    first: usize,
    offers: usize,
}

struct End {
    connection: Connection,
    needed: usize,
    needed_after_answer: usize,
    answered: bool,
    has_remote: bool,
    early: Vec<IceCandidate>,
    state: ConnectionState,
    open: Vec<Channel>,
    texts: Vec<(Channel, String)>,
    /// Whether sound comes.
    comes: bool,
    failures: usize,
}

impl Pair {
    fn open() -> Self {
        spy_once();
        let (sender, events) = unbounded();
        let first = spy::connection_count();
        let reports = [INITIATOR, RESPONDER].map(|end| -> Report {
            let sender = sender.clone();
            Rc::new(move |event| drop(sender.unbounded_send((end, event))))
        });
        let ends = [
            (Role::Initiator, &reports[0]),
            (Role::Responder, &reports[1]),
        ]
        .map(|(role, report)| End::open(role, report));
        Self {
            ends,
            reports,
            events,
            first,
            offers: 0,
        }
    }

    async fn run_until(&mut self, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            let (end, event) = self.events.next().await.unwrap();
            self.happened(end, event);
        }
    }

    /// Takes what has happened already.
    fn drain(&mut self) {
        while let Ok((end, event)) = self.events.try_recv() {
            self.happened(end, event);
        }
    }

    fn is_connected(&self) -> bool {
        self.ends
            .iter()
            .all(|end| end.state == ConnectionState::Connected && end.open.len() == 2)
    }

    fn transceivers(&self, end: usize) -> String {
        spy::transceivers(self.first + end)
    }

    fn happened(&mut self, from: usize, event: Event) {
        let Event::Happened(event) = event else {
            return;
        };
        let to = 1 - from;
        match event {
            ConnectionEvent::NegotiationNeeded => {
                self.ends[from].negotiation_needed(from == INITIATOR);
            }
            ConnectionEvent::LocalDescriptionSet(description) => {
                self.offers += usize::from(description.kind == SdpKind::Offer);
                self.ends[from].answered |= description.kind == SdpKind::Answer;
                self.ends[to].connection.set_remote_description(description);
            }
            ConnectionEvent::RemoteDescriptionSet => {
                self.ends[from].remote_description_set(from == RESPONDER);
            }
            ConnectionEvent::Candidate(candidate) => self.ends[to].candidate(candidate),
            ConnectionEvent::OpenFailed | ConnectionEvent::DescriptionFailed(_) => {
                self.ends[from].failures += 1;
            }
            ConnectionEvent::StateChanged(state) => self.ends[from].state = state,
            ConnectionEvent::ChannelOpened(channel) => self.ends[from].open.push(channel),
            ConnectionEvent::ChannelClosed(channel) => {
                self.ends[from].open.retain(|open| *open != channel);
            }
            ConnectionEvent::Sound(comes) => self.ends[from].comes = comes,
            ConnectionEvent::Message(channel, text) => self.ends[from].texts.push((channel, text)),
        }
    }
}

impl End {
    fn open(role: Role, report: &Report) -> Self {
        Self {
            connection: Connection::open(role, &[], report).unwrap(),
            needed: 0,
            needed_after_answer: 0,
            answered: false,
            has_remote: false,
            early: Vec::new(),
            state: ConnectionState::Connecting,
            open: Vec::new(),
            texts: Vec::new(),
            comes: false,
            failures: 0,
        }
    }

    fn negotiation_needed(&mut self, may_offer: bool) {
        self.needed += 1;
        self.needed_after_answer += usize::from(self.answered);
        if may_offer {
            self.connection.set_local_description();
        }
    }

    fn remote_description_set(&mut self, answers: bool) {
        self.has_remote = true;
        for candidate in self.early.drain(..) {
            self.connection.add_ice_candidate(candidate);
        }
        if answers {
            self.connection.set_local_description();
        }
    }

    fn candidate(&mut self, candidate: IceCandidate) {
        // The end of candidates is for the core alone.
        if candidate.candidate.is_empty() {
            return;
        }
        assert!(candidate.username_fragment.is_some());
        if self.has_remote {
            self.connection.add_ice_candidate(candidate);
        } else {
            self.early.push(candidate);
        }
    }
}

fn spy_once() {
    thread_local!(static SPY: () = spy::spy());
    SPY.with(|()| ());
}

/// The browser's fake microphone and camera.
async fn devices() -> (Track, Track) {
    let mut tracks = capture(PerSource::only(&Source::DEVICES, true))
        .await
        .into_iter()
        .map(|(_, track)| track.unwrap());
    (tracks.next().unwrap(), tracks.next().unwrap())
}

fn show(picture: Option<&client::browser::Stream>) -> JsValue {
    let video = web_sys::window()
        .unwrap()
        .document()
        .unwrap()
        .create_element("video")
        .unwrap();
    attach(&video, picture);
    video.into()
}

/// For what no event tells.
async fn eventually(condition: impl Fn() -> bool) {
    while !condition() {
        TimeoutFuture::new(10).await;
    }
}
