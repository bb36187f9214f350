//! Randomness that nobody can guess.

/// Random bytes, from `crypto.getRandomValues`.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // Every browser that runs WebAssembly has it. Guessable secrets would be worse than no
        // page.
        wasm_bindgen::throw_str("this browser has no crypto.getRandomValues");
    }
    bytes
}
