//! The frame of all pages but the call.

use yew::prelude::*;

use crate::{
    components::{language::LanguageSwitch, phrase::phrase},
    text::{Sentence, Text},
};

/// The brand, the language switch and the licence around a page of this class; `home` is the way
/// home.
pub fn page(class: &'static str, home: &AttrValue, text: &Text, children: Html) -> Html {
    html! {
        <div class="page">
            <header class="page-header">
                <a class="brand" href={home}>{mark()}{phrase(Sentence::value(text.brand))}</a>
                <LanguageSwitch />
            </header>
            <main {class}>{children}</main>
            <footer class="page-footer">{phrase(text.licence)}</footer>
        </div>
    }
}

/// The mark: three people around a courtyard. The same as `favicon.svg`.
pub fn mark() -> Html {
    html! {
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <rect class="mark-ground" width="32" height="32" rx="8" />
            <path class="mark-line" d="M9 10.5h14L16 22.5Z" />
            <circle class="mark-node" cx="9" cy="10.5" r="3.2" />
            <circle class="mark-node" cx="23" cy="10.5" r="3.2" />
            <circle class="mark-node" cx="16" cy="22.5" r="3.2" />
        </svg>
    }
}
