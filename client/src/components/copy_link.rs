//! A button that puts the room's link on the clipboard.

use yew::{platform::spawn_local, prelude::*};

use crate::{
    browser,
    components::{
        icon::{Glyph, icon},
        phrase::phrase,
    },
    text::Text,
};

/// A button of this class that copies the link, and tells how that went, for the status region.
pub fn copy_link(
    text: &'static Text,
    link: &str,
    class: &'static str,
    onsaid: &Callback<&'static str>,
) -> Html {
    let copy = {
        let (link, onsaid) = (link.to_owned(), onsaid.clone());
        move |_: MouseEvent| {
            let (link, onsaid) = (link.clone(), onsaid.clone());
            spawn_local(async move {
                let copied = browser::copy_text(link).await;
                onsaid.emit(if copied {
                    text.link_copied
                } else {
                    text.copy_failed
                });
            });
        }
    };
    html! {
        <button type="button" {class} title={text.copy_link} onclick={copy}>
            {icon(Glyph::Link)}<span class="words">{phrase(text.copy_link)}</span>
        </button>
    }
}
