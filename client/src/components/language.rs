//! The language that the page speaks, and the button that changes it.

use yew::prelude::*;

use crate::{
    components::phrase::phrase,
    text::{Language, Sentence, Text},
};

/// What every component finds above it.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageContext {
    /// What is spoken.
    pub language: Language,
    /// The person wants another language.
    pub onswitch: Callback<Language>,
}

/// The page's language.
#[hook]
pub fn use_language() -> Language {
    use_context::<LanguageContext>()
        .map(|speech| speech.language)
        .unwrap_or_default()
}

/// The words of the page's language.
#[hook]
pub fn use_text() -> &'static Text {
    use_language().text()
}

/// A button with the name of the other language, in that language.
#[component]
pub fn LanguageSwitch() -> Html {
    let Some(LanguageContext { language, onswitch }) = use_context::<LanguageContext>() else {
        return Html::default();
    };
    let other = language.other();
    html! {
        <button type="button" class="button slim" lang={other.tag()} onclick={onswitch.reform(move |_: MouseEvent| other)}>
            {phrase(Sentence::value(other.endonym()))}
        </button>
    }
}
