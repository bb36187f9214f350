//! What the browser's tab tells of a call.

use yew::prelude::*;

use crate::browser::{self, OnAir};

/// Tells how many messages nobody has seen, and whether the microphone is on.
#[hook]
pub fn use_tab(unread: usize, on_air: bool) {
    use_effect_with(unread, |unread| {
        browser::set_unread(*unread);
        || browser::set_unread(0)
    });
    use_effect_with(on_air, |on_air| {
        let icon = on_air.then(OnAir::new);
        move || drop(icon)
    });
}

/// Whether somebody looks at the page.
#[hook]
pub fn use_visible() -> bool {
    let visible = use_state_eq(browser::is_visible);
    {
        let visible = visible.setter();
        use_effect_with((), move |()| {
            let listener = browser::on_visibility_change(move |now| visible.set(now));
            move || drop(listener)
        });
    }
    *visible
}
