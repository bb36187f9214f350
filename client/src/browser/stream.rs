//! Pictures on their way to a `<video>`.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlMediaElement, MediaStream, MediaStreamTrack, Node};

use super::shim;

/// A picture, one's own or a peer's. Equal are only clones.
#[derive(Clone, Debug)]
pub struct Stream(MediaStream);

impl Stream {
    /// A stream of this track alone.
    pub(crate) fn of_track(track: &MediaStreamTrack) -> Option<Self> {
        MediaStream::new_with_tracks(&Array::of1(track))
            .ok()
            .map(Self)
    }

    /// Whether it comes from a camera that looks away from the person: nobody is in a mirror there.
    pub fn looks_away(&self) -> bool {
        self.facing().as_deref() == Some("environment")
    }

    /// Whether it comes from a camera of a phone, the only ones of which browsers tell where they
    /// look.
    pub fn is_of_a_phone(&self) -> bool {
        self.facing().is_some()
    }

    /// `facingMode`
    fn facing(&self) -> Option<String> {
        let track: MediaStreamTrack = self.0.get_video_tracks().get(0).dyn_into().ok()?;
        shim::text(&track.get_settings(), "facingMode")
    }

    pub(crate) fn media(&self) -> &MediaStream {
        &self.0
    }
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        let (one, other): (&JsValue, &JsValue) = (&self.0, &other.0);
        one == other
    }
}

/// Shows this stream in a `<video>`, or nothing. The element makes no sound, whatever its
/// attributes say, and is not touched when it shows this stream already.
pub fn attach(video: &Node, stream: Option<&Stream>) {
    let video: &HtmlMediaElement = video.unchecked_ref();
    // The attribute of a `<video>` that a script made does nothing.
    shim::set(video, "muted", &JsValue::TRUE);
    if video.src_object().as_ref() != stream.map(Stream::media) {
        video.set_src_object(stream.map(Stream::media));
        if stream.is_some() {
            play(video);
        }
    }
}

/// Muted pictures may always play. `play` is refused when another stream comes at once, which is
/// none of our concern.
fn play(video: &HtmlMediaElement) {
    if let Ok(promise) = video.unchecked_ref::<shim::AsMedia>().play() {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}
