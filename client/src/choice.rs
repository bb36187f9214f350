//! Which microphones, cameras and speakers there are to choose from, and what there is to tell of
//! those that come and go.

use std::rc::Rc;

use mesh::Source;

/// Enough for every desk; a browser that lists more is believed so many.
pub const MAX_DEVICES: usize = 64;

/// `MediaDeviceInfo.kind`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// `"audioinput"`
    Microphone,
    /// `"videoinput"`
    Camera,
    /// `"audiooutput"`
    Speaker,
}

impl DeviceKind {
    /// All of them, in the order in which people are asked.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Speaker];

    /// The kind that this is captured from; a screen is none.
    pub fn of(source: Source) -> Option<Self> {
        match source {
            Source::Microphone => Some(Self::Microphone),
            Source::Camera => Some(Self::Camera),
            Source::ScreenSound | Source::Screen => None,
        }
    }

    /// What is captured from it, if anything.
    pub fn source(self) -> Option<Source> {
        match self {
            Self::Microphone => Some(Source::Microphone),
            Self::Camera => Some(Source::Camera),
            Self::Speaker => None,
        }
    }
}

/// `MediaDeviceInfo`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaDevice {
    /// What it is.
    pub kind: DeviceKind,
    /// `deviceId`; empty without permission.
    pub id: String,
    /// What the system calls it; empty without permission.
    pub label: String,
}

impl MediaDevice {
    /// Chromium lists beside the devices what the system would take.
    fn is_alias(&self) -> bool {
        matches!(self.id.as_str(), "default" | "communications")
    }
}

/// What there is to choose from, what is in use, and what there is to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    devices: Rc<[MediaDevice]>,
    in_use: [Option<String>; 3],
    /// One of each kind at most.
    pub news: Vec<DeviceNews>,
}

/// Something about devices that a person may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceNews {
    /// The one of this label went, or was not there, and that of the other label is used.
    Replaced(DeviceKind, String, String),
    /// This one was connected.
    Arrived(MediaDevice),
    /// The chosen one of this label cannot be used; what was used before still is.
    Refused(DeviceKind, String),
}

impl DeviceNews {
    /// What kind of device it is about.
    pub fn kind(&self) -> DeviceKind {
        match self {
            Self::Replaced(kind, ..) | Self::Refused(kind, _) => *kind,
            Self::Arrived(device) => device.kind,
        }
    }
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            devices: [].into(),
            in_use: Default::default(),
            news: Vec::new(),
        }
    }
}

/// What phones call a camera that looks at the person.
const FRONT: [&str; 3] = ["front", "user", "전면"];

impl Choices {
    /// What can be chosen of a kind: nothing as long as the browser tells no names.
    pub fn offered(&self, kind: DeviceKind) -> impl Iterator<Item = &MediaDevice> {
        named(&self.devices, kind)
    }

    /// `deviceId` of what is in use, or would be.
    pub fn in_use(&self, kind: DeviceKind) -> Option<&str> {
        self.in_use[kind as usize].as_deref()
    }

    /// This is in use now.
    pub fn set_in_use(&mut self, kind: DeviceKind, id: Option<String>) {
        self.in_use[kind as usize] = id;
    }

    /// What it is called.
    pub fn label(&self, kind: DeviceKind, id: &str) -> Option<&str> {
        let mut offered = self.offered(kind);
        Some(&offered.find(|device| device.id == id)?.label)
    }

    /// `deviceId` of the camera on the other side of a phone, or else of the next one. What a phone
    /// calls its cameras tells which way they look, as browsers do not.
    pub fn other_camera(&self) -> Option<&str> {
        let cameras = || self.offered(DeviceKind::Camera);
        let used = self.in_use(DeviceKind::Camera);
        let place = cameras().position(|camera| Some(camera.id.as_str()) == used)?;
        let facing = |camera: &MediaDevice| {
            let label = camera.label.to_ascii_lowercase();
            FRONT.iter().any(|word| label.contains(word))
        };
        let side = cameras().nth(place).map(facing)?;
        let next = || cameras().skip(place + 1).chain(cameras().take(place));
        let mut opposite = next().filter(|camera| facing(camera) != side);
        let other = opposite.next().or_else(|| next().next())?;
        Some(&other.id)
    }

