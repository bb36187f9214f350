//! A visit in a page whose server and devices the tests play.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod spy;

use std::{cell::RefCell, rc::Rc};

use client::{
    browser::{held, reload::Resume, storage},
    connectivity::{ConnectionTest, Finding},
    session::{Session, Snapshot},
};
use gloo_timers::future::TimeoutFuture;
use mesh::{CaptureError, Device, LinkState, PerSource, Phase, Server, Source, UserCommand};
use protocol::{
    ChatText, Envelope, Generation, Incarnation, Name, Peer, PeerId, PeerSecret, RoomId,
    ServerMessage, Signal, decode, encode,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const WATCHING: &str = r#"{"type":"watching","peers":[],"capacity":8}"#;
/// Under names that lead nowhere.
const WATCHING_WITH_SERVERS: &str = r#"{"type":"watching","peers":[],"capacity":8,"iceServers":[
    {"urls":["stun:nowhere.invalid"]},{"urls":["turn:nowhere.invalid?transport=tcp"]}]}"#;
const PONG: &str = r#"{"type":"pong","reconnectWithin":1500}"#;
const JOINED: &str =
    r#"{"type":"joined","id":"000102030405060708090a0b0c0d0e0f","peers":[],"iceServers":[]}"#;

#[wasm_bindgen_test]
async fn a_visit_watches_joins_and_leaves() {
    let visit = Visit::open(None);
    visit.until(|_| spy::sent() == "watch").await;
    assert!(spy::socket_url().starts_with("ws://") && spy::socket_url().ends_with("/ws"));
    spy::serve(WATCHING);
    visit.until(|now| now.view.server == Server::Online).await;
    visit.session.send(UserCommand::Join(Name::new("Haneul")));
    visit.until(|_| spy::sent() == "watch join").await;
    assert_eq!(visit.now().view.server, Server::Online, "it is not lost");
    spy::serve(JOINED);
    visit.until(|now| now.view.phase == Phase::InCall).await;
    assert_eq!(visit.now().announcements, [], "nor is it back");
    visit.session.send(UserCommand::Leave);
    visit
        .until(|now| matches!(now.view.phase, Phase::Left(_)))
        .await;
    assert_eq!(spy::sent(), "watch join leave");
    assert!(!spy::socket_is_open());
}

#[wasm_bindgen_test]
async fn another_network_has_the_server_asked_and_other_estimates_do_once() {
    spy::network("wifi");
    let visit = Visit::in_call().await;
    for _ in 0..3 {
        spy::network("wifi");
        visit.until(|_| spy::sent() == "watch join ping").await;
        spy::serve(PONG);
    }
    TimeoutFuture::new(50).await;
    assert_eq!(spy::sent(), "watch join ping");
    spy::network("cellular");
    visit.until(|_| spy::sent() == "watch join ping ping").await;
}

#[wasm_bindgen_test]
async fn the_last_handle_dropped_leaves_the_call_and_lets_go_of_everything() {
    let visit = Visit::in_call().await;
    visit.session.send(want(true));
    visit
        .until(|now| {
            now.view.devices[Source::Microphone] == Device::On
                && now.view.devices[Source::Camera] == Device::On
        })
        .await;
    let other = visit.session.clone();
    drop(visit);
    TimeoutFuture::new(20).await;
    assert!(spy::socket_is_open(), "a clone is still there");
    drop(other);
    eventually(|| !spy::socket_is_open()).await;
    assert_eq!(spy::sent(), "watch join leave");
    assert_eq!(live(), 0);
}

#[wasm_bindgen_test]
async fn what_is_held_would_end_with_the_program() {
    eventually(|| held() == 0).await;
    let visit = Visit::in_call().await;
    assert_eq!(held(), 1, "the socket");
    visit.session.send(want(true));
    visit
        .until(|now| {
            now.view.devices[Source::Microphone] == Device::On
                && now.view.devices[Source::Camera] == Device::On
        })
        .await;
    assert_eq!(held(), 3, "and two devices");
    visit.session.send(want(false));
    visit
        .until(|now| {
            now.view.devices[Source::Microphone] == Device::Off
                && now.view.devices[Source::Camera] == Device::Off
        })
        .await;
    assert_eq!(held(), 2, "a silenced microphone is kept");
    drop(visit);
    eventually(|| held() == 0).await;
}

