//! Before the call: see oneself, see who is there, join.

use std::rc::Rc;

use mesh::{CaptureError, Device, PeerView, PerSource, Server, Source, View, Wish};
use yew::prelude::*;

use crate::{
    browser::{self, Preference, Stream},
    choice::DeviceKind,
    components::{
        avatar::avatar, class::class, connection_test::connection_test, controls::settings_button,
        device_news::device_news, device_notices::device_notices, device_selects::DeviceSelects,
        field::Field, hooks::use_flag, label::Numbers, language::use_text, meter::Meter,
        page::page, phrase::phrase, preferences::Preferences, settings::Settings,
        support_notice::support_notice, toggles::toggles, video::Video,
    },
    session::Snapshot,
    text::{Text, fill},
};

/// As many faces as stand beside each other before the rest is a number.
const FACES: usize = 4;

/// What the lobby shows.
#[derive(Properties, PartialEq)]
pub struct LobbyProps {
    /// The call as seen from outside.
    pub snapshot: Rc<Snapshot>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// What is on.
    pub preferences: Preferences,
    /// What stands in the name field.
    pub name: AttrValue,
    /// The way home.
    pub home: AttrValue,
    /// Somebody typed a name.
    pub onname: Callback<String>,
    /// The person wants devices on or off.
    pub onwant: Callback<Wish>,
    /// This wants to be told how loud the microphone is, from 0 to 5, whenever that changes.
    pub onmeter: Callback<Callback<u8>>,
    /// The person chose the device of this `deviceId`.
    pub onchoose: Callback<(DeviceKind, String)>,
    /// The person wants the connection tested.
    pub ontest: Callback<()>,
    /// The person wants in.
    pub onjoin: Callback<()>,
}

/// Preview, name, who is there, and the way in, which nothing bars but a browser without WebRTC.
#[component]
pub fn Lobby(props: &LobbyProps) -> Html {
    let text = use_text();
    let now = &*props.snapshot;
    let view = &now.view;
    let shows_settings = use_flag(false);
    let show_settings = |shown| {
        let shows_settings = shows_settings.setter();
        Callback::from(move |()| shows_settings.set(shown))
    };
    let settings = Settings {
        shown: *shows_settings,
        choices: &now.choices,
        onchoose: &props.onchoose,
        preferences: &props.preferences,
        test: None,
        onshortcuts: None,
        onclose: &show_settings(false),
    };
    let children = html! {
        <>
            {preview(props, &show_settings(true), text)}
            <section class="ready">
                <h1 tabindex="-1">{phrase(text.lobby_title)}</h1>
                <p class="room">{phrase(text.room)}{" "}<strong translate="no">{view.room.as_str()}</strong></p>
                {occupants(view, &props.numbers, text)}
                <div class="notices">
                    {props.preferences.voice_only_notice(text)}
                    {device_notices(&view.devices, text)}
                    {device_news(&now.choices, &props.onchoose, text)}
                </div>
                {join_form(props, text)}
                <p class="small">{phrase(text.privacy)}</p>
                {connection_test(&now.test, &props.ontest, text)}
            </section>
            {settings.draw(text)}
        </>
    };
    page("lobby", &props.home, text, children)
}

/// One's own picture, mirrored, with the toggles and how loud one is.
fn preview(props: &LobbyProps, onsettings: &Callback<()>, text: &Text) -> Html {
    let now = &*props.snapshot;
    let devices = &now.view.devices;
    let voice_only = props.preferences.has(Preference::VoiceOnly);
    let looks_away = now.own_camera.as_ref().is_some_and(Stream::looks_away);
    html! {
        <section class={class("preview", looks_away.then_some("away"))} aria-label={text.preview}>
            <Video stream={now.own_camera.clone()} />
            if devices[Source::Camera] != Device::On {
                <p class="dark">{phrase(text.camera_off)}</p>
            }
            if devices[Source::Microphone] == Device::On {
                <Meter onmeter={&props.onmeter} />
            }
            <div class="toggles">
                {toggles(devices, voice_only, &props.onwant, text)}
                {settings_button(onsettings, text)}
            </div>
        </section>
    }
}

/// Who is inside.
fn occupants(view: &View, numbers: &Numbers, text: &Text) -> Html {
    let peers = &view.peers;
    let full = view
        .capacity
        .filter(|capacity| peers.len() >= *capacity as usize);
    let label = |peer: &PeerView| numbers.label(peer.id, &peer.name, text);
    let names: Vec<String> = peers.iter().map(label).collect();
    let words = match view.server {
        Server::Connecting => text.asking_who.into(),
        Server::Offline => text.server_unreachable.into(),
        Server::Busy => text.lobby_busy.into(),
        Server::Online => match full {
            Some(capacity) => fill(text.lobby_full, &[&capacity.to_string()]),
            None => text.who_is_here(&names),
        },
    };
    let face = |peer: &PeerView| avatar(peer.name.as_str());
    html! {
        <div class="here" aria-live="polite">
            if !peers.is_empty() {
                <span class="faces">{for peers.iter().take(FACES).map(face)}</span>
            }
            {phrase(words)}
        </div>
    }
}

/// The devices, the name and the door.
fn join_form(props: &LobbyProps, text: &Text) -> Html {
    let able = browser::support().webrtc;
    let now = &*props.snapshot;
    let devices = Source::DEVICES.map(|source| now.view.devices[source]);
    let insecure = Device::Blocked(CaptureError::Insecure);
    let submit = {
        let onjoin = props.onjoin.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            if able {
                onjoin.emit(());
            }
        }
    };
    let allow = props
        .onwant
        .reform(|_: MouseEvent| PerSource::only(&Source::DEVICES, Some(true)));
    let name = Field {
        id: "name",
        label: text.your_name,
        value: props.name.to_string(),
        autocomplete: "nickname",
        oninput: props.onname.clone(),
        ..Field::default()
    };
    html! {
        <form onsubmit={submit}>
            <div class="permission">
                if !devices.contains(&Device::On) {
                    <button type="button" class="button" onclick={allow}>{phrase(text.allow_devices)}</button>
                }
                if devices.contains(&Device::Starting) {
                    <p class="small">{phrase(text.answer_browser)}</p>
                }
            </div>
            {name.draw()}
            <div class="choice">
                <DeviceSelects id="lobby" choices={now.choices.clone()} onchoose={&props.onchoose} />
            </div>
            <button class="button primary" disabled={!able} aria-describedby="support">{phrase(text.join_now)}</button>
            <div id="support">{support_notice(text, devices.contains(&insecure))}</div>
        </form>
    }
}
