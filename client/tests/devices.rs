//! Devices that are chosen, come, go, and are taken away, in a page whose server and devices the
//! tests play.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod spy;

use std::{cell::RefCell, rc::Rc};

use client::{
    browser::{capture::why_ended, storage},
    choice::{DeviceKind, DeviceNews, MediaDevice},
    session::{Session, Snapshot},
};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use mesh::{CaptureError, Device, PerSource, Source, UserCommand};
use protocol::Name;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const DESK: &str = "audioinput:desk videoinput:front";
const BOTH: &str = "audioinput:desk audioinput:headset videoinput:front videoinput:back";

#[wasm_bindgen_test]
async fn what_is_chosen_takes_the_place_of_what_was_and_is_remembered() {
    let visit = Visit::with(BOTH);
    visit.turn_on().await;
    visit
        .until(|now| now.choices.offered(DeviceKind::Microphone).count() == 2)
        .await;
    assert_eq!(in_use(&visit.now(), DeviceKind::Microphone), "desk");
    for (kind, id) in [
        (DeviceKind::Microphone, "headset"),
        (DeviceKind::Camera, "back"),
    ] {
        visit.session.choose(kind, id.to_owned());
        visit.until(|now| in_use(now, kind) == id).await;
    }
    assert_eq!(visit.asked(), "both microphone=headset camera=back");
    assert_eq!(live(), 2, "{}", spy::track_states());
    assert!(spy::track_states().ends_with("audio:live:on video:live:on"));
    drop(visit);
    let visit = Visit::again();
    visit.turn_on().await;
    assert_eq!(visit.asked(), "both=headset=back");
}

#[wasm_bindgen_test]
async fn what_is_chosen_while_nothing_is_held_is_asked_for_later() {
    let visit = Visit::with(BOTH);
    visit
        .until(|now| now.choices.offered(DeviceKind::Microphone).count() == 2)
        .await;
    visit
        .session
        .choose(DeviceKind::Microphone, "headset".to_owned());
    visit
        .until(|now| in_use(now, DeviceKind::Microphone) == "headset")
        .await;
    assert_eq!(visit.asked(), "");
    visit.turn_on().await;
    assert_eq!(visit.asked(), "both=headset");
}

#[wasm_bindgen_test]
async fn a_silenced_microphone_stays_silent_when_another_is_chosen() {
    let visit = Visit::with(BOTH);
    visit.turn_on().await;
    visit.want(&[Source::Microphone], false);
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::Off)
        .await;
    visit
        .session
        .choose(DeviceKind::Microphone, "headset".to_owned());
    visit
        .until(|now| in_use(now, DeviceKind::Microphone) == "headset")
        .await;
    assert!(spy::track_states().ends_with("audio:live:off"));
    assert_eq!(visit.now().view.devices[Source::Microphone], Device::Off);
}

#[wasm_bindgen_test]
async fn in_place_of_what_is_gone_another_is_taken_and_told() {
    never_chosen();
    storage::remember_device(DeviceKind::Microphone, Some(("gone", "the old one")));
    let visit = Visit::plugged(DESK);
    visit.turn_on().await;
    assert_eq!(visit.asked(), "both=gone microphone=gone microphone camera");
    let replaced = DeviceNews::Replaced(
        DeviceKind::Microphone,
        "the old one".to_owned(),
        "the desk".to_owned(),
    );
    visit
        .until(|now| now.choices.news == [replaced.clone()])
        .await;
    assert_eq!(in_use(&visit.now(), DeviceKind::Microphone), "desk");
}

#[wasm_bindgen_test]
async fn a_camera_that_cannot_be_had_leaves_the_one_before() {
    let visit = Visit::with(BOTH);
    visit.turn_on().await;
    visit
        .until(|now| now.choices.offered(DeviceKind::Camera).count() == 2)
        .await;
    // As on a phone, the one that is held has to go first.
    let asked = spy::devices(&spy::texts(&[("camera", "NotReadableError")]));
    visit.session.choose(DeviceKind::Camera, "back".to_owned());
    visit
        .until(|now| now.view.devices[Source::Camera] == Device::Muted)
        .await;
    eventually(|| asked.join(" ") == "camera=back camera=back camera=front").await;
    spy::devices(&spy::texts(&[]));
    visit
        .until(|now| now.view.devices[Source::Camera] == Device::On)
        .await;
    let now = visit.now();
    assert_eq!(in_use(&now, DeviceKind::Camera), "front");
    let refused = DeviceNews::Refused(DeviceKind::Camera, "the back".to_owned());
    assert_eq!(now.choices.news, [refused]);
}

#[wasm_bindgen_test]
async fn what_is_unplugged_is_replaced_and_what_comes_back_is_told() {
    let visit = Visit::with(BOTH);
    visit.turn_on().await;
    visit
        .until(|now| now.choices.offered(DeviceKind::Microphone).count() == 2)
        .await;
    spy::plug("audioinput:headset videoinput:front videoinput:back");
    spy::end("audio");
    visit
        .until(|now| in_use(now, DeviceKind::Microphone) == "headset")
        .await;
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
    let (gone, by) = ("the desk".to_owned(), "the headset".to_owned());
    let replaced = DeviceNews::Replaced(DeviceKind::Microphone, gone, by);
    assert_eq!(visit.now().choices.news, [replaced]);
    spy::plug(BOTH);
    let arrived = DeviceNews::Arrived(MediaDevice {
        kind: DeviceKind::Microphone,
        id: "desk".to_owned(),
        label: "the desk".to_owned(),
    });
    visit
        .until(|now| now.choices.news == [arrived.clone()])
        .await;
    visit
        .session
        .choose(DeviceKind::Microphone, "desk".to_owned());
    visit
        .until(|now| in_use(now, DeviceKind::Microphone) == "desk")
        .await;
    assert_eq!(visit.now().choices.news, []);
}

