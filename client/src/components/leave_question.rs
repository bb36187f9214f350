//! Asks before a call is left by the browser's Back.

use yew::prelude::*;

use crate::components::{language::use_text, modal::use_modal, phrase::phrase};

/// Whether it asks.
#[derive(Properties, PartialEq)]
pub struct LeaveQuestionProps {
    /// It asks.
    pub asked: bool,
    /// The person leaves.
    pub onleave: Callback<()>,
    /// The person stays: by the button or by Escape.
    pub onstay: Callback<()>,
}

/// To stay is what Enter does.
#[component]
pub fn LeaveQuestion(props: &LeaveQuestionProps) -> Html {
    let text = use_text();
    let node = use_modal(props.asked);
    let onclose = props.onstay.reform(|_: Event| ());
    let onstay = props.onstay.reform(|_: MouseEvent| ());
    let onleave = props.onleave.reform(|_: MouseEvent| ());
    html! {
        <dialog ref={node} class="question" aria-labelledby="question" aria-describedby="answer" {onclose}>
            if props.asked {
                <h2 id="question">{phrase(text.leave_question)}</h2>
                <p id="answer" class="second">{phrase(text.left_body)}</p>
                <div class="actions">
                    <button type="button" class="button primary" autofocus=true onclick={onstay}>{phrase(text.stay)}</button>
                    <button type="button" class="button" onclick={onleave}>{phrase(text.leave)}</button>
                </div>
            }
        </dialog>
    }
}
