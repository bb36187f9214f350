//! Callbacks that live as long as their owner.

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use web_sys::{Event, EventTarget};

/// A callback at something of the browser; dropping it detaches it.
#[must_use = "dropped, it listens no more"]
pub struct Listener(#[expect(dead_code, reason = "held for its drop")] EventListener);

impl Listener {
    /// Calls back at each event of this type.
    pub(crate) fn new(
        target: &EventTarget,
        event: &'static str,
        callback: impl FnMut(&Event) + 'static,
    ) -> Self {
        Self(EventListener::new(target, event, callback))
    }

    /// The same, for callbacks that prevent what the browser does by default.
    pub(crate) fn active(
        target: &EventTarget,
        event: &'static str,
        callback: impl FnMut(&Event) + 'static,
    ) -> Self {
        let options = EventListenerOptions::enable_prevent_default();
        Self(EventListener::new_with_options(
            target, event, options, callback,
        ))
    }

    /// The same, for callbacks that hear of it before those of other elements do.
    pub(crate) fn first(
        target: &EventTarget,
        event: &'static str,
        callback: impl FnMut(&Event) + 'static,
    ) -> Self {
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        Self(EventListener::new_with_options(
            target, event, options, callback,
        ))
    }
}
