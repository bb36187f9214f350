//! A room in a real browser, whose server and devices the tests play.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod drawn;
mod draws;
mod spy;

use std::{cell::RefCell, rc::Rc};

use client::{
    browser::storage,
    components::{
        composer::Draft, language::LanguageContext, preferences::Preferences, unread::Unread,
    },
    connectivity::{ConnectionTest, Finding},
    screens::{
        call::{Call, CallProps},
        lobby::{Lobby, LobbyProps},
        room::Room,
    },
    session::Snapshot,
    text::Language,
};
use drawn::Drawn;
use gloo_timers::future::TimeoutFuture;
use mesh::{Device, PerSource, Phase, Source, View};
use protocol::RoomId;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::{html::BaseComponent, prelude::*};

wasm_bindgen_test_configure!(run_in_browser);

const WATCHING: &str = r#"{"type":"watching","peers":[],"capacity":8}"#;
const JOINED: &str =
    r#"{"type":"joined","id":"000102030405060708090a0b0c0d0e0f","peers":[],"iceServers":[]}"#;

#[wasm_bindgen_test]
async fn what_happens_at_once_is_all_said() {
    let room = in_call().await;
    for name in ["Kim", "", "Kim"] {
        spy::serve(&peer_joined(name));
    }
    until(|| {
        sentences(&room).ends_with(&words(&["Kim joined", "Guest 2 joined", "Kim (2) joined"]))
    })
    .await;
    spy::serve(&peer_joined("Soyeon"));
    until(|| sentences(&room).ends_with(&words(&["Kim (2) joined", "Soyeon joined"]))).await;
}

#[wasm_bindgen_test]
async fn of_too_much_at_once_the_last_is_said() {
    let room = in_call().await;
    for number in 0..12 {
        spy::serve(&peer_joined(&format!("P{number}")));
    }
    until(|| {
        sentences(&room)
            .last()
            .is_some_and(|last| last == "P11 joined")
    })
    .await;
    assert_eq!(sentences(&room).len(), client::session::MAX_ANNOUNCEMENTS);
}

#[wasm_bindgen_test]
async fn what_was_said_goes_with_its_language() {
    let room = in_call().await;
    spy::serve(&peer_joined("Kim"));
    until(|| sentences(&room).ends_with(&words(&["Kim joined"]))).await;
    room.click(".call-header [lang=ko]").await;
    until(|| sentences(&room).is_empty()).await;
    spy::serve(&peer_joined("Soyeon"));
    until(|| sentences(&room) == ["Soyeon 님이 들어왔습니다"]).await;
}

#[wasm_bindgen_test]
async fn a_notice_that_was_put_away_stays_so_in_another_language() {
    let room = in_lobby().await;
    spy::devices(&spy::texts(
        &["both", "microphone", "camera"].map(|asked| (asked, "NotAllowedError")),
    ));
    room.click(".permission button").await;
    until(|| room.find(".ready .notice").is_some()).await;
    room.click(".page-header [lang=ko]").await;
    assert!(room.words(".ready .notice").unwrap().contains("브라우저"));
    room.click(".ready .dismiss").await;
    assert!(room.find(".ready .notice").is_none());
    room.click(".page-header [lang=en]").await;
    assert!(room.find(".ready .notice").is_none());
}

#[wasm_bindgen_test]
async fn the_focus_goes_with_the_person_from_screen_to_screen() {
    let room = in_lobby().await;
    room.run("node.querySelector('#name').focus()", "");
    assert_eq!(focused(&room), "INPUT");
    let room = join(room).await;
    assert_eq!(focused(&room), "Call in room courtyard");
    room.click(".control.leave").await;
    until(|| focused(&room) == "You left the call").await;
    room.run("node.querySelector('.actions .primary').focus()", "");
    room.click(".actions .primary").await;
    until(|| focused(&room) == "Call in room courtyard").await;
}

const TYPE: &str = "const field = node.querySelector('textarea');
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))";

#[wasm_bindgen_test]
async fn a_message_draws_itself_and_what_holds_it() {
    let room = in_call().await;
    room.click(".bar [aria-label='Open chat']").await;
    for text in ["first", "second"] {
        room.run(TYPE, text);
        drawn::settle().await;
        let before = draws::count();
        room.click(".composer button").await;
        until(|| room.words(".log").unwrap().contains(text)).await;
        drawn::settle().await;
        // The room, the call, the chat and the line.
        assert_eq!(draws::count() - before, 4, "{text}");
    }
}

