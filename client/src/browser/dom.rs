//! Elements of the page that components hold on to.

use wasm_bindgen::JsCast;
use web_sys::{
    CompositionEvent, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement,
    HtmlTextAreaElement, Node,
};

use super::Listener;
use crate::layout::Rect;

/// How far from the end, in CSS pixels, still counts as the end: browsers round.
const NEAR: i32 = 24;

/// What is in the `input` or `textarea` at which this happened.
pub fn value(event: &Event) -> String {
    event
        .target()
        .and_then(|target| target.dyn_ref::<Node>().map(text_of))
        .unwrap_or_default()
}

/// What is in an `input` or `textarea`; nothing in other elements.
pub fn text_of(node: &Node) -> String {
    match (
        node.dyn_ref::<HtmlInputElement>(),
        node.dyn_ref::<HtmlTextAreaElement>(),
    ) {
        (Some(input), _) => input.value(),
        (None, Some(area)) => area.value(),
        (None, None) => String::new(),
    }
}

/// Puts a text into a `textarea`.
pub fn set_text(node: &Node, text: &str) {
    if let Some(area) = node.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(text);
    }
}

/// Whether people write here.
pub(super) fn is_text_field(node: &Node) -> bool {
    node.is_instance_of::<HtmlInputElement>() || node.is_instance_of::<HtmlTextAreaElement>()
}

/// Whether keys press this element, or scroll it.
pub(super) fn is_control(element: &Element) -> bool {
    const CONTROLS: &str =
        "a[href], button, input, select, summary, textarea, [tabindex]:not([tabindex='-1'])";
    element.matches(CONTROLS) == Ok(true)
}

/// Gives an element the keyboard's focus.
pub fn focus(node: &Node) {
    if let Some(element) = node.dyn_ref::<HtmlElement>() {
        // Refused are elements that take no focus.
        let _ = element.focus();
    }
}

/// Shows a `<dialog>` above everything else, which cannot be used meanwhile; or closes it, which
/// gives the focus back.
pub fn set_modal(node: &Node, shown: bool) {
    match node.dyn_ref::<HtmlDialogElement>() {
        // Refused are dialogs that are shown already.
        Some(dialog) if shown => drop(dialog.show_modal()),
        Some(dialog) => dialog.close(),
        None => {}
    }
}

/// Whether an element is scrolled to its end.
pub fn is_at_end(node: &Node) -> bool {
    let rest = |element: &Element| {
        element.scroll_height() - element.scroll_top() - element.client_height()
    };
    node.dyn_ref::<Element>()
        .is_none_or(|element| rest(element) <= NEAR)
}

/// How much an element shows of what is in it, width and height in CSS pixels.
pub fn inner_size(node: &Node) -> Option<(i32, i32)> {
    let element = node.dyn_ref::<Element>()?;
    Some((element.client_width(), element.client_height()))
}

/// Puts an element at a place within its parent. The page's policy allows no `style` attribute.
pub fn place(node: &Node, place: Rect) {
    let Some(element) = node.dyn_ref::<HtmlElement>() else {
        return;
    };
    let style = element.style();
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
    if let Some(element) = node.dyn_ref::<Element>() {
        element.set_scroll_top(element.scroll_height());
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
        let composed = event
            .dyn_ref::<CompositionEvent>()
            .and_then(CompositionEvent::data);
        callback(composed.unwrap_or_default());
    })
}
