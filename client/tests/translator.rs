//! Browsers translate pages by putting elements in place of text nodes. The page goes on changing
//! its words.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod drawn;

use std::rc::Rc;

use client::{
    components::{
        composer::Draft,
        language::{LanguageContext, use_text},
        preferences::Preferences,
        unread::Unread,
    },
    connectivity::{ConnectionTest, Finding},
    screens::{
        call::Call,
        home::Home,
        left::left,
        lobby::Lobby,
        status::{Said, status},
    },
    session::Snapshot,
    text::{Language, fill},
};
use drawn::{Drawn, line, numbers, peers, snapshot, view};
use mesh::{
    CaptureError, Device, LinkState, PerSource, Phase, Server, Side, Source, View, WhyLeft,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/drawn/translate.js")]
extern "C" {
    fn translate(node: &Element, polite: bool);
    fn original(node: &Element) -> String;
    fn translated(node: &Element) -> String;
}

#[wasm_bindgen_test]
async fn home_speaks_another_language() {
    let home = || html! { <Home name="" home="" onenter={Callback::noop()} /> };
    goes_on("[type=button]:not(.slim)", vec![home()]).await;
}

#[wasm_bindgen_test]
async fn the_lobby_says_who_is_there_and_how_devices_stand() {
    let peopled = |names: &[&str]| View {
        peers: peers(names),
        ..view()
    };
    let served = |server| View { server, ..view() };
    let devices = |device| View {
        devices: PerSource::only(&Source::DEVICES, device),
        ..view()
    };
    let views = [
        served(Server::Connecting),
        view(),
        peopled(&["Kim"]),
        peopled(&["Kim", ""]),
        peopled(&["Kim", "", "Soyeon", "Ben"]),
        peopled(&["", "Ben", "", "", "", "", "", ""]),
        served(Server::Busy),
        served(Server::Offline),
        devices(Device::Starting),
        devices(Device::On),
        devices(Device::Muted),
        devices(Device::Blocked(CaptureError::Denied)),
        devices(Device::Blocked(CaptureError::InUse)),
        view(),
    ];
    goes_on("main", views.into_iter().map(lobby).collect()).await;
}

#[wasm_bindgen_test]
async fn a_test_of_the_connection_runs_and_finds() {
    let found = |findings: &[Finding]| ConnectionTest::Done(findings.into());
    let tests = [
        ConnectionTest::NotAsked,
        ConnectionTest::Running,
        found(&[Finding::NoServer, Finding::NoWayOut]),
        ConnectionTest::Running,
        found(&[
            Finding::Server,
            Finding::Direct,
            Finding::StunSilent,
            Finding::RelayRefuses(486),
        ]),
        found(&[Finding::Server, Finding::Direct, Finding::NoServers]),
        ConnectionTest::NotAsked,
    ];
    let tested = |test| {
        lobby_of(Snapshot {
            test,
            ..snapshot(view())
        })
    };
    goes_on("main", tests.into_iter().map(tested).collect()).await;
}

#[wasm_bindgen_test]
async fn tiles_notices_and_counts_change() {
    goes_on(".bar", call_states().into_iter().map(call).collect()).await;
}

#[wasm_bindgen_test]
async fn the_list_of_people_changes() {
    let people = ".bar .reactions + .control";
    goes_on(people, call_states().into_iter().map(call).collect()).await;
}

#[wasm_bindgen_test]
async fn the_chat_changes() {
    goes_on(
        ".bar .control:nth-child(3)",
        call_states().into_iter().map(call).collect(),
    )
    .await;
}

#[wasm_bindgen_test]
async fn the_end_of_a_call_says_why() {
    let ends = [
        WhyLeft::Asked,
        WhyLeft::RoomFull(8),
        WhyLeft::Superseded,
        WhyLeft::Version,
    ];
    let left = |why| html! { <Ended {why} /> };
    goes_on("main", ends.into_iter().map(left).collect()).await;
}

#[wasm_bindgen_test]
async fn announcements_follow_each_other() {
    let said = [
        fill("{} joined", &["Kim"]),
        fill("{} left", &["Kim"]),
        "Back online".into(),
        "Back online".into(),
    ];
    let said: Vec<Said> = (0..)
        .zip(said)
        .map(|(number, words)| Said {
            number,
            words,
            confirms: false,
        })
        .collect();
    goes_on(".status", said.windows(2).map(status).collect()).await;
}

#[wasm_bindgen_test]
async fn names_rooms_messages_and_counts_stay_as_they_are() {
    let last = call_states().pop().unwrap();
    for panel in [".bar .reactions + .control", ".bar .control:nth-child(3)"] {
        let page = Drawn::<Spoken>::new(SpokenProps {
            language: Language::English,
            screen: call(last.clone()),
        })
        .await;
        page.click(panel).await;
        translate(&page.host, true);
        let words = translated(&page.host);
        for own in ["Kim", "tea-room", "Me", "hello", "http", "2"] {
            assert!(!words.contains(own), "{own} in {words}");
        }
    }
}

/// Whatever it shows by and by, in both languages, and whatever a translator does between: it reads
/// as if it was drawn anew. What is clicked is clicked once, at the beginning.
async fn goes_on(clicked: &str, screens: Vec<Html>) {
    let steps: Vec<SpokenProps> = screens
        .into_iter()
        .flat_map(|screen| {
            Language::ALL.map(|language| SpokenProps {
                language,
                screen: screen.clone(),
            })
        })
        .collect();
    for polite in [true, false] {
        let mut page = Drawn::<Spoken>::new(steps[0].clone()).await;
        page.click(clicked).await;
        for step in &steps {
            page.update(step.clone()).await;
            let anew = Drawn::<Spoken>::new(step.clone()).await;
            anew.click(clicked).await;
            agree(&page.host, &anew.host).await;
            translate(&page.host, polite);
        }
    }
}

/// Yew may take more than one task to draw.
async fn agree(page: &Element, anew: &Element) {
    for _ in 0..100 {
        if original(page) == original(anew) {
            return;
        }
        drawn::settle().await;
    }
    assert_eq!(original(page), original(anew));
}

/// What comes after a call.
#[derive(PartialEq, Properties)]
struct EndedProps {
    why: WhyLeft,
}

#[component]
fn Ended(props: &EndedProps) -> Html {
    let nothing = Callback::noop();
    left(
        props.why,
        &AttrValue::default(),
        &nothing,
        &nothing,
        use_text(),
    )
}

/// A screen in a language.
#[derive(Clone, PartialEq, Properties)]
struct SpokenProps {
    language: Language,
    screen: Html,
}

#[component]
fn Spoken(props: &SpokenProps) -> Html {
    let context = LanguageContext {
        language: props.language,
        onswitch: Callback::noop(),
    };
    html! { <ContextProvider<LanguageContext> {context}>{props.screen.clone()}</ContextProvider<LanguageContext>> }
}

fn lobby(view: View) -> Html {
    lobby_of(snapshot(view))
}

fn lobby_of(snapshot: Snapshot) -> Html {
    html! {
        <Lobby preferences={Preferences::default()} numbers={numbers(&snapshot.view)} snapshot={Rc::new(snapshot)} name="" home="" ontest={Callback::noop()} onname={Callback::noop()}
            onwant={Callback::noop()} onmeter={Callback::noop()} onchoose={Callback::noop()} onjoin={Callback::noop()} />
    }
}

fn call(view: View) -> Html {
    let numbers = numbers(&view);
    let snapshot = Rc::new(Snapshot {
        sound_blocked: view.peers.len() == 2,
        ..snapshot(view)
    });
    html! {
        <Call preferences={Preferences::default()} {numbers} {snapshot} ontest={Callback::noop()} seen={Unread::default()} address="" link="http://localhost/r/tea-room"
            onwant={Callback::noop()} onhand={Callback::noop()} onreact={Callback::noop()} draft={Draft::default()} onsay={Callback::noop()}
            onsound={Callback::noop()} onchoose={Callback::noop()} onleave={Callback::noop()} onsaid={Callback::noop()} />
    }
}

fn call_states() -> Vec<View> {
    let alone = View {
        phase: Phase::InCall,
        ..view()
    };
    let with = |link, on: bool, chat: u64| {
        let mut peers = peers(&["Kim", ""]);
        for peer in &mut peers {
            peer.link = link;
            peer.media.microphone = on;
            peer.media.camera = on;
        }
        View {
            peers,
            chat: (1..=chat).map(line).collect(),
            ..alone.clone()
        }
    };
    let joining = View {
        phase: Phase::Joining,
        server: Server::Busy,
        ..view()
    };
    let offline = View {
        server: Server::Offline,
        devices: PerSource::of(|source| match source {
            Source::Microphone => Device::On,
            _ => Device::Muted,
        }),
        ..with(LinkState::Reconnecting, true, 3)
    };
    vec![
        joining,
        alone.clone(),
        with(LinkState::Connecting, true, 0),
        with(LinkState::Connected, false, 1),
        with(LinkState::NoWayOut(Side::There), true, 2),
        with(LinkState::NoWayOut(Side::Here), true, 2),
        with(LinkState::CannotConnect, true, 2),
        offline,
        with(LinkState::HungUp, true, 3),
        with(LinkState::Connected, false, 2),
    ]
}
