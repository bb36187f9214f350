//! What people with all kinds of microphones, cameras and permissions get.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod spy;

use client::browser::capture::{capture, permitted, why_ended};
use js_sys::Array;
use mesh::{
    CaptureError::{
        self, BySystem, Constraint, Denied, DeniedNow, Dismissed, InUse, Insecure, NotFound, Other,
        Unplugged,
    },
    PerSource, Source,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Every error that `getUserMedia` knows, and one that nobody knows.
const ERRORS: [(&str, CaptureError); 8] = [
    ("NotAllowedError", Denied),
    ("SecurityError", Denied),
    ("NotFoundError", NotFound),
    ("OverconstrainedError", Constraint),
    ("NotReadableError", InUse),
    ("AbortError", InUse),
    ("TypeError", Other),
    ("UnknownError", Other),
];

/// Asks for both, with these answers of the browser; returns the results on microphone and camera,
/// and what was asked.
async fn ask_for_both(answers: &[(&str, &str)]) -> ([Result<(), CaptureError>; 2], String) {
    let asked = spy::devices(&spy::texts(answers));
    let results = capture(both()).await;
    let sources: Vec<Source> = results.iter().map(|(source, _)| *source).collect();
    assert_eq!(sources, Source::DEVICES);
    let results: Vec<_> = results
        .into_iter()
        .map(|(_, result)| result.map(drop))
        .collect();
    ([results[0], results[1]], listed(&asked))
}

/// Microphone and camera.
fn both() -> PerSource<bool> {
    PerSource::only(&Source::DEVICES, true)
}

fn listed(asked: &Array) -> String {
    asked.join(" ").into()
}

#[wasm_bindgen_test]
async fn both_devices_come_of_one_request() {
    assert_eq!(ask_for_both(&[]).await, ([Ok(()), Ok(())], "both".into()));
}

#[wasm_bindgen_test]
async fn every_error_of_one_device_leaves_the_other_alone() {
    spy::permissions(&JsValue::UNDEFINED);
    spy::connect("audioinput:desk videoinput:front");
    for (name, error) in ERRORS {
        let results = ask_for_both(&[("both", name), ("camera", name)]).await;
        assert_eq!(
            results,
            ([Ok(()), Err(error)], "both microphone camera".into()),
            "{name}"
        );
        let results = ask_for_both(&[("both", name), ("microphone", name)]).await;
        assert_eq!(
            results,
            ([Err(error), Ok(())], "both microphone camera".into()),
            "{name}"
        );
    }
}

#[wasm_bindgen_test]
async fn each_device_gets_its_own_result() {
    let answers = [
        ("both", "NotFoundError"),
        ("microphone", "NotReadableError"),
        ("camera", "NotFoundError"),
    ];
    let (results, _) = ask_for_both(&answers).await;
    assert_eq!(results, [Err(InUse), Err(NotFound)]);
}

#[wasm_bindgen_test]
async fn a_person_who_refused_both_is_not_asked_again() {
    for (state, answer, error) in [
        ("denied", "NotAllowedError", Denied),
        ("prompt", "NotAllowedError", DeniedNow),
        ("prompt", "NotAllowedError: Permission dismissed", Dismissed),
        (
            "prompt",
            "NotAllowedError: Permission denied by system",
            BySystem,
        ),
    ] {
        spy::permissions(&spy::texts(&[("microphone", state), ("camera", state)]));
        let results = ask_for_both(&[("both", answer)]).await;
        assert_eq!(results, ([Err(error), Err(error)], "both".into()));
    }
}

#[wasm_bindgen_test]
async fn a_camera_that_was_refused_before_leaves_the_microphone_alone() {
    spy::permissions(&spy::texts(&[
        ("microphone", "prompt"),
        ("camera", "denied"),
    ]));
    let results = ask_for_both(&[("both", "NotAllowedError"), ("camera", "NotAllowedError")]).await;
    assert_eq!(
        results,
        ([Ok(()), Err(Denied)], "both microphone camera".into())
    );
}

#[wasm_bindgen_test]
async fn one_device_is_asked_for_alone() {
    spy::connect("videoinput:front");
    for (name, error) in ERRORS {
        let asked = spy::devices(&spy::texts(&[("camera", name)]));
        let results: Vec<_> = capture(PerSource::only(&[Source::Camera], true))
            .await
            .into_iter()
            .map(|(source, result)| (source, result.map(drop)))
            .collect();
        assert_eq!(results, [(Source::Camera, Err(error))], "{name}");
        assert_eq!(listed(&asked), "camera");
    }
}

#[wasm_bindgen_test]
async fn what_asks_too_much_where_there_is_no_camera_at_all_is_not_there() {
    spy::permissions(&JsValue::UNDEFINED);
    spy::connect("audioinput:desk");
    let (results, _) = ask_for_both(&[
        ("both", "OverconstrainedError"),
        ("microphone", "OverconstrainedError"),
        ("camera", "OverconstrainedError"),
    ])
    .await;
    assert_eq!(results, [Err(Constraint), Err(NotFound)]);
}

#[wasm_bindgen_test]
async fn a_page_that_is_not_secure_has_no_devices() {
    spy::devices(&JsValue::UNDEFINED);
    let results: Vec<_> = capture(both())
        .await
        .into_iter()
        .map(|(_, result)| result.map(drop))
        .collect();
    assert_eq!(results, [Err(Insecure), Err(Insecure)]);
}

#[wasm_bindgen_test]
async fn a_track_that_is_dropped_lets_go_of_its_device() {
    spy::devices(&spy::texts(&[]));
    let before = spy::track_states()
        .split_whitespace()
        .filter(|state| state.contains("live"))
        .count();
    let tracks = capture(both()).await;
    let live = || {
        spy::track_states()
            .split_whitespace()
            .filter(|state| state.contains("live"))
            .count()
    };
    assert_eq!(live(), before + 2);
    drop(tracks);
    assert_eq!(live(), before);
}

#[wasm_bindgen_test]
async fn only_what_was_granted_may_be_used_without_asking() {
    spy::permissions(&spy::texts(&[
        ("microphone", "granted"),
        ("camera", "prompt"),
    ]));
    assert_eq!(
        permitted().await,
        PerSource::only(&[Source::Microphone], true)
    );
    spy::permissions(&spy::texts(&[
        ("microphone", "denied"),
        ("camera", "granted"),
    ]));
    assert_eq!(permitted().await, PerSource::only(&[Source::Camera], true));
    spy::permissions(&JsValue::UNDEFINED);
    assert_eq!(permitted().await, PerSource::default());
}

/// Why the camera `front` ended, with this permission and these devices.
async fn why_the_camera_ended(permission: &str, devices: &str) -> CaptureError {
    spy::devices(&spy::texts(&[]));
    spy::connect(devices);
    match permission {
        "unknown" => spy::permissions(&JsValue::UNDEFINED),
        state => spy::permissions(&spy::texts(&[("camera", state), ("microphone", "granted")])),
    }
    let granted = Some("granted".to_owned());
    why_ended(Source::Camera, Some("front".to_owned()), granted).await
}

#[wasm_bindgen_test]
async fn a_camera_that_is_still_there_was_forbidden_or_taken_by_another() {
    let both = "audioinput:desk videoinput:front";
    assert_eq!(why_the_camera_ended("denied", both).await, Denied);
    assert_eq!(why_the_camera_ended("prompt", both).await, Denied);
    assert_eq!(why_the_camera_ended("granted", both).await, InUse);
    assert_eq!(why_the_camera_ended("unknown", both).await, InUse);
}

#[wasm_bindgen_test]
async fn permission_withdrawn_is_not_taken_for_a_camera_withdrawn() {
    for nameless in ["audioinput: videoinput:", ""] {
        assert_eq!(why_the_camera_ended("denied", nameless).await, Denied);
    }
    assert_eq!(why_the_camera_ended("prompt", "videoinput:").await, Denied);
}

#[wasm_bindgen_test]
async fn a_camera_that_is_not_there_was_unplugged() {
    for permission in ["granted", "prompt", "unknown"] {
        let why = why_the_camera_ended(permission, "audioinput:desk").await;
        assert_eq!(why, NotFound, "{permission}");
        let why = why_the_camera_ended(permission, "videoinput:back").await;
        assert_eq!(why, Unplugged, "{permission}");
    }
}
