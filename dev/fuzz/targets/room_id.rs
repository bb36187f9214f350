//! What is typed as a room ID.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| madang_fuzz::property::room_id(text));
