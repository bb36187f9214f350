//! What a programmer has to know.
//!
//! When Rust panics, the page is done for: nothing in it can be relied on.

use wasm_bindgen::JsValue;

use super::start;

/// From now on a panic is written to the console, and the page says so.
pub fn show_panics() {
    yew::set_custom_panic_hook(Box::new(move |panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        start::end();
    }));
}

/// Writes what went wrong to the console.
pub(crate) fn warn(error: &JsValue) {
    web_sys::console::warn_1(error);
}
