//! What is remembered from visit to visit on this device, in `localStorage`. A browser that keeps
//! nothing is no error.

use mesh::{PerSource, Source, Wish};
use web_sys::Storage;

use crate::choice::DeviceKind;

/// What can be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// What the person is called.
    Name,
    /// The language that the person chose, as a BCP 47 tag.
    Language,
    /// What the person turned on or off, by the name under which it is kept.
    Preference(&'static str),
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "madang.name",
            Self::Language => "madang.language",
            Self::Preference(name) => name,
        }
    }
}

/// Where it is remembered what was last on. A screen has to be chosen each time.
const SOURCES: [(Source, &str); 2] = [
    (Source::Microphone, "madang.microphone"),
    (Source::Camera, "madang.camera"),
];
pub(super) const ON: &str = "on";
pub(super) const OFF: &str = "off";

/// What was remembered.
pub fn recall(key: Key) -> Option<String> {
    read(key.name())
}

/// Remembers this from now on.
pub fn remember(key: Key, value: &str) {
    write(key.name(), value);
}

/// What was last on.
pub fn recall_sources() -> PerSource<bool> {
    let mut last = PerSource::default();
    for (source, key) in SOURCES {
        last[source] = read(key).as_deref() == Some(ON);
    }
    last
}

/// Remembers what was turned on or off.
pub fn remember_sources(wish: &Wish) {
    for (source, key) in SOURCES {
        if let Some(on) = wish[source] {
            write(key, if on { ON } else { OFF });
        }
    }
}

/// `deviceId` and label of the device of this kind that the person chose.
pub fn recall_device(kind: DeviceKind) -> Option<(String, String)> {
    let device = read(device_key(kind))?;
    let (id, label) = device.split_once('\n')?;
    Some((id.to_owned(), label.to_owned()))
}

/// Remembers which device the person chose, or that none was.
pub fn remember_device(kind: DeviceKind, device: Option<(&str, &str)>) {
    let device = device.map(|(id, label)| format!("{id}\n{label}"));
    write(device_key(kind), &device.unwrap_or_default());
}

fn device_key(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Microphone => "madang.microphone-device",
        DeviceKind::Camera => "madang.camera-device",
        DeviceKind::Speaker => "madang.speaker-device",
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
