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

/// A sentence of the status region.
#[derive(Clone)]
pub struct Said {
    /// Tells equal sentences apart.
    pub number: u32,
    /// The sentence.
    pub words: Sentence,
    /// Whether it confirms what the person just did, and can be short-lived.
    pub confirms: bool,
}

/// The one polite status region, with the last sentences, the oldest first. It is there before
/// anything is said, or screen readers would miss the first sentence; of many they read each once.
/// Eyes get three at once, for a few seconds.
pub fn status(said: &[Said]) -> Html {
    let sentence = |said: &Said| html! { <p key={said.number} class={said.confirms.then_some("brief")}>{phrase(said.words.clone())}</p> };
    html! {
        <div class="status" role="status" aria-atomic="false">{for said.iter().map(sentence)}</div>
    }
}

/// What the status region says, and how to make it say something.
#[hook]
pub fn use_status(
    announcements: &[(u64, Announcement)],
    numbers: &Numbers,
) -> (Vec<Said>, Callback<&'static str>) {
    let (language, text) = (use_language(), use_text());
    let said = use_reducer(Sentences::default);
    let say = {
        let said = said.dispatcher();
        Callback::from(move |words: Sentence| said.dispatch(Change::Tell(words)))
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
        said.dispatch(Change::Confirm(words.into()));
    });
    (said.said.clone(), say)
}

/// What was said last, the oldest first.
#[derive(Default)]
struct Sentences {
    count: u32,
    said: Vec<Said>,
}

enum Change {
    Confirm(Sentence),
    Tell(Sentence),
    /// What was said is over with its language.
    Clear,
}

impl Reducible for Sentences {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        match change {
            Change::Confirm(words) => self.and(words, true).into(),
            Change::Tell(words) => self.and(words, false).into(),
            Change::Clear if self.said.is_empty() => self,
            Change::Clear => Self {
                said: Vec::new(),
                ..*self
            }
            .into(),
        }
    }
}

impl Sentences {
    fn and(&self, words: Sentence, confirms: bool) -> Self {
        let mut said = self.said.clone();
        said.retain(|before| before.words != words);
        said.push(Said {
            number: self.count,
            words,
            confirms,
        });
        let gone = said.len().saturating_sub(MAX_ANNOUNCEMENTS);
        said.drain(..gone);
        Self {
            count: self.count.wrapping_add(1),
            said,
        }
    }
}
