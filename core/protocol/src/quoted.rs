//! The marks that texts put around a room ID. None of them can be part of one.

use crate::is_invisible;

const OPENING: &[char] = &[
    '#', '(', '[', '{', '<', '"', '\'', '`', '“', '‘', '«', '（', '「', '『', '【', '〈', '《',
    '＃',
];
const CLOSING: &[char] = &[
    '.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '`', '*', '”', '’', '»', '…',
    '。', '、', '，', '．', '；', '：', '！', '？', '）', '」', '』', '】', '〉', '》',
];

/// What stands between the marks of the sentence around it.
pub(crate) fn within(text: &str) -> &str {
    after_opening(before_closing(text))
}

/// What stands before the closing marks.
pub(crate) fn before_closing(text: &str) -> &str {
    text.trim_end_matches(|c| is_blank(c) || CLOSING.contains(&c))
}

/// What stands behind the opening marks.
pub(crate) fn after_opening(text: &str) -> &str {
    text.trim_start_matches(|c| is_blank(c) || OPENING.contains(&c))
}

/// Whether this shows nothing.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}
