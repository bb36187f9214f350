//! Dialogs above everything else.

use yew::prelude::*;

use crate::{
    browser,
    components::{hooks::use_boxed_effect, phrase::phrase},
    text::Text,
};

/// What a dialog is.
#[derive(Properties, PartialEq)]
pub struct ModalProps {
    /// It is shown.
    pub shown: bool,
    /// What it looks like.
    pub class: &'static str,
    /// The id of its heading.
    pub heading: &'static str,
    /// The id of what describes it.
    #[prop_or_default]
    pub description: Option<&'static str>,
    /// The person closes it by Escape.
    pub onclose: Callback<()>,
    /// What stands in it while it is shown.
    pub children: Html,
}

/// A `<dialog>` above everything else, or nothing to see. **It is always there, so that it gives
/// the focus back when it closes**.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_boxed_effect(props.shown, move |shown| {
            if let Some(dialog) = node.get() {
                browser::set_modal(&dialog, *shown);
            }
        });
    }
    html! {
        <dialog ref={node} class={props.class} aria-labelledby={props.heading} aria-describedby={props.description}
            onclose={props.onclose.reform(|_: Event| ())}>
            {props.children.clone()}
        </dialog>
    }
}

/// Closes what it stands in.
pub fn close_button(onclose: &Callback<()>, text: &Text) -> Html {
    html! {
        <button type="button" class="button primary" onclick={onclose.reform(|_: MouseEvent| ())}>{phrase(text.close)}</button>
    }
}
