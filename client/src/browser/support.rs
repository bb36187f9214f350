//! What this browser can do.

use js_sys::Reflect;

/// What this browser can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Calls are possible.
    pub webrtc: bool,
    /// The page was loaded so that browsers give out cameras and microphones: over HTTPS, or from
    /// this machine.
    pub secure: bool,
    /// The page was opened inside of another app, where cameras often do not work.
    pub in_app: bool,
}

/// What apps that show web pages inside of themselves call themselves.
const IN_APP: [&str; 9] = [
    "KAKAOTALK",
    "NAVER(inapp",
    "DaumApps",
    "FBAN",
    "FBAV",
    "Instagram",
    "Line/",
    "MicroMessenger",
    "; wv)",
];

/// What this browser can do.
pub fn support() -> Support {
    let Some(window) = web_sys::window() else {
        return Support {
            webrtc: false,
            secure: false,
            in_app: false,
        };
    };
    let has = |name: &str| Reflect::has(&window, &name.into()).unwrap_or(false);
    let agent = window.navigator().user_agent().unwrap_or_default();
    Support {
        webrtc: has("RTCPeerConnection") && has("RTCRtpTransceiver"),
        secure: window.is_secure_context(),
        in_app: IN_APP.iter().any(|name| agent.contains(name)),
    }
}
