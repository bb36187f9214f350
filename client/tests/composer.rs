//! The message field in a real browser: Enter, also at the end of a Korean syllable.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use std::{cell::RefCell, rc::Rc};

use client::components::composer::{Composer, ComposerProps, Draft};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn enter_sends_and_empties_the_field() {
    let field = Field::begin(&Draft::default()).await;
    field.write("hello");
    assert!(
        field.press("Enter", false).await,
        "the browser breaks no line"
    );
    assert_eq!(field.said(), ["hello"]);
    assert_eq!(field.text(), "");
}

#[wasm_bindgen_test]
async fn enter_sends_nothing_blank() {
    let field = Field::begin(&Draft::default()).await;
    for blank in [" \n ", "\u{200b}", "\u{3164}", "\u{2800}\u{fe0f}"] {
        field.write(blank);
        field.press("NumpadEnter", false).await;
        assert!(field.said().is_empty(), "{blank:?}");
    }
}

#[wasm_bindgen_test]
async fn enter_in_a_syllable_sends_the_whole_text_once_when_the_syllable_is_there() {
    let field = Field::begin(&Draft::default()).await;
    field.write("안녕하세");
    assert!(
        !field.press("Enter", true).await,
        "the key belongs to the input method"
    );
    assert!(field.said().is_empty());
    field.write("안녕하세요");
    field.end_composition("요").await;
    assert_eq!(field.said(), ["안녕하세요"]);
    assert_eq!(field.text(), "");
    // Some systems give the same Enter to the page as well, others break a line in the field.
    field.press("Enter", false).await;
    field.write("\n");
    assert_eq!(field.text(), "");
    assert_eq!(field.said(), ["안녕하세요"]);
}

#[wasm_bindgen_test]
async fn a_syllable_that_ends_without_enter_sends_nothing() {
    let field = Field::begin(&Draft::default()).await;
    field.write("안");
    field.end_composition("안").await;
    assert!(field.said().is_empty());
    assert_eq!(field.text(), "안");
}

#[wasm_bindgen_test]
async fn enter_that_chooses_japanese_or_chinese_words_sends_nothing() {
    for composed in ["日本", "の", "料理", "nihao", "你好", ""] {
        let field = Field::begin(&Draft::default()).await;
        field.write(composed);
        assert!(!field.press("Enter", true).await);
        field.end_composition(composed).await;
        assert!(field.said().is_empty(), "{composed}");
        assert_eq!(field.text(), composed);
    }
}

#[wasm_bindgen_test]
async fn words_chosen_one_after_the_other_are_one_message_with_a_last_enter() {
    let field = Field::begin(&Draft::default()).await;
    for (composed, text) in [("日本", "日本"), ("の", "日本の"), ("料理", "日本の料理")]
    {
        field.write(text);
        field.press("Enter", true).await;
        field.end_composition(composed).await;
    }
    // A syllable behind them that ends without Enter does not take up an old wish.
    field.end_composition("요").await;
    assert!(field.said().is_empty());
    field.press("Enter", false).await;
    assert_eq!(field.said(), ["日本の料理"]);
}

#[wasm_bindgen_test]
async fn a_browser_that_ends_the_composition_before_the_key_sends_korean_alone() {
    let field = Field::begin(&Draft::default()).await;
    field.write("日本");
    field.end_composition("日本").await;
    field.press_taken().await;
    assert!(field.said().is_empty());
    field.press("Enter", false).await;
    assert_eq!(field.said(), ["日本"]);
    field.write("안녕");
    field.end_composition("녕").await;
    field.press_taken().await;
    assert_eq!(field.said(), ["日本", "안녕"]);
}

#[wasm_bindgen_test]
async fn what_is_too_long_is_kept_and_said_to_be_so() {
    let field = Field::begin(&Draft::default()).await;
    field.write(&"마".repeat(1400));
    field.press("Enter", false).await;
    assert!(field.said().is_empty());
    assert_eq!(field.text().chars().count(), 1400);
    let alert = field.host.query_selector("[role=alert]").unwrap();
    assert!(alert.unwrap().text_content().unwrap().contains("35"));
}

