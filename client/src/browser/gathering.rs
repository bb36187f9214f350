//! An `RTCPeerConnection` that connects to nobody: what a browser gathers for it tells which ways
//! out there are.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::{
    Listener,
    connection::{candidate, configuration},
    crash::Hold,
    shim::{self, PeerConnection},
};
use crate::connectivity::{Attempt, Sighting};

/// It gathers; dropping it closes it.
pub struct Gathering {
    listeners: Vec<Listener>,
    _hold: Hold,
    pc: PeerConnection,
}

impl Gathering {
    /// Gathers as this attempt wants. `report` is called by the browser and must only queue.
    pub fn begin(
        attempt: &Attempt,
        report: impl Fn(Sighting) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let servers = attempt.server().map_or(&[][..], std::slice::from_ref);
        let configuration = configuration(servers);
        if attempt.is_of_relay() {
            shim::set(&configuration, "iceTransportPolicy", &"relay".into());
        }
        let pc = PeerConnection::new(&configuration)?;
        let gathering = Self {
            listeners: listeners(&pc, report),
            _hold: Hold::new(&pc),
            pc,
        };
        // Without anything to connect, nothing is gathered.
        gathering
            .pc
            .create_data_channel("test", &js_sys::Object::new())?;
        // Nothing waits for it: what it leads to is told by events, and it never settles where the
        // connection is closed before.
        let _ = gathering.pc.set_local_description()?;
        Ok(gathering)
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        self.listeners.clear();
        // Closed twice is as good as once.
        let _ = self.pc.close();
    }
}

/// Whether this browser tells what goes wrong while it gathers.
pub fn tells_errors() -> bool {
    web_sys::window()
        .and_then(|window| shim::property(&window, "RTCPeerConnection"))
        .and_then(|constructor| shim::property(&constructor, "prototype"))
        .is_some_and(|it| Reflect::has(&it, &"onicecandidateerror".into()).unwrap_or(false))
}

fn listeners(pc: &PeerConnection, found: impl Fn(Sighting) + Clone + 'static) -> Vec<Listener> {
    let failed = found.clone();
    vec![
        Listener::new(pc, "icecandidate", move |event| {
            if let Some(candidate) = candidate(event) {
                found(Sighting::of_candidate(&candidate.candidate));
            }
        }),
        Listener::new(pc, "icecandidateerror", move |event| {
            let code = shim::number(event, "errorCode");
            failed(Sighting::Error(code.unwrap_or_default() as u16));
        }),
    ]
}
