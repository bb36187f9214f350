//! Giving a link away.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::shim::{self, AsClipboard, AsNavigator};

/// Puts a text on the clipboard; `false` where the browser does not let us. To be called while a
/// click is handled.
pub async fn copy_text(text: String) -> bool {
    let Some(clipboard) = shim::navigator("clipboard") else {
        return false;
    };
    settles(clipboard.unchecked_ref::<AsClipboard>().write_text(&text)).await
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
    settles(
        window
            .navigator()
            .unchecked_ref::<AsNavigator>()
            .share(&data),
    )
    .await
}

async fn settles(promise: Result<Promise, JsValue>) -> bool {
    match promise {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}