#[wasm_bindgen_test]
async fn a_draft_is_there_again() {
    let kept = Rc::new(RefCell::new(String::new()));
    let onchange = {
        let kept = kept.clone();
        Callback::from(move |text| *kept.borrow_mut() = text)
    };
    let draft = Draft::new("as I was".into(), onchange);
    let field = Field::begin(&draft).await;
    assert_eq!(field.text(), "as I was");
    field.write("as I was saying");
    drop(field);
    let field = Field::begin(&draft).await;
    assert_eq!(field.text(), "as I was saying");
    assert_eq!(*kept.borrow(), "as I was saying");
    field.press("Enter", false).await;
    // What the input method's Enter leaves behind.
    field.write("\n");
    assert_eq!(*kept.borrow(), "");
    drop(field);
    assert_eq!(Field::begin(&draft).await.text(), "");
}

#[wasm_bindgen_test]
async fn what_is_written_before_one_is_in_the_call_stays_in_the_field() {
    let field = Field::begin_with(&Draft::default(), false).await;
    field.write("hello");
    field.press("Enter", false).await;
    assert!(field.said().is_empty());
    assert_eq!(field.text(), "hello");
}

/// The message field on a page of its own.
struct Field {
    host: Element,
    said: Rc<RefCell<Vec<String>>>,
    app: Option<AppHandle<Composer>>,
}

impl Field {
    async fn begin(draft: &Draft) -> Self {
        Self::begin_with(draft, true).await
    }

    async fn begin_with(draft: &Draft, is_open: bool) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let host = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&host).unwrap();
        let said = Rc::new(RefCell::new(Vec::new()));
        let onsay = {
            let said = said.clone();
            Callback::from(move |text| said.borrow_mut().push(String::from(text)))
        };
        let props = ComposerProps {
            draft: draft.clone(),
            is_open,
            onsay,
        };
        let app = yew::Renderer::<Composer>::with_root_and_props(host.clone(), props).render();
        let field = Self {
            host,
            said,
            app: Some(app),
        };
        // What is done after the first drawing comes in a task of its own if that took long.
        while !field.has_focus() {
            settle().await;
        }
        field
    }

    /// Puts a text into the field, as if it was typed.
    fn write(&self, text: &str) {
        self.run("field.value = text; field.dispatchEvent(new InputEvent('input', { bubbles: true })); return true", text);
    }

    /// Presses a key; whether the page took it.
    async fn press(&self, code: &str, composing: bool) -> bool {
        self.press_with(code, composing, if composing { 229 } else { 13 })
            .await
    }

    /// As Safari does: the composition has ended, but the input method took the key.
    async fn press_taken(&self) -> bool {
        self.press_with("Enter", false, 229).await
    }

    async fn press_with(&self, code: &str, composing: bool, key_code: u32) -> bool {
        let event = format!(
            "{{ key: 'Enter', code: text, keyCode: {key_code}, isComposing: {composing}, bubbles: true, cancelable: true }}"
        );
        let taken = self.run(
            &format!("return !field.dispatchEvent(new KeyboardEvent('keydown', {event}))"),
            code,
        );
        settle().await;
        taken
    }

    async fn end_composition(&self, composed: &str) {
        self.run(
            "return field.dispatchEvent(new CompositionEvent('compositionend', { data: text, bubbles: true }))",
            composed,
        );
        settle().await;
    }

    fn said(&self) -> Vec<String> {
        self.said.borrow().clone()
    }

    fn text(&self) -> String {
        client::browser::text_of(&self.area())
    }

    fn has_focus(&self) -> bool {
        self.host
            .query_selector("textarea:focus")
            .unwrap()
            .is_some()
    }

    fn area(&self) -> HtmlElement {
        let area = self.host.query_selector("textarea").unwrap();
        area.unwrap().unchecked_into()
    }

    fn run(&self, script: &str, text: &str) -> bool {
        let script = js_sys::Function::new_with_args("field, text", script);
        let done = script.call2(&JsValue::NULL, &self.area(), &text.into());
        done.unwrap().is_truthy()
    }
}

impl Drop for Field {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.host.remove();
    }
}

/// Lets the page do what is due, and yew draw all of it: on a slow machine over several tasks.
async fn settle() {
    TimeoutFuture::new(0).await;
    yew::scheduler::flush().await;
}
