//! The call's link for the camera of a phone.

use std::fmt::Write;

use percent_encoding::{CONTROLS, utf8_percent_encode};
use qrcodegen::{QrCode, QrCodeEcc};
use yew::prelude::*;

use crate::{
    components::{
        icon::{Glyph, icon},
        modal::{Modal, close_button},
        phrase::phrase,
    },
    text::Text,
};

/// How much light there is around a code, in modules: ISO/IEC 18004, section 6.3.8.
const QUIET_ZONE: i32 = 4;

/// A button that shows the code.
pub fn qr_code_button(text: &Text, onqrcode: &Callback<()>) -> Html {
    html! {
        <button type="button" class="button" onclick={onqrcode.reform(|_: MouseEvent| ())}>
            {icon(Glyph::QrCode)}{phrase(text.show_qr_code)}
        </button>
    }
}

/// The code of a link while it is shown, and the link for who would rather read it. The person
/// closes it by the button or by Escape.
pub fn qr_code_dialog(shown: bool, link: &AttrValue, onclose: &Callback<()>, text: &Text) -> Html {
    html! {
        <Modal {shown} class="question settings" heading="qr-title" {onclose}>
            if shown {
                // The button is below the code, and would scroll it out of sight of a low window.
                <h2 id="qr-title" tabindex="-1" autofocus=true>{phrase(text.qr_code)}</h2>
                <p class="second">{phrase(text.qr_code_hint)}</p>
                {code(link, text)}
                <p class="address" translate="no">{link}</p>
                <div class="actions">{close_button(onclose, text)}</div>
            }
        </Modal>
    }
}

/// The style sheet makes it black on white.
fn code(link: &str, text: &Text) -> Html {
    let Some(code) = encode(link) else {
        return Html::default();
    };
    let side = code.size() + 2 * QUIET_ZONE;
    let view_box = format!("-{QUIET_ZONE} -{QUIET_ZONE} {side} {side}");
    html! {
        <svg class="qr-code" viewBox={view_box} shape-rendering="crispEdges" role="img" aria-label={text.qr_code_label}>
            <path d={dark(&code)} />
        </svg>
    }
}

/// Nothing, if a link is longer than 2,331 bytes. Programs that read codes do not agree on what
/// letters beyond ASCII are, so there are none.
fn encode(link: &str) -> Option<QrCode> {
    let link = utf8_percent_encode(link, CONTROLS).to_string();
    QrCode::encode_text(&link, QrCodeEcc::Medium).ok()
}

/// The dark modules as an SVG path, row by row: those side by side are one rectangle.
fn dark(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let width = (x..code.size())
                .take_while(|x| code.get_module(*x, y))
                .count();
            if width > 0 {
                // A string takes everything.
                let _ = write!(path, "M{x} {y}h{width}v1h-{width}z");
            }
            x += width as i32 + 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{components::markup, text::Language};

    #[test]
    fn rectangles_cover_the_dark_modules_and_no_other() {
        let code = encode("https://example.org/r/tea").unwrap();
        let mut dark_modules = Vec::new();
        for rectangle in dark(&code).split_terminator('z') {
            let (start, width) = rectangle[1..].split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (width, _) = width.split_once('v').unwrap();
            let [x, y, width] = [x, y, width].map(|number| number.parse::<i32>().unwrap());
            dark_modules.extend((x..x + width).map(|x| (y, x)));
        }
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (y, x)));
        let expected: Vec<_> = all.filter(|(y, x)| code.get_module(*x, *y)).collect();
        assert_eq!(dark_modules, expected);
    }

    #[test]
    fn the_longest_link_has_a_code() {
        let room = "마".repeat(protocol::RoomId::MAX_CHARS);
        assert!(encode(&format!("https://{}.example/r/{room}", "w".repeat(240))).is_some());
        assert!(encode(&"w".repeat(4000)).is_none());
    }

    #[test]
    fn the_code_has_a_name_and_the_link_stands_below() {
        let link = "https://example.org/r/tea".into();
        let text = Language::English.text();
        let drawn = markup(qr_code_dialog(true, &link, &Callback::noop(), text));
        let (code, link) = drawn.split_once("</svg>").unwrap();
        assert!(code.contains("role=\"img\" aria-label=\"QR code of the link to this room\""));
        assert_eq!(code.matches("<path").count(), 1);
        assert!(link.contains(">https://example.org/r/tea</p>"));
    }
}
