//! The page: the browser shell of a call, and what people see of it.
//!
//! Each layer names only what stands above it here:
//!
//! 1. [`browser`] is the only place that names `web_sys` and `js_sys`; one file per thing of the
//!    browser. **Every callback is owned by a value whose drop detaches it.**
//! 2. [`session`] gives the core what happened, does what the core says, and publishes a
//!    [`session::Snapshot`] when something changed. It is one loop; **callbacks of the browser only
//!    push into its queue**, so that nothing runs inside anything else.
//! 3. [`components`] draw what they are given and call back. They read their words from [`text`].
//! 4. [`screens`] are made of components, and talk to the session, the storage and the address.

pub mod app;
pub mod browser;
pub mod choice;
pub mod components;
pub mod connectivity;
#[cfg(test)]
#[path = "../../core/protocol/tests/essay/mod.rs"]
mod essay;
pub mod flow;
pub mod layout;
pub mod screens;
pub mod sdp;
pub mod session;
pub mod shortcut;
pub mod speech;
pub mod text;

/// Shows the page.
pub fn run() {
    browser::watch_crashes();
    if let Some(root) = browser::begin() {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
