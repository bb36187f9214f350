//! A component, drawn on the page of a test.

#![allow(dead_code, reason = "each test uses a part")]

use std::rc::Rc;

use client::{components::label::Numbers, connectivity::ConnectionTest, session::Snapshot};
use gloo_timers::future::TimeoutFuture;
use litemap::LiteMap;
use mesh::{ChatLine, LinkState, PeerView, PerSource, Phase, Provenance, Server, View};
use protocol::{ChatKey, ChatMessage, ChatText, Incarnation, MediaState, Name, PeerId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;
use yew::{AppHandle, html::BaseComponent};

/// It goes when this is dropped.
pub struct Drawn<C: BaseComponent> {
    pub host: Element,
    app: Option<AppHandle<C>>,
}

impl<C: BaseComponent> Drawn<C> {
    pub async fn new(props: C::Properties) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let host = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&host).unwrap();
        let app = yew::Renderer::<C>::with_root_and_props(host.clone(), props).render();
        while host.first_child().is_none() {
            settle().await;
        }
        settle().await;
        Self {
            host,
            app: Some(app),
        }
    }

    pub async fn update(&mut self, props: C::Properties) {
        self.app.as_mut().unwrap().update(props);
        settle().await;
    }

    pub async fn click(&self, selector: &str) {
        self.run("node.querySelector(text).click()", selector);
        settle().await;
    }

    pub fn find(&self, selector: &str) -> Option<Element> {
        self.host.query_selector(selector).unwrap()
    }

    /// What stands in the first element that is meant.
    pub fn words(&self, selector: &str) -> Option<String> {
        self.find(selector)?.text_content()
    }

    pub fn run(&self, script: &str, text: &str) -> JsValue {
        run(&self.host, script, text)
    }
}

impl<C: BaseComponent> Drop for Drawn<C> {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.host.remove();
    }
}

/// Runs a script that knows an element as `node`, and `text`.
pub fn run(node: &Element, script: &str, text: &str) -> JsValue {
    let script = js_sys::Function::new_with_args("node, text", script);
    script.call2(&JsValue::NULL, node, &text.into()).unwrap()
}

/// Lets the page do what is due, and yew draw all of it: on a slow machine over several tasks.
pub async fn settle() {
    TimeoutFuture::new(0).await;
    yew::scheduler::flush().await;
}

/// Lets the browser tell how large elements are, which it does as it paints, and yew draw what
/// comes of that.
pub async fn painted() {
    let painted = js_sys::Function::new_no_args(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
    let painted = painted.call0(&JsValue::NULL).unwrap();
    let painted: js_sys::Promise = painted.unchecked_into();
    wasm_bindgen_futures::JsFuture::from(painted).await.unwrap();
    settle().await;
}

/// Before the lobby knows of anybody.
pub fn view() -> View {
    View {
        room: "tea-room".parse().unwrap(),
        name: Name::new("Me"),
        id: Some(PeerId([100; 16])),
        phase: Phase::Lobby,
        server: Server::Online,
        capacity: Some(8),
        devices: PerSource::default(),
        voice_only: false,
        peers: Vec::new(),
        links: Vec::new(),
        hands: Vec::new(),
        reactions: Vec::new(),
        writing: Vec::new(),
        chat: [].into(),
        chat_was_full: false,
        undelivered: [].into(),
    }
}

/// A call of which nothing is seen or heard.
pub fn snapshot(view: View) -> Snapshot {
    Snapshot {
        view,
        own_camera: None,
        own_screen: None,
        cameras: LiteMap::new(),
        screens: LiteMap::new(),
        choices: Rc::default(),
        sound_blocked: false,
        speaking: Vec::new(),
        speaks_muted: false,
        test: ConnectionTest::NotAsked,
        announcements: Vec::new(),
    }
}

pub fn peers(names: &[&str]) -> Vec<PeerView> {
    let peer = |(place, name): (usize, &&str)| PeerView {
        id: PeerId([place as u8; 16]),
        name: Name::new(name),
        link: LinkState::Connected,
        media: MediaState::default(),
        through: None,
    };
    names.iter().enumerate().map(peer).collect()
}

/// A message of the first, short or long, heard or told.
pub fn line(clock: u64) -> ChatLine {
    let author = PeerId([0; 16]);
    let key = ChatKey {
        clock,
        author,
        incarnation: Incarnation(1),
        seq: clock as u32,
    };
    let text = "hello\n".repeat(if clock == 2 { 30 } else { 1 });
    ChatLine {
        message: ChatMessage {
            key,
            time: 0,
            name: Name::new("Kim"),
            text: ChatText::try_from(text).unwrap(),
        },
        provenance: if clock == 3 {
            Provenance::Earlier
        } else {
            Provenance::Said
        },
    }
}

pub fn numbers(view: &View) -> Rc<Numbers> {
    let mut numbers = Numbers::default();
    numbers.see(view);
    Rc::new(numbers)
}
