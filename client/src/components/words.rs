//! The words of a message.

use protocol::{is_alphanumeric, is_numeric};
use yew::prelude::*;

use crate::{
    browser,
    components::{
        class::class,
        hooks::use_boxed_effect,
        linkify::{Piece, pieces},
        phrase::phrase,
    },
    text::{Language, Text},
};

/// Rows that a message may take before a part of it is folded away. `style.css` folds to ten: less
/// than two would be saved by nothing.
const MAX_ROWS: usize = 12;
/// Letters of the Latin script that a row of the panel holds. Where a row holds more, messages fold
/// a little early.
const ROW: usize = 36;

/// The words as they were written, with links. Of a long message the beginning, until the person
/// wants all. `onfold` hears that it takes another height now.
#[hook]
pub fn use_words(words: &str, onfold: &Callback<()>, text: &Text) -> Html {
    let node = use_node_ref();
    // Nothing until the person says so.
    let unfolded = use_state_eq(|| None);
    let is_long = rows(words) > MAX_ROWS;
    let is_unfolded = *unfolded == Some(true);
    let folded = is_long && !is_unfolded;
    use_boxed_effect((*unfolded, onfold.clone()), |(unfolded, onfold)| {
        if unfolded.is_some() {
            onfold.emit(());
        }
    });
    let label = if folded {
        text.show_all
    } else {
        text.show_less
    };
    let fold = {
        let (node, unfolded) = (node.clone(), unfolded.clone());
        move |_: MouseEvent| {
            // What follows moves up; the message itself is to stay in sight.
            if let Some(words) = node.get().filter(|_| is_unfolded) {
                browser::scroll_to_start(&words);
            }
            unfolded.set(Some(!is_unfolded));
        }
    };
    html! {
        <>
            <p ref={node} class={class("words", folded.then_some("folded"))} lang={language(words)} dir="auto" translate="no">
                {for pieces(words).into_iter().map(piece)}
            </p>
            if is_long {
                <button type="button" class="fold" onclick={fold}>{phrase(label)}</button>
            }
        </>
    }
}

fn piece(piece: Piece<'_>) -> Html {
    match piece {
        Piece::Plain(text) => html! { {text} },
        Piece::Link(link) => {
            html! { <a href={link.to_owned()} target="_blank" rel="noopener noreferrer nofollow">{link}</a> }
        }
    }
}

/// The language of what is written in Hangul for the most part, on whatever page: where its lines
/// break, and which voice reads it.
fn language(text: &str) -> Option<&'static str> {
    let is_korean = |c: &char| matches!(c, '가'..='힣');
    let korean = text.chars().filter(is_korean).count();
    let is_letter = |c: &char| !is_korean(c) && is_alphanumeric(*c) && !is_numeric(*c);
    let others = text.chars().filter(is_letter).count();
    // A syllable of it is two letters or three.
    (3 * korean > others).then(|| Language::Korean.tag())
}

/// How many rows a text takes, about. What is not Latin counts twice: most of it is as wide as
/// that.
fn rows(text: &str) -> usize {
    let width = |line: &str| -> usize {
        let widths = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 });
        widths.sum()
    };
    text.split('\n')
        .map(|line| width(line).div_ceil(ROW).max(1))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mostly_hangul_is_korean() {
        assert_eq!(language("zoom 링크"), Some("ko"));
        for other in ["link", "日本", "", "Thanks 지민, see you at three"] {
            assert_eq!(language(other), None, "{other}");
        }
    }

    #[test]
    fn rows_are_lines_and_what_does_not_fit_into_one() {
        assert_eq!(rows("hello"), 1);
        assert_eq!(rows("a\n\nb"), 3);
        assert_eq!(rows(&"a".repeat(ROW)), 1);
        assert_eq!(rows(&"a".repeat(ROW + 1)), 2);
        assert_eq!(rows(&"마".repeat(ROW)), 2);
        assert_eq!(rows(&"\n".repeat(300)), 301);
    }
}
