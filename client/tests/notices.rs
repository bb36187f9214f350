//! How much the page says at once, and for how long: with its own style, in a real browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod drawn;

use client::{
    screens::status::{Said, status},
    text::fill,
};
use drawn::Drawn;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[derive(Properties, PartialEq)]
struct PageProps {
    said: u32,
    notices: u32,
}

#[component]
fn Page(props: &PageProps) -> Html {
    let said: Vec<Said> = (0..props.said)
        .map(|number| Said {
            number,
            words: fill("{} joined", &[&number.to_string()]),
            confirms: number % 2 == 1,
        })
        .collect();
    html! {
        <>
            <style>{include_str!("../style.css")}</style>
            {status(&said)}
            <div class="notices">
                {for (0..props.notices).map(|number| html! { <div class="notice" key={number}>{number}</div> })}
            </div>
        </>
    }
}

/// One line for each element, as the browser shows it.
fn look(page: &Drawn<Page>, selector: &str, look: &str) -> String {
    let script = format!(
        "return [...node.querySelectorAll(text)].map(element => {{ \
             const style = getComputedStyle(element); return {look}; }}).join(' ')"
    );
    page.run(&script, selector).as_string().unwrap()
}

#[wasm_bindgen_test]
async fn eyes_get_three_at_once_and_confirmations_go_first() {
    let mut page = Drawn::<Page>::new(PageProps {
        said: 5,
        notices: 5,
    })
    .await;
    let clipped = "style.clipPath === 'none' ? 'seen' : 'read'";
    assert_eq!(
        look(&page, ".status p", clipped),
        "read read seen seen seen"
    );
    let duration = "style.animationDuration";
    assert_eq!(look(&page, ".status p", duration), "5s 2.5s 5s 2.5s 5s");
    let drawn = "style.display === 'none' ? 'waits' : 'seen'";
    let notices = look(&page, ".notice", drawn);
    assert_eq!(notices, "seen seen seen waits waits");
    page.update(PageProps {
        said: 5,
        notices: 3,
    })
    .await;
    assert_eq!(look(&page, ".notice", drawn), "seen seen seen");
}
