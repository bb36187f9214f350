//! The WebSocket to the server.

use std::rc::Rc;

use protocol::{ClientMessage, CloseCode, MAX_MESSAGE, ServerMessage};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::WebSocket;

use super::{Listener, crash::Hold, location, shim};

/// A server that does not read this many bytes is not there any more. A full call's offers at once
/// are a quarter of it.
const MAX_BUFFERED: u32 = 1024 * 1024;

/// Something happened at the WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It is open.
    Opened,
    /// It is closed, or could not be opened.
    Closed(CloseCode),
    /// The server says something. What is no message is not told.
    Received(ServerMessage),
}

/// The WebSocket to the server; dropping it closes it.
pub struct Socket {
    listeners: Vec<Listener>,
    _hold: Hold,
    socket: WebSocket,
}

impl Socket {
    /// Opens `ws` where the page came from. What happens is reported by the browser, so `report`
    /// must only queue.
    pub fn open(report: &Rc<dyn Fn(Event)>) -> Result<Self, JsValue> {
        let socket = WebSocket::new(&url())?;
        let listen = |name, happened: fn(&web_sys::Event) -> Option<Event>| {
            let report = report.clone();
            Listener::new(&socket, name, move |event| {
                if let Some(event) = happened(event) {
                    report(event);
                }
            })
        };
        let listeners = vec![
            listen("open", |_| Some(Event::Opened)),
            listen("close", |event| {
                let code = shim::number(event, "code").map(|code| CloseCode(code as u16));
                Some(Event::Closed(code.unwrap_or(CloseCode::ABNORMAL)))
            }),
            listen("message", |event| received(event).map(Event::Received)),
        ];
        let leave = protocol::encode(&ClientMessage::Leave);
        Ok(Self {
            listeners,
            _hold: Hold::with_last_word(&socket, &leave),
            socket,
        })
    }

    /// Sends a message, if the WebSocket is open. One that nobody reads is closed.
    pub fn send(&self, message: &ClientMessage) {
        if self.socket.ready_state() != WebSocket::OPEN {
            return;
        }
        let text = protocol::encode(message);
        let fits = shim::has_room(&self.socket, &text, MAX_BUFFERED);
        if !fits || self.socket.send_with_str(&text).is_err() {
            let _ = self.socket.close();
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listeners.clear();
        // What was sent before still goes out.
        let _ = self.socket.close();
    }
}

fn url() -> String {
    // `https://` becomes `wss://`, `http://` becomes `ws://`.
    let origin = location::origin().replacen("http", "ws", 1);
    format!("{origin}{}", location::base().join("ws"))
}

fn received(event: &web_sys::Event) -> Option<ServerMessage> {
    let data = shim::property(event, "data")?;
    let text = data.dyn_ref::<js_sys::JsString>()?;
    if text.length() as usize > MAX_MESSAGE {
        return None;
    }
    protocol::decode(&String::from(text))
}
