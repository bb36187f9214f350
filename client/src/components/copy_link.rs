//! A button that puts the room's link on the clipboard.

use yew::{platform::spawn_local, prelude::*};

use crate::{
    browser,
    components::{
        icon::{Glyph, Icon},
        language::use_text,
        phrase::phrase,
    },
};

/// Which link.
#[derive(Properties, PartialEq)]
pub struct CopyLinkProps {
    /// The link.
    pub link: AttrValue,
    /// What the button looks like.
    #[prop_or_default]
    pub class: Classes,
    /// Tells how it went, for the status region.
    pub onsaid: Callback<&'static str>,
}

/// Copies the link, and says so.
#[component]
pub fn CopyLink(props: &CopyLinkProps) -> Html {
    let text = use_text();
    let copy = {
        let (link, onsaid) = (props.link.to_string(), props.onsaid.clone());
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
        <button type="button" class={classes!("button", props.class.clone())} title={text.copy_link} onclick={copy}>
            <Icon glyph={Glyph::Link} /><span class="words">{phrase(text.copy_link)}</span>
        </button>
    }
}
