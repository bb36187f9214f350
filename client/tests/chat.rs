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
use mesh::{ChatLine, Provenance, Undelivered};
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
async fn what_was_dropped_is_said_at_the_top() {
    let lines = || vec![line(5, "kept"), line(6, "kept too")];
    let mut chat = Drawn::<Chat>::new(chat(lines())).await;
    assert!(chat.find(".nothing").is_none());
    let props = ChatProps {
        was_full: true,
        ..self::chat(lines())
    };
    chat.update(props).await;
    let words = "The chat is full. Older messages were dropped.";
    assert_eq!(chat.words(".log > :first-child").unwrap(), words);
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

#[wasm_bindgen_test]
async fn an_own_message_says_whom_it_has_reached_and_nothing_is_read_aloud() {
    let own = PeerId([1; 16]);
    let props = |names: &[&str], lacking: &[u8]| {
        let to = lacking
            .iter()
            .map(|place| drawn::peers(names)[usize::from(*place)].id);
        let undelivered = Undelivered {
            key: line(5, "mine").message.key,
            to: to.collect(),
        };
        let is_some = !undelivered.to.is_empty();
        ChatProps {
            own: Some(own),
            peers: drawn::peers(names),
            undelivered: is_some.then_some(undelivered).into_iter().collect(),
            ..chat(vec![line(5, "mine"), others(6)])
        }
    };
    let mut chat = Drawn::<Chat>::new(props(&[], &[])).await;
    assert!(chat.find(".delivery").is_none(), "there is nobody to reach");
    let names = ["Ben", "Cho", "Dan", "Eun"];
    for (lacking, words) in [
        (&[0, 1, 2, 3][..], "Not sent yet"),
        (&[0, 2, 3], "Not yet with Ben, Dan and 1 more"),
        (&[1, 2], "Not yet with Cho and Dan"),
        (&[3], "Not yet with Eun"),
        (&[], "Sent to everyone"),
    ] {
        chat.update(props(&names, lacking)).await;
        let mark = chat.find(".own .delivery").unwrap();
        assert_eq!(mark.get_attribute("aria-label").unwrap(), words);
        assert_eq!(mark.get_attribute("title").unwrap(), words);
        assert_eq!(mark.get_attribute("role").unwrap(), "img");
        assert_eq!(mark.get_attribute("aria-live").unwrap(), "off");
        assert!(chat.find(".line:not(.own) .delivery").is_none());
    }
}

fn others(clock: u64) -> ChatLine {
    let mut line = line(clock, "another's");
    line.message.key.author = PeerId([3; 16]);
    line
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
        was_full: false,
        undelivered: Rc::default(),
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
