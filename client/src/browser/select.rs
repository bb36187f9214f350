//! `<select>`

use wasm_bindgen::JsCast;
use web_sys::{Event, Node};

use super::shim;

/// The value of the option that was chosen in the `<select>` at which this happened.
pub fn selected(event: &Event) -> String {
    event
        .target()
        .and_then(|target| shim::text(&target, "value"))
        .unwrap_or_default()
}

/// Has a `<select>` show the option of this value.
pub fn select(node: &Node, value: &str) {
    shim::set(node.unchecked_ref(), "value", &value.into());
}