#[wasm_bindgen_test]
async fn a_test_of_the_connection_leaves_nothing_behind() {
    eventually(|| held() == 0).await;
    let visit = Visit::open(None);
    visit.until(|_| spy::sent() == "watch").await;
    assert_eq!(visit.now().test, ConnectionTest::NotAsked);
    spy::serve(WATCHING_WITH_SERVERS);
    visit.until(|now| now.view.server == Server::Online).await;
    visit.session.test_connection();
    visit.session.test_connection();
    visit.until(|now| now.test == ConnectionTest::Running).await;
    assert!(held() <= 4, "the socket, and three connections of one test");
    visit
        .until(|now| matches!(now.test, ConnectionTest::Done(_)))
        .await;
    assert_eq!(held(), 1, "the socket");
    let ConnectionTest::Done(found) = visit.now().test.clone() else {
        panic!()
    };
    assert_eq!(
        found[..],
        [
            Finding::Server,
            Finding::Direct,
            Finding::StunSilent,
            Finding::RelaySilent
        ]
    );
    // Who goes on does not wait for it, and takes nothing along.
    visit.session.test_connection();
    visit.until(|now| now.test == ConnectionTest::Running).await;
    visit.session.send(UserCommand::Join(Name::new("Haneul")));
    visit
        .until(|now| now.test == ConnectionTest::NotAsked)
        .await;
    assert_eq!(held(), 1, "the socket");
}

#[wasm_bindgen_test]
async fn a_silenced_microphone_is_kept_and_a_dark_camera_is_let_go_of() {
    let visit = Visit::in_call().await;
    let asked = spy::devices(&spy::texts(&[]));
    visit.session.send(want(true));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On && now.own_camera.is_some())
        .await;
    assert!(
        newest(2).iter().all(|track| track.ends_with(":live:on")),
        "{}",
        spy::track_states()
    );
    visit.session.send(want(false));
    visit
        .until(|now| {
            now.view.devices[Source::Microphone] == Device::Off && now.own_camera.is_none()
        })
        .await;
    assert_eq!(newest(2), ["audio:live:off", "video:ended:on"]);
    visit.session.send(want(true));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On && now.own_camera.is_some())
        .await;
    assert_eq!(String::from(asked.join(" ")), "both camera");
    assert_eq!(
        newest(3),
        ["audio:live:on", "video:ended:on", "video:live:on"]
    );
    visit.session.send(UserCommand::Leave);
    visit
        .until(|now| matches!(now.view.phase, Phase::Left(_)))
        .await;
    assert_eq!(live(), 0);
}

#[wasm_bindgen_test]
async fn a_device_that_is_given_too_late_is_let_go_of() {
    let visit = Visit::in_call().await;
    visit.session.send(want(true));
    visit.session.send(want(false));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::Off)
        .await;
    TimeoutFuture::new(50).await;
    assert_eq!(live(), 0, "{}", spy::track_states());
}

#[wasm_bindgen_test]
async fn permission_withdrawn_in_a_call_is_said_to_be_so() {
    let visit = Visit::in_call().await;
    visit.session.send(want(true));
    visit.until(|now| now.own_camera.is_some()).await;
    spy::connect("audioinput:desk videoinput:front");
    spy::permissions(&spy::texts(&[
        ("microphone", "granted"),
        ("camera", "denied"),
    ]));
    spy::end("video");
    visit
        .until(|now| now.view.devices[Source::Camera] == Device::Blocked(CaptureError::Denied))
        .await;
    assert_eq!(visit.now().view.devices[Source::Microphone], Device::On);
}

#[wasm_bindgen_test]
async fn a_microphone_that_the_system_mutes_says_so_and_comes_back_by_itself() {
    let visit = Visit::in_call().await;
    let asked = spy::devices(&spy::texts(&[]));
    visit.session.send(want(true));
    visit
        .until(|now| {
            now.view.devices[Source::Microphone] == Device::On
                && now.view.devices[Source::Camera] == Device::On
        })
        .await;
    spy::mute("audio", true);
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::Muted)
        .await;
    assert_eq!(newest(2)[0], "audio:live:on", "it is still wanted");
    spy::mute("audio", false);
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
    assert_eq!(String::from(asked.join(" ")), "both");
}

#[wasm_bindgen_test]
async fn a_microphone_that_was_muted_while_it_was_off_is_muted_when_it_comes_on() {
    let visit = Visit::in_call().await;
    visit.session.send(want(true));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
    visit.session.send(want(false));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::Off)
        .await;
    spy::mute("audio", true);
    visit.session.send(want(true));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::Muted)
        .await;
}

