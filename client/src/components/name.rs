//! What a person is called, where there may be too little room for it.

use yew::prelude::*;

use crate::{components::phrase::phrase, text::Sentence};

/// The name, cut if need be, but never its end in brackets: that tells two people of one name
/// apart, and says who is oneself.
pub fn person_name(label: &str) -> Html {
    let (name, end) = parts(label);
    html! {
        <span class="name">
            <span class="cut">{phrase(Sentence::value(name))}</span>
            {phrase(Sentence::value(end))}
        </span>
    }
}

/// Longer than ` (you)`, and than the number of the last of a long day's guests.
const LONGEST_END: usize = 8;

fn parts(label: &str) -> (&str, &str) {
    let end = label
        .rfind(" (")
        .filter(|place| label.ends_with(')') && label[*place..].chars().count() <= LONGEST_END);
    label.split_at(end.unwrap_or(label.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_what_stands_in_the_last_brackets() {
        assert_eq!(parts("Kim"), ("Kim", ""));
        assert_eq!(parts("Kim (2)"), ("Kim", " (2)"));
        assert_eq!(parts("Kim (2) (1)"), ("Kim (2)", " (1)"));
        assert_eq!(parts("하늘 (나)"), ("하늘", " (나)"));
        assert_eq!(parts("Kim (a long remark)"), ("Kim (a long remark)", ""));
        assert_eq!(parts("(2) Kim"), ("(2) Kim", ""));
    }
}
