//! Says what happens, to eyes and ears.

use yew::prelude::*;

use crate::{components::phrase::phrase, text::Sentence};

/// What was said last.
#[derive(Properties, PartialEq)]
pub struct StatusProps {
    /// The sentence and its number, which tells two equal ones apart.
    pub said: Option<(u32, Sentence)>,
}

/// The one polite status region. It is there before anything is said, or screen readers would miss
/// the first sentence.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    html! {
        <div class="status" role="status">
            if let Some((number, words)) = &props.said {
                <p key={*number}>{phrase(words.clone())}</p>
            }
        </div>
    }
}
