//! Says what this browser lacks for a call.

use yew::prelude::*;

use crate::{
    browser,
    components::{icon::Glyph, notice::Notice, phrase::phrase},
    text::Text,
};

/// An alert if the browser cannot make calls, a hint if it may not get the devices; nothing in a
/// good browser. `insecure_is_told`: a device was asked for, and its notice tells that the page was
/// not loaded securely.
pub fn support_notice(text: &Text, insecure_is_told: bool) -> Html {
    let support = browser::support();
    let (words, alert) = match support {
        _ if !support.webrtc => (text.no_webrtc, true),
        _ if support.in_app => (text.in_app_browser, false),
        _ if !support.secure && !insecure_is_told => (text.insecure_page, false),
        _ => return Html::default(),
    };
    let way_out = browser::way_out().filter(|_| support.webrtc && support.in_app);
    let link = way_out.map_or_else(Html::default, |address| {
        html! { <a class="button slim" href={address}>{phrase(text.open_in_browser)}</a> }
    });
    html! { <div class="notices"><Notice glyph={Glyph::Alert} {words} {alert}>{link}</Notice></div> }
}
