//! The document around the page, and its reader's languages.

use web_sys::Document;

use super::{Listener, dom::focus, shim};

/// Whether somebody looks at the page.
pub fn is_visible() -> bool {
    document().is_none_or(|document| !shim::flag(&document, "hidden"))
}

/// Calls back when somebody begins to look at the page, or ceases to.
pub fn on_visibility_change(report: impl Fn(bool) + 'static) -> Option<Listener> {
    let listener = Listener::new(&document()?.into(), "visibilitychange", move |_| {
        report(is_visible());
    });
    Some(listener)
}

/// The language of the whole page, as a BCP 47 tag: `<html lang>`.
pub fn set_language(tag: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // Refused are names of attributes that are none.
        let _ = root.set_attribute("lang", tag);
    }
}

/// Gives the page's first heading the keyboard's focus, if it takes it.
pub fn focus_heading() {
    let heading = document().and_then(|document| document.query_selector("h1").ok()?);
    if let Some(heading) = heading {
        focus(&heading);
    }
}

/// The languages that the person reads, as BCP 47 tags, the best first.
pub fn languages() -> Vec<String> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    window
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Whether one's own pictures are shown as in a mirror. The style sheet knows.
pub(super) fn set_mirrored(mirrored: bool) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // The name is one that every browser takes.
        let _ = root.toggle_attribute_with_force("data-unmirrored", !mirrored);
    }
}
