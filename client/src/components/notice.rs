//! A sentence that people should read.

use yew::prelude::*;

use crate::{
    components::{
        class::class,
        hooks::use_flag,
        icon::{Glyph, icon},
        language::use_text,
        phrase::phrase,
    },
    text::Sentence,
};

/// What a notice says.
#[derive(Properties, PartialEq)]
pub struct NoticeProps {
    /// What it is about.
    pub glyph: Glyph,
    /// The sentence.
    pub words: Sentence,
    /// Whether it needs the person, and is read aloud at once.
    #[prop_or_default]
    pub alert: bool,
    /// Whether the person may put it away.
    #[prop_or_default]
    pub dismissable: bool,
    /// A button behind the sentence.
    #[prop_or_default]
    pub children: Html,
}

/// A sentence with an icon before it.
#[component]
pub fn Notice(props: &NoticeProps) -> Html {
    let text = use_text();
    let dismissed = use_flag(false);
    if *dismissed {
        return Html::default();
    }
    let dismiss = Callback::from(move |_: MouseEvent| dismissed.set(true));
    html! {
        <div class={class("notice", props.alert.then_some("alert"))} role={props.alert.then_some("alert")}>
            {icon(props.glyph)}
            <p>{phrase(props.words.clone())}</p>
            {props.children.clone()}
            if props.dismissable {
                <button type="button" class="dismiss" aria-label={text.dismiss} title={text.dismiss} onclick={dismiss}>
                    {icon(Glyph::Close)}
                </button>
            }
        </div>
    }
}
