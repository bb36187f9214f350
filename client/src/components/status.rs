//! Says what happens, to eyes and ears.

use yew::prelude::*;

/// What was said last.
#[derive(Properties, PartialEq)]
pub struct StatusProps {
    /// The sentence and its number, which tells two equal ones apart.
    pub said: (u32, AttrValue),
}

/// The one polite status region. It is there before anything is said, or screen readers would miss the first sentence.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    let (number, words) = &props.said;
    html! {
        <div class="status" role="status">
            if !words.is_empty() {
                <p key={*number}>{words}</p>
            }
        </div>
    }
}
