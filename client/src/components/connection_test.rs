//! Tests the connection, and says what was found.

use yew::prelude::*;

use crate::{
    browser,
    components::{
        icon::{Glyph, icon},
        phrase::phrase,
    },
    connectivity::{ConnectionTest, Finding},
    text::Text,
};

/// The button, and below it what was found last; nothing in a browser that makes no connections.
/// **The button stays where it is and keeps the focus**: what is found is read aloud.
pub fn connection_test(test: &ConnectionTest, ontest: &Callback<()>, text: &Text) -> Html {
    if !browser::support().webrtc {
        return Html::default();
    }
    let (running, found) = match test {
        ConnectionTest::NotAsked => (false, &[][..]),
        ConnectionTest::Running => (true, &[][..]),
        ConnectionTest::Done(found) => (false, &found[..]),
    };
    let (name, busy) = if running {
        (text.testing_connection, Some("true"))
    } else {
        (text.test_connection, None)
    };
    let line = |finding: &Finding| {
        let (glyph, class) = if finding.is_trouble() {
            (Glyph::Alert, "notice alert")
        } else {
            (Glyph::Hint, "notice")
        };
        html! { <li {class}>{icon(glyph)}<p>{phrase(text.finding(*finding))}</p></li> }
    };
    html! {
        <div class="connection-test">
            <button type="button" class="button slim" aria-busy={busy} aria-disabled={busy} onclick={ontest.reform(|_: MouseEvent| ())}>
                {phrase(name)}
            </button>
            <div aria-live="polite">
                if !found.is_empty() {
                    <ul class="notices">{for found.iter().map(line)}</ul>
                }
            </div>
        </div>
    }
}
