//! What the tests see of the page that the page itself does not tell; see `spy.js`.

#![allow(dead_code, reason = "each test uses a part")]

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/tests/spy/spy.js")]
extern "C" {
    pub fn spy();
    #[wasm_bindgen(js_name = listenerCount)]
    pub fn listener_count() -> i32;
    #[wasm_bindgen(js_name = connectionCount)]
    pub fn connection_count() -> usize;
    #[wasm_bindgen(js_name = openConnectionCount)]
    pub fn open_connection_count() -> usize;
    #[wasm_bindgen(js_name = refuseConnections)]
    pub fn refuse_connections();
    pub fn transceivers(place: usize) -> String;
    pub fn sends(place: usize, mid: usize) -> bool;
    pub fn encoding(place: usize) -> String;
    #[wasm_bindgen(js_name = remoteSdp)]
    pub fn remote_sdp(place: usize) -> String;
    pub fn picture(video: &JsValue) -> Promise;
    pub fn devices(answers: &JsValue) -> Array;
    pub fn permissions(states: &JsValue);
    pub fn connect(list: &str);
    pub fn plug(list: &str);
    pub fn mute(kind: &str, muted: bool);
    pub fn end(kind: &str);
    #[wasm_bindgen(js_name = trackStates)]
    pub fn track_states() -> String;
    #[wasm_bindgen(js_name = fakeSockets)]
    pub fn fake_sockets();
    #[wasm_bindgen(js_name = socketUrl)]
    pub fn socket_url() -> String;
    #[wasm_bindgen(js_name = socketIsOpen)]
    pub fn socket_is_open() -> bool;
    pub fn sent() -> String;
    #[wasm_bindgen(js_name = sentLast)]
    pub fn sent_last() -> String;
    pub fn serve(text: &str);
    #[wasm_bindgen(js_name = asksBeforeClosing)]
    pub fn asks_before_closing() -> bool;
    pub fn network(kind: &str);
    #[wasm_bindgen(js_name = hidePage)]
    pub fn hide_page();
}

/// An object with these texts in it.
pub fn texts(properties: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        Reflect::set(&object, &(*name).into(), &(*value).into()).unwrap();
    }
    object.into()
}
