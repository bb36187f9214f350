//! When the program crashes.
//!
//! A panic, a trap, or an exception that skipped Rust's destructors: nothing of the program can be
//! relied on any more, least of all that it turns the microphone off. So `crash.js` keeps a list of
//! what is held, outside of what crashed: **whatever ends the program ends capture and all
//! connections first**, tells the server that the person is gone, and then says so, with two ways
//! on. Rejoin leads straight back into the call, as a reload does; Reload leads to the lobby.
//!
//! Only a panic and a trap tell that they were the program's end. After any other error each
//! [`LivenessProbe`] is asked.

use js_sys::Function;
use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen(module = "/src/browser/crash.js")]
extern "C" {
    fn hold(thing: &JsValue, last_word: Option<&str>);
    fn release(thing: &JsValue);
    #[wasm_bindgen(js_name = heldCount)]
    fn held_count() -> u32;
    #[wasm_bindgen(js_name = holdWhenGiven)]
    pub(super) fn hold_when_given(stream: &js_sys::Promise);
    #[wasm_bindgen(js_name = keepNote)]
    pub(super) fn keep_note(key: &str, value: Option<&str>);
    fn live(ask: &Closure<dyn Fn(Function)>, turns: u32);
    fn retire(ask: &Closure<dyn Fn(Function)>);
    fn watch();
    fn crash();
}

/// From now on crashes are noticed; a panic is also written to the console.
pub fn watch_crashes() {
    watch();
    yew::set_custom_panic_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        crash();
    }));
}

/// How many tracks, connections and sockets would end with the program now.
pub fn held() -> u32 {
    held_count()
}

/// A part of the program, without which the rest is of no use. It is asked whether it lives as long
/// as this does; without an answer the program is over.
pub struct LivenessProbe(Closure<dyn Fn(Function)>);

impl LivenessProbe {
    /// How to ask: on the way that all goes which this part does, and how many turns of a timer
    /// that may take. It is one where the browser does nothing else before the answer.
    pub fn new(turns: u32, ask: impl Fn(Answer) + 'static) -> Self {
        let ask = Closure::new(move |answer| ask(Answer(answer)));
        live(&ask, turns);
        Self(ask)
    }
}

impl Drop for LivenessProbe {
    fn drop(&mut self) {
        retire(&self.0);
    }
}

/// Where a part says that it lives.
pub struct Answer(Function);

impl Answer {
    /// It lives.
    pub fn give(self) {
        // It throws nothing.
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// A track, a connection or a socket of the browser's, which ends with the program unless this is
/// dropped before.
pub(super) struct Hold(JsValue);

impl Hold {
    pub(super) fn new(thing: &JsValue) -> Self {
        hold(thing, None);
        Self(thing.clone())
    }

    /// Of a socket, through which this is sent at the end.
    pub(super) fn with_last_word(socket: &JsValue, last_word: &str) -> Self {
        hold(socket, Some(last_word));
        Self(socket.clone())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        release(&self.0);
    }
}

/// Writes what went wrong to the console.
pub(crate) fn warn(error: &JsValue) {
    web_sys::console::warn_1(error);
}
