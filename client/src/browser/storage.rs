//! What is remembered from visit to visit on this device, in `localStorage`. A browser that keeps
//! nothing is no error.

use web_sys::Storage;

/// What can be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// What the person is called.
    Name,
    /// The language that the person chose, as a BCP 47 tag.
    Language,
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "madang.name",
            Self::Language => "madang.language",
        }
    }
}

/// Which devices were last on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Devices {
    /// The microphone.
    pub microphone: bool,
    /// The camera.
    pub camera: bool,
}

const MICROPHONE: &str = "madang.microphone";
const CAMERA: &str = "madang.camera";
const ON: &str = "on";
const OFF: &str = "off";

/// What was remembered.
pub fn recall(key: Key) -> Option<String> {
    read(key.name())
}

/// Remembers this from now on.
pub fn remember(key: Key, value: &str) {
    write(key.name(), value);
}

/// Which devices were last on.
pub fn recall_devices() -> Devices {
    let is_on = |key| read(key).as_deref() == Some(ON);
    Devices {
        microphone: is_on(MICROPHONE),
        camera: is_on(CAMERA),
    }
}

/// Remembers which devices were switched on or off; `None` leaves one as it is.
pub fn remember_devices(microphone: Option<bool>, camera: Option<bool>) {
    for (key, wanted) in [(MICROPHONE, microphone), (CAMERA, camera)] {
        if let Some(on) = wanted {
            write(key, if on { ON } else { OFF });
        }
    }
}

fn read(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

fn write(key: &str, value: &str) {
    if let Some(storage) = local() {
        // Full, or forbidden: then it is forgotten.
        let _ = storage.set_item(key, value);
    }
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
