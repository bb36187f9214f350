//! What leads back into the call after a reload or a crash.

use mesh::{Phase, Source, View, Wish};
use protocol::PeerSecret;

use crate::browser::reload::{self, Note, Resume};

pub(super) struct Resumption {
    secret: PeerSecret,
    note: Note,
}

impl Resumption {
    pub(super) fn new(secret: PeerSecret) -> Self {
        Self {
            secret,
            note: Note::default(),
        }
    }

    /// The person wants this, even if the page crashes over it.
    pub(super) fn want(&mut self, wish: &Wish) {
        self.note.want(wish);
    }

    /// From now on a crash leaves this behind.
    pub(super) fn keep(&mut self, view: &View) {
        self.note.keep(self.of(view));
    }

    /// The page ends now.
    pub(super) fn leave(&self, view: &View) {
        if let Some(resume) = self.of(view) {
            reload::leave(&resume);
        }
    }

    /// Nothing outside of a call.
    fn of(&self, view: &View) -> Option<Resume> {
        let wanted = view.wanted();
        matches!(view.phase, Phase::Joining | Phase::InCall).then(|| Resume {
            room: view.room.clone(),
            name: view.name.clone(),
            secret: self.secret,
            microphone: wanted[Source::Microphone],
            camera: wanted[Source::Camera],
        })
    }
}
