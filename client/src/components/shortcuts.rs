//! The sheet that says what keys do.

use yew::prelude::*;

use crate::{
    components::{
        modal::{Modal, close_button},
        phrase::phrase,
    },
    text::{Sentence, Text},
};

/// What keys do, one line for each, while it is shown. The person closes it by the button or by
/// Escape.
pub fn shortcuts_dialog(shown: bool, onclose: &Callback<()>, text: &Text) -> Html {
    html! {
        <Modal {shown} class="question settings" heading="shortcuts" {onclose}>
            if shown {
                <h2 id="shortcuts">{phrase(text.shortcuts)}</h2>
                <dl class="keys">{for lines(text).into_iter().map(|(keys, does)| line(keys, does))}</dl>
                <div class="actions">{close_button(onclose, text)}</div>
            }
        </Modal>
    }
}

fn line(keys: &'static [&'static str], does: &'static str) -> Html {
    html! {
        <div>
            <dt>{phrase(does)}</dt>
            <dd>{for keys.iter().map(|key| html! { <kbd>{phrase(Sentence::value(*key))}</kbd> })}</dd>
        </div>
    }
}

/// What is written on keys is the same in every language.
fn lines(text: &Text) -> [(&'static [&'static str], &'static str); 10] {
    [
        (&["M", "Ctrl/⌘ D"], text.key_microphone),
        (&["V", "Ctrl/⌘ E"], text.key_camera),
        (&["Space"], text.key_talk),
        (&["R"], text.key_hand),
        (&["C"], text.key_chat),
        (&["P"], text.key_people),
        (&["Shift S"], text.key_screen),
        (&["1 – 9"], text.key_pin),
        (&["?"], text.key_sheet),
        (&["Esc"], text.key_escape),
    ]
}
