//! The call itself.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use mesh::{Device, LinkState, PerSource, Phase, Server, Side, Source, Wish};
use protocol::{ChatText, PeerId, Reaction};
use yew::prelude::*;

use crate::{
    browser::{self, Preference, Stream},
    choice::DeviceKind,
    components::{
        chat::Chat,
        class::class,
        composer::Draft,
        controls::{Controls, Panel},
        copy_link::copy_link,
        device_news::device_news,
        device_notices::device_notices,
        hand,
        hooks::{use_boxed_effect, use_flag},
        icon::Glyph,
        invite::invite,
        label::Numbers,
        language::{LanguageSwitch, use_text},
        leave_question::leave_question,
        links,
        miniature::Miniature,
        notice::Notice,
        page::mark,
        people::people,
        phrase::phrase,
        pins::Pins,
        preferences::Preferences,
        qr_code::qr_code_dialog,
        settings::Settings,
        shortcuts::shortcuts_dialog,
        tiles::{self, Tiles},
        unread::Unread,
    },
    screens::{
        floor::use_floor,
        full_screen::use_full_screen,
        keys::{Keyboard, use_keyboard},
        layer::{Layer, Open, use_layer, use_no_settings},
        picture_in_picture::use_picture_in_picture,
        tab::{use_tab, use_visible},
    },
    session::Snapshot,
    text::{Text, fill},
};

/// What the call shows.
#[derive(Properties, PartialEq)]
pub struct CallProps {
    /// The call.
    pub snapshot: Rc<Snapshot>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// What is on.
    pub preferences: Preferences,
    /// What was looked at of the chat.
    pub seen: Unread,
    /// The address of the call on this page.
    pub address: AttrValue,
    /// The link that leads here.
    pub link: AttrValue,
    /// The person wants devices on or off.
    pub onwant: Callback<Wish>,
    /// The person wants the hand up or down.
    pub onhand: Callback<bool>,
    /// The person reacts.
    pub onreact: Callback<Reaction>,
    /// What was begun to write and not sent.
    pub draft: Draft,
    /// The person writes to all.
    pub onsay: Callback<ChatText>,
    /// The person clicks for sound.
    pub onsound: Callback<()>,
    /// The person chose the device of this `deviceId`.
    pub onchoose: Callback<(DeviceKind, String)>,
    /// The person wants the connection tested.
    pub ontest: Callback<()>,
    /// The person leaves.
    pub onleave: Callback<()>,
    /// The page has something to say in the status region.
    pub onsaid: Callback<&'static str>,
}

