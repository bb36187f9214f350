//! What ends the program, and what does not.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod drawn;
mod spy;

use client::{
    browser::{self, Answer, LivenessProbe, held},
    components::probe,
    session::Session,
};
use drawn::run;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use protocol::Name;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

/// Longer than an answer is waited for, in milliseconds.
const IN_DOUBT: u32 = 3500;
/// The same where each timer takes more than a second.
const IN_DOUBT_HIDDEN: u32 = 6500;
/// In which a drawing may answer.
const TURNS: u32 = 5;

/// In one test, since a page crashes once.
#[wasm_bindgen_test]
async fn after_an_error_that_tells_nothing_a_part_that_does_not_answer_ends_all() {
    let body: Element = web_sys::window()
        .unwrap()
        .document()
        .unwrap()
        .body()
        .unwrap()
        .into();
    run(&body, PAGE, "");
    let told = || run(&body, "return told.join()", "").as_string().unwrap();
    browser::watch_crashes();
    spy::fake_sockets();
    let session = Session::open("tea".parse().unwrap(), Name::new("Ada"), None, |_| ());
    body.append_child(
        &web_sys::window()
            .unwrap()
            .document()
            .unwrap()
            .create_element("div")
            .unwrap(),
    )
    .unwrap();
    let root = body.last_element_child().unwrap();
    let drawing = yew::Renderer::<probe::RenderProbe>::with_root(root).render();
    while spy::sent() != "watch" {
        drawn::settle().await;
    }
    spy::serve(r#"{"type":"watching","peers":[],"capacity":8}"#);

    // What ends meanwhile need not answer, and what is no trap is no end.
    let silent = LivenessProbe::new(TURNS, |_| ());
    run(&body, BORN_UNDER_RUST, "");
    fail(&body);
    drawn::settle().await;
    drop(silent);
    TimeoutFuture::new(IN_DOUBT).await;
    assert_eq!((told().as_str(), held()), ("", 1), "all that lives answers");

    let slow = LivenessProbe::new(TURNS, |answer| spawn_local(draw_at_length(answer)));
    run(&body, THROTTLE, "");
    fail(&body);
    TimeoutFuture::new(IN_DOUBT_HIDDEN).await;
    assert_eq!((told().as_str(), held()), ("", 1), "it is slow, and lives");
    drop(slow);

    run(&body, "window.turns = 0", "");
    fail(&body);
    settled(&Promise::resolve(&JsValue::NULL)).await;
    // The first question came before.
    let _silent = LivenessProbe::new(1, |_| ());
    fail(&body);
    settled(&run(&body, "return ended", "").unchecked_into()).await;
    assert_eq!((told().as_str(), held()), ("ended", 0));
    assert_eq!(run(&body, "return turns", ""), 2, "one for each question");
    drop((session, drawing));
}

async fn settled(promise: &Promise) {
    JsFuture::from(promise.clone()).await.unwrap();
}

/// What `start.js` and `index.html` are to a page that crashes.
const PAGE: &str = "node.insertAdjacentHTML('beforeend', '<button id=rejoin>');
    window.told = [];
    window.ended = new Promise(resolve => window.madang = { tell: name => resolve(told.push(name)) })";

/// Rust calls this, and takes no harm.
const BORN_UNDER_RUST: &str = "const mine = new Error('mine'); setTimeout(() => { throw mine; })";

/// As in a tab that nobody looks at.
const THROTTLE: &str = "const full = setTimeout; window.setTimeout = (act, wait) => { window.turns += 1; return full(act, Math.max(wait, 1100)); }";

/// In tasks of its own.
async fn draw_at_length(answer: Answer) {
    for _ in 0..3 {
        TimeoutFuture::new(0).await;
    }
    answer.give();
}

/// So browsers tell of what other origins' scripts throw.
fn fail(body: &Element) {
    run(
        body,
        "dispatchEvent(new ErrorEvent('error', { message: 'Script error.' }))",
        "",
    );
}
