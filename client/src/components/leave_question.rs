//! Asks before a call is left by the browser's Back.

use yew::prelude::*;

use crate::{
    components::{modal::Modal, phrase::phrase},
    text::Text,
};

/// The question, while it is asked. To stay is what Enter does, and Escape.
pub fn leave_question(
    asked: bool,
    onleave: &Callback<()>,
    onstay: &Callback<()>,
    text: &Text,
) -> Html {
    html! {
        <Modal shown={asked} class="question" heading="question" description="answer" onclose={onstay}>
            if asked {
                <h2 id="question">{phrase(text.leave_question)}</h2>
                <p id="answer" class="second">{phrase(text.left_body)}</p>
                <div class="actions">
                    <button type="button" class="button primary" autofocus=true onclick={onstay.reform(|_: MouseEvent| ())}>{phrase(text.stay)}</button>
                    <button type="button" class="button" onclick={onleave.reform(|_: MouseEvent| ())}>{phrase(text.leave)}</button>
                </div>
            }
        </Modal>
    }
}
