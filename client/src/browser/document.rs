//! The document around the page, and its reader's languages.

use web_sys::Document;

use super::dom::focus;

/// What the browser's tab is called.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
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

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Whether one's own pictures are shown as in a mirror. The style sheet knows.
pub(super) fn set_mirrored(mirrored: bool) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // The name is one that every browser takes.
        let _ = root.toggle_attribute_with_force("data-unmirrored", !mirrored);
    }
}
