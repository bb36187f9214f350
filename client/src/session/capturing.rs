//! Asking the browser for devices.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use mesh::{PerSource, Source};
use wasm_bindgen_futures::spawn_local;

use super::{Event, Queue};
use crate::browser::capture;

/// What to ask for.
pub(super) enum Request {
    /// Devices that are not held.
    Capture(PerSource<bool>),
    /// The device of this `deviceId` and no other, to take the place of the one that is held.
    Exchange(Source, String),
    /// The device that was taken from this page.
    Retake(Source),
}

/// One `getUserMedia` at a time: browsers fail the second, or take the first one's device away. As
/// many wait as a person has clicked.
pub(super) struct Capturing(UnboundedSender<Request>);

impl Capturing {
    pub(super) fn new(queue: Queue) -> Self {
        let (sender, requests) = unbounded();
        spawn_local(work(requests, queue));
        Self(sender)
    }

    pub(super) fn ask(&self, request: Request) {
        // It is taken for as long as this is there.
        let _ = self.0.unbounded_send(request);
    }
}

/// It outlives the visit if it has to: a device that is given too late is let go of by its track's
/// drop.
async fn work(mut requests: UnboundedReceiver<Request>, queue: Queue) {
    while let Some(request) = requests.next().await {
        queue.push(match request {
            Request::Capture(sources) => Event::Captured(capture::capture(sources).await),
            Request::Exchange(source, id) => {
                let result = capture::capture_one(source, Some(id.clone())).await;
                Event::Exchanged(source, (id, result))
            }
            Request::Retake(source) => {
                let results = capture::capture(PerSource::only(&[source], true)).await;
                let Some((_, result)) = results.into_iter().next() else {
                    continue;
                };
                Event::Retaken(source, result)
            }
        });
    }
}
