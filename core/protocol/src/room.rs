//! Room IDs: typed by people, generated, read aloud, put into links.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    invisible::{is_blank, is_invisible},
    unicode::{is_alphanumeric, is_combining_mark, lowercase, nfc, nfkc},
};

/// A room ID in its one written form: letters and digits of any script and single hyphens between
/// them, lower-case, NFC, 1 to [`RoomId::MAX_CHARS`] characters.
///
/// What people type is brought into this form where that is possible: spaces become hyphens,
/// capitals small letters, full-width and other compatible forms the plain ones; what shows nothing
/// is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(String);

/// Why a text is no room ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRoomId {
    /// Nothing is left of it but spaces and hyphens.
    Empty,
    /// It is longer than [`RoomId::MAX_CHARS`] characters.
    TooLong,
    /// It holds this character, which is no letter, digit, hyphen or space.
    Character(char),
}

impl RoomId {
    /// Long enough for a sentence, short enough for a link.
    pub const MAX_CHARS: usize = 64;

    /// Douglas Crockford's base 32: no `i`, `l`, `o` and `u`, so that it survives being read aloud
    /// and written down.
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// A room ID of 80 bits in four groups of four: `7f3k-9xq2-m4ta-c8wz`.
    pub fn generate(entropy: [u8; 10]) -> Self {
        let mut bits = entropy
            .iter()
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut text = String::with_capacity(19);
        for place in 0..16 {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(Self::ALPHABET[(bits & 31) as usize]));
            bits >>= 5;
        }
        Self(text)
    }

    /// The room ID as it stands in links and on the screen.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomId {
    type Err = InvalidRoomId;

    fn from_str(typed: &str) -> Result<Self, InvalidRoomId> {
        let mut text = String::new();
        let plain: String = typed.chars().filter(|c| !vanishes(*c)).map(plain).collect();
        // Lower-casing can break the normal form (İ), so it comes first.
        let small: String = plain.chars().map(lowercase).collect();
        for c in nfc(&small).chars() {
            match c {
                _ if is_blank(c) => push_hyphen(&mut text),
                _ if is_alphanumeric(c) => text.push(c),
                _ if is_combining_mark(c) && text.ends_with(|last| last != '-') => text.push(c),
                _ if is_hyphen(c) || c.is_whitespace() => push_hyphen(&mut text),
                _ => return Err(InvalidRoomId::Character(c)),
            }
        }
        let text = text.trim_end_matches('-');
        match text.chars().count() {
            0 => Err(InvalidRoomId::Empty),
            1..=Self::MAX_CHARS => Ok(Self(text.to_owned())),
            _ => Err(InvalidRoomId::TooLong),
        }
    }
}

/// Left out without a word. An override of the direction is not: with it the eye has read something
/// else.
fn vanishes(c: char) -> bool {
    is_invisible(c) && !is_blank(c) && !c.is_control() && !matches!(c, '\u{202d}' | '\u{202e}')
}

/// What a character stands for: its compatibility form (NFKC), unless that would take it out of
/// room IDs, as ½, or break how a living language is written, or make what is blank vanish.
fn plain(c: char) -> String {
    let belongs = |c: char| is_alphanumeric(c) || is_combining_mark(c) || is_hyphen(c);
    let compatible = nfkc(c.encode_utf8(&mut [0; 4]));
    let keeps = is_blank(c) || is_spelling(c) || !compatible.chars().all(belongs);
    if keeps { c.into() } else { compatible }
}

/// Single Korean letters, which NFKC turns into parts of syllables (ㅋㅋ), and the vowel am of Thai
/// and Lao, which it takes apart.
fn is_spelling(c: char) -> bool {
    matches!(c, 'ㄱ'..='ㆎ' | 'ﾡ'..='ￜ' | 'ำ' | 'ຳ')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_')
}

fn push_hyphen(text: &mut String) {
    if text.ends_with(|last| last != '-') {
        text.push('-');
    }
}

impl TryFrom<String> for RoomId {
    type Error = InvalidRoomId;

    fn try_from(text: String) -> Result<Self, InvalidRoomId> {
        text.parse()
    }
}

impl From<RoomId> for String {
    fn from(room: RoomId) -> Self {
        room.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidRoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a room ID needs a letter or a digit"),
            Self::TooLong => write!(f, "a room ID has at most {} characters", RoomId::MAX_CHARS),
            Self::Character(c) => {
                write!(f, "a room ID has letters, digits and hyphens, and no {c:?}")
            }
        }
    }
}

