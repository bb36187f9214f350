//! Sounds that tell what happens, made on the spot.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, AudioNode, HtmlAudioElement};

use super::{shim::AsMedia, sound::choose_speaker};

/// What a sound tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    /// Somebody joined.
    Join,
    /// Somebody left.
    Leave,
    /// Somebody raised a hand.
    Hand,
    /// Somebody wrote.
    Message,
    /// The speaker works.
    Test,
}

/// Between the beginnings of two tones, and as long as one takes to fade, in seconds.
const STEP: f64 = 0.14;
const FADE: f64 = 0.35;
/// Of the loudest; speech is about as loud.
const VOLUME: f32 = 0.12;
/// A tone fades to a part of itself, never to nothing.
const SILENCE: f32 = 0.001;

impl Chime {
    /// In hertz, one after the other.
    fn tones(self) -> &'static [f32] {
        match self {
            Self::Join => &[523.25, 783.99],
            Self::Leave => &[783.99, 523.25],
            Self::Hand => &[659.26, 659.26],
            Self::Message => &[880.0],
            Self::Test => &[523.25, 659.26, 783.99, 1046.5],
        }
    }
}

/// A sound on its way out; dropping it ends it. Browsers count how many contexts there are.
struct Playing {
    context: AudioContext,
    audio: HtmlAudioElement,
    _end: Timeout,
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.audio.set_src_object(None);
        // Closed is closed.
        let _ = self.context.close();
    }
}

thread_local! {
    /// The newest takes the place of what is still heard.
    static PLAYING: RefCell<Option<Playing>> = const { RefCell::new(None) };
}

/// Plays a sound on the speaker that the person chose. A browser that plays nothing is no error.
pub fn chime(chime: Chime) {
    let playing = play(chime).ok();
    drop(PLAYING.replace(playing));
}

fn play(chime: Chime) -> Result<Playing, JsValue> {
    let (context, audio) = (AudioContext::new()?, HtmlAudioElement::new()?);
    let length = STEP * (chime.tones().len() + 1) as f64 + FADE;
    let end = || drop(PLAYING.take());
    let playing = Playing {
        _end: Timeout::new((length * 1000.0) as u32, end),
        context,
        audio,
    };
    let destination = playing.context.create_media_stream_destination()?;
    let begin = playing.context.current_time() + STEP;
    for (place, tone) in chime.tones().iter().enumerate() {
        let at = begin + STEP * place as f64;
        sing(&playing.context, &destination, *tone, at)?;
    }
    playing.audio.set_src_object(Some(&destination.stream()));
    choose_speaker(&playing.audio);
    let playback = playing.audio.unchecked_ref::<AsMedia>().play()?;
    spawn_local(async move {
        let _ = JsFuture::from(playback).await;
    });
    Ok(playing)
}

/// One tone, in hertz, that begins then and fades.
fn sing(context: &AudioContext, to: &AudioNode, tone: f32, at: f64) -> Result<(), JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    oscillator.frequency().set_value(tone);
    gain.gain().set_value_at_time(VOLUME, at)?;
    gain.gain()
        .exponential_ramp_to_value_at_time(SILENCE, at + FADE)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(to)?;
    oscillator.start_with_when(at)?;
    oscillator.stop_with_when(at + FADE)
}
