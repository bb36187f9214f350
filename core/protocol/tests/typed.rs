//! What typed text means on a server; `client/tests/typed.rs` tells what it means in a page.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

#[path = "typed/mod.rs"]
mod meaning;

#[test]
fn typed_text_means_what_is_written() {
    meaning::means_what_is_written();
}
