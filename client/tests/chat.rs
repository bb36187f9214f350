//! The chat in a real browser, while messages come.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod drawn;

use std::rc::Rc;

use client::components::{
    chat::{Chat, ChatProps},
    composer::Draft,
};
use drawn::Drawn;
use mesh::{ChatLine, Provenance};
use protocol::{ChatKey, ChatMessage, ChatText, Incarnation, Name, PeerId};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn an_unfolded_message_stays_so_when_others_come() {
    let long = line(5, &"long\n".repeat(30));
    let mut chat = Drawn::<Chat>::new(chat(Vec::new())).await;
    chat.update(self::chat(vec![long.clone()])).await;
    let drawn = chat.find(".line").unwrap();
    assert_eq!(chat.words(".fold").unwrap(), "Show all");
    chat.click(".fold").await;
    for others in [
        vec![long.clone(), line(6, "behind")],
        vec![long.clone(), line(6, "behind"), line(7, "at the end")],
        vec![
            line(4, "before"),
            long.clone(),
            line(6, "behind"),
            line(7, "at the end"),
        ],
        vec![long.clone(), line(7, "at the end")],
    ] {
        chat.update(self::chat(others)).await;
        assert_eq!(chat.words(".fold").unwrap(), "Show less");
        assert!(chat.find(".folded").is_none());
        let now = chat.find(".fold").unwrap().parent_node().unwrap();
        assert!(now.is_same_node(Some(&drawn)), "nothing is drawn anew");
    }
    chat.click(".fold").await;
    assert_eq!(chat.words(".fold").unwrap(), "Show all");
}

#[wasm_bindgen_test]
async fn who_writes_stands_outside_of_what_is_read_aloud() {
    let kim = PeerId([0; 16]);
    let mut chat = Drawn::<Chat>::new(writing(Vec::new())).await;
    assert_eq!(chat.words(".writing").unwrap(), "");
    chat.update(writing(vec![kim])).await;
    assert_eq!(chat.words(".writing").unwrap(), "Kim is writing…");
    assert!(chat.find("[role] .writing, [aria-live]").is_none());
    // Somebody whom the page does not know is nobody to speak of.
    chat.update(writing(vec![PeerId([7; 16])])).await;
    assert_eq!(chat.words(".writing").unwrap(), "");
}

fn writing(writing: Vec<PeerId>) -> ChatProps {
    ChatProps {
        peers: drawn::peers(&["Kim", "Lee"]),
        writing,
        ..chat(Vec::new())
    }
}

fn line(clock: u64, text: &str) -> ChatLine {
    let key = ChatKey {
        clock,
        author: PeerId([1; 16]),
        incarnation: Incarnation(1),
        seq: clock as u32,
    };
    let message = ChatMessage {
        key,
        time: 0,
        name: Name::new("Kim"),
        text: ChatText::try_from(text.to_owned()).unwrap(),
    };
    ChatLine {
        message,
        provenance: Provenance::Said,
    }
}

fn chat(lines: Vec<ChatLine>) -> ChatProps {
    ChatProps {
        lines: lines.into(),
        own: Some(PeerId([9; 16])),
        peers: Vec::new(),
        numbers: Rc::default(),
        writing: Vec::new(),
        draft: Draft::default(),
        is_open: true,
        onsay: Callback::noop(),
        onclose: Callback::noop(),
    }
}
