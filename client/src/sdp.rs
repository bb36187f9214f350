//! Session descriptions (RFC 8866): what is accepted of others, and what is asked of their Opus
//! encoders.

/// A description with four transceivers is about 12 KB.
const MAX_BYTES: usize = 64 * 1024;

/// Microphone, camera, screen sound, screen picture, data channels.
const SECTIONS: [&str; 5] = ["audio", "video", "audio", "video", "application"];

/// Silence costs next to nothing, and speech not more than it needs (RFC 7587). One encoder serves
/// sections of the same payload type, so all say the same.
const OPUS: [(&str, &str); 2] = [("usedtx", "1"), ("maxaveragebitrate", "32000")];

/// Whether a description has the media sections that every pair of Madang pages agrees on.
pub fn is_expected(sdp: &str) -> bool {
    let kinds = sdp
        .lines()
        .filter_map(|line| line.strip_prefix("m=")?.split(' ').next());
    sdp.len() <= MAX_BYTES && kinds.eq(SECTIONS)
}

/// The remote description as our side shall read it: our Opus encoders save where they can.
pub fn with_frugal_opus(sdp: &str) -> String {
    let payloads: Vec<&str> = sdp.lines().filter_map(opus_payload).collect();
    let mut frugal = String::with_capacity(sdp.len() + 256);
    for line in sdp.lines() {
        match line
            .strip_prefix("a=fmtp:")
            .and_then(|rest| rest.split_once(' '))
        {
            Some((payload, parameters)) if payloads.contains(&payload) => {
                frugal.push_str(&format!(
                    "a=fmtp:{payload} {}",
                    with_opus_parameters(parameters)
                ));
            }
            _ => frugal.push_str(line),
        }
        frugal.push_str("\r\n");
    }
    frugal
}

/// `111` of `a=rtpmap:111 opus/48000/2`.
fn opus_payload(line: &str) -> Option<&str> {
    let (payload, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    codec
        .to_ascii_lowercase()
        .starts_with("opus/")
        .then_some(payload)
}

fn with_opus_parameters(parameters: &str) -> String {
    let is_ours = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default();
        OPUS.iter().any(|(ours, _)| *ours == name)
    };
    let theirs = parameters
        .split(';')
        .map(str::trim)
        .filter(|parameter| !parameter.is_empty() && !is_ours(parameter));
    let ours = OPUS.map(|(name, value)| format!("{name}={value}"));
    let all: Vec<String> = theirs.map(str::to_owned).chain(ours).collect();
    all.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    const OFFER: &str = "v=0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n\
        a=rtpmap:111 opus/48000/2\r\n\
        a=fmtp:111 minptime=10;useinbandfec=1\r\n\
        a=rtpmap:63 red/48000/2\r\n\
        a=fmtp:63 111/111\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\n\
        a=rtpmap:96 VP8/90000\r\n\
        a=fmtp:96 max-fs=12288\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n\
        a=rtpmap:109 OPUS/48000/2\r\n\
        a=fmtp:109 usedtx=0; stereo=1\r\n\
        m=video 0 UDP/TLS/RTP/SAVPF 96\r\n\
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";

    #[test]
    fn every_opus_section_becomes_frugal_and_nothing_else_changes() {
        let frugal = with_frugal_opus(OFFER);
        let changed: Vec<(&str, &str)> = OFFER
            .lines()
            .zip(frugal.lines())
            .filter(|(before, after)| before != after)
            .collect();
        assert_eq!(
            changed,
            [
                (
                    "a=fmtp:111 minptime=10;useinbandfec=1",
                    "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=32000"
                ),
                (
                    "a=fmtp:109 usedtx=0; stereo=1",
                    "a=fmtp:109 stereo=1;usedtx=1;maxaveragebitrate=32000"
                ),
            ]
        );
        assert_eq!(OFFER.lines().count(), frugal.lines().count());
        assert_eq!(with_frugal_opus(&frugal), frugal);
    }

    #[test]
    fn only_the_sections_that_all_pages_agree_on_are_accepted() {
        assert!(is_expected(OFFER));
        assert!(!is_expected(""));
        assert!(!is_expected("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"));
        assert!(!is_expected(&format!(
            "{OFFER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
        )));
        assert!(!is_expected(&OFFER.replace("m=video 0", "m=audio 0")));
        assert!(!is_expected(&format!(
            "{OFFER}a={}\r\n",
            "x".repeat(MAX_BYTES)
        )));
    }

    #[test]
    fn a_description_is_as_long_as_the_essay_says() {
        says(
            PAIR,
            &format!("of more than {MAX_BYTES} bytes, is not applied"),
        );
    }
}
