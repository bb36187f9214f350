//! What a page sends to the server.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| madang_fuzz::property::client_message(text));
