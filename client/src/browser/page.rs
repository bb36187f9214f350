//! A page's life.

use wasm_bindgen::JsCast;
use web_sys::{BeforeUnloadEvent, PageTransitionEvent};

use super::Listener;

/// What happens to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// It is closed, reloaded, or left for another.
    Hidden,
    /// It comes back from the browser's memory, with all connections gone.
    Restored,
    /// The network is back.
    Online,
}

/// Watches the page's life.
pub struct Page {
    _listeners: [Option<Listener>; 3],
}

impl Page {
    /// Calls back when something happens to the page.
    pub fn watch(report: impl Fn(Lifecycle) + Clone + 'static) -> Self {
        let listen = |event, lifecycle: fn(&web_sys::Event) -> Option<Lifecycle>| {
            let report = report.clone();
            let window = web_sys::window()?;
            Some(Listener::new(&window, event, move |event| {
                if let Some(lifecycle) = lifecycle(event) {
                    report(lifecycle);
                }
            }))
        };
        Self {
            _listeners: [
                listen("pagehide", |_| Some(Lifecycle::Hidden)),
                listen("pageshow", restored),
                listen("online", |_| Some(Lifecycle::Online)),
            ],
        }
    }
}

fn restored(event: &web_sys::Event) -> Option<Lifecycle> {
    let persisted = event
        .dyn_ref::<PageTransitionEvent>()
        .is_some_and(PageTransitionEvent::persisted);
    persisted.then_some(Lifecycle::Restored)
}

/// As long as it lives, the browser asks before it closes the page.
pub struct LeaveGuard(#[expect(dead_code, reason = "held for its drop")] Option<Listener>);

impl LeaveGuard {
    /// From now on the browser asks.
    pub fn new() -> Self {
        Self(web_sys::window().map(|window| {
            Listener::active(&window, "beforeunload", |event| {
                event.prevent_default();
                // What older browsers want.
                if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                    event.set_return_value("leave");
                }
            })
        }))
    }
}

impl Default for LeaveGuard {
    fn default() -> Self {
        Self::new()
    }
}
