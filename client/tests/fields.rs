//! Extensions put the fields of pages into elements of their own. The page goes on around them.
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
        composer::{Composer, ComposerProps, Draft},
        preferences::Preferences,
    },
    screens::{
        home::{Home, HomeProps},
        lobby::{Lobby, LobbyProps},
    },
};
use gloo_timers::future::TimeoutFuture;
use mesh::{CaptureError, Device, PerSource, Phase, Server, Source, View};
use protocol::Name;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};
use yew::{html::BaseComponent, prelude::*};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_message_that_is_too_long_is_said_to_be_so_and_mended() {
    let draft = Draft::new("마".repeat(1400), Callback::noop());
    let page = Page::<Composer>::show(ComposerProps {
        draft,
        is_open: true,
        onsay: Callback::noop(),
    })
    .await;
    page.click("button").await;
    assert!(page.alerts().contains("35"), "{}", page.alerts());
    page.write("textarea", "short").await;
    assert_eq!(page.alerts(), "");
    page.click("button").await;
    assert_eq!(page.value("textarea"), "", "it was sent");
}

#[wasm_bindgen_test]
async fn a_bad_room_id_is_said_to_be_so_and_mended() {
    let page = Page::<Home>::show(HomeProps {
        name: AttrValue::default(),
        home: AttrValue::default(),
        onenter: Callback::noop(),
    })
    .await;
    for _ in 0..2 {
        page.click("button[type=button]:not(.slim)").await;
        assert!(page.alerts().contains("Enter the room ID"));
        page.write("#room", "a/b").await;
        assert_eq!(page.alerts(), "");
        page.click("button:not([type])").await;
        assert!(page.alerts().contains("cannot be in it"));
        page.write("#room", "").await;
    }
}

#[wasm_bindgen_test]
async fn the_lobby_says_how_devices_stand_around_the_name() {
    let mut page = Page::<Lobby>::show(lobby(Device::Off)).await;
    for device in [
        Device::Starting,
        Device::On,
        Device::Off,
        Device::Blocked(CaptureError::Denied),
        Device::Starting,
        Device::On,
    ] {
        page.app.update(lobby(device));
        settle().await;
        let words = page.host.text_content().unwrap();
        let says = |sentence| words.contains(sentence);
        assert_eq!(
            says("Allow camera and microphone"),
            device != Device::On,
            "{device:?}"
        );
        assert_eq!(
            says("may be asking you"),
            device == Device::Starting,
            "{device:?}"
        );
        assert_eq!(
            says("does not let this page use"),
            matches!(device, Device::Blocked(_)),
            "{device:?}"
        );
    }
}

fn lobby(device: Device) -> LobbyProps {
    let view = View {
        room: "room".parse().unwrap(),
        name: Name::new("Me"),
        id: None,
        phase: Phase::Lobby,
        server: Server::Online,
        capacity: Some(8),
        devices: PerSource::only(&Source::DEVICES, device),
        voice_only: false,
        peers: Vec::new(),
        links: Vec::new(),
        hands: Vec::new(),
        reactions: Vec::new(),
        writing: Vec::new(),
        chat: [].into(),
        chat_was_full: false,
        undelivered: [].into(),
    };
    LobbyProps {
        snapshot: Rc::new(drawn::snapshot(view)),
        numbers: Rc::default(),
        preferences: Preferences::default(),
        name: AttrValue::default(),
        home: AttrValue::default(),
        onname: Callback::noop(),
        onwant: Callback::noop(),
        onmeter: Callback::noop(),
        ontest: Callback::noop(),
        onchoose: Callback::noop(),
        onjoin: Callback::noop(),
    }
}

/// A part of the page, each of its fields and pictures in a foreign element.
struct Page<C: BaseComponent> {
    host: Element,
    app: AppHandle<C>,
}

impl<C: BaseComponent> Page<C> {
    async fn show(props: C::Properties) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let host = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&host).unwrap();
        let app = yew::Renderer::<C>::with_root_and_props(host.clone(), props).render();
        let page = Self { host, app };
        while page
            .host
            .query_selector("input, textarea")
            .unwrap()
            .is_none()
        {
            settle().await;
        }
        settle().await;
        let wrapped = page.run(
            "const fields = [...node.querySelectorAll('input, textarea, video')];
             for (const field of fields) {
               const frame = document.createElement('extension-frame');
               field.replaceWith(frame);
               frame.append(field);
             }
             return fields.length",
            "",
        );
        assert!(wrapped.as_f64().unwrap() > 0.0);
        page
    }

    async fn click(&self, selector: &str) {
        self.run("node.querySelector(text).click()", selector);
        settle().await;
    }

    /// Puts a text into a field, as if it was typed.
    async fn write(&self, selector: &str, text: &str) {
        let field: HtmlElement = self.find(selector).unchecked_into();
        let script =
            "node.value = text; node.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        run(&field, script, text);
        settle().await;
    }

    fn value(&self, selector: &str) -> String {
        client::browser::text_of(&self.find(selector))
    }

    /// What all alerts say.
    fn alerts(&self) -> String {
        let words = self.run(
            "return [...node.querySelectorAll('[role=alert]')].map(alert => alert.textContent).join('')",
            "",
        );
        words.as_string().unwrap()
    }

    fn find(&self, selector: &str) -> Element {
        self.host.query_selector(selector).unwrap().unwrap()
    }

    fn run(&self, script: &str, text: &str) -> JsValue {
        run(&self.host, script, text)
    }
}

impl<C: BaseComponent> Drop for Page<C> {
    fn drop(&mut self) {
        self.host.remove();
    }
}

fn run(node: &Element, script: &str, text: &str) -> JsValue {
    let script = js_sys::Function::new_with_args("node, text", script);
    script.call2(&JsValue::NULL, node, &text.into()).unwrap()
}

/// Lets the page do what is due, and yew draw all of it: on a slow machine over several tasks.
async fn settle() {
    TimeoutFuture::new(0).await;
    yew::scheduler::flush().await;
}
