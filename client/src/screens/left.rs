//! After the call.

use mesh::WhyLeft;
use yew::prelude::*;

use crate::{
    browser::location,
    components::{hooks::use_boxed_effect, page::page, phrase::phrase},
    text::{Sentence, Text, fill},
};

/// Why one is out, and the ways on: to the first page, and in again.
pub fn left(
    why: WhyLeft,
    home: &AttrValue,
    onhome: &Callback<()>,
    onrejoin: &Callback<()>,
    text: &Text,
) -> Html {
    let (title, body) = words(why, text);
    let again = match why {
        WhyLeft::Asked | WhyLeft::Superseded => text.rejoin,
        WhyLeft::RoomFull(_) => text.try_again,
        WhyLeft::Version => text.reload_page,
    };
    let onagain = match why {
        WhyLeft::Version => Callback::from(|_: MouseEvent| location::reload()),
        _ => onrejoin.reform(|_| ()),
    };
    let children = html! {
        <>
            <h1 tabindex="-1">{phrase(title)}</h1>
            <p class="second">{phrase(body)}</p>
            <div class="actions">
                <button type="button" class="button primary" onclick={onagain}>{phrase(again)}</button>
                <button type="button" class="button" onclick={onhome.reform(|_: MouseEvent| ())}>{phrase(text.go_home)}</button>
            </div>
        </>
    };
    page("message", home, text, children)
}

/// Back calls this, once one is out: below the call's entry in the history is the lobby's, at the
/// same address.
#[hook]
pub fn use_back(onback: Option<&Callback<()>>) {
    use_boxed_effect(onback.cloned(), |onback| {
        let onback = onback.clone();
        let listener = onback.map(|onback| location::on_pop(move || onback.emit(())));
        move || drop(listener)
    });
}

fn words(why: WhyLeft, text: &Text) -> (&'static str, Sentence) {
    match why {
        WhyLeft::Asked => (text.left_title, text.left_body.into()),
        WhyLeft::RoomFull(capacity) => (
            text.full_title,
            fill(text.full_body, &[&capacity.to_string()]),
        ),
        WhyLeft::Superseded => (text.superseded_title, text.superseded_body.into()),
        WhyLeft::Version => (text.version_title, text.version_body.into()),
    }
}
