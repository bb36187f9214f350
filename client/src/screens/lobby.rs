//! Before the call: see oneself, see who is there, join.

use std::rc::Rc;

use mesh::{CaptureError, Device, PeerView, PerSource, Server, Source, Wish};
use yew::prelude::*;

use crate::{
    browser::{self, Stream},
    choice::{Choices, DeviceKind},
    components::{
        avatar::avatar, controls::settings_button, device_news::DeviceNewsNotices,
        device_notices::DeviceNotices, device_selects::DeviceSelects, field::Field, label::Numbers,
        language::use_text, meter::Meter, page::Page, phrase::phrase, preferences::VoiceOnlyNotice,
        settings::SettingsDialog, support_notice::support_notice, toggles::Toggles, video::Video,
    },
    session::Snapshot,
    text::fill,
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
    /// The person wants in.
    pub onjoin: Callback<()>,
}

/// Preview, name, who is there, and the way in, which nothing bars but a browser without WebRTC.
#[component]
pub fn Lobby(props: &LobbyProps) -> Html {
    let text = use_text();
    let now = &*props.snapshot;
    let view = &now.view;
    let settings = use_state_eq(|| false);
    let onsettings = use_callback(settings.setter(), |(), settings| settings.set(true));
    let onclose = use_callback(settings.setter(), |(), settings| settings.set(false));
    html! {
        <Page class="lobby" home={&props.home}>
            <Preview devices={view.devices} picture={now.own_camera.clone()} onmeter={&props.onmeter}
                onwant={&props.onwant} {onsettings} />
            <section class="ready">
                <h1 tabindex="-1">{phrase(text.lobby_title)}</h1>
                <p class="room">{phrase(text.room)}{" "}<strong translate="no">{view.room.as_str()}</strong></p>
                <Occupants server={view.server} capacity={view.capacity} peers={view.peers.clone()} numbers={props.numbers.clone()} />
                <div class="notices">
                    <VoiceOnlyNotice />
                    <DeviceNotices devices={view.devices} />
                    <DeviceNewsNotices choices={now.choices.clone()} onchoose={&props.onchoose} />
                </div>
                <JoinForm devices={view.devices} name={&props.name} onname={&props.onname}
                    onwant={&props.onwant} onjoin={&props.onjoin} choices={now.choices.clone()} onchoose={&props.onchoose} />
                <p class="small">{phrase(text.privacy)}</p>
            </section>
            <SettingsDialog shown={*settings} choices={now.choices.clone()} onchoose={&props.onchoose} {onclose} />
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct PreviewProps {
    devices: PerSource<Device>,
    picture: Option<Stream>,
    onmeter: Callback<Callback<u8>>,
    onwant: Callback<Wish>,
    onsettings: Callback<()>,
}

/// One's own picture, mirrored, with the toggles and how loud one is.
#[component]
fn Preview(props: &PreviewProps) -> Html {
    let text = use_text();
    let looks_away = props.picture.as_ref().is_some_and(Stream::looks_away);
    html! {
        <section class={classes!("preview", looks_away.then_some("away"))} aria-label={text.preview}>
            <Video stream={props.picture.clone()} />
            if props.devices[Source::Camera] != Device::On {
                <p class="dark">{phrase(text.camera_off)}</p>
            }
            if props.devices[Source::Microphone] == Device::On {
                <Meter onmeter={&props.onmeter} />
            }
            <div class="toggles">
                <Toggles devices={props.devices} onwant={&props.onwant} />
                {settings_button(&props.onsettings, text)}
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OccupantsProps {
    server: Server,
    capacity: Option<u32>,
    peers: Vec<PeerView>,
    numbers: Rc<Numbers>,
}

/// Who is inside.
#[component]
fn Occupants(props: &OccupantsProps) -> Html {
    let text = use_text();
    let peers = &props.peers;
    let full = props
        .capacity
        .filter(|capacity| peers.len() >= *capacity as usize);
    let label = |peer: &PeerView| props.numbers.label(peer.id, &peer.name, text);
    let names: Vec<String> = peers.iter().map(label).collect();
    let words = match props.server {
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

#[derive(Properties, PartialEq)]
struct JoinFormProps {
    devices: PerSource<Device>,
    name: AttrValue,
    onname: Callback<String>,
    onwant: Callback<Wish>,
    onjoin: Callback<()>,
    choices: Rc<Choices>,
    onchoose: Callback<(DeviceKind, String)>,
}

/// The devices, the name and the door.
#[component]
fn JoinForm(props: &JoinFormProps) -> Html {
    let text = use_text();
    let able = browser::support().webrtc;
    let devices = Source::DEVICES.map(|source| props.devices[source]);
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
            <Field id="name" label={text.your_name} value={&props.name} autocomplete="nickname" oninput={&props.onname} />
            <div class="choice">
                <DeviceSelects id="lobby" choices={props.choices.clone()} onchoose={&props.onchoose} />
            </div>
            <button class="button primary" disabled={!able} aria-describedby="support">{phrase(text.join_now)}</button>
            <div id="support">{support_notice(text, devices.contains(&insecure))}</div>
        </form>
    }
}
