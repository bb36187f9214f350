//! `navigator.mediaDevices`: which devices are there.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::EventTarget;

use super::{
    Listener,
    shim::{self, AsMediaDevices},
};
use crate::choice::{DeviceKind, MAX_DEVICES, MediaDevice};

/// All devices that are there. Without permission, browsers tell of one nameless device of each
/// kind. Speakers are left out where none can be chosen.
pub async fn list_devices() -> Vec<MediaDevice> {
    let list = list().await.unwrap_or_default();
    list.iter()
        .filter_map(|device| media_device(&device))
        .take(MAX_DEVICES)
        .collect()
}

/// `devicechange`: calls back when a device was plugged in or out.
pub fn watch_devices(report: impl Fn() + 'static) -> Option<Listener> {
    let devices: EventTarget = shim::navigator("mediaDevices")?.dyn_into().ok()?;
    Some(Listener::new(&devices, "devicechange", move |_| report()))
}

async fn list() -> Option<Array> {
    let devices = shim::navigator("mediaDevices")?;
    let promise = devices.unchecked_ref::<AsMediaDevices>().list().ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn media_device(device: &JsValue) -> Option<MediaDevice> {
    let text = |name| shim::text(device, name).unwrap_or_default();
    let kind = match text("kind").as_str() {
        "audioinput" => DeviceKind::Microphone,
        "videoinput" => DeviceKind::Camera,
        "audiooutput" if can_choose_speaker() => DeviceKind::Speaker,
        _ => return None,
    };
    Some(MediaDevice {
        kind,
        id: text("deviceId"),
        label: text("label"),
    })
}

/// `HTMLMediaElement.setSinkId`
fn can_choose_speaker() -> bool {
    web_sys::window()
        .and_then(|window| shim::property(&window, "HTMLMediaElement"))
        .and_then(|class| shim::property(&class, "prototype"))
        .is_some_and(|prototype| shim::property(&prototype, "setSinkId").is_some())
}
