//! What a person can set.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    choice::{Choices, DeviceKind},
    components::{
        connection_test::connection_test,
        device_selects::DeviceSelects,
        language::LanguageSwitch,
        modal::{Modal, close_button},
        phrase::phrase,
        preferences::Preferences,
    },
    connectivity::ConnectionTest,
    text::Text,
};

/// What can be set.
pub struct Settings<'a> {
    /// They are shown.
    pub shown: bool,
    /// The devices that there are to choose from.
    pub choices: &'a Rc<Choices>,
    /// The person chose the device of this `deviceId`.
    pub onchoose: &'a Callback<(DeviceKind, String)>,
    /// What else is set.
    pub preferences: &'a Preferences,
    /// How the connection's test stands and how to ask for it, where that is not offered elsewhere.
    pub test: Option<(&'a ConnectionTest, &'a Callback<()>)>,
    /// The person wants to see what keys do, where they do something.
    pub onshortcuts: Option<&'a Callback<()>>,
    /// The person closes them: by the button or by Escape.
    pub onclose: &'a Callback<()>,
}

impl Settings<'_> {
    /// Devices, preferences, shortcuts and the language.
    pub fn draw(&self, text: &Text) -> Html {
        let is_offered = |kind: &DeviceKind| self.choices.offered(*kind).next().is_some();
        html! {
            <Modal shown={self.shown} class="question settings" heading="settings" onclose={self.onclose}>
                if self.shown {
                    <h2 id="settings">{phrase(text.settings)}</h2>
                    <DeviceSelects id="settings" choices={self.choices.clone()} onchoose={self.onchoose} />
                    if !DeviceKind::ALL.iter().any(is_offered) {
                        <p class="second">{phrase(text.no_choice)}</p>
                    }
                    {self.preferences.draw(text)}
                    if let Some(onshortcuts) = self.onshortcuts {
                        <button type="button" class="button" onclick={onshortcuts.reform(|_: MouseEvent| ())}>{phrase(text.shortcuts)}</button>
                    }
                    if let Some((test, ontest)) = self.test {
                        {connection_test(test, ontest, text)}
                    }
                    <div class="actions">
                        <LanguageSwitch />
                        {close_button(self.onclose, text)}
                    </div>
                }
            </Modal>
        }
    }
}
