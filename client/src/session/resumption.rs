//! What leads back into the call after a reload or a crash, and what was written in it.

use std::{rc::Rc, time::Duration};

use mesh::{ChatLine, Phase, Source, View, Wish};
use protocol::PeerSecret;

use crate::browser::{
    reload::{self, Note, Resume},
    transcript,
};

pub(super) struct Resumption {
    secret: PeerSecret,
    note: Note,
    /// What the next page finds of the chat, and when more of it may be written.
    written: Rc<[ChatLine]>,
    next: Duration,
    is_over: bool,
}

impl Resumption {
    /// Between two times that the chat is written: a full one takes a while.
    const PAUSE: Duration = Duration::from_secs(2);

    pub(super) fn new(secret: PeerSecret) -> Self {
        Self {
            secret,
            note: Note::default(),
            written: Rc::default(),
            next: Duration::ZERO,
            is_over: false,
        }
    }

    /// The person wants this, even if the page crashes over it.
    pub(super) fn want(&mut self, wish: &Wish) {
        self.note.want(wish);
    }

    /// From now on a crash leaves this behind.
    pub(super) fn keep(&mut self, view: &View, now: Duration) {
        let resume = self.of(view);
        if resume.is_some() && self.next <= now && !Rc::ptr_eq(&self.written, &view.chat) {
            self.next = now + Self::PAUSE;
            self.write(view);
        }
        if matches!(view.phase, Phase::Left(_)) {
            self.forget();
        }
        self.note.keep(resume);
    }

    /// The page ends now.
    pub(super) fn leave(&mut self, view: &View) {
        if let Some(resume) = self.of(view) {
            reload::leave(&resume);
            self.write(view);
        }
        self.is_over = true;
    }

    fn write(&mut self, view: &View) {
        transcript::remember(&view.room, &view.chat);
        self.written = view.chat.clone();
    }

    /// Who left the call, and not the page, leaves nothing behind.
    fn forget(&mut self) {
        if !self.is_over {
            transcript::forget();
            self.written = Rc::default();
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

impl Drop for Resumption {
    fn drop(&mut self) {
        self.forget();
    }
}
