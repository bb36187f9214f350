//! Tells whether anything is drawn any more.

use yew::prelude::*;

use crate::{
    browser::{self, Answer},
    components::hooks::{use_boxed_effect, use_boxed_effect_always},
};

/// Yew draws at length in several tasks: what it was at, this, and what comes of it.
const TURNS: u32 = 5;

/// Draws nothing, and answers for all that is drawn: **it answers when it has been drawn anew**.
#[component]
pub fn RenderProbe() -> Html {
    let asked = use_mut_ref(|| None::<Answer>);
    let update = use_force_update();
    {
        let asked = asked.clone();
        use_boxed_effect((), move |()| {
            let probe = browser::LivenessProbe::new(TURNS, move |answer| {
                asked.replace(Some(answer));
                update.force_update();
            });
            move || drop(probe)
        });
    }
    use_boxed_effect_always(move || {
        if let Some(answer) = asked.take() {
            answer.give();
        }
    });
    Html::default()
}
