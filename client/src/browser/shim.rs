//! What `web_sys` lacks, or has without `catch`: an exception that is not caught skips the
//! destructors of all Rust on the stack. And properties by their names: each one's import would
//! have a name of its own in the module and in its glue, with a hash that does not compress.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, MediaStreamTrack, RtcDataChannel, RtcRtpTransceiver};

#[wasm_bindgen]
extern "C" {
    /// `RTCPeerConnection`
    #[wasm_bindgen(extends = EventTarget, js_name = RTCPeerConnection)]
    #[derive(Clone)]
    pub(super) type PeerConnection;

    #[wasm_bindgen(constructor, catch, js_class = "RTCPeerConnection")]
    pub(super) fn new(configuration: &Object) -> Result<PeerConnection, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createDataChannel)]
    pub(super) fn create_data_channel(
        this: &PeerConnection,
        label: &str,
        init: &Object,
    ) -> Result<RtcDataChannel, JsValue>;

    #[wasm_bindgen(method, catch, js_name = addTransceiver)]
    pub(super) fn add_transceiver(
        this: &PeerConnection,
        kind: &str,
        init: &Object,
    ) -> Result<RtcRtpTransceiver, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getTransceivers)]
    pub(super) fn transceivers(this: &PeerConnection) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setLocalDescription)]
    pub(super) fn set_local_description(this: &PeerConnection) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setRemoteDescription)]
    pub(super) fn set_remote_description(
        this: &PeerConnection,
        description: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = addIceCandidate)]
    pub(super) fn add_ice_candidate(
        this: &PeerConnection,
        candidate: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &PeerConnection) -> Result<(), JsValue>;

    /// `RTCRtpTransceiver`
    pub(super) type AsTransceiver;

    #[wasm_bindgen(method, catch, setter)]
    pub(super) fn set_direction(this: &AsTransceiver, direction: &str) -> Result<(), JsValue>;

    /// `RTCRtpSender`
    pub(super) type AsSender;

    #[wasm_bindgen(method, catch, js_name = replaceTrack)]
    pub(super) fn replace_track(
        this: &AsSender,
        track: Option<&MediaStreamTrack>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getParameters)]
    pub(super) fn parameters(this: &AsSender) -> Result<Object, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setParameters)]
    pub(super) fn set_parameters(this: &AsSender, parameters: &Object) -> Result<Promise, JsValue>;

    /// `RTCRtpReceiver`
    pub(super) type AsReceiver;

    #[wasm_bindgen(method, catch, js_name = getSynchronizationSources)]
    pub(super) fn synchronization_sources(this: &AsReceiver) -> Result<Array, JsValue>;

    /// `MediaStreamTrack`
    pub(super) type AsTrack;

    #[wasm_bindgen(method, catch, js_name = applyConstraints)]
    pub(super) fn apply_constraints(
        this: &AsTrack,
        constraints: &Object,
    ) -> Result<Promise, JsValue>;

    /// `HTMLMediaElement`
    pub(super) type AsMedia;

    #[wasm_bindgen(method, catch)]
    pub(super) fn play(this: &AsMedia) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn pause(this: &AsMedia) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = setSinkId)]
    pub(super) fn set_sink_id(this: &AsMedia, id: &str) -> Result<Promise, JsValue>;

    /// `MediaDevices`
    pub(super) type AsMediaDevices;

    #[wasm_bindgen(method, catch, js_name = getUserMedia)]
    pub(super) fn user_media(
        this: &AsMediaDevices,
        constraints: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getDisplayMedia)]
    pub(super) fn display_media(
        this: &AsMediaDevices,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = enumerateDevices)]
    pub(super) fn list(this: &AsMediaDevices) -> Result<Promise, JsValue>;

    /// `FeaturePolicy`
    pub(super) type AsFeaturePolicy;

    #[wasm_bindgen(method, catch, js_name = allowsFeature)]
    pub(super) fn allows_feature(this: &AsFeaturePolicy, feature: &str) -> Result<bool, JsValue>;

    /// `Permissions`
    pub(super) type AsPermissions;

    #[wasm_bindgen(method, catch)]
    pub(super) fn query(this: &AsPermissions, descriptor: &Object) -> Result<Promise, JsValue>;

    /// `Navigator`
    pub(super) type AsNavigator;

    #[wasm_bindgen(method, catch)]
    pub(super) fn share(this: &AsNavigator, data: &Object) -> Result<Promise, JsValue>;

    /// `DocumentPictureInPicture`
    pub(super) type AsPictureInPicture;

    #[wasm_bindgen(method, catch, js_name = requestWindow)]
    pub(super) fn request_window(
        this: &AsPictureInPicture,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    /// `Window`
    pub(super) type AsWindow;

    #[wasm_bindgen(method, catch, js_name = close)]
    pub(super) fn close_window(this: &AsWindow) -> Result<(), JsValue>;

    /// `Element`
    pub(super) type AsElement;

    #[wasm_bindgen(method, catch, js_name = requestFullscreen)]
    pub(super) fn request_full_screen(this: &AsElement) -> Result<Promise, JsValue>;

    /// `Document`
    pub(super) type AsDocument;

    #[wasm_bindgen(method, catch, js_name = exitFullscreen)]
    pub(super) fn exit_full_screen(this: &AsDocument) -> Result<Promise, JsValue>;

    /// `WakeLock`
    pub(super) type AsWakeLock;

    #[wasm_bindgen(method, catch)]
    pub(super) fn request(this: &AsWakeLock, kind: &str) -> Result<Promise, JsValue>;

    /// `WakeLockSentinel`
    pub(super) type AsWakeLockSentinel;

    #[wasm_bindgen(method, catch)]
    pub(super) fn release(this: &AsWakeLockSentinel) -> Result<Promise, JsValue>;

    /// `MediaSession`
    pub(super) type AsMediaSession;

    #[wasm_bindgen(method, catch, js_name = setActionHandler)]
    pub(super) fn set_action_handler(
        this: &AsMediaSession,
        action: &str,
        handler: &JsValue,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = setMicrophoneActive)]
    pub(super) fn set_microphone_active(
        this: &AsMediaSession,
        active: bool,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setCameraActive)]
    pub(super) fn set_camera_active(
        this: &AsMediaSession,
        active: bool,
    ) -> Result<JsValue, JsValue>;

    /// `Clipboard`
    pub(super) type AsClipboard;

    #[wasm_bindgen(method, catch, js_name = writeText)]
    pub(super) fn write_text(this: &AsClipboard, text: &str) -> Result<Promise, JsValue>;

    /// `Date`
    pub(super) type AsDate;

    #[wasm_bindgen(method, catch, js_name = toLocaleTimeString)]
    pub(super) fn to_locale_time_string(
        this: &AsDate,
        locale: &str,
        options: &Object,
    ) -> Result<String, JsValue>;
}

