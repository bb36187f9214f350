//! What a page is sent.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| madang_fuzz::property::server_message(text));
