//! Asking for microphone and camera: `getUserMedia`.

use js_sys::{Array, Object};
use mesh::{CaptureError, DeviceKind};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack};

use super::{
    Track, crash,
    shim::{self, AsMediaDevices, AsPermissions, object},
};

/// What a device gave, or why not.
pub type Verdict = (DeviceKind, Result<Track, CaptureError>);

/// What to ask of cameras. Smaller pictures for single peers are made of it.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const FRAMERATE: u32 = 30;

/// Asks for devices, in one request if possible. If both cannot be had together, each is asked for
/// alone, so that it gets its own verdict. A person may take an hour to answer.
pub async fn capture(microphone: bool, camera: bool) -> Vec<Verdict> {
    if !(microphone && camera) {
        let mut verdicts = Vec::new();
        if microphone {
            verdicts.push(capture_one(DeviceKind::Microphone).await);
        }
        if camera {
            verdicts.push(capture_one(DeviceKind::Camera).await);
        }
        return verdicts;
    }
    match ask(true, true).await {
        Ok(stream) => KINDS.map(|kind| (kind, track_of(&stream, kind))).into(),
        Err(CaptureError::Insecure) => KINDS.map(|kind| (kind, Err(CaptureError::Insecure))).into(),
        Err(CaptureError::Denied) if is_refused_as_one().await => {
            KINDS.map(|kind| (kind, Err(CaptureError::Denied))).into()
        }
        Err(_) => vec![
            capture_one(DeviceKind::Microphone).await,
            capture_one(DeviceKind::Camera).await,
        ],
    }
}

/// Whether microphone and camera may be used without asking the person.
pub async fn permitted() -> (bool, bool) {
    let is_granted = |state: Option<String>| state.as_deref() == Some(GRANTED);
    (
        is_granted(permission(MICROPHONE).await),
        is_granted(permission(CAMERA).await),
    )
}

/// Why the browser ended the track of a device that was on. A device that is still there was taken
/// from this page alone.
pub async fn why_ended(kind: DeviceKind, device_id: Option<String>) -> CaptureError {
    let permission = permission(permission_name(kind)).await;
    if permission.as_deref() == Some(DENIED) {
        return CaptureError::Denied;
    }
    let ids = device_ids(kind).await.unwrap_or_default();
    // Without permission, browsers tell of one nameless device of each kind.
    let is_there = ids
        .iter()
        .any(|id| id.is_empty() || Some(id) == device_id.as_ref());
    match permission.as_deref() {
        _ if ids.is_empty() => CaptureError::NotFound,
        _ if !is_there => CaptureError::Unplugged,
        Some(GRANTED) | None => CaptureError::InUse,
        Some(_) => CaptureError::Denied,
    }
}

/// `MediaDeviceInfo.deviceId` of all devices of a kind.
async fn device_ids(kind: DeviceKind) -> Option<Vec<String>> {
    let devices = shim::navigator("mediaDevices")?;
    let promise = devices.unchecked_ref::<AsMediaDevices>().list().ok()?;
    let list: Array = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let text = |device: &JsValue, name| shim::property(device, name)?.as_string();
    let wanted = match kind {
        DeviceKind::Microphone => "audioinput",
        DeviceKind::Camera => "videoinput",
    };
    let is_wanted = |device: &JsValue| text(device, "kind").as_deref() == Some(wanted);
    let ids = list.iter().filter(is_wanted);
    Some(
        ids.map(|device| text(&device, "deviceId").unwrap_or_default())
            .collect(),
    )
}

const KINDS: [DeviceKind; 2] = [DeviceKind::Microphone, DeviceKind::Camera];
const MICROPHONE: &str = "microphone";
const CAMERA: &str = "camera";
const GRANTED: &str = "granted";
const DENIED: &str = "denied";

fn permission_name(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Microphone => MICROPHONE,
        DeviceKind::Camera => CAMERA,
    }
}

/// Whether the person said no to both at once, and would only be asked again. Where one of the two
/// was refused before, browsers refuse both together without asking, and would give the other.
async fn is_refused_as_one() -> bool {
    let states = (permission(MICROPHONE).await, permission(CAMERA).await);
    states.0.is_some() && states.0 == states.1 && states.0.as_deref() != Some(GRANTED)
}

/// `PermissionStatus.state`, or `None` where the browser does not tell.
async fn permission(name: &str) -> Option<String> {
    let permissions = shim::navigator("permissions")?;
    let promise = permissions
        .unchecked_ref::<AsPermissions>()
        .query(&object([("name", name.into())]))
        .ok()?;
    let status = JsFuture::from(promise).await.ok()?;
    shim::property(&status, "state")?.as_string()
}

async fn capture_one(kind: DeviceKind) -> Verdict {
    let stream = ask(kind == DeviceKind::Microphone, kind == DeviceKind::Camera).await;
    (kind, stream.and_then(|stream| track_of(&stream, kind)))
}

async fn ask(microphone: bool, camera: bool) -> Result<MediaStream, CaptureError> {
    let devices = shim::navigator("mediaDevices").ok_or(CaptureError::Insecure)?;
    let constraints = Object::new();
    if microphone {
        shim::set(&constraints, "audio", &microphone_constraints());
    }
    if camera {
        shim::set(&constraints, "video", &camera_constraints());
    }
    let promise = devices
        .unchecked_ref::<AsMediaDevices>()
        .user_media(&constraints);
    let stream = match promise {
        Ok(promise) => {
            crash::hold_when_given(&promise);
            JsFuture::from(promise).await
        }
        Err(error) => Err(error),
    };
    stream
        .map(JsCast::unchecked_into)
        .map_err(|error| capture_error(&error))
}

fn microphone_constraints() -> JsValue {
    let wanted = ["echoCancellation", "noiseSuppression", "autoGainControl"];
    object(wanted.map(|name| (name, JsValue::TRUE))).into()
}

fn camera_constraints() -> JsValue {
    let ideal = |value: JsValue| JsValue::from(object([("ideal", value)]));
    object([
        ("width", ideal(WIDTH.into())),
        ("height", ideal(HEIGHT.into())),
        ("frameRate", ideal(FRAMERATE.into())),
        ("facingMode", ideal("user".into())),
    ])
    .into()
}

/// W3C Media Capture and Streams, section 10.2.1.
fn capture_error(error: &JsValue) -> CaptureError {
    match shim::error_name(error).as_str() {
        "NotAllowedError" | "SecurityError" => CaptureError::Denied,
        "NotFoundError" | "OverconstrainedError" => CaptureError::NotFound,
        "NotReadableError" | "AbortError" => CaptureError::InUse,
        _ => CaptureError::Other,
    }
}

fn track_of(stream: &MediaStream, kind: DeviceKind) -> Result<Track, CaptureError> {
    let tracks = match kind {
        DeviceKind::Microphone => stream.get_audio_tracks(),
        DeviceKind::Camera => stream.get_video_tracks(),
    };
    let track = tracks.get(0).dyn_into::<MediaStreamTrack>();
    track.map(Track::new).map_err(|_| CaptureError::Other)
}
