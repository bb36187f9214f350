//! Characters that show nothing.

use crate::unicode::{is_alphanumeric, is_combining_mark};

/// Whether a character shows nothing: Unicode's property `Default_Ignorable_Code_Point`
/// (DerivedCoreProperties.txt of Unicode 17; the ranges hold what is reserved for it too),
/// controls, annotation marks, and glyphs without ink.
///
/// Some of them change the look of what stands beside them, as the joiner in 👩‍👧 does.
pub fn is_invisible(c: char) -> bool {
    is_ignorable(c) || is_blank(c) || c.is_control() || matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// Letters and signs that have the width of one, and no ink: they look like a space.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{13441}' | '\u{13442}' | '\u{1d159}'
    )
}

fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// How many characters at the beginning of `rest` show nothing by themselves and belong to what was
/// written before them: what joins the parts of an emoji or of a word in a script that needs it,
/// chooses a form, or spells a flag. 0 if there is none.
pub(crate) fn joined(before: Option<char>, rest: &[char]) -> usize {
    let (Some(before), Some(c)) = (before, rest.first()) else {
        return 0;
    };
    let next = rest.get(1).copied();
    let belongs = match c {
        '\u{200d}' if is_pictographic(before) => next.is_some_and(is_pictographic),
        '\u{200c}' | '\u{200d}' | '\u{180e}' => shapes(before) && next.is_some_and(shapes),
        '\u{fe0e}' | '\u{fe0f}' if is_keycap(before) => next == Some('\u{20e3}'),
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            !is_invisible(before)
                && (is_pictographic(before) || is_ideograph(before) || shapes(before))
        }
        _ => return flag(before, rest),
    };
    usize::from(belongs)
}

/// The length of a flag's tags behind its pole, the last one included: 🏴󠁧󠁢󠁥󠁮󠁧󠁿 (UTS #51, ED-14a).
fn flag(before: char, rest: &[char]) -> usize {
    /// A country's code and the one of a part of it.
    const MAX_TAGS: usize = 6;
    let is_tag = |c: &&char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags = rest.iter().take_while(is_tag).count();
    let ends = rest.get(tags) == Some(&'\u{e007f}');
    if before == '\u{1f3f4}' && (1..=MAX_TAGS).contains(&tags) && ends {
        tags + 1
    } else {
        0
    }
}

/// Of the blocks that hold the emoji, and the selector that makes an emoji of a sign.
fn is_pictographic(c: char) -> bool {
    matches!(c, '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '\u{2190}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn is_keycap(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Of a script whose letters change their shape with their neighbours: from Arabic to the scripts
/// of India, Tibet, Burma, Cambodia and Mongolia. There a joiner or the lack of one is spelling.
fn shapes(c: char) -> bool {
    (is_alphanumeric(c) || is_combining_mark(c))
        && matches!(c, '\u{600}'..='\u{109f}' | '\u{1700}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{10a00}'..='\u{11fff}'
            | '\u{1e900}'..='\u{1e95f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_something_is_not_invisible() {
        for c in [
            'a',
            '가',
            ' ',
            '.',
            '\u{301}',
            '🙂',
            '\u{1f3fb}',
            '\u{20e3}',
        ] {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn a_flag_is_joined_whole_or_not_at_all() {
        let tags: Vec<char> = "gbeng\u{7f}"
            .chars()
            .filter_map(|c| char::from_u32(0xe0000 + u32::from(c)))
            .collect();
        assert_eq!(joined(Some('\u{1f3f4}'), &tags), 6);
        assert_eq!(joined(Some('\u{1f3f4}'), &tags[..5]), 0);
        assert_eq!(joined(Some('a'), &tags), 0);
    }
}
