//! Who comes, with which browser, devices and access to others.

use crate::Machine;

/// Who comes, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub(crate) name: &'a str,
    pub(crate) engine: Engine,
    pub(crate) devices: FakeDevices,
    pub(crate) access: Access<'a>,
}

impl<'a> Person<'a> {
    /// Somebody with fake devices whose calls go anywhere.
    pub fn new(name: &'a str, engine: Engine) -> Self {
        Self {
            name,
            engine,
            devices: FakeDevices::Granted,
            access: Access::Direct,
        }
    }

    /// The same with such devices.
    pub fn having(self, devices: FakeDevices) -> Self {
        Self { devices, ..self }
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
}

/// What its user has and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FakeDevices {
    /// A moving picture and a tone, given to whoever asks.
    Granted,
    /// Those of the machine: on a machine for tests, none.
    Absent,
    /// Fake ones, and the user says no.
    Refused,
}

/// How its calls reach others.
#[derive(Clone, Copy, Debug)]
pub enum Access<'a> {
    /// As those of any program here.
    Direct,
    /// From a machine of its own.
    Machine(&'a Machine),
    /// Through proxies alone, as extensions for privacy have it, and there is none: no UDP gets
    /// out.
    Proxied,
}
