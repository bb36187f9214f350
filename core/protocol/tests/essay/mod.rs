//! The essay as text, for tests in all crates whose numbers it tells.
#![allow(dead_code, reason = "each crate looks into its own pages")]

/// The first page.
pub(crate) const START: &str = include_str!("../../src/lib.rs");
/// Of the server.
pub(crate) const SERVER: &str = include_str!("../../src/essay/server.rs");
/// Of two pages.
pub(crate) const PAIR: &str = include_str!("../../src/essay/pair.rs");
/// Of the chat.
pub(crate) const CHAT: &str = include_str!("../../src/essay/chat.rs");

/// Checks that these words are in a page of the essay, wherever its lines are broken.
pub(crate) fn says(page: &str, words: &str) {
    let lines = page.lines().filter_map(|line| line.strip_prefix("//!"));
    let page: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    assert!(
        page.join(" ").contains(words),
        "the essay does not say: {words}"
    );
}
