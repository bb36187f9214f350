//! Asking for microphone and camera: `getUserMedia`.

use js_sys::{Array, Object};
use mesh::{CaptureError, PerSource, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack};

use super::{
    Track, crash,
    shim::{self, AsMediaDevices, AsPermissions, object},
};

/// What a device gave, or why not.
pub type CaptureResult = (Source, Result<Track, CaptureError>);

/// What to ask of cameras. Smaller pictures for single peers are made of it.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const FRAMERATE: u32 = 30;

/// Asks for devices, in one request if possible. If they cannot be had together, each is asked for
/// alone, so that it gets its own result. A person may take an hour to answer.
pub async fn capture(sources: PerSource<bool>) -> Vec<CaptureResult> {
    let asked = sources.iter().filter(|(_, is_asked)| **is_asked);
    let asked: Vec<Source> = asked.map(|(source, _)| source).collect();
    if asked.len() < 2 {
        return capture_each(&asked).await;
    }
    let results = |result: &dyn Fn(Source) -> Result<Track, CaptureError>| {
        let results = asked.iter().map(|source| (*source, result(*source)));
        results.collect()
    };
    match ask(&asked).await {
        Ok(stream) => results(&|source| track_of(&stream, source)),
        Err(CaptureError::Insecure) => results(&|_| Err(CaptureError::Insecure)),
        Err(CaptureError::Denied) if are_refused_as_one(&asked).await => {
            results(&|_| Err(CaptureError::Denied))
        }
        Err(_) => capture_each(&asked).await,
    }
}

/// What may be captured without asking the person.
pub async fn permitted() -> PerSource<bool> {
    let mut permitted = PerSource::default();
    for source in Source::DEVICES {
        permitted[source] = permission(source).await.as_deref() == Some(GRANTED);
    }
    permitted
}

/// Why the browser ended the track of a device that was on. A device that is still there was taken
/// from this page alone.
pub async fn why_ended(source: Source, device_id: Option<String>) -> CaptureError {
    let permission = permission(source).await;
    if permission.as_deref() == Some(DENIED) {
        return CaptureError::Denied;
    }
    let ids = device_ids(source).await.unwrap_or_default();
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

/// `MediaDeviceInfo.deviceId` of all devices that could give this.
async fn device_ids(source: Source) -> Option<Vec<String>> {
    let devices = shim::navigator("mediaDevices")?;
    let promise = devices.unchecked_ref::<AsMediaDevices>().list().ok()?;
    let list: Array = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let text = |device: &JsValue, name| shim::property(device, name)?.as_string();
    let wanted = if source.is_sound() {
        "audioinput"
    } else {
        "videoinput"
    };
    let is_wanted = |device: &JsValue| text(device, "kind").as_deref() == Some(wanted);
    let ids = list.iter().filter(is_wanted);
    Some(
        ids.map(|device| text(&device, "deviceId").unwrap_or_default())
            .collect(),
    )
}

const GRANTED: &str = "granted";
const DENIED: &str = "denied";

/// `PermissionDescriptor.name`
fn permission_name(source: Source) -> &'static str {
    match source {
        Source::Microphone => "microphone",
        Source::Camera => "camera",
        Source::ScreenSound | Source::Screen => "display-capture",
    }
}

/// Whether the person said no to all at once, and would only be asked again. Where one of them was
/// refused before, browsers refuse all together without asking, and would give the others.
async fn are_refused_as_one(asked: &[Source]) -> bool {
    let mut states = Vec::new();
    for source in asked {
        states.push(permission(*source).await);
    }
    let first = states.first().cloned().flatten();
    first.as_deref().is_some_and(|first| first != GRANTED)
        && states.iter().all(|state| *state == first)
}

/// `PermissionStatus.state`, or `None` where the browser does not tell.
async fn permission(source: Source) -> Option<String> {
    let permissions = shim::navigator("permissions")?;
    let promise = permissions
        .unchecked_ref::<AsPermissions>()
        .query(&object([("name", permission_name(source).into())]))
        .ok()?;
    let status = JsFuture::from(promise).await.ok()?;
    shim::property(&status, "state")?.as_string()
}

async fn capture_each(asked: &[Source]) -> Vec<CaptureResult> {
    let mut results = Vec::new();
    for source in asked {
        let stream = ask(&[*source]).await;
        results.push((
            *source,
            stream.and_then(|stream| track_of(&stream, *source)),
        ));
    }
    results
}

async fn ask(sources: &[Source]) -> Result<MediaStream, CaptureError> {
    let devices = shim::navigator("mediaDevices").ok_or(CaptureError::Insecure)?;
    let constraints = Object::new();
    for source in sources {
        match source.is_sound() {
            true => shim::set(&constraints, "audio", &microphone_constraints()),
            false => shim::set(&constraints, "video", &camera_constraints()),
        }
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

fn track_of(stream: &MediaStream, source: Source) -> Result<Track, CaptureError> {
    let tracks = if source.is_sound() {
        stream.get_audio_tracks()
    } else {
        stream.get_video_tracks()
    };
    let track = tracks.get(0).dyn_into::<MediaStreamTrack>();
    track.map(Track::new).map_err(|_| CaptureError::Other)
}
