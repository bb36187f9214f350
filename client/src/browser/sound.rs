//! What a peer says, made audible.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlAudioElement, MediaStream, MediaStreamTrack};

use super::{
    shim::{self, AsMedia},
    storage,
};
use crate::choice::DeviceKind;

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
        if storage::recall_device(DeviceKind::Speaker).is_some() {
            sound.choose_speaker();
        }
        sound.play();
        Ok(sound)
    }

    /// Plays it on the speaker that the person chose, or on the system's. Where that is gone, the
    /// browser stays with what it has.
    pub(super) fn choose_speaker(&self) {
        choose_speaker(&self.audio);
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

/// Has an element play on the speaker that the person chose, or on the system's.
pub(super) fn choose_speaker(audio: &HtmlAudioElement) {
    let audio: &AsMedia = audio.unchecked_ref();
    let id = storage::recall_device(DeviceKind::Speaker).map(|(id, _)| id);
    if shim::property(audio, "setSinkId").is_none() {
        return;
    }
    if let Ok(promise) = audio.set_sink_id(&id.unwrap_or_default()) {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        let _ = self.audio.unchecked_ref::<AsMedia>().pause();
        self.audio.set_src_object(None);
    }
}
