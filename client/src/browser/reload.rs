//! What survives a reload of the page in a call, in `sessionStorage`.
//!
//! It lies there only between the end of one page and the beginning of the next: **while a page lives nothing is there**, so that
//! a duplicated tab gets an id of its own.

use js_sys::Reflect;
use protocol::{Name, PeerSecret, RoomId};
use serde::{Deserialize, Serialize};
use web_sys::Storage;

const KEY: &str = "madang.resume";

/// The call that this page was in before it was reloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// Which room.
    pub room: RoomId,
    /// Under which name.
    pub name: Name,
    /// As whom.
    pub secret: PeerSecret,
    /// The microphone was on.
    pub microphone: bool,
    /// The camera was on.
    pub camera: bool,
}

/// Takes what the page before left behind; `None` if it was in no call, or if this one is not its reload. To be called once, when
/// the page begins, wherever it begins.
pub fn take() -> Option<Resume> {
    let storage = session()?;
    let resume = storage.get_item(KEY).ok()??;
    // Refused is only what could not be read either.
    let _ = storage.remove_item(KEY);
    protocol::decode(&resume).filter(|_| is_reload())
}

/// Leaves this behind for the next page.
pub(crate) fn leave(resume: &Resume) {
    if let Some(storage) = session() {
        // Full, or forbidden: then the next page begins in the lobby.
        let _ = storage.set_item(KEY, &protocol::encode(resume));
    }
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// `PerformanceNavigationTiming.type`, W3C Navigation Timing 2, section 3.
fn is_reload() -> bool {
    let entries = web_sys::window()
        .and_then(|window| window.performance())
        .map(|p| p.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string())
        .is_some_and(|kind| kind == "reload")
}
