//! What the browser's tab tells of a call.

use yew::prelude::*;

use crate::{
    browser::{self, OnAir},
    components::hooks::{use_boxed_effect, use_flag},
};

/// Tells how many messages nobody has seen, and whether the microphone is on.
#[hook]
pub fn use_tab(unread: usize, on_air: bool) {
    use_boxed_effect(unread, |unread| {
        browser::set_unread(*unread);
        || browser::set_unread(0)
    });
    use_boxed_effect(on_air, |on_air| {
        let icon = on_air.then(OnAir::new);
        move || drop(icon)
    });
}

/// Whether somebody looks at the page.
#[hook]
pub fn use_visible() -> bool {
    let visible = use_flag(browser::is_visible());
    {
        let visible = visible.setter();
        use_boxed_effect((), move |()| {
            let listener = browser::on_visibility_change(move |now| visible.set(now));
            move || drop(listener)
        });
    }
    *visible
}
