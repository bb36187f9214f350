//! Clocks.

use js_sys::Date;
use wasm_bindgen::JsValue;

use super::shim::{self, object};

/// Milliseconds since 1970.
pub fn wall_clock() -> u64 {
    Date::now() as u64
}

/// Milliseconds since some fixed moment; never goes back.
pub fn monotonic() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or_else(Date::now, |performance| performance.now())
}

/// A moment in milliseconds since 1970 as the clock on the wall shows it, in the reader's time zone
/// and written as in this language: `21:05`, `9:05 PM`, `오후 9:05`.
pub fn clock_time(milliseconds: u64, language: &str) -> String {
    let date = Date::new(&JsValue::from_f64(milliseconds as f64));
    let options = object([("hour", "numeric".into()), ("minute", "2-digit".into())]);
    let time = shim::call(&date, "toLocaleTimeString", &[&language.into(), &options]);
    time.ok()
        .and_then(|time| time.as_string())
        .unwrap_or_default()
}
