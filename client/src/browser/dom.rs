//! Elements of the page that components hold on to.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, Node};

use super::{Listener, shim};
use crate::layout::Rect;

/// How far from the end, in CSS pixels, still counts as the end: browsers round.
const NEAR: f64 = 24.0;

/// What is in the `input` or `textarea` at which this happened.
pub fn value(event: &Event) -> String {
    event
        .target()
        .and_then(|target| shim::text(&target, "value"))
        .unwrap_or_default()
}

/// What is in an `input` or `textarea`.
pub fn text_of(node: &Node) -> String {
    shim::text(node, "value").unwrap_or_default()
}

/// Puts a text into a `textarea`.
pub fn set_text(node: &Node, text: &str) {
    shim::set(node.unchecked_ref(), "value", &text.into());
}

/// Whether people write here.
pub(super) fn is_text_field(element: &Element) -> bool {
    element.matches("input, textarea") == Ok(true)
}

/// Whether keys press this element, or scroll it.
pub(super) fn is_control(element: &Element) -> bool {
    const CONTROLS: &str =
        "a[href], button, input, select, summary, textarea, [tabindex]:not([tabindex='-1'])";
    element.matches(CONTROLS) == Ok(true)
}

/// Gives an element the keyboard's focus.
pub fn focus(node: &Node) {
    // Refused are elements that take no focus.
    let _ = node.unchecked_ref::<HtmlElement>().focus();
}

/// Shows a `<dialog>` above everything else, which cannot be used meanwhile; or closes it, which
/// gives the focus back.
pub fn set_modal(dialog: &Node, shown: bool) {
    let dialog: &HtmlDialogElement = dialog.unchecked_ref();
    if shown {
        // Refused are dialogs that are shown already.
        let _ = dialog.show_modal();
    } else {
        dialog.close();
    }
}

/// Whether an element is scrolled to its end.
pub fn is_at_end(node: &Node) -> bool {
    let pixels = |name| shim::number(node, name).unwrap_or_default();
    pixels("scrollHeight") - pixels("scrollTop") - pixels("clientHeight") <= NEAR
}

/// How much an element shows of what is in it, width and height in CSS pixels.
pub fn inner_size(node: &Node) -> Option<(f64, f64)> {
    let pixels = |name| shim::number(node, name);
    Some((pixels("clientWidth")?, pixels("clientHeight")?))
}

/// Puts an element at a place within its parent. The page's policy allows no `style` attribute.
pub fn place(node: &Node, place: Rect) {
    let style = node.unchecked_ref::<HtmlElement>().style();
    for (property, pixels) in [
        ("left", place.x),
        ("top", place.y),
        ("width", place.width),
        ("height", place.height),
    ] {
        // In whole pixels, as the layout gives them: how Rust writes fractions weighs 15 KB.
        let length = format!("{}px", pixels as i32);
        // Refused is what is no length.
        let _ = style.set_property(property, &length);
    }
}

/// Scrolls an element to its end.
pub fn scroll_to_end(node: &Node) {
    if let Some(height) = shim::property(node, "scrollHeight") {
        shim::set(node.unchecked_ref(), "scrollTop", &height);
    }
}

/// Scrolls so that an element's beginning is in sight, if it is not.
pub fn scroll_to_start(node: &Node) {
    if let Some(element) = node.dyn_ref::<Element>() {
        element.scroll_into_view_with_bool(true);
    }
}

/// Calls back with what an input method has composed, a syllable or words, when it has finished at
/// this element; yew has no such event.
pub fn on_composition_end(node: &Node, callback: impl Fn(String) + 'static) -> Listener {
    Listener::new(node, "compositionend", move |event| {
        callback(shim::text(event, "data").unwrap_or_default());
    })
}
