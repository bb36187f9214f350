//! What headsets, keyboards and the browser's own controls do with a call.

use wasm_bindgen::{JsValue, closure::Closure};

use super::shim;

/// `MediaSessionAction`: what the person asks for outside of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaSessionAction {
    /// `"togglemicrophone"`
    ToggleMicrophone,
    /// `"togglecamera"`
    ToggleCamera,
    /// `"hangup"`
    HangUp,
}

impl MediaSessionAction {
    const ALL: [(&str, Self); 3] = [
        ("togglemicrophone", Self::ToggleMicrophone),
        ("togglecamera", Self::ToggleCamera),
        ("hangup", Self::HangUp),
    ];
}

/// `navigator.mediaSession`, where the browser has one; dropping it leaves its keys to others. W3C
/// Media Session.
pub struct MediaSession {
    session: Option<JsValue>,
    _handlers: Vec<Closure<dyn Fn()>>,
}

impl MediaSession {
    /// Calls back with what the person asks for.
    pub fn new(report: impl Fn(MediaSessionAction) + Clone + 'static) -> Self {
        let session = shim::navigator("mediaSession");
        let handler = |(name, action)| {
            let report = report.clone();
            let handler = Closure::<dyn Fn()>::new(move || report(action));
            set_handler(session.as_ref(), name, handler.as_ref());
            handler
        };
        Self {
            _handlers: MediaSessionAction::ALL.map(handler).into(),
            session,
        }
    }

    /// Tells whether the microphone and the camera are on.
    pub fn set_active(&self, microphone: bool, camera: bool) {
        let Some(session) = &self.session else {
            return;
        };
        // Some browsers know no devices here.
        let _ = shim::call(session, "setMicrophoneActive", &[&microphone.into()]);
        let _ = shim::call(session, "setCameraActive", &[&camera.into()]);
    }
}

impl Drop for MediaSession {
    fn drop(&mut self) {
        for (name, _) in MediaSessionAction::ALL {
            set_handler(self.session.as_ref(), name, &JsValue::NULL);
        }
    }
}

/// Refused are actions that the browser does not know.
fn set_handler(session: Option<&JsValue>, name: &str, handler: &JsValue) {
    if let Some(session) = session {
        let _ = shim::call(session, "setActionHandler", &[&name.into(), handler]);
    }
}
