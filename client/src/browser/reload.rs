//! What survives a reload of the page in a call, in `sessionStorage`.
//!
//! It lies there only between the end of one page and the beginning of the next: **while a page
//! lives nothing is there**, so that a duplicated tab gets an id of its own. The chat is kept
//! apart, by `transcript`.

use mesh::{PerSource, Source, Wish};
use protocol::{Name, PeerSecret, RoomId};
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::{crash, location::is_reload, transcript};

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
    /// The microphone was wanted.
    pub microphone: bool,
    /// The camera was wanted.
    pub camera: bool,
}

impl Resume {
    /// What comes on again. A screen has to be chosen each time.
    pub fn wanted(&self) -> PerSource<bool> {
        let mut wanted = PerSource::default();
        wanted[Source::Microphone] = self.microphone;
        wanted[Source::Camera] = self.camera;
        wanted
    }
}

/// Takes what the page before left behind; `None` if it was in no call, or if this one is not its
/// reload. To be called once, when the page begins, wherever it begins.
pub fn take() -> Option<Resume> {
    if !is_reload() {
        transcript::forget();
    }
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

/// What is left for the next page if this one crashes; nothing once it is dropped.
#[derive(Default)]
pub(crate) struct Note(Option<Resume>);

impl Note {
    /// From now on this is left.
    pub(crate) fn keep(&mut self, resume: Option<Resume>) {
        if self.0 != resume {
            crash::keep_note(KEY, resume.as_ref().map(protocol::encode).as_deref());
            self.0 = resume;
        }
    }

    /// The person wants this, even if the page crashes over it.
    pub(crate) fn want(&mut self, wish: &Wish) {
        let resume = self.0.clone().map(|resume| Resume {
            microphone: wish[Source::Microphone].unwrap_or(resume.microphone),
            camera: wish[Source::Camera].unwrap_or(resume.camera),
            ..resume
        });
        self.keep(resume);
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.keep(None);
    }
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