#[wasm_bindgen_test]
async fn a_prompt_that_nobody_answers_holds_nobody() {
    let visit = Visit::open(None);
    spy::devices(&spy::texts(&[("both", "never")]));
    visit.session.send(want(true));
    visit.until(|_| spy::sent() == "watch").await;
    spy::serve(WATCHING);
    visit.session.send(UserCommand::Join(Name::new("Haneul")));
    visit.until(|_| spy::sent() == "watch join").await;
    spy::serve(JOINED);
    visit
        .until(|now| {
            now.view.phase == Phase::InCall && now.view.devices[Source::Camera] == Device::Starting
        })
        .await;
}

#[wasm_bindgen_test]
async fn a_page_that_ends_leaves_the_call_and_leaves_a_note_for_the_next() {
    let visit = Visit::in_call().await;
    let wish = PerSource::only(&[Source::Microphone], Some(true));
    visit.session.send(UserCommand::Want(wish));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
    assert_eq!(note(), None, "while a page lives nothing lies there");
    spy::hide_page();
    // Whatever is to be done is done before the browser's next task.
    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL))
        .await
        .unwrap();
    assert_eq!(spy::sent(), "watch join leave");
    assert!(!spy::socket_is_open());
    assert_eq!(live(), 0);
    let note: Resume = decode(&note().unwrap()).unwrap();
    assert_eq!((note.room, note.name), (room(), Name::new("Haneul")));
    assert_eq!((note.microphone, note.camera), (true, false));
    assert_eq!(
        client::browser::reload::take(),
        None,
        "this page is no reload"
    );
    assert_eq!(self::note(), None, "what was taken is gone");
}

#[wasm_bindgen_test]
async fn a_page_that_ends_leaves_the_chat_behind_and_who_leaves_the_call_does_not() {
    let visit = Visit::in_call().await;
    let say = |text: &str| {
        let text = ChatText::try_from(text.to_owned()).unwrap();
        visit.session.send(UserCommand::Say(text));
    };
    let kept = || kept("madang.chat").unwrap_or_default();
    say("hello");
    visit.until(|now| now.view.chat.len() == 1).await;
    say("and more");
    visit.until(|now| now.view.chat.len() == 2).await;
    assert!(kept().starts_with("courtyard"), "a crash would lose little");
    spy::hide_page();
    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL))
        .await
        .unwrap();
    let left = kept();
    assert!(left.starts_with("courtyard\nsaid {") && left.contains("and more"));
    drop(visit);
    TimeoutFuture::new(50).await;
    assert_eq!(kept(), left, "it is for the next page");
    assert_eq!(client::browser::reload::take(), None);
    assert_eq!(kept(), "", "this one is no reload");

    let visit = Visit::in_call().await;
    eventually(|| kept() == "courtyard").await;
    visit.session.send(UserCommand::Leave);
    eventually(|| kept().is_empty()).await;
    drop(visit);
    let visit = Visit::in_call().await;
    eventually(|| kept() == "courtyard").await;
    drop(visit);
    eventually(|| kept().is_empty()).await;
}

#[wasm_bindgen_test]
async fn the_browser_asks_before_it_closes_a_page_in_a_call_and_no_other() {
    let visit = Visit::open(None);
    visit.until(|_| spy::sent() == "watch").await;
    assert!(!spy::asks_before_closing());
    drop(visit);
    let visit = Visit::in_call().await;
    assert!(spy::asks_before_closing());
    visit.session.send(UserCommand::Leave);
    visit
        .until(|now| matches!(now.view.phase, Phase::Left(_)))
        .await;
    assert!(!spy::asks_before_closing());
}

#[wasm_bindgen_test]
async fn a_reload_leads_straight_back_into_the_call_with_the_same_devices() {
    let resume = Resume {
        room: room(),
        name: Name::new("Haneul"),
        secret: PeerSecret([7; 16]),
        microphone: true,
        camera: false,
    };
    let visit = Visit::open(Some(resume));
    visit
        .until(|now| now.view.phase == Phase::Joining && now.view.name == Name::new("Haneul"))
        .await;
    visit.until(|_| spy::sent() == "join").await;
    spy::serve(JOINED);
    visit
        .until(|now| {
            now.view.phase == Phase::InCall && now.view.devices[Source::Microphone] == Device::On
        })
        .await;
    assert_eq!(visit.now().view.devices[Source::Camera], Device::Off);
}

