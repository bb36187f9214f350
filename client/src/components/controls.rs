//! The bar below the stage.

use mesh::{Device, PerSource, Source, Wish};
use protocol::Reaction;
use yew::prelude::*;

use crate::{
    browser::{self, display},
    components::{
        class::class,
        control::control,
        hand::hand_button,
        hooks::use_boxed_effect,
        icon::{Glyph, icon},
        idle::use_idle,
        language::use_text,
        phrase::phrase,
        reactions::Reactions,
        toggles::toggles,
    },
    text::{Sentence, Text, fill},
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
    /// There are to be no pictures.
    pub voice_only: bool,
    /// What stands beside the stage.
    pub panel: Option<Panel>,
    /// It makes room for a screen while nobody uses it.
    pub makes_room: bool,
    /// What there was no room for is shown.
    pub more: bool,
    /// One's own picture is not shown, or could be hidden; nothing while there is nobody else.
    pub hides_own: Option<bool>,
    /// There is a camera on the other side of the phone.
    pub has_other_camera: bool,
    /// The person wants to be seen by it.
    pub onother: Callback<()>,
    /// Whether the call is shown in a small window; nothing where the browser has none.
    pub miniature: Option<bool>,
    /// The person wants it there, or not.
    pub onminiature: Callback<bool>,
    /// Whether the call has the whole screen; nothing where the browser does not give it.
    pub full_screen: Option<bool>,
    /// Messages that nobody has seen here.
    pub unread: usize,
    /// The person wants devices on or off.
    pub onwant: Callback<Wish>,
    /// Whether one's hand is up.
    pub hand: bool,
    /// The person wants the hand up or down.
    pub onhand: Callback<bool>,
    /// The person reacts.
    pub onreact: Callback<Reaction>,
    /// The person wants this panel, or none.
    pub onpanel: Callback<Option<Panel>>,
    /// The person wants to set something.
    pub onsettings: Callback<()>,
    /// The person wants to see what there was no room for, or not any more.
    pub onmore: Callback<bool>,
    /// The person hides the own picture, or shows it.
    pub onown: Callback<bool>,
    /// The person leaves.
    pub onleave: Callback<()>,
}

/// Devices, panels, and the way out. While it is away from the stage it is still there for the
/// focus and for screen readers. **On a narrow screen all but the most pressing waits behind
/// More**; `style.css` says how narrow.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    let text = use_text();
    let (bar, away) = use_idle(props.makes_room);
    let chat = use_focus_after(Panel::Chat, props.panel);
    let people = use_focus_after(Panel::People, props.panel);
    // Whoever has chosen from the list is done with it.
    let onchosen = {
        let (more, onmore) = (props.more, props.onmore.clone());
        Callback::from(move |()| {
            if more {
                onmore.emit(false);
            }
        })
    };
    let onshare = {
        let onwant = props.onwant.clone();
        let onshare = move |on| onwant.emit(PerSource::only(&[Source::Screen], Some(on)));
        chosen(&onshare.into(), &onchosen)
    };
    let onfull_screen = Callback::from(browser::set_full_screen);
    html! {
        <section ref={bar} class={class("bar", away.then_some("away"))} aria-label={text.controls}>
            <div class="controls">
                {toggles(&props.devices, props.voice_only, &props.onwant, text)}
                {panel_button(Panel::Chat, chat, props, text)}
                {unread_count(props.unread, text)}
                {more_button(props.more, &props.onmore, text)}
                <div class={class("rest", props.more.then_some("open"))}>
                    {share_button(props.devices[Source::Screen], &onshare, text)}
                    {hand_button(props.hand, &chosen(&props.onhand, &onchosen), text)}
                    <Reactions onreact={chosen(&props.onreact, &onchosen)} />
                    {panel_button(Panel::People, people, props, text)}
                    {settings_button(&props.onsettings, text)}
                    if props.has_other_camera {
                        {other_camera_button(&chosen(&props.onother, &onchosen), text)}
                    }
                    if let Some(hidden) = props.hides_own {
                        {own_button(hidden, &chosen(&props.onown, &onchosen), text)}
                    }
                    if let Some(open) = props.miniature {
                        {miniature_button(open, &chosen(&props.onminiature, &onchosen), text)}
                    }
                    if let Some(full) = props.full_screen {
                        {full_screen_button(full, &chosen(&onfull_screen, &onchosen), text)}
                    }
                </div>
                {leave_button(&props.onleave, text)}
            </div>
        </section>
    }
}

/// Does this, and then closes the list.
fn chosen<T: 'static>(done: &Callback<T>, onchosen: &Callback<()>) -> Callback<T> {
    let (done, onchosen) = (done.clone(), onchosen.clone());
    Callback::from(move |value| {
        done.emit(value);
        onchosen.emit(());
    })
}

/// Opens what can be set.
pub fn settings_button(onsettings: &Callback<()>, text: &Text) -> Html {
    let onclick = onsettings.reform(|_: MouseEvent| ());
    control(None, text.settings, Glyph::Settings, onclick)
}

