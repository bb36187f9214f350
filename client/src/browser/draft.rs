//! What was begun to write in a room and not sent, in `sessionStorage`: it survives a reload of the
//! page, and ends with the tab.

use protocol::RoomId;
use web_sys::Storage;

/// What was begun in this room.
pub fn recall(room: &RoomId) -> String {
    let draft = session().and_then(|storage| storage.get_item(&key(room)).ok()?);
    draft.unwrap_or_default()
}

/// Remembers what was begun in this room; nothing, if it was sent or given up.
pub fn remember(room: &RoomId, draft: &str) {
    if let Some(storage) = session() {
        // Full, or forbidden: then it is forgotten.
        let _ = match draft {
            "" => storage.remove_item(&key(room)),
            draft => storage.set_item(&key(room), draft),
        };
    }
}

fn key(room: &RoomId) -> String {
    format!("madang.draft.{room}")
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
