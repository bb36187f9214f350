//! What a peer says, made audible.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlAudioElement, MediaStream, MediaStreamTrack};

use super::shim::{self, AsMedia};

/// An `<audio>` outside of the page, so that nothing that happens to a tile stops it; dropping it
/// silences it.
pub(super) struct Sound {
    audio: HtmlAudioElement,
    onblocked: Rc<dyn Fn(bool)>,
}

impl Sound {
    /// `onblocked` is told whether the browser refuses to play it before the person clicks.
    pub(super) fn of_track(
        track: &MediaStreamTrack,
        onblocked: impl Fn(bool) + 'static,
    ) -> Result<Self, JsValue> {
        let audio = HtmlAudioElement::new()?;
        audio.set_src_object(Some(&MediaStream::new_with_tracks(&Array::of1(track))?));
        let sound = Self {
            audio,
            onblocked: Rc::new(onblocked),
        };
        sound.play();
        Ok(sound)
    }

    /// Plays, and reports whether the browser let it. Browsers let pages that capture, or where the
    /// person clicked.
    pub(super) fn play(&self) {
        let Ok(promise) = self.audio.unchecked_ref::<AsMedia>().play() else {
            return;
        };
        let onblocked = self.onblocked.clone();
        spawn_local(async move {
            match JsFuture::from(promise).await {
                Ok(_) => onblocked(false),
                Err(error) if shim::error_name(&error) == "NotAllowedError" => {
                    onblocked(true);
                }
                // Silenced meanwhile.
                Err(_) => {}
            }
        });
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        let _ = self.audio.unchecked_ref::<AsMedia>().pause();
        self.audio.set_src_object(None);
    }
}
