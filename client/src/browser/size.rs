//! How large elements are.

use js_sys::Array;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, Node, ResizeObserver};

use super::shim;

/// An element's content box, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// Watches an element; dropping it ends that.
#[must_use = "dropped, it watches no more"]
pub struct SizeWatch {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut(Array)>,
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls back with an element's size, at once and whenever it changes.
pub fn watch_size(node: &Node, callback: impl Fn(Size) + 'static) -> Option<SizeWatch> {
    let callback = Closure::new(move |entries: Array| {
        if let Some(content) = shim::property(&entries.pop(), "contentRect") {
            let pixels = |name| shim::number(&content, name).unwrap_or_default();
            callback(Size {
                width: pixels("width"),
                height: pixels("height"),
            });
        }
    });
    let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
    observer.observe(node.dyn_ref::<Element>()?);
    Some(SizeWatch {
        observer,
        _callback: callback,
    })
}