impl std::error::Error for InvalidRoomId {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(typed: &str) -> Result<String, InvalidRoomId> {
        typed.parse::<RoomId>().map(String::from)
    }

    #[test]
    fn what_people_type_is_brought_into_one_form() {
        assert_eq!(parsed("  Team  Standup "), Ok("team-standup".into()));
        assert_eq!(parsed("우리 마당"), Ok("우리-마당".into()));
        // The same syllables, typed as separate letters (as macOS does).
        assert_eq!(
            parsed("\u{1106}\u{1161}\u{1103}\u{1161}\u{11bc}"),
            Ok("마당".into())
        );
        assert_eq!(parsed("--a--B_c–d--"), Ok("a-b-c-d".into()));
        assert_eq!(parsed("नमस्ते"), Ok("नमस्ते".into()));
        assert_eq!(parsed("İ"), Ok("i\u{307}".into()));
    }

    #[test]
    fn compatible_forms_are_the_plain_ones() {
        assert_eq!(
            parsed("ｔｅａｍ－ｓｔａｎｄｕｐ"),
            Ok("team-standup".into())
        );
        assert_eq!(parsed("ＴＥＡＭ　７"), Ok("team-7".into()));
        assert_eq!(parsed("team−7"), Ok("team-7".into()));
        assert_eq!(parsed("ﾊﾟｰﾃｨｰ"), Ok("パーティー".into()));
        assert_eq!(parsed("𝓽𝓮𝓪𝓶"), Ok("team".into()));
        assert_eq!(parsed("oﬃce"), Ok("office".into()));
    }

    #[test]
    fn compatible_forms_leave_how_languages_are_written_alone() {
        for room in [
            "ㅋㅋ방",
            "마당",
            "น้ำ",
            "ห้องประชุม",
            "ນ້ຳ",
            "नमस्ते",
            "தமிழ்",
            "日本々",
            "9½-wochen",
        ] {
            assert_eq!(parsed(room), Ok(room.into()));
        }
    }

    #[test]
    fn what_shows_nothing_is_left_out() {
        assert_eq!(parsed("\u{feff}te\u{200b}am\u{2060}"), Ok("team".into()));
        assert_eq!(parsed("te\u{ad}am\u{200f}"), Ok("team".into()));
        assert_eq!(parsed("می\u{200c}خواهم"), parsed("میخواهم"));
        for blank in ['\u{3164}', '\u{ffa0}', '\u{2800}'] {
            assert_eq!(parsed(&format!("우리{blank}마당")), Ok("우리-마당".into()));
            assert_eq!(parsed(&blank.to_string()), Err(InvalidRoomId::Empty));
        }
        assert_eq!(
            parsed("\u{200b}\u{3164}\u{115f}"),
            Err(InvalidRoomId::Empty)
        );
    }

    #[test]
    fn what_is_no_room_id_is_refused_with_the_reason() {
        assert_eq!(parsed(""), Err(InvalidRoomId::Empty));
        assert_eq!(parsed(" - "), Err(InvalidRoomId::Empty));
        assert_eq!(parsed("../etc"), Err(InvalidRoomId::Character('.')));
        assert_eq!(parsed("a/b"), Err(InvalidRoomId::Character('/')));
        assert_eq!(
            parsed("a\u{202e}b"),
            Err(InvalidRoomId::Character('\u{202e}'))
        );
        assert_eq!(parsed("\u{301}a"), Err(InvalidRoomId::Character('\u{301}')));
        assert_eq!(parsed(&"a".repeat(64)), Ok("a".repeat(64)));
        assert_eq!(parsed(&"a".repeat(65)), Err(InvalidRoomId::TooLong));
    }

    #[test]
    fn a_generated_room_id_spells_all_of_its_eighty_bits() {
        let zero = RoomId::generate([0; 10]);
        assert_eq!(zero.as_str(), "0000-0000-0000-0000");
        assert_eq!(RoomId::generate([0xff; 10]).as_str(), "zzzz-zzzz-zzzz-zzzz");
        for bit in 0..80 {
            let mut entropy = [0; 10];
            entropy[bit / 8] = 1 << (bit % 8);
            assert_ne!(RoomId::generate(entropy), zero, "bit {bit} is lost");
        }
    }

    proptest! {
        #[test]
        fn generated_room_ids_parse_to_themselves(entropy: [u8; 10]) {
            let room = RoomId::generate(entropy);
            prop_assert_eq!(room.as_str().parse::<RoomId>(), Ok(room.clone()));
        }
    }
}
