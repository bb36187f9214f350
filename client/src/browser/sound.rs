//! What a peer says, made audible.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlAudioElement, MediaStream, MediaStreamTrack};

use super::{
    connection::{Event, Report},
    shim::{self, AsMedia},
};

/// An `<audio>` outside of the page, so that nothing that happens to a tile stops it; dropping it
/// silences it.
pub(super) struct Sound {
    audio: HtmlAudioElement,
    report: Report,
}

impl Sound {
    pub(super) fn of_track(track: &MediaStreamTrack, report: &Report) -> Result<Self, JsValue> {
        let audio = HtmlAudioElement::new()?;
        audio.set_src_object(Some(&MediaStream::new_with_tracks(&Array::of1(track))?));
        let sound = Self {
            audio,
            report: report.clone(),
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
        let report = self.report.clone();
        spawn_local(async move {
            match JsFuture::from(promise).await {
                Ok(_) => report(Event::SoundBlocked(false)),
                Err(error) if shim::error_name(&error) == "NotAllowedError" => {
                    report(Event::SoundBlocked(true));
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