/// A property that is there: neither `undefined` nor `null`.
pub(super) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// A property that is a text.
pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    property(object, name)?.as_string()
}

/// A property that is a number.
pub(super) fn number(object: &JsValue, name: &str) -> Option<f64> {
    property(object, name)?.as_f64()
}

/// Whether a property is `true`.
pub(super) fn flag(object: &JsValue, name: &str) -> bool {
    property(object, name) == Some(JsValue::TRUE)
}

/// Whether a text more waits to be sent through a socket or a channel without being too much.
pub(super) fn has_room(way: &JsValue, text: &str, most: u32) -> bool {
    let waiting = number(way, "bufferedAmount").unwrap_or_default();
    waiting + text.len() as f64 <= f64::from(most)
}

/// A property of `navigator` that is there. Many are missing where the page is not secure.
pub(super) fn navigator(name: &str) -> Option<JsValue> {
    property(&web_sys::window()?.navigator(), name)
}

/// An object with these properties.
pub(super) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, &value);
    }
    object
}

/// Sets a property of an object of our own, which takes every one.
pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// The `name` of an error. Not every one is a `DOMException`: `OverconstrainedError` is not.
pub(super) fn error_name(error: &JsValue) -> String {
    text(error, "name").unwrap_or_default()
}

/// An error for the console and for logs.
pub(super) fn error_text(error: &JsValue) -> String {
    let message = text(error, "message").unwrap_or_default();
    format!("{}: {message}", error_name(error))
}
