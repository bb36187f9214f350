//! Keys.

use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, Node};

use super::dom;

/// `keyCode` of a key that an input method processes.
const PROCESSED: u32 = 229;

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
}

impl Key {
    /// The key of an event.
    pub fn of(event: &KeyboardEvent) -> Self {
        Self {
            key: event.key(),
            code: event.code(),
            composing: event.is_composing(),
            processed: event.key_code() == PROCESSED,
            repeat: event.repeat(),
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            in_text: event
                .target()
                .is_some_and(|target| target.dyn_ref::<Node>().is_some_and(dom::is_text_field)),
        }
    }
}