#[wasm_bindgen_test]
async fn a_microphone_that_something_took_comes_back_by_itself() {
    let visit = Visit::with(DESK);
    visit.turn_on().await;
    spy::devices(&spy::texts(&[("microphone", "NotReadableError")]));
    spy::end("audio");
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::Muted)
        .await;
    // The phone call goes on for longer than one attempt.
    TimeoutFuture::new(1_200).await;
    assert_eq!(visit.now().view.devices[Source::Microphone], Device::Muted);
    spy::devices(&spy::texts(&[]));
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
    assert_eq!(visit.now().choices.news, []);
    assert_eq!(live(), 2);
}

#[wasm_bindgen_test]
async fn what_is_turned_off_meanwhile_stays_off() {
    let visit = Visit::with(DESK);
    visit.turn_on().await;
    let asked = spy::devices(&spy::texts(&[("camera", "NotReadableError")]));
    spy::end("video");
    eventually(|| asked.length() > 0).await;
    visit.want(&[Source::Camera], false);
    spy::devices(&spy::texts(&[]));
    visit
        .until(|now| now.view.devices[Source::Camera] == Device::Off)
        .await;
    TimeoutFuture::new(1_200).await;
    assert_eq!(visit.now().view.devices[Source::Camera], Device::Off);
    assert_eq!(live(), 1);
}

/// Chromium ends both tracks when one permission is withdrawn.
#[wasm_bindgen_test]
async fn a_microphone_that_is_still_permitted_outlives_the_cameras_permission() {
    let visit = Visit::with(DESK);
    visit.turn_on().await;
    spy::permissions(&permitted("granted", "denied"));
    spy::end("audio");
    spy::end("video");
    visit
        .until(|now| now.view.devices[Source::Camera] == Device::Blocked(CaptureError::Denied))
        .await;
    visit
        .until(|now| now.view.devices[Source::Microphone] == Device::On)
        .await;
}

#[wasm_bindgen_test]
async fn where_permission_is_for_one_visit_it_tells_nothing() {
    spy::devices(&spy::texts(&[]));
    spy::connect(DESK);
    spy::permissions(&permitted("prompt", "prompt"));
    let why = async |before: &str| {
        let desk = Some("desk".to_owned());
        why_ended(Source::Microphone, desk, Some(before.to_owned())).await
    };
    assert_eq!(why("prompt").await, CaptureError::InUse);
    assert_eq!(why("granted").await, CaptureError::Denied);
}

/// A visit to a lobby, and what it published last.
struct Visit {
    session: Session,
    latest: Rc<RefCell<Option<Rc<Snapshot>>>>,
    asked: Array,
}

impl Visit {
    /// Of somebody with these devices who never chose.
    fn with(devices: &str) -> Self {
        never_chosen();
        Self::plugged(devices)
    }

    fn plugged(devices: &str) -> Self {
        spy::connect(devices);
        Self::again()
    }

    fn again() -> Self {
        spy::fake_sockets();
        spy::permissions(&permitted("granted", "granted"));
        storage::remember_sources(&PerSource::of(|_| Some(false)));
        let asked = spy::devices(&spy::texts(&[]));
        let latest = Rc::new(RefCell::new(None));
        let publish = {
            let latest = latest.clone();
            move |snapshot| *latest.borrow_mut() = Some(snapshot)
        };
        let room = "courtyard".parse().unwrap();
        Self {
            session: Session::open(room, Name::new("Haneul"), None, publish),
            latest,
            asked,
        }
    }

    fn asked(&self) -> String {
        self.asked.join(" ").into()
    }

    fn want(&self, sources: &[Source], on: bool) {
        let wish = PerSource::only(sources, Some(on));
        self.session.send(UserCommand::Want(wish));
    }

    async fn turn_on(&self) {
        self.want(&Source::DEVICES, true);
        self.until(|now| {
            let devices = now.view.devices;
            Source::DEVICES
                .iter()
                .all(|source| devices[*source] == Device::On)
        })
        .await;
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
            "it came to {:#?} and {:#?} and {} and {}",
            now.view.devices,
            now.choices,
            self.asked(),
            spy::track_states()
        );
    }
}

fn never_chosen() {
    for kind in DeviceKind::ALL {
        storage::remember_device(kind, None);
    }
}

fn in_use(now: &Snapshot, kind: DeviceKind) -> String {
    now.choices.in_use(kind).unwrap_or_default().to_owned()
}

fn permitted(microphone: &str, camera: &str) -> JsValue {
    spy::texts(&[("microphone", microphone), ("camera", camera)])
}

/// How many of all tracks that were ever given out hold a device.
fn live() -> usize {
    spy::track_states().matches(":live").count()
}

async fn eventually(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("it never came to that");
}
