//! Keys.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{Listener, dom, shim};

/// `keyCode` of a key that an input method processes.
const PROCESSED: f64 = 229.0;

/// A key that was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it writes, as `KeyboardEvent.key`: `Enter`, `a`, `ㅁ`.
    pub key: String,
    /// Where it is, as `KeyboardEvent.code`: `KeyA` on every layout.
    pub code: String,
    /// It goes to an input method that composes a syllable.
    pub composing: bool,
    /// An input method has taken it, perhaps to end a composition: `keyCode` 229 (W3C UI Events,
    /// section 7.3.1).
    pub processed: bool,
    /// It is held down.
    pub repeat: bool,
    /// Shift is held.
    pub shift: bool,
    /// Control or Command is held.
    pub command: bool,
    /// Alt or Option is held.
    pub alt: bool,
    /// The focus is in a text field.
    pub in_text: bool,
    /// The focus is on something that keys press or scroll.
    pub on_control: bool,
}

impl Key {
    /// The key of an event.
    pub fn of(event: &KeyboardEvent) -> Self {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        Self {
            key: shim::text(event, "key").unwrap_or_default(),
            code: shim::text(event, "code").unwrap_or_default(),
            composing: shim::flag(event, "isComposing"),
            processed: shim::number(event, "keyCode") == Some(PROCESSED),
            repeat: shim::flag(event, "repeat"),
            shift: shim::flag(event, "shiftKey"),
            command: shim::flag(event, "ctrlKey") || shim::flag(event, "metaKey"),
            alt: shim::flag(event, "altKey"),
            in_text: target.as_ref().is_some_and(dom::is_text_field),
            on_control: target.as_ref().is_some_and(dom::is_control),
        }
    }
}

/// What happens at the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyEvent {
    /// A key goes down.
    Down(Key),
    /// A key goes up.
    Up(Key),
    /// The window loses the focus: keys that are down go up unseen.
    Blur,
}

/// Calls back with whatever happens at the keyboard, until all of these are dropped. What the
/// callback says to have taken, the browser does nothing with.
pub fn watch_keys(report: impl Fn(KeyEvent) -> bool + Clone + 'static) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let listen = |name, happened: fn(&KeyboardEvent) -> KeyEvent| {
        let report = report.clone();
        Listener::active(&window, name, move |event| {
            let key = event.dyn_ref::<KeyboardEvent>();
            if key.is_some_and(|key| report(happened(key))) {
                event.prevent_default();
            }
        })
    };
    let down = listen("keydown", |event| KeyEvent::Down(Key::of(event)));
    let up = listen("keyup", |event| KeyEvent::Up(Key::of(event)));
    let blur = Listener::new(&window, "blur", move |_| {
        report(KeyEvent::Blur);
    });
    vec![down, up, blur]
}
