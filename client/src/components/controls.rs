//! The bar below the stage.

use mesh::{Device, PerSource, Wish};
use yew::prelude::*;

use crate::{
    browser,
    components::{
        hand::HandButton,
        icon::{Glyph, icon},
        language::use_text,
        phrase::phrase,
        toggles::Toggles,
    },
    text::{Sentence, fill},
};

/// What can stand beside the stage, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// The chat.
    Chat,
    /// The list of people.
    People,
}

/// How things stand.
#[derive(Properties, PartialEq)]
pub struct ControlsProps {
    /// One's own devices.
    pub devices: PerSource<Device>,
    /// What stands beside the stage.
    pub panel: Option<Panel>,
    /// Messages that nobody has seen here.
    pub unread: usize,
    /// The person wants devices on or off.
    pub onwant: Callback<Wish>,
    /// Whether one's hand is up.
    pub hand: bool,
    /// The person wants the hand up or down.
    pub onhand: Callback<bool>,
    /// The person wants this panel, or none.
    pub onpanel: Callback<Option<Panel>>,
    /// The person wants to set something.
    pub onsettings: Callback<()>,
    /// The person leaves.
    pub onleave: Callback<()>,
}

/// Devices, panels, and the way out.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    let text = use_text();
    html! {
        <section class="bar" aria-label={text.controls}>
            <Toggles devices={props.devices} onwant={&props.onwant} />
            <HandButton up={props.hand} onhand={&props.onhand} />
            <PanelButton panel={Panel::Chat} shown={props.panel} open={text.open_chat} close={text.close_chat}
                unread={props.unread} onpanel={&props.onpanel} />
            <PanelButton panel={Panel::People} shown={props.panel} open={text.show_people} close={text.hide_people}
                onpanel={&props.onpanel} />
            <SettingsButton onsettings={&props.onsettings} />
            <button type="button" class="control leave" aria-label={text.leave_call} title={text.leave_call}
                onclick={props.onleave.reform(|_: MouseEvent| ())}>
                {icon(Glyph::Leave)}
            </button>
        </section>
    }
}

/// Who wants to know.
#[derive(Properties, PartialEq)]
pub struct SettingsButtonProps {
    /// The person wants to set something.
    pub onsettings: Callback<()>,
}

/// Opens what can be set.
#[component]
pub fn SettingsButton(props: &SettingsButtonProps) -> Html {
    let text = use_text();
    html! {
        <button type="button" class="control" aria-label={text.settings} title={text.settings}
            onclick={props.onsettings.reform(|_: MouseEvent| ())}>
            {icon(Glyph::Settings)}
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct PanelButtonProps {
    panel: Panel,
    shown: Option<Panel>,
    open: &'static str,
    close: &'static str,
    #[prop_or_default]
    unread: usize,
    onpanel: Callback<Option<Panel>>,
}

/// Opens or closes one panel. The unread count describes the button and is no part of its name.
#[component]
fn PanelButton(props: &PanelButtonProps) -> Html {
    let text = use_text();
    let panel = props.panel;
    let shown = props.shown == Some(panel);
    let name = if shown { props.close } else { props.open };
    let glyph = if panel == Panel::Chat {
        Glyph::Chat
    } else {
        Glyph::People
    };
    let (unread, count) = (props.unread > 0, props.unread.to_string());
    let node = use_focus_after(shown, props.shown.is_none());
    html! {
        <>
            <button type="button" ref={node} class={classes!("control", shown.then_some("shown"))} aria-label={name} title={name}
                aria-describedby={unread.then_some("unread")}
                onclick={props.onpanel.reform(move |_: MouseEvent| (!shown).then_some(panel))}>
                {icon(glyph)}
                if unread {
                    <span class="badge" aria-hidden="true">{phrase(Sentence::value(&count))}</span>
                }
            </button>
            if unread {
                <span id="unread" class="unseen">{phrase(fill(text.unread, &[&count]))}</span>
            }
        </>
    }
}

/// Who closes a panel without opening another one goes on at its button, not at the top of the
/// page.
#[hook]
fn use_focus_after(shown: bool, none_shown: bool) -> NodeRef {
    let node = use_node_ref();
    let was_shown = use_mut_ref(|| false);
    {
        let node = node.clone();
        use_effect_with((shown, none_shown), move |(shown, none_shown)| {
            let closed = was_shown.replace(*shown) && *none_shown;
            if let Some(button) = node.get().filter(|_| closed) {
                browser::focus(&button);
            }
        });
    }
    node
}
