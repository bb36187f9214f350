//! What ends the program, and what does not.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod drawn;
mod page;

use client::{
    browser::{self, Pulse, held},
    components::pulse,
    session::Session,
};
use drawn::run;
use gloo_timers::future::TimeoutFuture;
use protocol::Name;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

/// Longer than an answer is waited for, in milliseconds.
const IN_DOUBT: u32 = 4000;

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
    run(
        &body,
        "node.insertAdjacentHTML('beforeend', '<button id=rejoin>'); window.told = []; window.madang = { tell: name => told.push(name) }",
        "",
    );
    let told = || run(&body, "return told.join()", "").as_string().unwrap();
    browser::watch_crashes();
    page::fake_sockets();
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
    let drawing = yew::Renderer::<pulse::Pulse>::with_root(root).render();
    while held() == 0 {
        drawn::settle().await;
    }

    fail(&body);
    TimeoutFuture::new(IN_DOUBT).await;
    assert_eq!((told().as_str(), held()), ("", 1), "all that lives answers");

    let silent = Pulse::new(|_| ());
    fail(&body);
    drawn::settle().await;
    drop(silent);
    TimeoutFuture::new(IN_DOUBT).await;
    assert_eq!(
        (told().as_str(), held()),
        ("", 1),
        "what ended meanwhile need not answer"
    );

    let _silent = Pulse::new(|_| ());
    fail(&body);
    while told().is_empty() {
        drawn::settle().await;
    }
    assert_eq!((told().as_str(), held()), ("ended", 0));
    drop((session, drawing));
}

/// So browsers tell of what other origins' scripts throw.
fn fail(body: &Element) {
    run(
        body,
        "dispatchEvent(new ErrorEvent('error', { message: 'Script error.' }))",
        "",
    );
}
