//! What people see: data in, callbacks out.

pub mod avatar;
pub mod chat;
pub mod class;
pub mod composer;
pub mod connection_test;
pub mod control;
pub mod controls;
pub mod copy_link;
pub mod delivery;
pub mod device_news;
pub mod device_notices;
pub mod device_selects;
pub mod field;
pub mod hand;
pub mod hooks;
pub mod icon;
pub mod idle;
pub mod invite;
pub mod label;
pub mod language;
pub mod leave_question;
pub mod linkify;
pub mod links;
pub mod meter;
pub mod miniature;
pub mod modal;
pub mod name;
pub mod notice;
pub mod page;
pub mod panel;
pub mod people;
pub mod phrase;
pub mod pins;
pub mod preferences;
pub mod probe;
pub mod qr_code;
pub mod reactions;
pub mod settings;
pub mod shortcuts;
pub mod support_notice;
pub mod tile;
pub mod tiles;
pub mod toggles;
pub mod unread;
pub mod video;
pub mod words;

/// What is drawn first, without a browser.
#[cfg(test)]
fn markup(html: yew::Html) -> String {
    use futures_util::FutureExt;
    use yew::prelude::*;

    #[derive(Properties, PartialEq)]
    struct DrawnProps {
        html: Html,
    }

    #[component]
    fn Drawn(props: &DrawnProps) -> Html {
        props.html.clone()
    }

    let drawing = yew::LocalServerRenderer::<Drawn>::with_props(DrawnProps { html });
    let drawing = drawing.hydratable(false);
    drawing.render().now_or_never().unwrap_or_default()
}
