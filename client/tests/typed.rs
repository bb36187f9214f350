//! What typed text means in a page: the same as on a server.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

#[path = "../../core/protocol/tests/typed/mod.rs"]
mod meaning;

use js_sys::Function;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn typed_text_means_what_is_written() {
    meaning::means_what_is_written();
}

/// A browser knows a later Unicode than the server, or an earlier one: what only one of them knows
/// is left out.
#[wasm_bindgen_test]
fn the_browser_says_of_all_characters_what_the_servers_tables_say() {
    let all: String = (' '..=char::MAX).collect();
    let known = ask("return text.match(/\\p{Assigned}/gu).join('\\n')", &all);
    let each = |said| {
        ask(
            &format!("return text.split('\\n').map(c => {said}).join('\\n')"),
            &known,
        )
    };
    let said = [
        "c.normalize('NFC')",
        "c.normalize('NFKC')",
        "c.toLowerCase()",
        "c.toUpperCase()",
        "/\\p{M}/u.test(c)",
        "/[\\p{Alphabetic}\\p{N}]/u.test(c)",
        "/\\p{N}/u.test(c)",
    ]
    .map(each);
    let mut said = said.each_ref().map(|said| said.lines());
    let mut compared = 0;
    for c in known.lines() {
        let here = said.each_mut().map(|said| said.next().unwrap());
        let there = [
            c.nfc().to_string(),
            c.nfkc().to_string(),
            c.chars().flat_map(char::to_lowercase).collect(),
            c.chars().flat_map(char::to_uppercase).collect(),
            c.chars().all(is_combining_mark).to_string(),
            c.chars().all(char::is_alphanumeric).to_string(),
            c.chars().all(char::is_numeric).to_string(),
        ];
        if there != [c, c, c, c, "false", "false", "false"] {
            assert_eq!(here, there.each_ref().map(String::as_str), "{c:?}");
            compared += 1;
        }
    }
    assert!(compared > 9_000, "{compared}");
}

fn ask(script: &str, text: &str) -> String {
    let script = Function::new_with_args("text", script);
    let answer = script.call1(&JsValue::NULL, &text.into()).unwrap();
    answer.as_string().unwrap()
}
