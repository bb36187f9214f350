//! What has to be true of the chat once the world has calmed down.

use std::collections::{BTreeMap, BTreeSet};

use mesh::View;
use protocol::{ChatKey, ChatMessage, PeerId};

use super::World;

impl World {
    pub(super) fn check_chat(
        &self,
        page: usize,
        view: &View,
        views: &BTreeMap<usize, View>,
        complain: &mut impl FnMut(String),
    ) {
        if !self.is_inside(page) {
            return;
        }
        let ours = self.log(view);
        let other = self.inside().into_iter().find(|other| {
            let theirs = views.get(other).map(|view| self.log(view));
            theirs.is_some_and(|theirs| theirs != ours)
        });
        if let Some(other) = other {
            complain(format!(
                "has another chat than {other}: {} and {}",
                ours.len(),
                views[&other].chat.len()
            ));
        }
        let mut texts = ours.iter().map(|message| message.text.as_str());
        let said = &self.people[self.pages[page].person].said;
        if let Some(text) = said.iter().find(|said| !texts.any(|text| text == **said)) {
            complain(format!("lacks its own {text:?}, or has it out of order"));
        }
        if let Some(answer) = ours.iter().find_map(|answer| self.misplaced(answer, &ours)) {
            complain(format!("has {answer:?} before what its author had read"));
        }
        let hostile = self.hostile.map(|person| self.people[person].id());
        let is_honest = |id: &PeerId| Some(*id) != hostile;
        let undelivered = view.undelivered.iter();
        if let Some(message) = undelivered
            .into_iter()
            .find(|it| it.to.iter().any(is_honest))
        {
            complain(format!("does not know that all have {message:?}"));
        }
    }

    /// What is the same for all. When something was written is each reader's own guess where clocks
    /// are wrong; with somebody hostile, what the others' pages said that are there.
    fn log(&self, view: &View) -> Vec<ChatMessage> {
        let there: BTreeSet<_> = self
            .inside()
            .into_iter()
            .filter(|page| !self.is_hostile(*page))
            .map(|page| {
                (
                    self.people[self.pages[page].person].id(),
                    self.pages[page].incarnation,
                )
            })
            .collect();
        let counts = |message: &ChatMessage| {
            self.hostile.is_none() || there.contains(&(message.key.author, message.key.incarnation))
        };
        let messages = view.chat.iter().map(|line| &line.message);
        let timeless = |message: &ChatMessage| ChatMessage {
            time: 0,
            key: ChatKey {
                clock: 0,
                ..message.key
            },
            ..message.clone()
        };
        messages
            .filter(|message| counts(message))
            .map(timeless)
            .collect()
    }

    fn misplaced(&self, answer: &ChatMessage, log: &[ChatMessage]) -> Option<String> {
        let read = self.record.read.get(answer.text.as_str())?;
        let (text, read): (_, BTreeSet<&str>) = (
            answer.text.as_str(),
            read.iter().map(|line| line.message.text.as_str()).collect(),
        );
        let mut later = log
            .iter()
            .map(|message| message.text.as_str())
            .skip_while(|later| *later != text);
        later
            .any(|later| later != text && read.contains(later))
            .then(|| text.to_owned())
    }
}
