//! Says what this browser lacks for a call.

use yew::prelude::*;

use crate::{
    browser,
    components::{icon::Glyph, language::use_text, notice::Notice, phrase::phrase},
};

/// What is said already.
#[derive(Properties, PartialEq)]
pub struct SupportNoticeProps {
    /// A device was asked for, and its notice tells that the page was not loaded securely.
    #[prop_or_default]
    pub insecure_is_told: bool,
}

/// An alert if the browser cannot make calls, a hint if it may not get the devices; nothing in a
/// good browser.
#[component]
pub fn SupportNotice(props: &SupportNoticeProps) -> Html {
    let text = use_text();
    let support = browser::support();
    let (words, alert) = match support {
        _ if !support.webrtc => (text.no_webrtc, true),
        _ if support.in_app => (text.in_app_browser, false),
        _ if !support.secure && !props.insecure_is_told => (text.insecure_page, false),
        _ => return Html::default(),
    };
    let way_out = browser::way_out().filter(|_| support.webrtc && support.in_app);
    let link = way_out.map_or_else(Html::default, |address| {
        html! { <a class="button slim" href={address}>{phrase(text.open_in_browser)}</a> }
    });
    html! { <div class="notices"><Notice glyph={Glyph::Alert} {words} {alert}>{link}</Notice></div> }
}
