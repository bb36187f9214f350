//! Dialogs above everything else.

use yew::prelude::*;

use crate::{browser, components::effect::use_boxed_effect};

/// What a `<dialog>` is referred to by, so that it is shown above everything else, or not. **It is
/// always there, so that it gives the focus back when it closes**; what stands in it is there while
/// it is shown.
#[hook]
pub fn use_modal(shown: bool) -> NodeRef {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_boxed_effect(shown, move |shown| {
            if let Some(dialog) = node.get() {
                browser::set_modal(&dialog, *shown);
            }
        });
    }
    node
}
