//! What is typed as a name.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| madang_fuzz::property::name(text));
