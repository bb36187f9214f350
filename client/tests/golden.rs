//! A page reads every message as it stands on the wire, and refuses what is damaged, as a server
//! does.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use protocol::{Chat, Control, Envelope, ServerMessage, decode, encode};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn what_is_on_the_wire_is_read_to_the_letter() {
    check::<ServerMessage>(include_str!(
        "../../core/protocol/tests/golden/server-message.jsonl"
    ));
    check::<Envelope>(include_str!(
        "../../core/protocol/tests/golden/envelope.jsonl"
    ));
    check::<Control>(include_str!(
        "../../core/protocol/tests/golden/control.jsonl"
    ));
    check::<Chat>(include_str!("../../core/protocol/tests/golden/chat.jsonl"));
}

fn check<T: Serialize + DeserializeOwned>(golden: &str) {
    assert!(golden.lines().count() > 1);
    for line in golden.lines() {
        let read = |text: &str| decode::<T>(text).map(|message| encode(&message));
        assert_eq!(read(line).as_deref(), Some(line));
        for end in (0..line.len()).filter(|end| line.is_char_boundary(*end)) {
            assert_eq!(read(&line[..end]), None);
        }
        let fields = line.strip_prefix('{').unwrap();
        let unknown = read(&format!(
            r#" {{ "unknown" : {{"type":[null,-1.5e3,"\"}}"]}} , {fields} "#
        ));
        assert_eq!(unknown.as_deref(), Some(line));
        let (first, _) = fields.split_once(':').unwrap();
        assert_eq!(read(&format!("{{{first}:null,{fields}")), None, "twice");
    }
}
