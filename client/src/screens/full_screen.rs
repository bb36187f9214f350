//! A call on the whole screen.

use yew::prelude::*;

use crate::{
    browser,
    components::hooks::{use_boxed_effect, use_flag},
};

/// Whether the page has the whole screen, nothing where it cannot. It is given back with the call.
#[hook]
pub fn use_full_screen() -> Option<bool> {
    let full = use_flag(browser::is_full_screen());
    {
        let full = full.setter();
        use_boxed_effect((), move |()| {
            let listener = browser::on_full_screen_change(move |now| full.set(now));
            move || {
                drop(listener);
                browser::leave_full_screen();
            }
        });
    }
    browser::has_full_screen().then_some(*full)
}
