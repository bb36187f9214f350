//! The page on the whole screen.

use wasm_bindgen_futures::spawn_local;

use super::{Listener, document::document, shim};

/// Whether the browser lets the page have the whole screen; those of some phones do not.
pub fn has_full_screen() -> bool {
    document().is_some_and(|document| shim::flag(&document, "fullscreenEnabled"))
}

/// Whether the page has it.
pub fn is_full_screen() -> bool {
    document().is_some_and(|document| shim::property(&document, "fullscreenElement").is_some())
}

/// Asks for the whole screen, while a click is handled, or gives it back. What comes of that,
/// [`on_full_screen_change`] tells.
pub fn set_full_screen(full: bool) {
    let Some(document) = document() else {
        return;
    };
    let asked = match document.document_element() {
        Some(root) if full => shim::ask(&root, "requestFullscreen", &[]),
        _ => shim::ask(&document, "exitFullscreen", &[]),
    };
    // Refused, it stays as it is.
    spawn_local(async move { drop(asked.await) });
}

/// Gives it back, if the page has it.
pub fn leave_full_screen() -> bool {
    let has = is_full_screen();
    if has {
        set_full_screen(false);
    }
    has
}

/// Calls back when the page gets the whole screen, and when it loses it: by a click here, by
/// Escape, or by the browser.
pub fn on_full_screen_change(report: impl Fn(bool) + 'static) -> Option<Listener> {
    let listener = Listener::new(&document()?.into(), "fullscreenchange", move |_| {
        report(is_full_screen());
    });
    Some(listener)
}
