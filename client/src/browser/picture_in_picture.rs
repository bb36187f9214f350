//! A small window above all others, which stays in sight while people do something else.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, EventTarget, HtmlElement};
use yew::{Html, create_portal};

use super::{
    Listener, document,
    shim::{self, AsPictureInPicture, AsWindow, object},
};

/// In CSS pixels. Browsers remember what the person makes of it.
const WIDTH: u32 = 360;
const HEIGHT: u32 = 300;

/// A window of Document Picture-in-Picture; dropping it closes it.
pub struct PictureInPicture {
    window: JsValue,
    host: Element,
    closed: Option<Listener>,
}

/// Whether the browser has such windows.
pub fn has_picture_in_picture() -> bool {
    entry().is_some()
}

fn entry() -> Option<JsValue> {
    shim::property(web_sys::window()?.as_ref(), "documentPictureInPicture")
}

impl PictureInPicture {
    /// Asks for a window, while a click is handled; it is open when the future ends. `onclose` is
    /// called when it is closed by the person or the browser.
    pub fn open(onclose: impl Fn() + 'static) -> impl Future<Output = Option<Self>> + 'static {
        let options = object([("width", WIDTH.into()), ("height", HEIGHT.into())]);
        let asked: Option<Promise> = entry().and_then(|entry| {
            let entry: &AsPictureInPicture = entry.unchecked_ref();
            entry.request_window(&options).ok()
        });
        async move {
            let window = JsFuture::from(asked?).await.ok()?;
            Self::in_window(window, onclose)
        }
    }

    fn in_window(window: JsValue, onclose: impl Fn() + 'static) -> Option<Self> {
        let document: Document = shim::property(&window, "document")?.unchecked_into();
        dress(&document)?;
        let host = document::document()?.create_element("div").ok()?;
        let body: HtmlElement = shim::property(&document, "body")?.unchecked_into();
        body.append_child(&host).ok()?;
        let target: &EventTarget = window.unchecked_ref();
        Some(Self {
            closed: Some(Listener::new(target, "pagehide", move |_| onclose())),
            host,
            window,
        })
    }

    /// Draws this there.
    pub fn portal(&self, html: Html) -> Html {
        create_portal(html, self.host.clone())
    }
}

impl Drop for PictureInPicture {
    fn drop(&mut self) {
        // Who closes it need not be told.
        self.closed = None;
        // Closed twice is as good as once.
        let _ = self.window.unchecked_ref::<AsWindow>().close_window();
    }
}

/// Gives a document the page's language, title and style.
fn dress(dressed: &Document) -> Option<()> {
    let page = document::document()?;
    let root: Element = shim::property(dressed, "documentElement")?.unchecked_into();
    let language = page.document_element()?.get_attribute("lang");
    root.set_attribute("lang", &language.unwrap_or_default())
        .ok()?;
    dressed.set_title(&page.title());
    let sheets = page.query_selector_all("link[rel=stylesheet]").ok()?;
    let head: Element = shim::property(dressed, "head")?.unchecked_into();
    for place in 0..sheets.length() {
        let address = shim::text(sheets.get(place)?.as_ref(), "href")?;
        let link = page.create_element("link").ok()?;
        link.set_attribute("rel", "stylesheet").ok()?;
        link.set_attribute("href", &address).ok()?;
        head.append_child(&link).ok()?;
    }
    Some(())
}
