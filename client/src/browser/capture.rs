//! Asking for microphone and camera: `getUserMedia`.

use js_sys::Object;
use mesh::{CaptureError, PerSource, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack};

use super::{
    Track, crash, list_devices,
    shim::{self, AsMediaDevices, object},
    storage,
};
use crate::choice::{DeviceKind, MediaDevice};

/// What a device gave, or why not.
pub type CaptureResult = (Source, Result<Track, CaptureError>);

/// What to ask of cameras. Smaller pictures for single peers are made of it.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const FRAMERATE: u32 = 30;

/// Asks for devices, the chosen ones where the person chose, in one request if possible. If they
/// cannot be had together, each is asked for alone, so that it gets its own result; in place of a
/// chosen one that is gone any other is taken. A person may take an hour to answer.
pub async fn capture(sources: PerSource<bool>) -> Vec<CaptureResult> {
    let asked = sources.iter().filter(|(_, is_asked)| **is_asked);
    let asked: Vec<Source> = asked.map(|(source, _)| source).collect();
    if asked.len() < 2 {
        return capture_each(&asked).await;
    }
    let refused = |error| asked.iter().map(|source| (*source, Err(error))).collect();
    let chosen: Vec<_> = asked
        .iter()
        .map(|source| (*source, chosen(*source)))
        .collect();
    match ask(&chosen).await {
        Ok(stream) => tracks_of(&stream, &asked).await,
        Err(CaptureError::Insecure) => refused(CaptureError::Insecure),
        Err(error) if is_refusal(error) && are_refused_as_one(&asked).await => {
            let first = asked.first().copied().unwrap_or(Source::Microphone);
            refused(refusal(first, error).await)
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
/// from this page alone. Where the permission was for one visit, browsers say `prompt` before and
/// after.
pub async fn why_ended(
    source: Source,
    device_id: Option<String>,
    permission_before: Option<String>,
) -> CaptureError {
    let permission = permission(source).await;
    if permission.as_deref() == Some(DENIED) {
        return CaptureError::Denied;
    }
    let devices = devices(source).await;
    let is_there = devices
        .iter()
        .any(|device| device.id.is_empty() || Some(&device.id) == device_id.as_ref());
    match permission.as_deref() {
        _ if devices.is_empty() => CaptureError::NotFound,
        _ if !is_there => CaptureError::Unplugged,
        Some(GRANTED) | None => CaptureError::InUse,
        _ if permission == permission_before => CaptureError::InUse,
        Some(_) => CaptureError::Denied,
    }
}

const GRANTED: &str = "granted";
const DENIED: &str = "denied";
const PROMPT: &str = "prompt";

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
    let descriptor = object([("name", permission_name(source).into())]);
    let status = shim::ask(&permissions, "query", &[&descriptor])
        .await
        .ok()?;
    shim::text(&status, "state")
}

async fn capture_each(asked: &[Source]) -> Vec<CaptureResult> {
    let mut results = Vec::new();
    for source in asked {
        let chosen = chosen(*source);
        let mut result = capture_one(*source, chosen.clone()).await;
        let is_gone = matches!(
            result,
            Err(CaptureError::NotFound | CaptureError::Constraint)
        );
        if chosen.is_some() && is_gone {
            result = capture_one(*source, None).await;
        }
        if let Err(error) = result {
            result = Err(refusal(*source, error).await);
        }
        results.push((*source, result));
    }
    results
}

/// Asks for the device of this `deviceId` and no other, or for any.
pub async fn capture_one(source: Source, id: Option<String>) -> Result<Track, CaptureError> {
    let track = track_of(&ask(&[(source, id)]).await?, source)?;
    Ok(track.with_permission(permission(source).await))
}

/// `deviceId` of what the person chose.
fn chosen(source: Source) -> Option<String> {
    storage::recall_device(DeviceKind::of(source)?).map(|(id, _)| id)
}

async fn ask(sources: &[(Source, Option<String>)]) -> Result<MediaStream, CaptureError> {
    let devices = shim::navigator("mediaDevices").ok_or(CaptureError::Insecure)?;
    let constraints = Object::new();
    for (source, id) in sources {
        let (name, device) = match source.is_sound() {
            true => ("audio", microphone_constraints()),
            false => ("video", camera_constraints(id.is_none())),
        };
        if let Some(id) = id {
            let exact = object([("exact", id.into())]);
            shim::set(&device, "deviceId", &exact);
        }
        shim::set(&constraints, name, &device);
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

fn microphone_constraints() -> Object {
    let wanted = ["echoCancellation", "noiseSuppression", "autoGainControl"];
    object(wanted.map(|name| (name, JsValue::TRUE)))
}

/// Of all cameras the one that looks at the person, unless one was chosen.
fn camera_constraints(any: bool) -> Object {
    let ideal = |value: JsValue| JsValue::from(object([("ideal", value)]));
    let constraints = object([
        ("width", ideal(WIDTH.into())),
        ("height", ideal(HEIGHT.into())),
        ("frameRate", ideal(FRAMERATE.into())),
    ]);
    if any {
        shim::set(&constraints, "facingMode", &ideal("user".into()));
    }
    constraints
}

/// W3C Media Capture and Streams, section 10.2.1. What refused is told by Chromium alone, in words.
pub(super) fn capture_error(error: &JsValue) -> CaptureError {
    let text = shim::error_text(error);
    match shim::error_name(error).as_str() {
        "NotAllowedError" if text.contains("by system") => CaptureError::BySystem,
        "NotAllowedError" if text.contains("dismissed") => CaptureError::Dismissed,
        "NotAllowedError" | "SecurityError" => CaptureError::Denied,
        "NotFoundError" => CaptureError::NotFound,
        "OverconstrainedError" => CaptureError::Constraint,
        "NotReadableError" | "AbortError" => CaptureError::InUse,
        _ => CaptureError::Other,
    }
}

fn is_refusal(error: CaptureError) -> bool {
    matches!(
        error,
        CaptureError::Denied | CaptureError::Dismissed | CaptureError::BySystem
    )
}

/// Who refused, and for how long, as far as the browser tells.
async fn refusal(source: Source, error: CaptureError) -> CaptureError {
    match error {
        CaptureError::Denied if is_forbidden(source) => CaptureError::ByPolicy,
        CaptureError::Denied if permission(source).await.as_deref() == Some(PROMPT) => {
            CaptureError::DeniedNow
        }
        // WebKit says so of what is not there at all.
        CaptureError::Constraint if devices(source).await.is_empty() => CaptureError::NotFound,
        error => error,
    }
}

/// The devices that this source could be captured from.
async fn devices(source: Source) -> Vec<MediaDevice> {
    let mut devices = list_devices().await;
    devices.retain(|device| device.kind.source() == Some(source));
    devices
}

/// `document.featurePolicy`, which Chromium alone has.
fn is_forbidden(source: Source) -> bool {
    let policy = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| shim::property(&document, "featurePolicy"));
    policy.is_some_and(|policy| {
        let feature = permission_name(source).into();
        shim::call(&policy, "allowsFeature", &[&feature]) == Ok(JsValue::FALSE)
    })
}

async fn tracks_of(stream: &MediaStream, asked: &[Source]) -> Vec<CaptureResult> {
    let mut results = Vec::new();
    for source in asked {
        let permission = permission(*source).await;
        let track = track_of(stream, *source);
        results.push((
            *source,
            track.map(|track| track.with_permission(permission)),
        ));
    }
    results
}

pub(super) fn track_of(stream: &MediaStream, source: Source) -> Result<Track, CaptureError> {
    let tracks = if source.is_sound() {
        stream.get_audio_tracks()
    } else {
        stream.get_video_tracks()
    };
    let track = tracks.get(0).dyn_into::<MediaStreamTrack>();
    track.map(Track::new).map_err(|_| CaptureError::Other)
}
