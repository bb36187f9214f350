//! What somebody who is alone in a call needs: the link.

use yew::{platform::spawn_local, prelude::*};

use crate::{
    browser,
    components::{
        copy_link::CopyLink,
        icon::{Glyph, Icon},
        language::use_text,
        phrase::phrase,
    },
};

/// Which link.
#[derive(Properties, PartialEq)]
pub struct InviteProps {
    /// The link.
    pub link: AttrValue,
    /// Tells how copying went.
    pub onsaid: Callback<&'static str>,
}

/// The link to read, copy and share.
#[component]
pub fn Invite(props: &InviteProps) -> Html {
    let text = use_text();
    let share = {
        let link = props.link.to_string();
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
            <p class="address" translate="no">{&props.link}</p>
            <div class="actions">
                <CopyLink link={&props.link} class="primary" onsaid={&props.onsaid} />
                if browser::can_share() {
                    <button type="button" class="button" onclick={share}><Icon glyph={Glyph::Share} />{phrase(text.share_link)}</button>
                }
            </div>
        </div>
    }
}
