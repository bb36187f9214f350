//! A line of text to fill in.

use yew::prelude::*;

use crate::{browser, components::phrase::phrase, text::Sentence};

/// What a field asks for.
#[derive(Default)]
pub struct Field {
    /// Unique on the page.
    pub id: &'static str,
    /// What to fill in.
    pub label: &'static str,
    /// What stands in it.
    pub value: String,
    /// Somebody typed; this is the whole new text.
    pub oninput: Callback<String>,
    /// Shown as long as it is empty.
    pub placeholder: &'static str,
    /// What the browser may fill in by itself; a token of the HTML standard.
    pub autocomplete: &'static str,
    /// Where to find the input.
    pub node: NodeRef,
    /// What is wrong with the value.
    pub error: Option<Sentence>,
}

impl Field {
    /// A labelled field, with what is wrong with it below. The place for that is always there:
    /// extensions wrap fields in elements of their own, and beside such a field yew can neither
    /// insert nor take away.
    pub fn draw(self) -> Html {
        let Self {
            id,
            label,
            value,
            oninput,
            placeholder,
            autocomplete,
            node,
            error,
        } = self;
        let error_id = format!("{id}-error");
        let described = error.is_some().then(|| error_id.clone());
        html! {
            <div class="field">
                <label for={id}>{phrase(label)}</label>
                <input ref={node} {id} type="text" {value} {placeholder} {autocomplete} autocapitalize="off" spellcheck="false"
                    aria-invalid={error.is_some().then_some("true")} aria-describedby={described}
                    oninput={oninput.reform(|event: InputEvent| browser::value(&event))} />
                <p id={error_id} class="error" role="alert">
                    if let Some(error) = error {
                        {phrase(error)}
                    }
                </p>
            </div>
        }
    }
}
