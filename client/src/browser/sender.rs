//! What is sent through one `RTCRtpSender`.

use js_sys::{Array, Object};
use mesh::Encoding;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStreamTrack, RtcRtpSender};

use super::shim::{self, AsSender};

/// What is sent through one `RTCRtpSender`: a track or nothing, without any negotiation.
pub(super) struct Sender(RtcRtpSender);

impl Sender {
    pub(super) fn new(sender: RtcRtpSender) -> Self {
        Self(sender)
    }

    /// Sends this track, or nothing.
    pub(super) async fn send(&self, track: Option<&MediaStreamTrack>) -> Result<(), JsValue> {
        JsFuture::from(self.shim().replace_track(track)?)
            .await
            .map(drop)
    }

    /// Sends this camera's track not larger, faster and finer than that.
    pub(super) async fn send_encoded(
        &self,
        track: &MediaStreamTrack,
        encoding: Encoding,
    ) -> Result<(), JsValue> {
        self.encode(&[
            ("active", true.into()),
            ("scaleResolutionDownBy", scale(track, encoding).into()),
            ("maxFramerate", encoding.framerate.into()),
            ("maxBitrate", encoding.bitrate.into()),
        ])
        .await?;
        self.send(Some(track)).await
    }

    /// Sends no picture at all. Without a track alone, Firefox goes on with a black one every
    /// second.
    pub(super) async fn rest(&self) -> Result<(), JsValue> {
        self.send(None).await?;
        self.encode(&[("active", false.into())]).await
    }

    /// Between `getParameters` and `setParameters` nothing may happen; both are the same object to
    /// the browser.
    async fn encode(&self, values: &[(&str, JsValue)]) -> Result<(), JsValue> {
        let parameters = self.shim().parameters()?;
        let encodings = shim::property(&parameters, "encodings")
            .map_or_else(Array::new, JsCast::unchecked_into);
        if encodings.length() == 0 {
            encodings.push(&Object::new());
            shim::set(&parameters, "encodings", &encodings);
        }
        let first: Object = encodings.get(0).unchecked_into();
        for (name, value) in values {
            shim::set(&first, name, value);
        }
        JsFuture::from(self.shim().set_parameters(&parameters)?)
            .await
            .map(drop)
    }

    fn shim(&self) -> &AsSender {
        self.0.unchecked_ref()
    }
}

/// How many times smaller than the camera's picture; browsers refuse less than once. A phone held
/// upright has its lines sideways.
fn scale(track: &MediaStreamTrack, encoding: Encoding) -> f64 {
    let settings = track.get_settings();
    let size = |name| shim::number(&settings, name);
    let lines = match (size("width"), size("height")) {
        (Some(width), Some(height)) => width.min(height),
        _ => return 1.0,
    };
    (lines / f64::from(encoding.height.max(1))).max(1.0)
}