#[wasm_bindgen_test]
async fn what_was_last_on_comes_on_by_itself_where_it_is_permitted() {
    spy::permissions(&spy::texts(&[
        ("microphone", "granted"),
        ("camera", "granted"),
    ]));
    storage::remember_sources(&PerSource::of(|source| Some(source == Source::Microphone)));
    let visit = Visit::open(None);
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
    assert_eq!(visit.now().view.devices[Source::Camera], Device::Off);
    drop(visit);
    spy::permissions(&spy::texts(&[
        ("microphone", "prompt"),
        ("camera", "prompt"),
    ]));
    let visit = Visit::open(None);
    visit.until(|_| spy::sent() == "watch").await;
    TimeoutFuture::new(50).await;
    assert_eq!(
        visit.now().view.devices[Source::Microphone],
        Device::Off,
        "nobody asks a person who did not click"
    );
}

/// Since it has too many, say.
#[wasm_bindgen_test]
async fn a_connection_that_the_browser_does_not_make_is_not_taken_for_one_without_a_way_out() {
    /// No page reads what pages say to the server; this much of it can be read.
    #[derive(serde::Deserialize)]
    struct Join {
        incarnation: Incarnation,
    }

    spy::refuse_connections();
    let visit = Visit::in_call().await;
    let Some(Join { incarnation }) = decode(&spy::sent_last()) else {
        panic!("it joined last")
    };
    let peer = Peer {
        id: PeerId([0xff; 16]),
        incarnation: Incarnation(1),
        name: Name::new("Bom"),
    };
    let from = peer.id;
    let ready = Envelope {
        from: peer.incarnation,
        to: incarnation,
        signal: Signal::Ready {
            after: Generation(0),
        },
    };
    let payload = encode(&ready);
    spy::serve(&encode(&ServerMessage::PeerJoined { peer }));
    spy::serve(&encode(&ServerMessage::Signal { from, payload }));
    let link = |now: &Snapshot| now.view.peers.first().map(|peer| peer.link);
    visit
        .until(|now| {
            // The server is asked whether it is the network.
            spy::serve(PONG);
            link(now).is_some_and(|link| link != LinkState::Connecting)
        })
        .await;
    assert_eq!(link(&visit.now()), Some(LinkState::CannotConnect));
}

/// A visit and what it published last.
struct Visit {
    session: Session,
    latest: Rc<RefCell<Option<Rc<Snapshot>>>>,
}

impl Visit {
    fn open(resume: Option<Resume>) -> Self {
        spy::fake_sockets();
        spy::devices(&spy::texts(&[]));
        let latest = Rc::new(RefCell::new(None));
        let publish = {
            let latest = latest.clone();
            move |snapshot| *latest.borrow_mut() = Some(snapshot)
        };
        Self {
            session: Session::open(room(), Name::new("Haneul"), resume, publish),
            latest,
        }
    }

    async fn in_call() -> Self {
        storage::remember_sources(&PerSource::of(|_| Some(false)));
        let visit = Self::open(None);
        visit.until(|_| spy::sent() == "watch").await;
        spy::serve(WATCHING);
        visit.session.send(UserCommand::Join(Name::new("Haneul")));
        visit.until(|_| spy::sent() == "watch join").await;
        spy::serve(JOINED);
        visit.until(|now| now.view.phase == Phase::InCall).await;
        visit
    }

    fn now(&self) -> Rc<Snapshot> {
        self.latest.borrow().clone().unwrap()
    }

    async fn until(&self, condition: impl Fn(&Snapshot) -> bool) {
        let is_met = || self.latest.borrow().as_deref().is_some_and(&condition);
        for _ in 0..500 {
            if is_met() {
                return;
            }
            TimeoutFuture::new(10).await;
        }
        let now = self.now();
        panic!(
            "it came to {now:#?} and {} and {}",
            spy::sent(),
            spy::track_states()
        );
    }
}

fn room() -> RoomId {
    "courtyard".parse().unwrap()
}

fn want(on: bool) -> UserCommand {
    UserCommand::Want(PerSource::only(&Source::DEVICES, Some(on)))
}

fn note() -> Option<String> {
    kept("madang.resume")
}

fn kept(key: &str) -> Option<String> {
    web_sys::window()
        .unwrap()
        .session_storage()
        .unwrap()
        .unwrap()
        .get_item(key)
        .unwrap()
}

/// How many of all tracks that were ever given out hold a device.
fn live() -> usize {
    spy::track_states().matches(":live").count()
}

fn newest(count: usize) -> Vec<String> {
    let states: Vec<String> = spy::track_states()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    states[states.len() - count..].to_vec()
}

async fn eventually(condition: impl Fn() -> bool) {
    while !condition() {
        TimeoutFuture::new(10).await;
    }
}
