//! How loud one's own microphone is.

use std::rc::Rc;

use gloo_timers::callback::Interval;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AnalyserNode, AudioContext};

use super::{Listener, Track, shim};
use crate::speech::decibels;

/// Ten times a second looks lively enough.
const PERIOD: u32 = 100;
/// At 48 kHz these are 43 ms.
const SAMPLES: usize = 2048;

/// Listens to a microphone; dropping it ends that.
pub struct Level {
    _interval: Interval,
    _wake: Vec<Listener>,
    context: AudioContext,
}

impl Level {
    /// Calls back ten times a second with decibels below the loudest.
    pub fn watch(track: &Track, mut report: impl FnMut(f32) + 'static) -> Option<Self> {
        let stream = track.stream()?;
        let context = AudioContext::new().ok()?;
        let analyser = analyse(&context, &stream);
        let mut samples = vec![0.0; SAMPLES];
        let interval = Interval::new(PERIOD, move || {
            let Ok(analyser) = &analyser else {
                return;
            };
            analyser.get_float_time_domain_data(&mut samples);
            report(loudness(&samples));
        });
        Some(Self {
            _interval: interval,
            _wake: wake(&context),
            context,
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        settle(self.context.close());
    }
}

fn analyse(context: &AudioContext, stream: &super::Stream) -> Result<AnalyserNode, JsValue> {
    let analyser = context.create_analyser()?;
    analyser.set_fft_size(SAMPLES as u32);
    context
        .create_media_stream_source(stream.media())?
        .connect_with_audio_node(&analyser)?;
    Ok(analyser)
}

/// Browsers hold sound back until the person has clicked or typed.
fn wake(context: &AudioContext) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let context = Rc::new(context.clone());
    let listen = |event| {
        let context = context.clone();
        Listener::new(&window, event, move |_| {
            if shim::text(&context, "state").as_deref() == Some("suspended") {
                settle(context.resume());
            }
        })
    };
    // A phone call takes sound away too, and gives it back without a word.
    let resumed = context.clone();
    let interrupted = Listener::new(&context, "statechange", move |_| {
        let state = shim::text(&resumed, "state");
        if !matches!(state.as_deref(), Some("running" | "closed")) {
            settle(resumed.resume());
        }
    });
    vec![listen("pointerup"), listen("keyup"), interrupted]
}

fn settle(promise: Result<js_sys::Promise, JsValue>) {
    if let Ok(promise) = promise {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

fn loudness(samples: &[f32]) -> f32 {
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    decibels(power.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_as_loud_as_it_is_high() {
        let tone = |amplitude: f32| loudness(&[amplitude, -amplitude].repeat(100)).round();
        assert_eq!(tone(0.0), f32::NEG_INFINITY);
        assert_eq!(tone(0.01), -40.0);
        assert_eq!(tone(1.0), 0.0);
    }
}
