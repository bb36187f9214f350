//! The small window above all others.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{browser::PictureInPicture, components::hooks::use_boxed_effect};

/// The window while it is open, and what opens and closes it: to be called while a click is
/// handled.
#[hook]
pub fn use_picture_in_picture() -> (Option<Rc<PictureInPicture>>, Callback<bool>) {
    let window = use_state(|| None);
    let onwindow = use_callback(window.setter(), |open, window| {
        window.set(None);
        if open {
            let (window, closed) = (window.clone(), window.clone());
            let opening = PictureInPicture::open(move || closed.set(None));
            spawn_local(async move {
                if let Some(opened) = opening.await {
                    window.set(Some(Rc::new(opened)));
                }
            });
        }
    });
    {
        // The window knows what it tells that it closed, and would live as long as that.
        let window = window.setter();
        use_boxed_effect((), move |()| move || window.set(None));
    }
    ((*window).clone(), onwindow)
}
