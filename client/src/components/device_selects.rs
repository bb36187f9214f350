//! Chooses microphone, camera and speaker.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    browser,
    choice::{Choices, DeviceKind, MediaDevice},
    components::{hooks::use_boxed_effect_always, language::use_text, phrase::phrase},
};

/// What there is to choose from.
#[derive(Properties, PartialEq)]
pub struct DeviceSelectsProps {
    /// Begins the ids of the fields, which are unique on the page.
    pub id: &'static str,
    /// What there is to choose from.
    pub choices: Rc<Choices>,
    /// The person chose the device of this `deviceId`.
    pub onchoose: Callback<(DeviceKind, String)>,
}

/// A `<select>` for each kind of which there is something to choose. It shows what is in use,
/// whatever was chosen.
#[component]
pub fn DeviceSelects(props: &DeviceSelectsProps) -> Html {
    let text = use_text();
    let nodes = [use_node_ref(), use_node_ref(), use_node_ref()];
    {
        let (nodes, choices) = (nodes.clone(), props.choices.clone());
        use_boxed_effect_always(move || {
            for kind in DeviceKind::ALL {
                let is_offered = |id: &&str| choices.label(kind, id).is_some();
                let first = choices
                    .offered(kind)
                    .next()
                    .map(|device| device.id.as_str());
                let in_use = choices.in_use(kind).filter(is_offered).or(first);
                if let (Some(node), Some(id)) = (nodes[kind as usize].get(), in_use) {
                    browser::select(&node, id);
                }
            }
        });
    }
    let option = |device: &MediaDevice| {
        html! { <option key={device.id.clone()} value={device.id.clone()}>{&device.label}</option> }
    };
    let field = |kind: DeviceKind| {
        let id = format!("{}-{kind:?}", props.id);
        let onchange = props
            .onchoose
            .reform(move |event: Event| (kind, browser::selected(&event)));
        html! {
            <div class="field" key={id.clone()}>
                <label for={id.clone()}>{phrase(text.device_kind(kind))}</label>
                <select {id} ref={nodes[kind as usize].clone()} translate="no" {onchange}>
                    {for props.choices.offered(kind).map(option)}
                </select>
            </div>
        }
    };
    let is_offered = |kind: &DeviceKind| props.choices.offered(*kind).next().is_some();
    html! { <>{for DeviceKind::ALL.into_iter().filter(is_offered).map(field)}</> }
}
