//! The field that messages are written in.

use std::{cell::RefCell, rc::Rc};

use protocol::{ChatText, InvalidChatText};
use yew::prelude::*;

use crate::{
    browser::{self, Key},
    components::{
        hooks::use_boxed_effect,
        icon::{Glyph, icon},
        language::use_text,
        phrase::phrase,
    },
    text::fill,
};

/// What was begun to write and not sent. It outlives the field, which may be closed and opened.
#[derive(Clone, Default, PartialEq)]
pub struct Draft {
    text: Rc<RefCell<String>>,
    onchange: Callback<String>,
}

impl Draft {
    /// This was begun; whatever it becomes is told.
    pub fn new(text: String, onchange: Callback<String>) -> Self {
        Self {
            text: Rc::new(RefCell::new(text)),
            onchange,
        }
    }

    /// This is the whole new text.
    pub fn set(&self, text: &str) {
        text.clone_into(&mut self.text.borrow_mut());
        self.onchange.emit(text.to_owned());
    }
}

/// What the field begins with, and where its text goes.
#[derive(Properties, PartialEq)]
pub struct ComposerProps {
    /// What was begun and not sent.
    pub draft: Draft,
    /// Messages reach the others; until then they stay in the field.
    pub is_open: bool,
    /// The person writes to all.
    pub onsay: Callback<ChatText>,
}

/// A field that has the focus from the beginning, and a button. What is too long is kept, and said
/// to be so.
///
/// The text lives in the browser's field alone: writing it back would disturb an input method that
/// is composing.
#[component]
pub fn Composer(props: &ComposerProps) -> Html {
    let text = use_text();
    let field = use_node_ref();
    let excess = use_state_eq(|| None);
    let send = {
        let (field, excess) = (field.clone(), excess.setter());
        let (draft, is_open, onsay) = (props.draft.clone(), props.is_open, props.onsay.clone());
        let send: Rc<dyn Fn()> = Rc::new(move || match sendable(&field) {
            Ok(text) if is_open => {
                onsay.emit(text);
                clear(&field);
                draft.set("");
            }
            Ok(_) => {}
            Err(too_long) => excess.set(too_long),
        });
        send
    };
    use_beginning(&field, &props.draft);
    let onkeydown = use_enter(&field, send.clone());
    let oninput = {
        let (field, excess, draft) = (field.clone(), excess.setter(), props.draft.clone());
        move |event: InputEvent| {
            let mut typed = browser::value(&event);
            // What an Enter that ended a composition leaves in a field that it emptied.
            if typed == "\n" {
                clear(&field);
                typed.clear();
            }
            excess.set(None);
            draft.set(&typed);
        }
    };
    let onsubmit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    html! {
        <form class="composer" {onsubmit}>
            // Always there: a field that an extension has wrapped is no place to insert before.
            <p id="excess" class="error" role="alert">
                if let Some(excess) = *excess {
                    {phrase(fill(text.message_too_long, &[&excess.to_string()]))}
                }
            </p>
            <textarea ref={field} rows="1" aria-label={text.message_everyone} placeholder={text.message_everyone}
                enterkeyhint="send" autocomplete="off" dir="auto" aria-describedby={excess.map(|_| "excess")} {oninput}
                {onkeydown} />
            <button class="control" disabled={!props.is_open} aria-label={text.send_message} title={text.send_message}>{icon(Glyph::Send)}</button>
        </form>
    }
}

/// Puts the draft into the field and the focus on it, once. Yew may come to this after the person
/// has begun to type.
#[hook]
fn use_beginning(field: &NodeRef, draft: &Draft) {
    let (field, draft) = (field.clone(), draft.clone());
    use_boxed_effect((), move |()| {
        if let Some(field) = field.get() {
            if browser::text_of(&field).is_empty() {
                browser::set_text(&field, &draft.text.borrow());
            }
            browser::focus(&field);
        }
    });
}

/// Enter sends. While an input method composes, Enter ends the composition. For Korean, which is
/// composed syllable by syllable, that is the wish to send: it is remembered, and the whole text
/// sent once the last syllable is there. Sent at once it would be missing, and left behind in the
/// field. For Japanese and Chinese it chooses the words: a second Enter sends.
#[hook]
fn use_enter(field: &NodeRef, send: Rc<dyn Fn()>) -> Callback<KeyboardEvent> {
    let wish = use_mut_ref(|| false);
    let syllable = use_mut_ref(|| false);
    let latest = use_mut_ref(|| send.clone());
    *latest.borrow_mut() = send.clone();
    {
        let (field, wish, syllable) = (field.clone(), wish.clone(), syllable.clone());
        use_boxed_effect((), move |()| {
            let ended = move |composed: String| {
                let send = latest.borrow().clone();
                let hangul = ends_in_hangul(&composed);
                *syllable.borrow_mut() = hangul;
                if wish.take() && hangul {
                    send();
                }
            };
            let listener = field
                .get()
                .map(|field| browser::on_composition_end(&field, ended));
            move || drop(listener)
        });
    }
    Callback::from(move |event: KeyboardEvent| {
        let after_syllable = syllable.take();
        match meaning(&Key::of(&event), after_syllable) {
            Meaning::Other => {}
            Meaning::Wish => *wish.borrow_mut() = true,
            Meaning::Send => {
                event.prevent_default();
                send();
            }
        }
    })
}