    /// These are there now. What was not there before is news, once names are known.
    pub fn list(&mut self, devices: Vec<MediaDevice>) {
        let before = std::mem::replace(&mut self.devices, devices.into());
        let now = self.devices.clone();
        for kind in DeviceKind::ALL {
            // What went or came meanwhile is no news any more.
            self.news.retain(|news| {
                !matches!(news, DeviceNews::Arrived(device) if device.kind == kind && !now.contains(device))
            });
            let mut known = named(&before, kind).peekable();
            if known.peek().is_none() {
                continue;
            }
            let known: Vec<&str> = known.map(|device| device.id.as_str()).collect();
            let is_new =
                |device: &&MediaDevice| !device.is_alias() && !known.contains(&device.id.as_str());
            if let Some(device) = named(&now, kind).find(is_new) {
                self.tell(DeviceNews::Arrived(device.clone()));
            }
        }
    }

    /// Tells this, in place of what else there was to tell of the kind.
    pub fn tell(&mut self, news: DeviceNews) {
        self.settle(news.kind());
        self.news.push(news);
    }

    /// There is nothing to tell of this kind any more.
    pub fn settle(&mut self, kind: DeviceKind) {
        self.news.retain(|news| news.kind() != kind);
    }
}

fn named(devices: &[MediaDevice], kind: DeviceKind) -> impl Iterator<Item = &MediaDevice> {
    let of_kind = move |device: &&MediaDevice| device.kind == kind;
    let are_named = devices
        .iter()
        .filter(of_kind)
        .all(|device| !device.id.is_empty() && !device.label.is_empty());
    devices
        .iter()
        .filter(move |device| are_named && of_kind(device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceKind::{Camera, Microphone, Speaker};

    fn device(kind: DeviceKind, id: &str) -> MediaDevice {
        MediaDevice {
            kind,
            id: id.to_owned(),
            label: id.to_uppercase(),
        }
    }

    fn ids(choices: &Choices, kind: DeviceKind) -> Vec<&str> {
        let offered = choices.offered(kind);
        offered.map(|device| device.id.as_str()).collect()
    }

    #[test]
    fn nothing_is_offered_before_the_browser_tells_names() {
        let mut choices = Choices::default();
        choices.list(vec![device(Microphone, ""), device(Camera, "front")]);
        assert!(ids(&choices, Microphone).is_empty());
        assert_eq!(ids(&choices, Camera), ["front"]);
        choices.list(vec![device(Microphone, "desk"), device(Speaker, "box")]);
        assert_eq!(ids(&choices, Microphone), ["desk"]);
        assert_eq!(choices.label(Microphone, "desk"), Some("DESK"));
        assert_eq!(choices.label(Camera, "front"), None);
        assert_eq!(choices.news, [], "names alone are no news");
    }

    #[test]
    fn what_is_plugged_in_is_told_until_it_goes_or_something_else_comes() {
        let mut choices = Choices::default();
        let desk = device(Microphone, "desk");
        choices.list(vec![desk.clone()]);
        let headset = device(Microphone, "headset");
        choices.list(vec![desk.clone(), headset.clone()]);
        assert_eq!(choices.news, [DeviceNews::Arrived(headset)]);
        choices.list(vec![desk.clone()]);
        assert_eq!(choices.news, []);
        let other = device(Microphone, "other");
        choices.list(vec![desk, other.clone()]);
        let replaced = DeviceNews::Replaced(Microphone, "A".into(), "B".into());
        choices.tell(replaced.clone());
        assert_eq!(choices.news, [replaced]);
        choices.settle(Microphone);
        assert_eq!(choices.news, []);
    }

    #[test]
    fn the_other_camera_is_on_the_other_side_of_a_phone() {
        let other = |used: &str, labels: &[&str]| {
            let mut choices = Choices::default();
            choices.list(labels.iter().map(|label| device(Camera, label)).collect());
            choices.set_in_use(Camera, Some(used.to_owned()));
            choices.other_camera().map(str::to_owned)
        };
        let phone = [
            "camera 1, facing front",
            "camera 0, facing back",
            "camera 2, facing back",
        ];
        assert_eq!(other(phone[0], &phone).as_deref(), Some(phone[1]));
        assert_eq!(other(phone[1], &phone).as_deref(), Some(phone[0]));
        assert_eq!(other(phone[2], &phone).as_deref(), Some(phone[0]));
        assert_eq!(other("a", &["a", "b"]).as_deref(), Some("b"));
        assert_eq!(other("b", &["a", "b"]).as_deref(), Some("a"));
        assert_eq!(other("a", &["a"]), None);
        assert_eq!(other("gone", &["a", "b"]), None);
    }

    #[test]
    fn what_the_system_would_take_is_no_device_that_came() {
        let mut choices = Choices::default();
        choices.list(vec![device(Microphone, "desk")]);
        choices.list(vec![
            device(Microphone, "default"),
            device(Microphone, "communications"),
            device(Microphone, "desk"),
        ]);
        assert_eq!(choices.news, []);
    }
}