#[wasm_bindgen_test]
async fn a_message_draws_no_tile() {
    let mut counts = Vec::new();
    for names in [&["Kim"][..], &["Kim", "Lee", "Ben", "Ada"]] {
        let mut call = Drawn::<Call>::new(call(names, 1)).await;
        let tiles = call.host.query_selector_all(".tile").unwrap().length();
        assert_eq!(tiles as usize, names.len() + 1);
        call.click(".bar [aria-label='Open chat']").await;
        let before = draws::count();
        call.update(self::call(names, 4)).await;
        counts.push(draws::count() - before);
    }
    assert_eq!(counts[0], counts[1]);
}

#[wasm_bindgen_test]
async fn who_speaks_is_drawn_on_their_tile_alone() {
    let mut counts = Vec::new();
    for names in [&["Kim", "Lee"][..], &["Kim", "Lee", "Ben", "Ada"]] {
        let heard = || {
            let mut call = call(names, 1);
            Rc::make_mut(&mut call.snapshot).view.peers[1]
                .media
                .microphone = true;
            call
        };
        let mut call = Drawn::<Call>::new(heard()).await;
        drawn::painted().await;
        let mut spoken = heard();
        // Who is muted is not heard, whatever a peer sends.
        let now = Rc::make_mut(&mut spoken.snapshot);
        now.speaking = now.view.peers.iter().map(|peer| peer.id).collect();
        let before = draws::count();
        call.update(spoken).await;
        counts.push(draws::count() - before);
        let speaking =
            "return [...node.querySelectorAll('.speaking')].map(tile => tile.ariaLabel).join()";
        assert_eq!(call.run(speaking, "").as_string().unwrap(), "Lee");
    }
    assert_eq!(counts[0], counts[1]);
}

#[wasm_bindgen_test]
async fn loudness_draws_its_meter_alone() {
    draws::count();
    let meter = Rc::new(RefCell::new(Callback::noop()));
    let asked = meter.clone();
    let view = View {
        devices: PerSource::only(&Source::DEVICES, Device::On),
        ..drawn::view()
    };
    let lobby = Drawn::<Lobby>::new(LobbyProps {
        onmeter: Callback::from(move |told| drop(asked.replace(told))),
        ..lobby(view)
    })
    .await;
    for (level, draws) in [(3, 1), (3, 0), (1, 1)] {
        let before = draws::count();
        meter.borrow().emit(level);
        drawn::settle().await;
        assert_eq!(draws::count() - before, draws);
        assert_eq!(
            lobby.host.query_selector_all(".lit").unwrap().length(),
            u32::from(level)
        );
    }
}

#[wasm_bindgen_test]
async fn a_test_says_that_it_runs_and_then_what_it_found() {
    let asked = Rc::new(RefCell::new(0));
    let count = asked.clone();
    let props = |test| LobbyProps {
        snapshot: Rc::new(Snapshot {
            test,
            ..drawn::snapshot(drawn::view())
        }),
        ontest: Callback::from({
            let count = count.clone();
            move |()| *count.borrow_mut() += 1
        }),
        ..lobby(drawn::view())
    };
    let mut lobby = Drawn::<Lobby>::new(props(ConnectionTest::NotAsked)).await;
    lobby.run("node.querySelector('.connection-test button').focus()", "");
    assert_eq!(focused(&lobby), "Test connection");
    lobby.click(".connection-test button").await;
    assert_eq!(*asked.borrow(), 1);
    lobby.update(props(ConnectionTest::Running)).await;
    assert_eq!(focused(&lobby), "Testing the connection…");
    assert!(
        lobby
            .find(".connection-test [aria-disabled=true]")
            .is_some()
    );
    assert!(lobby.find(".connection-test li").is_none());
    let found = [Finding::Server, Finding::RelayRefuses(486)];
    lobby
        .update(props(ConnectionTest::Done(found.into())))
        .await;
    assert_eq!(focused(&lobby), "Test connection");
    let script = "return [...node.querySelectorAll('.connection-test [aria-live=polite] li')]
        .map(line => `${line.className}: ${line.textContent}`).join('\\n')";
    assert_eq!(
        lobby.run(script, "").as_string().unwrap(),
        "notice: The server can be reached.\n\
         notice alert: The relay (TURN) answers, but lets nobody through: error 486. Tell whoever runs this server."
    );
}

