//! Sharing a screen, a window or a tab: `getDisplayMedia`.

use mesh::{CaptureError, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStream;

use super::{
    Track,
    capture::{CaptureResult, capture_error, track_of},
    crash,
    shim::{self, AsMediaDevices, object},
};

/// More lines nobody is sent.
const MAX_WIDTH: u32 = 2560;
const MAX_HEIGHT: u32 = 1440;
/// Text moves seldom.
const MAX_FRAMERATE: u32 = 15;

/// Whether this browser can share a screen; those of most phones cannot.
pub fn can_share() -> bool {
    shim::navigator("mediaDevices")
        .is_some_and(|devices| shim::property(&devices, "getDisplayMedia").is_some())
}

/// Has the person choose what to share. To be called soon after a click: browsers refuse it
/// otherwise. Not everything that can be shared plays something.
pub async fn share() -> Vec<CaptureResult> {
    let stream = ask().await;
    let track = |source| {
        let stream = stream.as_ref().map_err(|error| *error)?;
        track_of(stream, source).map_err(|_| CaptureError::NotFound)
    };
    let screen = track(Source::Screen).inspect(Track::keep_sharp);
    vec![
        (Source::ScreenSound, track(Source::ScreenSound)),
        (Source::Screen, screen),
    ]
}

async fn ask() -> Result<MediaStream, CaptureError> {
    let devices = shim::navigator("mediaDevices").ok_or(CaptureError::Insecure)?;
    let promise = devices
        .unchecked_ref::<AsMediaDevices>()
        .display_media(&options());
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

/// W3C Screen Capture, section 5.2. Browsers ignore what they do not know.
fn options() -> js_sys::Object {
    let max = |value: u32| JsValue::from(object([("max", value.into())]));
    let video = object([
        ("width", max(MAX_WIDTH)),
        ("height", max(MAX_HEIGHT)),
        ("frameRate", max(MAX_FRAMERATE)),
    ]);
    // Music and films are no voices, and what the others say must not come back to them.
    let audio = object([
        ("echoCancellation", false.into()),
        ("noiseSuppression", false.into()),
        ("autoGainControl", false.into()),
        ("restrictOwnAudio", true.into()),
    ]);
    object([
        ("video", video.into()),
        ("audio", audio.into()),
        ("selfBrowserSurface", "exclude".into()),
        ("surfaceSwitching", "include".into()),
        ("systemAudio", "include".into()),
    ])
}
