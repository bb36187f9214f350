//! Who joins, with which browser, devices and network.

use crate::Machine;

/// Who joins, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub(crate) name: &'a str,
    pub(crate) engine: Engine,
    pub(crate) devices: FakeDevices,
    pub(crate) access: Access<'a>,
    pub(crate) tab: Option<&'a str>,
    pub(crate) is_bare: bool,
    pub(crate) hears_at_once: bool,
}

impl<'a> Person<'a> {
    /// Somebody with fake devices whose calls go anywhere.
    pub fn new(name: &'a str, engine: Engine) -> Self {
        Self {
            name,
            engine,
            devices: FakeDevices::Granted,
            access: Access::Direct,
            tab: None,
            is_bare: cfg!(feature = "bare"),
            hears_at_once: true,
        }
    }

    /// The same at a browser that has nothing but what a call needs.
    pub fn bare(self) -> Self {
        Self {
            is_bare: true,
            ..self
        }
    }

    /// The same at a browser that has all it came with, whatever the others' lack.
    pub fn whole(self) -> Self {
        Self {
            is_bare: false,
            ..self
        }
    }

    /// The same at a browser that plays no sound before somebody presses something.
    pub fn silent(self) -> Self {
        Self {
            hears_at_once: false,
            ..self
        }
    }

    /// The same with such devices.
    pub fn having(self, devices: FakeDevices) -> Self {
        Self { devices, ..self }
    }

    /// The same, who shares the tab of this title when asked for a screen. In Chromium alone;
    /// without that it is a fake screen.
    pub fn sharing(self, title: &'a str) -> Self {
        Self {
            tab: Some(title),
            ..self
        }
    }

    /// The same with such an access to others.
    pub fn with(self, access: Access<'a>) -> Self {
        Self { access, ..self }
    }
}

impl<'a> From<(&'a str, Engine)> for Person<'a> {
    fn from((name, engine): (&'a str, Engine)) -> Self {
        Self::new(name, engine)
    }
}

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK, which makes no calls: it has no WebRTC. Its driver speaks no BiDi, so the probe
    /// comes after the page's own scripts, and the console is not kept.
    WebKit,
}

/// Which devices the user has and allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FakeDevices {
    /// A moving picture and a tone, allowed without a question.
    Granted,
    /// The same with three cameras, of which the second gives depths; of microphones and speakers
    /// Chromium has several anyway.
    Several,
    /// The same with a voice that speaks and pauses by turns. In Chromium alone.
    Voice,
    /// The machine's own: none, on a machine for tests.
    Absent,
    /// Fake ones that the user does not allow.
    Refused,
}

/// How connections reach others.
#[derive(Clone, Copy, Debug)]
pub enum Access<'a> {
    /// Through this machine's network.
    Direct,
    /// From a machine of its own.
    Machine(&'a Machine),
    /// Through proxies alone, as privacy extensions demand. There is none, so no UDP gets out.
    Proxied,
}