/// Leaves the call.
pub fn leave_button(onleave: &Callback<()>, text: &Text) -> Html {
    let onclick = onleave.reform(|_: MouseEvent| ());
    control(Some("leave"), text.leave_call, Glyph::Leave, onclick)
}

/// Shows what there was no room for.
fn more_button(open: bool, onmore: &Callback<bool>, text: &Text) -> Html {
    html! {
        <button type="button" class={class("control more", open.then_some("shown"))} aria-label={text.more} title={text.more}
            aria-expanded={open.to_string()} onclick={onmore.reform(move |_: MouseEvent| !open)}>
            {icon(Glyph::More)}
        </button>
    }
}

/// Turns to what is on the other side of the phone, and back.
fn other_camera_button(onother: &Callback<()>, text: &Text) -> Html {
    let onclick = onother.reform(|_: MouseEvent| ());
    control(None, text.other_camera, Glyph::OtherCamera, onclick)
}

/// Shows the call in a small window above all others, or closes that.
fn miniature_button(open: bool, onminiature: &Callback<bool>, text: &Text) -> Html {
    let name = if open {
        text.close_picture_in_picture
    } else {
        text.picture_in_picture
    };
    let onclick = onminiature.reform(move |_: MouseEvent| !open);
    control(
        open.then_some("shown"),
        name,
        Glyph::PictureInPicture,
        onclick,
    )
}

/// Gives the call the whole screen, or gives that back.
fn full_screen_button(full: bool, onfull: &Callback<bool>, text: &Text) -> Html {
    let (name, glyph) = if full {
        (text.leave_full_screen, Glyph::LeaveFullScreen)
    } else {
        (text.full_screen, Glyph::FullScreen)
    };
    let onclick = onfull.reform(move |_: MouseEvent| !full);
    control(full.then_some("shown"), name, glyph, onclick)
}

/// Hides one's own picture, or shows it again.
fn own_button(hidden: bool, onown: &Callback<bool>, text: &Text) -> Html {
    let (name, glyph) = if hidden {
        (text.show_own, Glyph::Shown)
    } else {
        (text.hide_own, Glyph::Hidden)
    };
    let onclick = onown.reform(move |_: MouseEvent| !hidden);
    control(None, name, glyph, onclick)
}

/// Shares a screen, or stops that. There is none where the browser cannot.
fn share_button(screen: Device, onshare: &Callback<bool>, text: &Text) -> Html {
    let (on, wanted) = (screen == Device::On, screen.is_wanted());
    let (name, glyph) = if wanted {
        (text.stop_sharing, Glyph::StopScreen)
    } else {
        (text.share_screen, Glyph::Screen)
    };
    let busy = (screen == Device::Starting).then_some("true");
    html! {
        if display::can_share() {
            <button type="button" class={class("control", on.then_some("shown"))} aria-label={name} title={name} aria-busy={busy}
                onclick={onshare.reform(move |_: MouseEvent| !wanted)}>
                {icon(glyph)}
            </button>
        }
    }
}

/// Opens or closes one panel. The unread count describes the chat's button and is no part of its
/// name.
fn panel_button(panel: Panel, node: NodeRef, props: &ControlsProps, text: &Text) -> Html {
    let shown = props.panel == Some(panel);
    let (glyph, open, close, unread) = match panel {
        Panel::Chat => (Glyph::Chat, text.open_chat, text.close_chat, props.unread),
        Panel::People => (Glyph::People, text.show_people, text.hide_people, 0),
    };
    let name = if shown { close } else { open };
    let count = (unread > 0).then(|| unread.to_string());
    html! {
        <button type="button" ref={node} class={class("control", shown.then_some("shown"))} aria-label={name} title={name}
            aria-describedby={count.as_ref().map(|_| "unread")}
            onclick={props.onpanel.reform(move |_: MouseEvent| (!shown).then_some(panel))}>
            {icon(glyph)}
            if let Some(count) = count {
                <span class="badge" aria-hidden="true">{phrase(Sentence::value(&count))}</span>
            }
        </button>
    }
}

/// What describes the chat's button.
fn unread_count(unread: usize, text: &Text) -> Html {
    html! {
        if unread > 0 {
            <span id="unread" class="unseen">{phrase(fill(text.unread, &[&unread.to_string()]))}</span>
        }
    }
}

/// Who closes a panel without opening another one goes on at its button, not at the top of the
/// page.
#[hook]
fn use_focus_after(panel: Panel, shown: Option<Panel>) -> NodeRef {
    let node = use_node_ref();
    let before = use_mut_ref(|| None);
    {
        let node = node.clone();
        use_boxed_effect(shown, move |shown| {
            let closed = before.replace(*shown) == Some(panel) && shown.is_none();
            if let Some(button) = node.get().filter(|_| closed) {
                browser::focus(&button);
            }
        });
    }
    node
}
