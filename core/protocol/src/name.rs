//! Display names, made harmless once and everywhere alike.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    invisible::{is_blank, is_invisible, joined},
    unicode::{is_combining_mark, nfc, nfkc},
};

/// A display name: NFC, one line, at most [`Name::MAX_CHARS`] characters, without control
/// characters, direction overrides, towers of combining marks and what shows nothing. It may be
/// empty: then the page says Guest in its reader's language.
///
/// Making one never fails; what does not belong into a name is left out. Invisible characters stay
/// where they shape what is seen: joiners inside of emoji and of words in scripts that need them,
/// selectors of a form, the tags of a flag.
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
        let mut name = Self::tidied(typed);
        // What was left out can have held the rest apart or together.
        loop {
            let again = Self::tidied(&name);
            if again == name {
                return Self(name);
            }
            name = again;
        }
    }

    fn tidied(typed: &str) -> String {
        let typed: String = typed
            .chars()
            .map(|c| if is_space(c) { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
        let typed: Vec<char> = nfc(&typed).chars().collect();
        let mut name = String::new();
        let mut chars = 0;
        let mut marks = 0;
        let mut rest = &typed[..];
        while let Some(c) = rest.first() {
            let length = if is_invisible(*c) {
                joined(name.chars().next_back(), rest)
            } else {
                marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
                1
            };
            let (unit, others) = rest.split_at(length.max(1));
            rest = others;
            let follows_space = name.is_empty() || name.ends_with(' ');
            let is_lost = follows_space && (*c == ' ' || marks > 0);
            if length == 0 || marks > Self::MAX_MARKS || is_lost {
                continue;
            }
            if chars + length > Self::MAX_CHARS {
                break;
            }
            name.extend(unit);
            chars += length;
        }
        name.truncate(name.trim_end().len());
        name
    }

    /// The name; empty for somebody who gave none.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it looks like: **names with the same look cannot be told apart by the eye.** NFKC,
    /// without all that shows nothing but a flag's tags. Letters of different scripts that happen
    /// to look alike are not taken for each other.
    pub fn look(&self) -> String {
        let is_seen = |c: &char| !is_invisible(*c) || matches!(c, '\u{e0020}'..='\u{e007f}');
        nfkc(&self.0.chars().filter(is_seen).collect::<String>())
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || is_blank(c)
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
        for name in [
            "하늘",
            "Zoë",
            "O'Neill, Jr.",
            "สมชาย",
            "<b>Bold</b>",
            // Joiners and selectors that are seen: a family, a heart, a key, Persian, Sinhala,
            // Mongolian, a Japanese name.
            "👩‍👩‍👧‍👦",
            "❤️‍🔥",
            "1️⃣",
            "علی‌رضا",
            "ශ්‍රී",
            "ᠮᠣᠩᠭᠣᠯ᠎ᠠ",
            "葛\u{e0100}城",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        ] {
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

    #[test]
    fn what_shows_nothing_is_no_name() {
        let tags = "\u{e0067}\u{e0062}\u{e007f}";
        for blank in [
            "\u{200b}",
            "\u{3164}",
            "\u{ffa0}\u{115f}\u{1160}",
            "\u{2800} \u{2800}",
            "\u{2060}\u{ad}",
            "\u{200d}\u{fe0f}",
            "\u{301}",
            tags,
        ] {
            assert_eq!(Name::new(blank), Name::default(), "{blank:?}");
        }
    }

    #[test]
    fn what_shows_nothing_makes_no_other_name() {
        for typed in [
            "Kim\u{200b}",
            "\u{feff}Kim",
            "K\u{ad}im",
            "K\u{200d}im",
            "K\u{fe0f}im",
            "Kim\u{3164}",
            "Kim\u{e0067}\u{e007f}",
        ] {
            assert_eq!(Name::new(typed), Name::new("Kim"), "{typed:?}");
        }
    }

    #[test]
    fn a_joiner_at_the_place_where_a_name_is_cut_off_is_left_out() {
        let name = Name::new(&format!("{}👩\u{200d}👧", "a".repeat(Name::MAX_CHARS - 2)));
        assert!(name.as_str().ends_with("a👩"), "{name:?}");
    }

    #[test]
    fn names_that_look_alike_have_one_look() {
        let same = |one: &str, other: &str| Name::new(one).look() == Name::new(other).look();
        assert!(same("Kim", "Kim\u{200b}"));
        assert!(same("علیرضا", "علی\u{200c}رضا"));
        assert!(same("😀😀", "😀\u{200d}😀"));
        assert!(same("ﬁnn", "finn"));
        assert!(!same("Kim", "kim"));
        assert!(!same("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"));
    }
}
