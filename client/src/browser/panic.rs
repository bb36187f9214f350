//! What a programmer has to know.
//!
//! When Rust panics, the page is done for: nothing in it can be relied on.

use wasm_bindgen::JsValue;

/// From now on a panic is written to the console, and the page says this sentence.
pub fn show_panics(sentence: &'static str) {
    yew::set_custom_panic_hook(Box::new(move |panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        let body = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.body());
        if let Some(body) = body {
            body.set_text_content(Some(sentence));
        }
    }));
}

/// Writes what went wrong to the console.
pub(crate) fn warn(error: &JsValue) {
    web_sys::console::warn_1(error);
}
