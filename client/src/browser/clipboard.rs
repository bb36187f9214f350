//! Giving a link away.

use js_sys::Function;
use wasm_bindgen::JsCast;

use super::shim;

/// Puts a text on the clipboard; `false` where the browser does not let us. To be called while a
/// click is handled.
pub async fn copy_text(text: String) -> bool {
    let Some(clipboard) = shim::navigator("clipboard") else {
        return false;
    };
    shim::ask(&clipboard, "writeText", &[&text.into()])
        .await
        .is_ok()
}

/// Whether the system has a sheet for sharing.
pub fn can_share() -> bool {
    shim::navigator("share").is_some_and(|share| share.is_instance_of::<Function>())
}

/// Shows the system's sheet for sharing a link; `false` if nothing was shared. To be called while a
/// click is handled.
pub async fn share(title: String, url: String) -> bool {
    let data = shim::object([("title", title.into()), ("url", url.into())]);
    let Some(window) = web_sys::window() else {
        return false;
    };
    shim::ask(&window.navigator(), "share", &[&data])
        .await
        .is_ok()
}
