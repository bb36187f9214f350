//! What the person can choose from, and has chosen.

use std::rc::Rc;

use mesh::Source;
use wasm_bindgen_futures::spawn_local;

use super::{Event, Queue};
use crate::{
    browser::{self, Listener, Track, storage},
    choice::{Choices, DeviceKind, DeviceNews},
};

pub(super) struct Choosing {
    choices: Rc<Choices>,
    queue: Queue,
    _watch: Option<Listener>,
}

impl Choosing {
    pub(super) fn new(queue: Queue) -> Self {
        let mut choices = Choices::default();
        for kind in DeviceKind::ALL {
            choices.set_in_use(kind, storage::recall_device(kind).map(|(id, _)| id));
        }
        let changed = queue.clone();
        let choosing = Self {
            choices: choices.into(),
            queue,
            _watch: browser::watch_devices(move || changed.push(Event::DevicesChanged)),
        };
        choosing.list();
        choosing
    }

    pub(super) fn choices(&self) -> Rc<Choices> {
        self.choices.clone()
    }

    /// Mostly for [`Choices::tell`].
    pub(super) fn change(&mut self) -> &mut Choices {
        Rc::make_mut(&mut self.choices)
    }

    /// Finds out which devices are there, and what they are called.
    pub(super) fn list(&self) {
        let queue = self.queue.clone();
        spawn_local(async move {
            queue.push(Event::Listed(browser::list_devices().await));
        });
    }

    /// The person chose this one.
    pub(super) fn choose(&mut self, kind: DeviceKind, id: &str, held: bool) {
        let label = self.choices.label(kind, id).unwrap_or_default();
        storage::remember_device(kind, Some((id, label)));
        let choices = self.change();
        choices.settle(kind);
        if !held {
            choices.set_in_use(kind, Some(id.to_owned()));
        }
    }

    /// This is held now, where the one of the other label was before, if any was.
    pub(super) fn held(&mut self, source: Source, track: &Track, before: Option<String>) {
        let Some(kind) = DeviceKind::of(source) else {
            return;
        };
        let label = track.label();
        let chosen = storage::recall_device(kind).map(|(_, label)| label);
        let is_expected = [&chosen, &before].contains(&&Some(label.clone())) || label.is_empty();
        let choices = self.change();
        choices.set_in_use(kind, track.device_id());
        if let Some(gone) = before.or(chosen).filter(|_| !is_expected) {
            choices.tell(DeviceNews::Replaced(kind, gone, label));
        }
        // With the first device come the names of all.
        self.list();
    }

    /// What was chosen cannot be had; this is still what is used.
    pub(super) fn refused(&mut self, source: Source, id: &str, label: &str) {
        let Some(kind) = DeviceKind::of(source) else {
            return;
        };
        let refused = storage::recall_device(kind).map(|(_, label)| label);
        storage::remember_device(kind, Some((id, label)));
        let news = DeviceNews::Refused(kind, refused.unwrap_or_default());
        self.change().tell(news);
    }
}
