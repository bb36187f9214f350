//! The browser's fake microphone, which beeps once a second.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use client::browser::{Level, capture::capture};
use futures_channel::mpsc::unbounded;
use futures_util::StreamExt;
use mesh::{PerSource, Source};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_beep_is_heard_and_so_is_the_silence_after_it() {
    let (_, microphone) = capture(PerSource::only(&[Source::Microphone], true))
        .await
        .remove(0);
    // Dropped, it would be let go of.
    let microphone = microphone.unwrap();
    let (sender, mut levels) = unbounded();
    let _level = Level::watch(&microphone, move |level| {
        drop(sender.unbounded_send(level));
    });
    let quiet = -55.0;
    while levels.next().await.unwrap() < quiet {}
    while levels.next().await.unwrap() > quiet {}
}