/// What a key means in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Whatever it means to the browser.
    Other,
    /// Send when the composition has ended, if it was Korean.
    Wish,
    /// Send now.
    Send,
}

/// Safari has ended the composition already when it tells of the Enter that did so: there the key
/// composes no more, but still went to the input method.
fn meaning(key: &Key, after_syllable: bool) -> Meaning {
    let enter = key.key == "Enter" || matches!(key.code.as_str(), "Enter" | "NumpadEnter");
    match enter && !key.shift {
        false => Meaning::Other,
        true if key.composing => Meaning::Wish,
        true if key.processed && !after_syllable => Meaning::Other,
        true => Meaning::Send,
    }
}

fn ends_in_hangul(composed: &str) -> bool {
    let is_hangul = |c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}');
    composed.ends_with(is_hangul)
}

/// The text of the field; for one that is too long, by how many characters; for a blank one,
/// nothing.
fn sendable(field: &NodeRef) -> Result<ChatText, Option<usize>> {
    let typed = field
        .get()
        .map(|field| browser::text_of(&field))
        .unwrap_or_default();
    let typed = typed.trim_end();
    ChatText::try_from(typed.to_owned()).map_err(|error| match error {
        InvalidChatText::Blank => None,
        InvalidChatText::TooLong => Some(excess(typed)),
    })
}

/// How many characters at the end of a text are too many.
fn excess(typed: &str) -> usize {
    typed
        .char_indices()
        .filter(|(place, c)| place + c.len_utf8() > ChatText::MAX_BYTES)
        .count()
}

fn clear(field: &NodeRef) {
    if let Some(field) = field.get() {
        browser::set_text(&field, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str, code: &str) -> Key {
        Key {
            key: key.into(),
            code: code.into(),
            composing: false,
            processed: false,
            repeat: false,
            shift: false,
            command: false,
            alt: false,
            in_text: true,
            on_control: true,
        }
    }

    #[test]
    fn enter_sends_and_so_does_the_one_of_the_number_pad() {
        assert_eq!(meaning(&key("Enter", "Enter"), false), Meaning::Send);
        assert_eq!(meaning(&key("Enter", "NumpadEnter"), false), Meaning::Send);
        assert_eq!(
            meaning(&key("Enter", ""), false),
            Meaning::Send,
            "keyboards on screens have no codes"
        );
        assert_eq!(meaning(&key("a", "KeyA"), false), Meaning::Other);
    }

    #[test]
    fn shift_and_enter_break_the_line() {
        let shifted = Key {
            shift: true,
            ..key("Enter", "Enter")
        };
        assert_eq!(meaning(&shifted, false), Meaning::Other);
    }

    #[test]
    fn enter_while_composing_is_a_wish() {
        let composing = |name| Key {
            composing: true,
            ..key(name, "Enter")
        };
        assert_eq!(meaning(&composing("Enter"), false), Meaning::Wish);
        assert_eq!(meaning(&composing("Process"), false), Meaning::Wish);
    }

    #[test]
    fn enter_that_an_input_method_took_sends_behind_a_syllable_alone() {
        let taken = Key {
            processed: true,
            ..key("Enter", "Enter")
        };
        assert_eq!(meaning(&taken, true), Meaning::Send);
        assert_eq!(meaning(&taken, false), Meaning::Other);
    }

    #[test]
    fn what_was_composed_ends_in_hangul_or_not() {
        for korean in ["요", "ㅋ", "日本어"] {
            assert!(ends_in_hangul(korean), "{korean}");
        }
        for other in ["日本", "の", "nihao", "你好", "", "韓", "요."] {
            assert!(!ends_in_hangul(other), "{other}");
        }
    }

    #[test]
    fn the_excess_counts_characters_from_the_first_that_does_not_fit() {
        assert_eq!(excess(&"a".repeat(ChatText::MAX_BYTES)), 0);
        assert_eq!(excess(&"a".repeat(ChatText::MAX_BYTES + 3)), 3);
        let syllables = ChatText::MAX_BYTES / 3;
        assert_eq!(excess(&"마".repeat(syllables)), 0);
        assert_eq!(excess(&"마".repeat(syllables + 2)), 2);
    }
}
