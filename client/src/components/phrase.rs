//! Words that may change.

use yew::{html::IntoPropValue, prelude::*};

use crate::text::{Part, Sentence};

/// Shows words. A translator of the browser's puts elements in place of text nodes: what is written
/// into these later is seen by nobody, they cannot be taken away, and yew panics where it inserts
/// before them. So **words stand in an element of their own, with nothing beside them, and other
/// words get another one**. What belongs to no language is left alone.
pub fn phrase(words: impl Into<Sentence>) -> Html {
    show(&words.into())
}

/// In a list of its own, so that equal words may stand side by side.
fn show(words: &Sentence) -> Html {
    html! { <><span key={words.to_string()}>{for words.parts().iter().map(part)}</span></> }
}

impl IntoPropValue<Sentence> for &'static str {
    fn into_prop_value(self) -> Sentence {
        self.into()
    }
}

impl IntoPropValue<Sentence> for String {
    fn into_prop_value(self) -> Sentence {
        self.into()
    }
}

fn part(part: &Part) -> Html {
    match part {
        Part::Words(words) => html! { {words} },
        Part::Value(value) => html! { <bdi translate="no">{value}</bdi> },
    }
}
