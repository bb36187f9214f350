//! What `web_sys` lacks, or has without `catch`: an exception that is not caught skips the
//! destructors of all Rust on the stack. And properties and methods by their names: each one's
//! import would have a name of its own in the module and in its glue, with a hash that does not
//! compress. **What captures, sends or mutes keeps its type**: a name that is wrong there has to
//! fail when it is compiled.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;
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

    #[wasm_bindgen(method, catch, js_name = getStats)]
    pub(super) fn stats(this: &AsReceiver) -> Result<Promise, JsValue>;

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

/// Calls a method by its name. One that is not there throws too.
pub(super) fn call(
    object: &JsValue,
    method: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    method.apply(object, &arguments.iter().copied().collect::<Array>())
}

/// Calls a method that gives a promise, at once; the future waits for what it gives.
pub(super) fn ask(
    object: &JsValue,
    method: &str,
    arguments: &[&JsValue],
) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let promise = call(object, method, arguments);
    async move { JsFuture::from(Promise::resolve(&promise?)).await }
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