#[wasm_bindgen_test]
async fn who_is_in_a_call_tests_the_connection_in_the_settings() {
    let room = in_call().await;
    assert!(room.find(".connection-test").is_none());
    room.click(".bar [aria-label=Settings]").await;
    room.click("dialog .connection-test button").await;
    until(|| room.find("dialog .connection-test li").is_some()).await;
    // Nobody told the lobby of any STUN or TURN server.
    let found = room.words("dialog .connection-test ul").unwrap();
    assert!(found.contains("neither STUN nor a relay"), "{found}");
}

fn lobby(view: View) -> LobbyProps {
    LobbyProps {
        snapshot: Rc::new(drawn::snapshot(view)),
        numbers: Rc::default(),
        preferences: Preferences::default(),
        name: AttrValue::default(),
        home: AttrValue::default(),
        onname: Callback::noop(),
        onwant: Callback::noop(),
        onmeter: Callback::noop(),
        onchoose: Callback::noop(),
        ontest: Callback::noop(),
        onjoin: Callback::noop(),
    }
}

/// With these people and so many messages.
fn call(names: &[&str], messages: u64) -> CallProps {
    let view = View {
        phase: Phase::InCall,
        peers: drawn::peers(names),
        chat: (1..=messages).map(drawn::line).collect(),
        ..drawn::view()
    };
    CallProps {
        numbers: drawn::numbers(&view),
        snapshot: Rc::new(drawn::snapshot(view)),
        preferences: Preferences::default(),
        seen: Unread::default(),
        address: AttrValue::default(),
        link: AttrValue::default(),
        onwant: Callback::noop(),
        onhand: Callback::noop(),
        onreact: Callback::noop(),
        draft: Draft::default(),
        onsay: Callback::noop(),
        onsound: Callback::noop(),
        ontest: Callback::noop(),
        onleave: Callback::noop(),
        onsaid: Callback::noop(),
        onchoose: Callback::noop(),
    }
}

async fn in_lobby() -> Drawn<Spoken> {
    draws::count();
    spy::fake_sockets();
    spy::devices(&spy::texts(&[]));
    storage::remember_sources(&PerSource::of(|_| Some(false)));
    let room = Drawn::<Spoken>::new(()).await;
    until(|| spy::sent() == "watch").await;
    spy::serve(WATCHING);
    until(|| room.find(".here").is_some()).await;
    room
}

async fn in_call() -> Drawn<Spoken> {
    join(in_lobby().await).await
}

async fn join(room: Drawn<Spoken>) -> Drawn<Spoken> {
    room.click(".ready .primary").await;
    until(|| spy::sent() == "watch join").await;
    spy::serve(JOINED);
    until(|| room.find(".invite").is_some()).await;
    room
}

/// Somebody new, of this name.
fn peer_joined(name: &str) -> String {
    let id: String = client::browser::random_bytes::<16>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(r#"{{"type":"peer-joined","peer":{{"id":"{id}","incarnation":1,"name":"{name}"}}}}"#)
}

/// What the element with the focus is called, or its tag.
fn focused<C: BaseComponent>(room: &Drawn<C>) -> String {
    let script = "const { ariaLabel, textContent, tagName } = document.activeElement; return ariaLabel || textContent || tagName";
    room.run(script, "").as_string().unwrap()
}

/// What the status region says.
fn sentences(room: &Drawn<Spoken>) -> Vec<String> {
    let script =
        "return [...node.querySelectorAll('[role=status] p')].map(p => p.textContent).join('\\n')";
    let said = room.run(script, "").as_string().unwrap();
    said.lines().map(str::to_owned).collect()
}

fn words(sentences: &[&str]) -> Vec<String> {
    sentences.iter().map(ToString::to_string).collect()
}

async fn until(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    let page = web_sys::window()
        .unwrap()
        .document()
        .unwrap()
        .body()
        .unwrap();
    panic!("it came to {} and {}", page.inner_text(), spy::sent());
}

/// A room on a page whose language can be switched.
#[component]
fn Spoken() -> Html {
    let language = use_state(|| Language::English);
    let context = LanguageContext {
        language: *language,
        onswitch: Callback::from(move |chosen| language.set(chosen)),
    };
    let room: RoomId = "courtyard".parse().unwrap();
    html! {
        <ContextProvider<LanguageContext> {context}>
            <Room {room} resume={None} address="" home="" onhome={Callback::noop()} onlobby={Callback::noop()} />
        </ContextProvider<LanguageContext>>
    }
}
