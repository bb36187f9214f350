//! A page's life.

use wasm_bindgen::JsCast;
use web_sys::EventTarget;

use super::{Listener, monotonic, shim};

/// What happens to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleEvent {
    /// It is closed, reloaded, or left for another.
    Hidden,
    /// It comes back from the browser's memory, with all connections gone.
    Restored,
    /// The network came, went or changed.
    NetworkChanged,
    /// Nobody can see the page any more.
    Concealed,
    /// Somebody looks at the page again after who knows how long, or the network may have changed.
    Resumed,
}

/// Watches the page's life.
pub struct PageLifecycle {
    _listeners: Vec<Listener>,
}

impl PageLifecycle {
    /// Calls back when something happens to the page.
    pub fn watch(report: impl Fn(LifecycleEvent) + Clone + 'static) -> Self {
        let listen = |target: Option<EventTarget>, event, lifecycle: Reading| {
            let report = report.clone();
            Some(Listener::new(&target?, event, move |event| {
                if let Some(lifecycle) = lifecycle(event) {
                    report(lifecycle);
                }
            }))
        };
        let window = || web_sys::window().map(EventTarget::from);
        let document = || web_sys::window()?.document().map(EventTarget::from);
        let listeners = [
            listen(window(), "pagehide", |_| Some(LifecycleEvent::Hidden)),
            listen(window(), "pageshow", restored),
            listen(window(), "offline", network_changed),
            listen(window(), "online", network_changed),
            listen(document(), "visibilitychange", visibility),
            listen(document(), "resume", |_| Some(LifecycleEvent::Resumed)),
            watch_network(report.clone()),
        ];
        Self {
            _listeners: listeners.into_iter().flatten().collect(),
        }
    }
}

/// What an event means for the page.
type Reading = fn(&web_sys::Event) -> Option<LifecycleEvent>;

/// Between two questions over mere estimates, in milliseconds.
const ESTIMATES: f64 = 10_000.0;

/// `navigator.connection`, which Chromium alone has, tells of the way from one network to the next
/// without a gap: by its `type`, but on phones alone. Elsewhere only its estimates move then, as
/// they do while a network stays.
fn watch_network(report: impl Fn(LifecycleEvent) + 'static) -> Option<Listener> {
    let connection: EventTarget = shim::navigator("connection")?.dyn_into().ok()?;
    let kind = {
        let connection = connection.clone();
        move || shim::text(&connection, "type")
    };
    let (mut known, mut asked) = (kind(), f64::NEG_INFINITY);
    Some(Listener::new(&connection, "change", move |_| {
        let (is_another, now) = (kind() != known, monotonic());
        if is_another {
            known = kind();
            report(LifecycleEvent::NetworkChanged);
        } else if now >= asked + ESTIMATES {
            asked = now;
            report(LifecycleEvent::Resumed);
        }
    }))
}

fn network_changed(_: &web_sys::Event) -> Option<LifecycleEvent> {
    Some(LifecycleEvent::NetworkChanged)
}

fn visibility(_: &web_sys::Event) -> Option<LifecycleEvent> {
    let document = web_sys::window()?.document()?;
    Some(if shim::flag(&document, "hidden") {
        LifecycleEvent::Concealed
    } else {
        LifecycleEvent::Resumed
    })
}

fn restored(event: &web_sys::Event) -> Option<LifecycleEvent> {
    shim::flag(event, "persisted").then_some(LifecycleEvent::Restored)
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
                shim::set(event.unchecked_ref(), "returnValue", &"leave".into());
            })
        }))
    }
}

impl Default for LeaveGuard {
    fn default() -> Self {
        Self::new()
    }
}
