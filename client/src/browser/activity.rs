//! Whether somebody does something at the page.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, Node};

use super::{Listener, shim};

thread_local! {
    /// What pointed last was a finger, as far as is watched.
    static IS_FINGER: Cell<bool> = const { Cell::new(false) };
}

/// Whether a pointer is over an element, the focus is in it, or something that it opens is open. A
/// finger is over nothing: browsers leave it over what it touched last.
pub fn is_in_use(node: &Node) -> bool {
    let used = if IS_FINGER.get() {
        ":focus-within"
    } else {
        ":hover, :focus-within"
    };
    let is_used = |element: &Element| {
        let open = element.query_selector("[aria-expanded=true]");
        element.matches(used) == Ok(true) || matches!(open, Ok(Some(_)))
    };
    node.dyn_ref::<Element>().is_some_and(is_used)
}

/// Calls back whenever somebody moves a pointer, touches something, presses a key or takes the
/// focus elsewhere, and when the window changes, until all of these are dropped. **A touch of which
/// the callback says that it was waited for does nothing else**: nobody knew what would lie under
/// that finger.
pub fn watch_activity(report: impl Fn() -> bool + Clone + 'static) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let is_taken = Rc::new(Cell::new(false));
    let begin = |name| {
        let (report, is_taken) = (report.clone(), is_taken.clone());
        Listener::first(&window, name, move |event| {
            let is_finger = points(event);
            is_taken.set(report() && is_finger);
        })
    };
    let go_on = |name| {
        let report = report.clone();
        Listener::first(&window, name, move |_| {
            report();
        })
    };
    let mut listeners: Vec<Listener> = ["pointerdown", "pointercancel", "keydown"]
        .map(begin)
        .into();
    listeners.extend(["focusin", "resize"].map(go_on));
    let last = Cell::new(None);
    listeners.push(Listener::first(&window, "pointermove", move |event| {
        // Browsers also tell of pointers under which the page moved.
        let place = place(event);
        points(event);
        if last.replace(place) != place {
            report();
        }
    }));
    // It gives nothing the focus either.
    listeners.push({
        let is_taken = is_taken.clone();
        Listener::first(&window, "mousedown", move |event| {
            if is_taken.get() {
                event.prevent_default();
            }
        })
    });
    listeners.push(Listener::first(&window, "click", move |event| {
        if is_taken.take() {
            event.stop_immediate_propagation();
            event.prevent_default();
        }
    }));
    listeners
}

/// Remembers what points; returns whether this is a finger. Keys point at nothing.
fn points(event: &Event) -> bool {
    let kind = shim::text(event, "pointerType");
    let is_finger = kind.as_deref().map(|kind| kind == "touch");
    is_finger.into_iter().for_each(|it| IS_FINGER.set(it));
    is_finger == Some(true)
}

fn place(event: &Event) -> Option<(f64, f64)> {
    let at = |name| shim::number(event, name);
    Some((at("screenX")?, at("screenY")?))
}
