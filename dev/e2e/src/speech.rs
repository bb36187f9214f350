//! A voice for a fake microphone.

/// Samples a second.
const RATE: u32 = 48_000;
/// Seconds of speech, and of silence after it.
const TURN: u32 = 2;

/// A WAV file of one turn of speech and one of silence: a tone that is not taken for noise, since
/// it glides.
pub(crate) fn wav() -> Vec<u8> {
    let mut phase = 0.0_f32;
    let sample = |place: u32| {
        let seconds = place as f32 / RATE as f32;
        let hertz = 300.0 + 150.0 * (seconds * 20.0).sin();
        phase += hertz / RATE as f32;
        let is_loud = place < RATE * TURN;
        let loudness = if is_loud { 0.4 } else { 0.0 };
        ((phase * std::f32::consts::TAU).sin() * loudness * f32::from(i16::MAX)) as i16
    };
    let samples: Vec<u8> = (0..RATE * TURN * 2)
        .map(sample)
        .flat_map(i16::to_le_bytes)
        .collect();
    let length = samples.len() as u32;
    // RIFF, then a format chunk of 16 bytes: PCM, one channel, two bytes a sample.
    let mut wav = [
        b"RIFF".as_slice(),
        &(36 + length).to_le_bytes(),
        b"WAVEfmt ",
    ]
    .concat();
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1_u16, 1].map(u16::to_le_bytes).concat());
    wav.extend([RATE, RATE * 2].map(u32::to_le_bytes).concat());
    wav.extend([2_u16, 16].map(u16::to_le_bytes).concat());
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(samples);
    wav
}
