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
    let [nfc, nfkc] =
        ["NFC", "NFKC"].map(|form| ask(&format!("return text.normalize('{form}')"), &known));
    let marks = ask(
        "return text.split('\\n').map(c => /\\p{M}/u.test(c)).join('\\n')",
        &known,
    );
    let said = nfc.lines().zip(nfkc.lines()).zip(marks.lines());
    let mut compared = 0;
    for (c, ((nfc, nfkc), mark)) in known.lines().zip(said) {
        let here = (nfc.to_owned(), nfkc.to_owned(), mark == "true");
        let there = (
            c.nfc().to_string(),
            c.nfkc().to_string(),
            c.chars().all(is_combining_mark),
        );
        if there != (c.to_owned(), c.to_owned(), false) {
            assert_eq!(here, there, "{c:?}");
            compared += 1;
        }
    }
    assert!(compared > 7_000, "{compared}");
}

fn ask(script: &str, text: &str) -> String {
    let script = Function::new_with_args("text", script);
    let answer = script.call1(&JsValue::NULL, &text.into()).unwrap();
    answer.as_string().unwrap()
}
