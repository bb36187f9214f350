//! A negotiated data channel.

use mesh::{Channel as Id, ConnectionEvent};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcDataChannel;

use super::{
    Listener,
    shim::{self, PeerConnection, object},
};

/// A peer that does not read this many bytes is not there any more. The whole chat of an evening is
/// smaller.
const MAX_BUFFERED: u32 = 1024 * 1024;

/// Twice the largest message that Madang sends; what is longer is not read.
const MAX_TEXT: u32 = 64 * 1024;

/// A negotiated data channel; dropping it closes it.
pub(super) struct Channel {
    listeners: Vec<Listener>,
    channel: RtcDataChannel,
}

impl Channel {
    pub(super) fn open(
        pc: &PeerConnection,
        id: Id,
        report: impl Fn(ConnectionEvent) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let label = match id {
            Id::Control => "ctl",
            Id::Chat => "chat",
        };
        let init = object([("negotiated", JsValue::TRUE), ("id", (id as u32).into())]);
        let channel = pc.create_data_channel(label, &init)?;
        let listen = |event, happened: fn(Id, &web_sys::Event) -> Option<ConnectionEvent>| {
            let report = report.clone();
            Listener::new(&channel, event, move |event| {
                if let Some(event) = happened(id, event) {
                    report(event);
                }
            })
        };
        let listeners = vec![
            listen("open", |id, _| Some(ConnectionEvent::ChannelOpened(id))),
            listen("close", |id, _| Some(ConnectionEvent::ChannelClosed(id))),
            listen("message", |id, event| {
                Some(ConnectionEvent::Message(id, message(event)?))
            }),
        ];
        Ok(Self { listeners, channel })
    }

    /// Sends a text, if the channel is open. A channel that nobody reads is closed.
    pub(super) fn send(&self, text: &str) {
        if shim::text(&self.channel, "readyState").as_deref() != Some("open") {
            return;
        }
        let fits = shim::has_room(&self.channel, text, MAX_BUFFERED);
        if !fits || self.channel.send_with_str(text).is_err() {
            self.channel.close();
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.listeners.clear();
        self.channel.close();
    }
}

fn message(event: &web_sys::Event) -> Option<String> {
    let data = shim::property(event, "data")?;
    let text = data.dyn_ref::<js_sys::JsString>()?;
    (text.length() <= MAX_TEXT).then(|| String::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn a_channel_takes_as_much_as_the_essay_says() {
        says(PAIR, &format!("texts of up to {MAX_TEXT} letters"));
        says(PAIR, &format!("where {MAX_BUFFERED} bytes wait to be read"));
    }
}
