//! What somebody who is alone in a call needs: the link.

use yew::{platform::spawn_local, prelude::*};

use crate::{
    browser,
    components::{
        copy_link::copy_link,
        icon::{Glyph, icon},
        phrase::phrase,
        qr_code::qr_code_button,
    },
    text::Text,
};

/// The link to read, copy, share and show; tells how copying went.
pub fn invite(
    text: &'static Text,
    link: &str,
    onsaid: &Callback<&'static str>,
    onqrcode: &Callback<()>,
) -> Html {
    let share = {
        let link = link.to_owned();
        move |_: MouseEvent| {
            let link = link.clone();
            // Whether something was shared, the system's sheet has told.
            spawn_local(async move {
                browser::share(text.brand.to_owned(), link).await;
            });
        }
    };
    html! {
        <div class="invite">
            <h2>{phrase(text.alone)}</h2>
            <p class="second">{phrase(text.invite)}</p>
            <p class="address" translate="no">{link}</p>
            <div class="actions">
                {copy_link(text, link, "button primary", onsaid)}
                if browser::can_share() {
                    <button type="button" class="button" onclick={share}>{icon(Glyph::Share)}{phrase(text.share_link)}</button>
                }
                {qr_code_button(text, onqrcode)}
            </div>
        </div>
    }
}
