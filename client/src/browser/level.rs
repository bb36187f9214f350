//! How loud one's own microphone is.

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Interval;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AnalyserNode, AudioContext, AudioContextState};

use super::{Listener, Track};

/// Ten times a second looks lively enough.
const PERIOD: u32 = 100;
/// At 48 kHz these are 43 ms.
const SAMPLES: usize = 2048;
/// The loudness that a quiet room does not reach, in dB below the loudest, and how much makes one
/// step more.
const FLOOR: f32 = -55.0;
const STEP: f32 = 10.0;

/// Listens to a microphone; dropping it ends that.
pub struct Level {
    _interval: Interval,
    _wake: Vec<Listener>,
    context: AudioContext,
}

impl Level {
    /// Calls back with 0 to 5 whenever it changes.
    pub fn watch(track: &Track, report: impl Fn(u8) + 'static) -> Option<Self> {
        let stream = track.stream()?;
        let context = AudioContext::new().ok()?;
        let analyser = analyse(&context, &stream);
        let last = Cell::new(0);
        let mut samples = vec![0.0; SAMPLES];
        let interval = Interval::new(PERIOD, move || {
            let Ok(analyser) = &analyser else {
                return;
            };
            analyser.get_float_time_domain_data(&mut samples);
            let level = level(&samples);
            if last.replace(level) != level {
                report(level);
            }
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
            if context.state() == AudioContextState::Suspended {
                settle(context.resume());
            }
        })
    };
    // A phone call takes sound away too, and gives it back without a word.
    let resumed = context.clone();
    let interrupted = Listener::new(&context, "statechange", move |_| {
        let state = resumed.state();
        if state != AudioContextState::Running && state != AudioContextState::Closed {
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

fn level(samples: &[f32]) -> u8 {
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    let decibels = 10.0 * power.log10();
    ((decibels - FLOOR) / STEP).ceil().clamp(0.0, 5.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_none_speech_is_some_and_a_shout_is_all() {
        let tone = |amplitude: f32| level(&[amplitude, -amplitude].repeat(100));
        assert_eq!(tone(0.0), 0);
        assert_eq!(tone(0.001), 0);
        assert_eq!(tone(0.01), 2);
        assert_eq!(tone(0.05), 3);
        assert_eq!(tone(1.0), 5);
    }
}
