//! A screen that stays on.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{Listener, document, shim};

/// As long as it lives the screen does not turn itself off, where the browser can do that. W3C
/// Screen Wake Lock.
pub struct WakeLock {
    lock: Rc<Lock>,
    _listener: Option<Listener>,
}

#[derive(Default)]
struct Lock {
    is_over: Cell<bool>,
    sentinel: RefCell<Option<JsValue>>,
}

impl WakeLock {
    /// From now on it stays on.
    pub fn new() -> Self {
        let lock = Rc::new(Lock::default());
        request(&lock);
        // Browsers release it from pages that nobody sees.
        let again = lock.clone();
        let listener = document::on_visibility_change(move |is_visible| {
            if is_visible {
                request(&again);
            }
        });
        Self {
            lock,
            _listener: listener,
        }
    }
}

impl Default for WakeLock {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for WakeLock {
    fn drop(&mut self) {
        self.lock.is_over.set(true);
        release(self.lock.sentinel.take());
    }
}

/// A browser that refuses, at a low battery for one, is no error.
fn request(lock: &Rc<Lock>) {
    let Some(wake_lock) = shim::navigator("wakeLock") else {
        return;
    };
    let asked = shim::ask(&wake_lock, "request", &[&"screen".into()]);
    let lock = lock.clone();
    spawn_local(async move {
        if let Ok(sentinel) = asked.await {
            let before = lock.sentinel.replace(Some(sentinel));
            release(before);
            if lock.is_over.get() {
                release(lock.sentinel.take());
            }
        }
    });
}

fn release(sentinel: Option<JsValue>) {
    if let Some(sentinel) = sentinel {
        let released = shim::ask(&sentinel, "release", &[]);
        spawn_local(async move { drop(released.await) });
    }
}
