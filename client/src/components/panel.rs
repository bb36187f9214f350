//! The frame of what stands beside the stage.

use yew::prelude::*;

use crate::components::{
    icon::{Glyph, icon},
    phrase::phrase,
};

/// A region called `label` with a heading. The cross in the corner is for the hand alone: the
/// control bar has a button for everybody, and no name is to be there twice.
pub fn panel(
    label: &'static str,
    title: &'static str,
    close: &'static str,
    onclose: &Callback<()>,
    children: Html,
) -> Html {
    html! {
        <section class="panel" aria-label={label}>
            <header class="panel-header">
                <h2>{phrase(title)}</h2>
                <span class="control" title={close} aria-hidden="true" onclick={onclose.reform(|_: MouseEvent| ())}>
                    {icon(Glyph::Close)}
                </span>
            </header>
            {children}
        </section>
    }
}