/// Header, tiles, one panel at a time, and the control bar.
#[component]
pub fn Call(props: &CallProps) -> Html {
    let text = use_text();
    let now = &*props.snapshot;
    let view = &now.view;
    let alone = view.phase == Phase::InCall && view.peers.is_empty();
    let (layer, open) = use_layer(&props.address, view.phase, &props.onleave);
    let panel = layer.panel();
    let hand = hand::place(&view.hands, view.id).is_some();
    let looking = use_visible() && panel == Some(Panel::Chat);
    let unread = props.seen.unread(view, looking, browser::wall_clock());
    use_tab(unread, view.devices[Source::Microphone] == Device::On);
    let pins = use_state_eq(Pins::default);
    let onpin = use_callback(pins.clone(), |tile, pins| pins.set(pins.toggled(tile)));
    let hides_own = use_flag(false);
    let (has_other_camera, onother) = use_other_camera(now, &props.onchoose);
    let floor = use_floor(&now.speaking, view.id);
    let speaker = floor.filter(|_| props.preferences.has(Preference::Speaker));
    let (window, onminiature) = use_picture_in_picture();
    let miniature = browser::has_picture_in_picture().then_some(window.is_some());
    let full_screen = use_full_screen();
    let speaks_muted = use_lingering(now.speaks_muted);
    let no_settings = use_no_settings(&layer);
    let tiles = tiles::order(&view.peers, &view.devices, *hides_own);
    let makes_room = *layer == Layer::Stage && pins.has_large_screen(&tiles);
    use_keyboard(Keyboard {
        layer: layer.clone(),
        devices: view.devices,
        can_talk: now.choices.in_use(DeviceKind::Microphone).is_some(),
        hand,
        tiles,
        onwant: props.onwant.clone(),
        onhand: props.onhand.clone(),
        onpin: onpin.clone(),
    });
    let settings = Settings {
        shown: *layer == Layer::Settings,
        choices: &now.choices,
        onchoose: &props.onchoose,
        preferences: &props.preferences,
        test: Some((&now.test, &props.ontest)),
        onshortcuts: Some(&open.shortcuts),
        onclose: &no_settings,
    };
    html! {
        <div class={class("call", panel.map(|_| "with-panel"))}>
            {header(props, alone, text)}
            <main class="middle">
                <div class="stage">
                    {notices(props, speaks_muted, text)}
                    <div class="room-for-tiles">
                        <Tiles name={view.name.clone()} devices={view.devices} own={[now.own_camera.clone(), now.own_screen.clone()]}
                            id={view.id} peers={view.peers.clone()} hands={view.hands.clone()} reactions={view.reactions.clone()}
                            speaking={now.speaking.clone()} cameras={now.cameras.clone()} screens={now.screens.clone()} numbers={props.numbers.clone()}
                            pins={(*pins).clone()} {speaker} hides_own={*hides_own} {onpin} />
                        if alone {
                            {invite(text, &props.link, &props.onsaid, &open.qr_code)}
                        }
                    </div>
                </div>
                {beside(props, panel, &open, text)}
            </main>
            <Controls devices={view.devices} voice_only={props.preferences.has(Preference::VoiceOnly)} {panel} {makes_room} more={*layer == Layer::More} hides_own={(!alone).then_some(*hides_own)} {unread}
                {hand} {has_other_camera} {onother} {miniature} {onminiature} {full_screen} onwant={&props.onwant}
                onhand={&props.onhand} onreact={&props.onreact} onpanel={&open.panel} onmore={&open.more} onown={hides_own.setter()} onsettings={&open.settings}
                onleave={&props.onleave} />
            {settings.draw(text)}
            if let Some(window) = window {
                {window.portal(miniature_of(props, floor, text))}
            }
            {shortcuts_dialog(*layer == Layer::Shortcuts, &open.stage, text)}
            {qr_code_dialog(*layer == Layer::QrCode, &props.link, &open.stage, text)}
            {leave_question(*layer == Layer::Question, &props.onleave, &open.stage, text)}
        </div>
    }
}

/// The panel that is open.
fn beside(props: &CallProps, panel: Option<Panel>, open: &Open, text: &Text) -> Html {
    let (view, onclose) = (&props.snapshot.view, &open.stage);
    match panel {
        Some(Panel::Chat) => html! {
            <Chat lines={view.chat.clone()} was_full={view.chat_was_full} undelivered={view.undelivered.clone()} own={view.id} peers={view.peers.clone()} numbers={props.numbers.clone()}
                writing={view.writing.clone()} draft={props.draft.clone()} is_open={view.phase == Phase::InCall}
                onsay={&props.onsay} {onclose} />
        },
        Some(Panel::People) => people(view, &props.numbers, &open.qr_code, onclose, text),
        None => Html::default(),
    }
}

/// The call in the small window.
fn miniature_of(props: &CallProps, floor: Option<PeerId>, text: &Text) -> Html {
    let now = &*props.snapshot;
    let mut peers = now.view.peers.clone();
    // Who has the floor is in sight, however many there are.
    if let Some(place) = peers.iter().position(|peer| Some(peer.id) == floor) {
        peers[..=place].rotate_right(1);
    }
    let miniature = Miniature {
        devices: &now.view.devices,
        voice_only: props.preferences.has(Preference::VoiceOnly),
        peers: &peers,
        cameras: &now.cameras,
        speaking: &now.speaking,
        numbers: &props.numbers,
        onwant: &props.onwant,
        onleave: &props.onleave,
    };
    miniature.draw(text)
}

