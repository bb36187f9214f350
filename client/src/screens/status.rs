//! Says what happens, to eyes and ears.

use std::rc::Rc;

use mesh::Announcement;
use yew::prelude::*;

use crate::{
    components::{
        hooks::use_boxed_effect,
        label::Numbers,
        language::{use_language, use_text},
        phrase::phrase,
    },
    session::MAX_ANNOUNCEMENTS,
    text::Sentence,
};

/// The one polite status region, with the last sentences, the oldest first, each with a number that
/// tells equal ones apart. It is there before anything is said, or screen readers would miss the
/// first sentence; of many they read each once.
pub fn status(said: &[(u32, Sentence)]) -> Html {
    let sentence =
        |(number, words): &(u32, Sentence)| html! { <p key={*number}>{phrase(words.clone())}</p> };
    html! {
        <div class="status" role="status" aria-atomic="false">{for said.iter().map(sentence)}</div>
    }
}

/// What the status region says, and how to make it say something.
#[hook]
pub fn use_status(
    announcements: &[(u64, Announcement)],
    numbers: &Numbers,
) -> (Vec<(u32, Sentence)>, Callback<&'static str>) {
    let (language, text) = (use_language(), use_text());
    let said = use_reducer(Said::default);
    let say = {
        let said = said.dispatcher();
        Callback::from(move |words: Sentence| said.dispatch(Change::Say(words)))
    };
    {
        let said = said.dispatcher();
        use_boxed_effect(language, move |_| said.dispatch(Change::Clear));
    }
    let last = use_mut_ref(|| 0);
    {
        let (say, numbers) = (say.clone(), numbers.clone());
        use_boxed_effect(announcements.to_vec(), move |announcements| {
            for (number, announcement) in announcements {
                if *number > *last.borrow() {
                    last.replace(*number);
                    say.emit(numbers.announcement(announcement, text));
                }
            }
        });
    }
    let say = use_callback(said.dispatcher(), |words: &'static str, said| {
        said.dispatch(Change::Say(words.into()));
    });
    (said.sentences.clone(), say)
}

/// What was said last, the oldest first.
#[derive(Default)]
struct Said {
    count: u32,
    sentences: Vec<(u32, Sentence)>,
}

enum Change {
    Say(Sentence),
    /// What was said is over with its language.
    Clear,
}

impl Reducible for Said {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        match change {
            Change::Say(words) => self.and(words).into(),
            Change::Clear if self.sentences.is_empty() => self,
            Change::Clear => Self {
                sentences: Vec::new(),
                ..*self
            }
            .into(),
        }
    }
}

impl Said {
    fn and(&self, words: Sentence) -> Self {
        let mut sentences = self.sentences.clone();
        sentences.retain(|(_, before)| *before != words);
        sentences.push((self.count, words));
        let gone = sentences.len().saturating_sub(MAX_ANNOUNCEMENTS);
        sentences.drain(..gone);
        Self {
            count: self.count.wrapping_add(1),
            sentences,
        }
    }
}
