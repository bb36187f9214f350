//! What pages say to each other through the servers.

use protocol::{Envelope, Generation, Incarnation, Signal, Step, encode};

/// Lines as they stand in offers of browsers.
const LINES: [&str; 12] = [
    "v=0",
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1 2 3 4",
    "a=extmap-allow-mixed",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:0fVl",
    "a=ice-options:trickle",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
];

/// An offer in JSON, of exactly so many bytes: 150 or more.
pub fn payload(bytes: usize) -> String {
    let mut sdp = String::new();
    for line in LINES.iter().cycle() {
        let longer = format!("{sdp}{line}\r\n");
        if offer(&longer).len() > bytes {
            break;
        }
        sdp = longer;
    }
    let missing = bytes.saturating_sub(offer(&sdp).len());
    offer(&format!("{sdp}{}", "x".repeat(missing)))
}

fn offer(sdp: &str) -> String {
    encode(&Envelope {
        from: Incarnation(2_860_486_313),
        to: Incarnation(3_735_928_559),
        signal: Signal::Step {
            generation: Generation(1),
            seq: 0,
            ack: 0,
            step: Step::Offer {
                negotiation: 1,
                sdp: sdp.to_owned(),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_an_envelope_of_the_wanted_size() {
        for bytes in [200, 1200] {
            let payload = payload(bytes);
            assert_eq!(payload.len(), bytes);
            assert!(protocol::decode::<Envelope>(&payload).is_some());
        }
    }
}
