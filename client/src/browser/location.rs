//! The address bar.

use std::cell::Cell;

use protocol::Base;
use wasm_bindgen::JsValue;
use web_sys::{UrlSearchParams, Window};

use super::{Listener, shim};

/// The path as it travels: `/madang/r/%EC%9A%B0%EB%A6%AC`.
pub fn path() -> String {
    part("pathname").unwrap_or_else(|| "/".to_owned())
}

/// Below which path the page is, as the server wrote it into the document.
pub fn base() -> Base {
    let document = window().and_then(|window| window.document());
    let element = document.and_then(|document| document.query_selector("base").ok()?);
    let href = element.and_then(|element| element.get_attribute("href"));
    href.and_then(|href| href.parse().ok()).unwrap_or_default()
}

/// The scheme and the host: `https://madang.example`.
pub fn origin() -> String {
    part("origin").unwrap_or_default()
}

/// The host, with the port if it is not the scheme's own: `madang.example:3000`.
pub fn host() -> String {
    part("host").unwrap_or_default()
}

/// The value of a parameter in the address: `ko` for `lang` in `?lang=ko`.
pub fn query(parameter: &str) -> Option<String> {
    UrlSearchParams::new_with_str(&part("search")?)
        .ok()?
        .get(parameter)
}

/// Goes to another address of this page, like `/r/room?lang=ko`, without loading anything.
pub fn push(address: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // Browsers refuse when a page does so hundreds of times a minute.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Puts another address in place of this one, without loading anything.
pub fn replace(address: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let state = history.state().unwrap_or(JsValue::NULL);
        let _ = history.replace_state_with_url(&state, "", Some(address));
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        // Refused only where there is no page.
        let _ = window.location().reload();
    }
}

/// Calls back when the person goes back or forward to another address of this page, unless a
/// [`BackGuard`] keeps them here.
pub fn on_pop(callback: impl Fn() + 'static) -> Option<Listener> {
    let listener = |window: Window| {
        Listener::new(&window, "popstate", move |_| {
            if GUARDS.get() == 0 {
                callback();
            }
        })
    };
    window().map(listener)
}

thread_local! {
    /// How many guards there are. Browsers do not agree on who hears first of `popstate`.
    static GUARDS: Cell<u32> = const { Cell::new(0) };
}

/// As long as it lives, Back and Forward lead nowhere, and call back instead.
pub struct BackGuard(#[expect(dead_code, reason = "held for its drop")] Option<Listener>);

impl BackGuard {
    /// Stays at this address of this page.
    pub fn new(address: String, callback: impl Fn() + 'static) -> Self {
        stay(&address);
        GUARDS.set(GUARDS.get() + 1);
        let listener = |window: Window| {
            Listener::new(&window, "popstate", move |_| {
                stay(&address);
                callback();
            })
        };
        Self(window().map(listener))
    }
}

impl Drop for BackGuard {
    fn drop(&mut self) {
        GUARDS.set(GUARDS.get() - 1);
    }
}

/// Gives the address an entry in the history that Back can take away. It is marked by its state,
/// which survives a reload, so that there is one.
fn stay(address: &str) {
    let Some(history) = window().and_then(|window| window.history().ok()) else {
        return;
    };
    let state = history.state().ok().and_then(|state| state.as_string());
    if state.as_deref() != Some(address) {
        let _ = history.push_state_with_url(&address.into(), "", Some(address));
    }
}

/// A part of the whole address, or all of it, as `Location` calls it.
pub(super) fn part(name: &str) -> Option<String> {
    shim::text(&window()?.location(), name)
}

fn window() -> Option<Window> {
    web_sys::window()
}

/// Whether this page is the reload of one: `PerformanceNavigationTiming.type`, W3C Navigation
/// Timing 2, section 3.
pub(super) fn is_reload() -> bool {
    let performance = window().and_then(|window| window.performance());
    let entries = performance.map(|it| it.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| shim::text(&entries.get(0), "type"));
    kind.as_deref() == Some("reload")
}
