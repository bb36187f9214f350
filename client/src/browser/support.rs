//! What this browser can do.

use js_sys::Reflect;

use super::{location, shim};

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
    let agent = agent().unwrap_or_default();
    Support {
        webrtc: has("RTCPeerConnection") && has("RTCRtpTransceiver"),
        secure: shim::flag(&window, "isSecureContext"),
        in_app: IN_APP.iter().any(|name| agent.contains(name)),
    }
}

/// Where this page opens in the person's own browser, from inside of the apps that know a way.
pub fn way_out() -> Option<String> {
    way_out_of(&agent()?, &location::part("href")?)
}

/// What the browser calls itself.
fn agent() -> Option<String> {
    shim::navigator("userAgent")?.as_string()
}

fn way_out_of(agent: &str, address: &str) -> Option<String> {
    if agent.contains("KAKAOTALK") {
        let address = js_sys::encode_uri_component(address);
        Some(format!("kakaotalk://web/openExternal?url={address}"))
    } else if agent.contains("Line/") {
        let before = if address.contains('?') { '&' } else { '?' };
        Some(format!("{address}{before}openExternalBrowser=1"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_opens_its_users_browser_when_the_address_says_so() {
        let line = "Mozilla/5.0 (Linux) Line/13.0";
        for (address, out) in [
            (
                "https://a.example/r/tea",
                "https://a.example/r/tea?openExternalBrowser=1",
            ),
            (
                "https://a.example/?lang=ko",
                "https://a.example/?lang=ko&openExternalBrowser=1",
            ),
        ] {
            assert_eq!(way_out_of(line, address).as_deref(), Some(out));
        }
        assert_eq!(
            way_out_of("Mozilla/5.0 Instagram 300", "https://a.example/"),
            None
        );
    }
}
