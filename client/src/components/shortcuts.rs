//! The sheet that says what keys do.

use yew::prelude::*;

use crate::{
    components::{language::use_text, modal::use_modal, phrase::phrase},
    text::{Sentence, Text},
};

/// Whether it is shown.
#[derive(Properties, PartialEq)]
pub struct ShortcutsDialogProps {
    /// It is shown.
    pub shown: bool,
    /// The person closes it: by the button or by Escape.
    pub onclose: Callback<()>,
}

/// What keys do, one line for each.
#[component]
pub fn ShortcutsDialog(props: &ShortcutsDialogProps) -> Html {
    let text = use_text();
    let node = use_modal(props.shown);
    html! {
        <dialog ref={node} class="question settings" aria-labelledby="shortcuts" onclose={props.onclose.reform(|_: Event| ())}>
            if props.shown {
                <h2 id="shortcuts">{phrase(text.shortcuts)}</h2>
                <dl class="keys">{for lines(text).into_iter().map(|(keys, does)| line(keys, does))}</dl>
                <div class="actions">
                    <button type="button" class="button primary" onclick={props.onclose.reform(|_: MouseEvent| ())}>{phrase(text.close)}</button>
                </div>
            }
        </dialog>
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
