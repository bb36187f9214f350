//! A line of text to fill in.

use yew::prelude::*;

use crate::{browser, components::phrase::phrase, text::Sentence};

/// What a field asks for.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Unique on the page.
    pub id: AttrValue,
    /// What to fill in.
    pub label: &'static str,
    /// What stands in it.
    pub value: AttrValue,
    /// Somebody typed; this is the whole new text.
    pub oninput: Callback<String>,
    /// Shown as long as it is empty.
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// What the browser may fill in by itself; a token of the HTML standard.
    #[prop_or(AttrValue::Static("off"))]
    pub autocomplete: AttrValue,
    /// Where to find the input.
    #[prop_or_default]
    pub node: NodeRef,
    /// What is wrong with the value.
    #[prop_or_default]
    pub error: Option<Sentence>,
}

/// A labelled field, with what is wrong with it below. The place for that is always there:
/// extensions wrap fields in elements of their own, and beside such a field yew can neither insert
/// nor take away.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps {
        id,
        label,
        value,
        placeholder,
        autocomplete,
        ..
    } = props;
    let error_id = format!("{id}-error");
    let described = props.error.is_some().then(|| error_id.clone());
    html! {
        <div class="field">
            <label for={id}>{phrase(*label)}</label>
            <input ref={props.node.clone()} {id} type="text" {value} {placeholder} {autocomplete} autocapitalize="off" spellcheck="false"
                aria-invalid={props.error.is_some().then_some("true")} aria-describedby={described}
                oninput={props.oninput.reform(|event: InputEvent| browser::value(&event))} />
            <p id={error_id} class="error" role="alert">
                if let Some(error) = &props.error {
                    {phrase(error.clone())}
                }
            </p>
        </div>
    }
}
