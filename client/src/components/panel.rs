//! The frame of what stands beside the stage.

use yew::prelude::*;

use crate::components::{
    icon::{Glyph, Icon},
    phrase::phrase,
};

/// What stands in the frame.
#[derive(Properties, PartialEq)]
pub struct PanelProps {
    /// What the region is called.
    pub label: AttrValue,
    /// What its heading says.
    pub title: &'static str,
    /// What the button that closes it says when pointed at.
    pub close: AttrValue,
    /// The person closes it.
    pub onclose: Callback<()>,
    /// What stands in it.
    pub children: Html,
}

/// A region with a heading. The cross in the corner is for the hand alone: the control bar has a
/// button for everybody, and no name is to be there twice.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    html! {
        <section class="panel" aria-label={&props.label}>
            <header class="panel-header">
                <h2>{phrase(props.title)}</h2>
                <span class="control" title={&props.close} aria-hidden="true" onclick={props.onclose.reform(|_: MouseEvent| ())}>
                    <Icon glyph={Glyph::Close} />
                </span>
            </header>
            {props.children.clone()}
        </section>
    }
}