/// Whether there is a camera on the other side of this phone, and how to turn to it.
#[hook]
fn use_other_camera(
    now: &Snapshot,
    onchoose: &Callback<(DeviceKind, String)>,
) -> (bool, Callback<()>) {
    let is_phone = now.own_camera.as_ref().is_some_and(Stream::is_of_a_phone);
    let onother = use_callback(
        (now.choices.clone(), onchoose.clone()),
        |(), (choices, onchoose)| {
            if let Some(other) = choices.other_camera() {
                onchoose.emit((DeviceKind::Camera, other.to_owned()));
            }
        },
    );
    (is_phone && now.choices.other_camera().is_some(), onother)
}

/// Where one is, and the link to give away unless the page offers it elsewhere.
fn header(props: &CallProps, alone: bool, text: &'static Text) -> Html {
    let room = props.snapshot.view.room.as_str();
    html! {
        <header class="call-header">
            <span class="brand">{mark()}</span>
            <h1 tabindex="-1" translate="no" aria-label={fill(text.call_title, &[room]).to_string()}>{room}</h1>
            if !alone {
                {copy_link(text, &props.link, "button slim", &props.onsaid)}
            }
            <span class="spring"></span>
            <LanguageSwitch />
        </header>
    }
}

/// What the person should know or do, the most urgent first: three are seen at once.
/// `speaks_muted`: the person does, or did a moment ago.
fn notices(props: &CallProps, speaks_muted: bool, text: &Text) -> Html {
    let now = &*props.snapshot;
    let (phase, devices) = (now.view.phase, &now.view.devices);
    // This browser, or its network, lets no direct connection out.
    let no_way_out = LinkState::NoWayOut(Side::Here);
    let trouble = links::words(&now.view.peers, &now.view.links, &props.numbers, text);
    let shut_in = now.view.peers.iter().any(|peer| peer.link == no_way_out);
    let speaks_muted = speaks_muted && devices[Source::Microphone] == Device::Off;
    let onsound = props.onsound.reform(|_: MouseEvent| ());
    let onunmute = props
        .onwant
        .reform(|_: MouseEvent| PerSource::only(&[Source::Microphone], Some(true)));
    let offline = match (phase, now.view.server) {
        (Phase::InCall, Server::Offline | Server::Busy) => Some((Glyph::Offline, text.offline)),
        (_, Server::Offline) => Some((Glyph::Offline, text.joining_offline)),
        (_, Server::Busy) => Some((Glyph::Hint, text.busy)),
        (Phase::InCall, _) => None,
        _ => Some((Glyph::Hint, text.joining)),
    };
    html! {
        <div class="notices">
            if let Some((glyph, words)) = offline {
                <Notice {glyph} {words} />
            }
            if now.sound_blocked {
                <Notice key="sound" glyph={Glyph::Sound} words={text.sound_blocked} alert=true>
                    <button type="button" class="button primary slim" onclick={onsound}>{phrase(text.turn_on_sound)}</button>
                </Notice>
            }
            if speaks_muted {
                <Notice key="muted" glyph={Glyph::MicrophoneOff} words={text.speaks_muted} alert=true>
                    <button type="button" class="button primary slim" onclick={onunmute}>{phrase(text.turn_on_microphone)}</button>
                </Notice>
            }
            if devices[Source::Screen] == Device::On {
                <Notice key="sharing" glyph={Glyph::Screen} words={text.sharing} />
            }
            {device_notices(devices, text)}
            if let Device::Blocked(_) = devices[Source::Screen] {
                <Notice key="screen" glyph={Glyph::Alert} words={text.share_failed} alert=true dismissable=true />
            }
            if shut_in {
                <Notice key="way" glyph={Glyph::Offline} words={text.no_way_out} alert=true dismissable=true />
            }
            if let Some(words) = trouble {
                <Notice key="links" glyph={Glyph::Alert} {words} />
            }
            {props.preferences.voice_only_notice(text)}
            {device_news(&now.choices, &props.onchoose, text)}
        </div>
    }
}

/// What was so a moment ago, so that people can read of it.
#[hook]
fn use_lingering(is_so: bool) -> bool {
    const MOMENT: u32 = 5_000;
    let lingers = use_flag(false);
    {
        let lingers = lingers.setter();
        use_boxed_effect(is_so, move |is_so| {
            let end = if *is_so {
                lingers.set(true);
                None
            } else {
                Some(Timeout::new(MOMENT, move || lingers.set(false)))
            };
            move || drop(end)
        });
    }
    *lingers
}
