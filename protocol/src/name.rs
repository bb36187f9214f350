//! Display names, made harmless once and everywhere alike.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A display name: NFC, one line, at most [`Name::MAX_CHARS`] characters, without control characters, direction
/// overrides and towers of combining marks. It may be empty: then the page says Guest in its reader's language.
///
/// Making one never fails; what does not belong into a name is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// More does not fit on a tile.
    pub const MAX_CHARS: usize = 64;
    /// Enough for every living script, too few to overflow a line.
    const MAX_MARKS: usize = 4;

    /// Makes a name of what was typed.
    pub fn new(typed: &str) -> Self {
        let mut name = String::new();
        let mut chars = 0;
        let mut marks = 0;
        for c in typed.chars().filter(|c| !is_harmful(*c)).nfc() {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            let follows_space = name.is_empty() || name.ends_with(' ');
            if marks > Self::MAX_MARKS || follows_space && (c.is_whitespace() || marks > 0) {
                continue;
            }
            if chars == Self::MAX_CHARS {
                break;
            }
            name.push(if c.is_whitespace() { ' ' } else { c });
            chars += 1;
        }
        name.truncate(name.trim_end().len());
        Self(name)
    }

    /// The name; empty for somebody who gave none.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters that are no white space, and the marks that change the direction of the text around them.
fn is_harmful(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_people_write() {
        for name in ["하늘", "Zoë", "O'Neill, Jr.", "👩‍👩‍👧‍👦", "สมชาย", "<b>Bold</b>"]
        {
            assert_eq!(Name::new(name).as_str(), name);
        }
    }

    #[test]
    fn names_lose_what_would_harm_others() {
        assert_eq!(Name::new("  two\n\tlines  ").as_str(), "two lines");
        assert_eq!(Name::new("evil\u{202e}g\u{61c}np\0").as_str(), "evilgnp");
        assert_eq!(
            Name::new(&format!("z{}algo", "\u{323}\u{32e}".repeat(50)))
                .as_str()
                .chars()
                .count(),
            1 + 4 + 4
        );
        assert_eq!(
            Name::new(&"a".repeat(10_000)).as_str().len(),
            Name::MAX_CHARS
        );
    }
}
