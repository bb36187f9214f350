//! After the call.

use mesh::WhyLeft;
use yew::prelude::*;

use crate::{
    browser::location,
    components::{effect::use_boxed_effect, language::use_text, page::page, phrase::phrase},
    text::{Sentence, Text, fill},
};

/// Why one is out.
#[derive(Properties, PartialEq)]
pub struct LeftProps {
    /// The reason.
    pub why: WhyLeft,
    /// The way home.
    pub home: AttrValue,
    /// The person wants to the first page.
    pub onhome: Callback<()>,
    /// The person goes back.
    pub onback: Callback<()>,
    /// The person wants in again.
    pub onrejoin: Callback<()>,
}

/// Why one is out, and the ways on.
#[component]
pub fn Left(props: &LeftProps) -> Html {
    let text = use_text();
    use_back(&props.onback);
    let (title, body) = words(props.why, text);
    let again = match props.why {
        WhyLeft::Asked | WhyLeft::Superseded => text.rejoin,
        WhyLeft::RoomFull(_) => text.try_again,
        WhyLeft::Version => text.reload_page,
    };
    let onagain = match props.why {
        WhyLeft::Version => Callback::from(|_: MouseEvent| location::reload()),
        _ => props.onrejoin.reform(|_| ()),
    };
    let children = html! {
        <>
            <h1 tabindex="-1">{phrase(title)}</h1>
            <p class="second">{phrase(body)}</p>
            <div class="actions">
                <button type="button" class="button primary" onclick={onagain}>{phrase(again)}</button>
                <button type="button" class="button" onclick={props.onhome.reform(|_: MouseEvent| ())}>{phrase(text.go_home)}</button>
            </div>
        </>
    };
    page("message", &props.home, text, children)
}

/// Below the call's entry in the history is the lobby's, at the same address.
#[hook]
fn use_back(onback: &Callback<()>) {
    use_boxed_effect(onback.clone(), |onback| {
        let onback = onback.clone();
        let listener = location::on_pop(move || onback.emit(()));
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
