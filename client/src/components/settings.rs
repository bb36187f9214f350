//! What a person can set.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    browser,
    choice::{Choices, DeviceKind},
    components::{
        device_selects::DeviceSelects,
        language::{LanguageSwitch, use_text},
        phrase::phrase,
        preferences::Preferences,
    },
};

/// How things are set.
#[derive(Properties, PartialEq)]
pub struct SettingsDialogProps {
    /// It is shown.
    pub shown: bool,
    /// The devices that there are to choose from.
    pub choices: Rc<Choices>,
    /// The person chose the device of this `deviceId`.
    pub onchoose: Callback<(DeviceKind, String)>,
    /// The person closes it: by the button or by Escape.
    pub onclose: Callback<()>,
}

/// A dialog that is always there, so that it gives the focus back when it closes; what stands in it
/// is there while it is shown.
#[component]
pub fn SettingsDialog(props: &SettingsDialogProps) -> Html {
    let text = use_text();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.shown, move |shown| {
            if let Some(dialog) = node.get() {
                browser::set_modal(&dialog, *shown);
            }
        });
    }
    let is_offered = |kind: &DeviceKind| props.choices.offered(*kind).next().is_some();
    html! {
        <dialog ref={node} class="question settings" aria-labelledby="settings" onclose={props.onclose.reform(|_: Event| ())}>
            if props.shown {
                <h2 id="settings">{phrase(text.settings)}</h2>
                <DeviceSelects id="settings" choices={props.choices.clone()} onchoose={&props.onchoose} />
                if !DeviceKind::ALL.iter().any(is_offered) {
                    <p class="second">{phrase(text.no_choice)}</p>
                }
                <Preferences />
                <div class="actions">
                    <LanguageSwitch />
                    <button type="button" class="button primary" onclick={props.onclose.reform(|_: MouseEvent| ())}>{phrase(text.close)}</button>
                </div>
            }
        </dialog>
    }
}
