//! Raised hands.

use protocol::PeerId;
use yew::prelude::*;

use crate::{
    components::{
        control::control,
        icon::{Glyph, icon},
        phrase::phrase,
    },
    text::{Sentence, Text},
};

/// Raises one's hand or lowers it; `up`: whether it is up.
pub fn hand_button(up: bool, onhand: &Callback<bool>, text: &Text) -> Html {
    let name = if up { text.lower_hand } else { text.raise_hand };
    let onclick = onhand.reform(move |_: MouseEvent| !up);
    control(up.then_some("raised"), name, Glyph::Hand, onclick)
}

/// Which place somebody has among the hands that are up, from 1.
pub fn place(hands: &[PeerId], id: Option<PeerId>) -> Option<usize> {
    let place = hands.iter().position(|hand| Some(*hand) == id)?;
    Some(place + 1)
}

/// Says that a hand is up, and which place it has.
pub fn raised(place: usize, text: &Text) -> Html {
    html! {
        <span class="hand">
            {icon(Glyph::Hand)}
            <span class="unseen">{phrase(text.hand_raised)}</span>
            {phrase(Sentence::value(place.to_string()))}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_hand_has_the_first_place() {
        let id = |first| PeerId([first; 16]);
        let hands = [id(2), id(1)];
        assert_eq!(place(&hands, Some(id(2))), Some(1));
        assert_eq!(place(&hands, Some(id(1))), Some(2));
        assert_eq!(place(&hands, Some(id(3))), None);
        assert_eq!(place(&hands, None), None);
    }
}
