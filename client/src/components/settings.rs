//! What a person can set.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    choice::{Choices, DeviceKind},
    components::{
        connection_test::connection_test,
        device_selects::DeviceSelects,
        language::{LanguageSwitch, use_text},
        modal::use_modal,
        phrase::phrase,
        preferences::Preferences,
    },
    connectivity::ConnectionTest,
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
    /// How the connection's test stands and how to ask for it, where that is not offered elsewhere.
    #[prop_or_default]
    pub test: Option<(ConnectionTest, Callback<()>)>,
    /// The person wants to see what keys do, where they do something.
    #[prop_or_default]
    pub onshortcuts: Option<Callback<()>>,
    /// The person closes it: by the button or by Escape.
    pub onclose: Callback<()>,
}

/// Devices, preferences, shortcuts and the language.
#[component]
pub fn SettingsDialog(props: &SettingsDialogProps) -> Html {
    let text = use_text();
    let node = use_modal(props.shown);
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
                if let Some(onshortcuts) = &props.onshortcuts {
                    <button type="button" class="button" onclick={onshortcuts.reform(|_: MouseEvent| ())}>{phrase(text.shortcuts)}</button>
                }
                if let Some((test, ontest)) = &props.test {
                    {connection_test(test, ontest, text)}
                }
                <div class="actions">
                    <LanguageSwitch />
                    <button type="button" class="button primary" onclick={props.onclose.reform(|_: MouseEvent| ())}>{phrase(text.close)}</button>
                </div>
            }
        </dialog>
    }
}
