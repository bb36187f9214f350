//! What connections do to rooms.
#![no_main]

use madang_fuzz::model::{Step, check};

libfuzzer_sys::fuzz_target!(|steps: Vec<Step>| check(&steps));
