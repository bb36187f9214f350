//! What a microphone, a camera or a shared screen gives.

use mesh::Encoding;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStreamTrack;

use super::{
    Listener, Stream,
    crash::Hold,
    shim::{self, AsTrack, object},
};

/// One's own microphone's, camera's or screen's track; dropping it lets go of the device.
pub struct Track {
    track: MediaStreamTrack,
    listeners: Vec<Listener>,
    /// `PermissionStatus.state` when the device was given, where the browser tells.
    permission: Option<String>,
    _hold: Hold,
}

/// What the browser does to a track by itself. W3C Media Capture and Streams, section 4.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackEvent {
    /// It gives nothing for a while.
    Muted,
    /// It gives something again.
    Unmuted,
    /// It is over: unplugged, or permission withdrawn.
    Ended,
}

impl Track {
    pub(crate) fn new(track: MediaStreamTrack) -> Self {
        Self {
            _hold: Hold::new(&track),
            track,
            listeners: Vec::new(),
            permission: None,
        }
    }

    pub(crate) fn with_permission(mut self, permission: Option<String>) -> Self {
        self.permission = permission;
        self
    }

    /// Calls back when the browser does something to the track.
    pub fn watch(&mut self, report: impl Fn(TrackEvent) + Clone + 'static) {
        let listen = |(name, event)| {
            let report = report.clone();
            Listener::new(&self.track, name, move |_| report(event))
        };
        self.listeners = [
            ("mute", TrackEvent::Muted),
            ("unmute", TrackEvent::Unmuted),
            ("ended", TrackEvent::Ended),
        ]
        .map(listen)
        .into();
    }

    /// Whether the browser or the system has muted it.
    pub fn is_muted(&self) -> bool {
        shim::flag(&self.track, "muted")
    }

    /// Which of the devices of its kind it comes from, if the browser tells.
    pub fn device_id(&self) -> Option<String> {
        shim::text(&self.track.get_settings(), "deviceId")
    }

    /// `PermissionStatus.state` when the device was given, where the browser tells.
    pub fn permission(&self) -> Option<String> {
        self.permission.clone()
    }

    /// What the system calls the device.
    pub fn label(&self) -> String {
        shim::text(&self.track, "label").unwrap_or_default()
    }

    /// A track that is not enabled is silent, or black.
    pub fn enable(&self, enabled: bool) {
        // Not by its name, which forgives: a page that cannot mute must not go on as if it had.
        self.track.set_enabled(enabled);
    }

    /// See [`Track::enable`].
    pub fn is_enabled(&self) -> bool {
        shim::flag(&self.track, "enabled")
    }

    /// Whether the browser has not ended it.
    pub fn is_live(&self) -> bool {
        shim::text(&self.track, "readyState").as_deref() == Some("live")
    }

    /// Asks the camera for pictures of this size. The width follows from the camera's own
    /// proportions.
    pub fn shape(&self, encoding: Encoding) -> impl Future<Output = Result<(), JsValue>> + 'static {
        let ideal = |value: u32| JsValue::from(object([("ideal", value.into())]));
        let constraints = object([
            ("width", ideal(encoding.height * 16 / 9)),
            ("height", ideal(encoding.height)),
            ("frameRate", ideal(encoding.framerate)),
        ]);
        let track: &AsTrack = self.track.unchecked_ref();
        let promise = track.apply_constraints(&constraints);
        async move { JsFuture::from(promise?).await.map(drop) }
    }

    /// Has its pictures keep their lines, and give up pictures a second: W3C MediaStreamTrack
    /// Content Hints, section 3. A browser that knows no hints ignores it.
    pub(super) fn keep_sharp(&self) {
        shim::set(&self.track, "contentHint", &"text".into());
    }

    /// A stream to look at it.
    pub fn stream(&self) -> Option<Stream> {
        Stream::of_track(&self.track)
    }

    /// A second track of the same device, which gives what it hears also while this one is silent.
    pub fn listening(&self) -> Self {
        let track = Self::new(self.track.clone());
        track.enable(true);
        track
    }

    /// Another reference to the same track. **`self.track.clone()` would be
    /// `MediaStreamTrack.clone()`: a second track, which keeps the device on after this one has let
    /// go of it, and takes nothing of its shape.**
    pub(crate) fn media(&self) -> MediaStreamTrack {
        Clone::clone(&self.track)
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        self.listeners.clear();
        self.track.stop();
    }
}
