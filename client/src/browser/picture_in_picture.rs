//! A small window above all others, which stays in sight while people do something else.
//!
//! Where the browser has windows for documents (Document Picture-in-Picture) it shows what is drawn
//! there. Elsewhere, in Safari, it shows the picture of somebody else (Picture-in-Picture).

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, EventTarget, HtmlElement};
use yew::{Html, create_portal};

use super::{
    Listener, document,
    shim::{self, object},
};

/// In CSS pixels. Browsers remember what the person makes of it.
const WIDTH: u32 = 360;
const HEIGHT: u32 = 300;

/// The others' pictures, from the most wanted to the least.
const PICTURES: [&str; 3] = [
    ".tile.screen:not(.own) video",
    ".tile.speaking:not(.own) video",
    ".tile:not(.own) video",
];

/// The small window; dropping it closes it.
pub struct PictureInPicture {
    shown: Shown,
    closed: Option<Listener>,
}

enum Shown {
    /// A window, and where to draw in it.
    Document(JsValue, Element),
    Video,
}

/// Whether the browser has such windows.
pub fn has_picture_in_picture() -> bool {
    let has_video = |document: Document| shim::flag(&document, "pictureInPictureEnabled");
    entry().is_some() || document::document().is_some_and(has_video)
}

fn entry() -> Option<JsValue> {
    shim::property(web_sys::window()?.as_ref(), "documentPictureInPicture")
}

impl PictureInPicture {
    /// Asks for a window, while a click is handled; it is open when the future ends. `onclose` is
    /// called when it is closed by the person or the browser.
    pub fn open(onclose: impl Fn() + 'static) -> impl Future<Output = Option<Self>> + 'static {
        let options = object([("width", WIDTH.into()), ("height", HEIGHT.into())]);
        let video = entry().is_none().then(picture).flatten();
        let asked = match (entry(), &video) {
            (Some(entry), _) => Some(shim::ask(&entry, "requestWindow", &[&options])),
            (None, Some(video)) => Some(shim::ask(video, "requestPictureInPicture", &[])),
            (None, None) => None,
        };
        async move {
            let window = asked?.await.ok()?;
            match video {
                None => Self::in_window(window, onclose),
                Some(video) => Some(Self {
                    shown: Shown::Video,
                    closed: Some(Listener::new(&video, "leavepictureinpicture", move |_| {
                        onclose();
                    })),
                }),
            }
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
            shown: Shown::Document(window, host),
        })
    }

    /// Draws this there; nothing where a picture is all that is shown.
    pub fn portal(&self, html: Html) -> Html {
        match &self.shown {
            Shown::Document(_, host) => create_portal(html, host.clone()),
            Shown::Video => Html::default(),
        }
    }
}

impl Drop for PictureInPicture {
    fn drop(&mut self) {
        // Who closes it need not be told.
        self.closed = None;
        // Closed twice is as good as once.
        match (&self.shown, document::document()) {
            (Shown::Document(window, _), _) => drop(shim::call(window, "close", &[])),
            (Shown::Video, Some(document)) => {
                let closed = shim::ask(&document, "exitPictureInPicture", &[]);
                spawn_local(async move { drop(closed.await) });
            }
            (Shown::Video, None) => {}
        }
    }
}

/// A video of somebody else that shows something.
fn picture() -> Option<EventTarget> {
    let document = document::document()?;
    let shows = |video: &Element| shim::number(video, "videoWidth") > Some(0.0);
    let mut found = PICTURES
        .iter()
        .filter_map(|selector| document.query_selector(selector).ok()?);
    let video = found.find(shows)?;
    // Otherwise no browser is to offer this on its own.
    video.remove_attribute("disablepictureinpicture").ok()?;
    Some(video.into())
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
