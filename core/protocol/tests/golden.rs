//! Every message as it stands on the wire, to the letter, in both directions; and what is refused.
//!
//! A golden file has one message a line, in the order of the samples here. **A line changes only
//! together with [`protocol::VERSION`];** a new one may come without it, since what a side does not
//! know is ignored.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use std::fmt::Debug;

use proptest::prelude::*;
use protocol::{
    Chat, ChatKey, ChatMessage, ClientMessage, Control, Credential, Envelope, Generation,
    IceCandidate, IceServer, Incarnation, LeaveReason, Link, LinkStatus, MediaState, Name, Peer,
    PeerId, PeerSecret, Reaction, Rejection, Seen, ServerMessage, Signal, SignalRef, Step, decode,
    encode,
};
use serde::{Serialize, de::DeserializeOwned};

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(golden: &str, samples: &[T]) {
    let lines: Vec<&str> = golden.lines().collect();
    let written: Vec<String> = samples.iter().map(encode).collect();
    assert_eq!(written, lines);
    for (line, sample) in lines.iter().zip(samples) {
        let read = decode::<T>(line);
        assert_eq!(
            read.as_ref(),
            Some(sample),
            "does `deserialize` have {line}?"
        );
        refuse_damaged::<T>(line);
        if let Some(fields) = line.strip_prefix('{') {
            let with = |field: &str| decode::<T>(&format!("{{{field},{fields}"));
            let unknown = with(r#""unknown":{"type":[null,"\"}"]}"#);
            assert_eq!(
                unknown.as_ref(),
                Some(sample),
                "an unknown field is ignored"
            );
            let (first, _) = fields.split_once(':').unwrap();
            let double = with(&format!("{first}:null"));
            assert_eq!(double, None, "{first} stands there twice");
        }
    }
}

/// Whatever is cut off, and whatever has another type, is refused.
fn refuse_damaged<T: DeserializeOwned + Debug>(line: &str) {
    for end in (0..line.len()).filter(|end| line.is_char_boundary(*end)) {
        assert!(decode::<T>(&line[..end]).is_none(), "{}", &line[..end]);
    }
    if line.contains(r#""type":""#) {
        let other = line.replacen(r#""type":""#, r#""type":"x"#, 1);
        assert!(decode::<T>(&other).is_none(), "{other}");
    }
    assert!(decode::<T>(&format!("{line} {line}")).is_none());
}

fn secret() -> PeerSecret {
    PeerSecret(*b"sixteen bytes...")
}

/// What follows from [`secret`].
fn ada() -> PeerId {
    "0f1442166d84cb72f5a6f29b63c4e824".parse().unwrap()
}

fn ben() -> PeerId {
    PeerId([0xbe; 16])
}

fn peer() -> Peer {
    Peer {
        id: ben(),
        incarnation: Incarnation(7),
        name: Name::new("Ben \"B\" 벤"),
    }
}

#[test]
fn what_pages_say_to_the_server() {
    let room: protocol::RoomId = "우리 마당".parse().unwrap();
    let samples = [
        ClientMessage::Watch { room: room.clone() },
        ClientMessage::Join {
            version: 2,
            room,
            name: Name::new("Ada"),
            secret: secret(),
            incarnation: Incarnation(u32::MAX),
        },
        ClientMessage::Signal {
            to: ben(),
            payload: r#"{"any":"text"}"#.to_owned(),
        },
        ClientMessage::Leave,
        ClientMessage::Ping,
    ];
    for sample in &samples {
        // A new variant belongs into the samples.
        match sample {
            ClientMessage::Watch { .. }
            | ClientMessage::Join { .. }
            | ClientMessage::Signal { .. }
            | ClientMessage::Leave
            | ClientMessage::Ping => {}
        }
    }
    check(include_str!("golden/client-message.jsonl"), &samples);
}

#[test]
fn what_the_server_says_to_pages() {
    let turn = IceServer {
        urls: vec!["turn:turn.example.org:3478".to_owned()],
        username: Some("user".to_owned()),
        credential: Some(Credential("password".to_owned())),
    };
    let stun = IceServer {
        urls: vec!["stun:stun.example.org".to_owned()],
        username: None,
        credential: None,
    };
    let mut samples = vec![
        ServerMessage::Watching {
            peers: vec![peer()],
            capacity: 12,
            ice_servers: vec![
                stun.clone(),
                IceServer {
                    urls: turn.urls.clone(),
                    ..stun.clone()
                },
            ],
        },
        ServerMessage::Joined {
            id: ada(),
            peers: vec![peer()],
            ice_servers: vec![stun, turn.clone()],
        },
        ServerMessage::PeerJoined { peer: peer() },
        ServerMessage::PeerLeft {
            id: ben(),
            reason: LeaveReason::Left,
        },
        ServerMessage::PeerLeft {
            id: ben(),
            reason: LeaveReason::Lost,
        },
        ServerMessage::Signal {
            from: ben(),
            payload: "opaque".to_owned(),
        },
        ServerMessage::IceServers {
            ice_servers: vec![turn],
        },
        ServerMessage::Pong {
            reconnect_within: 1500,
        },
    ];
    let rejections = [
        Rejection::RoomFull { capacity: 12 },
        Rejection::BadMessage,
        Rejection::NotJoined,
        Rejection::AlreadyJoined,
        Rejection::NoSuchPeer { to: ben() },
        Rejection::Congested { to: ben() },
        Rejection::TooLarge { to: ben() },
        Rejection::Superseded,
        Rejection::Version,
        Rejection::Overloaded { retry_after: 5000 },
    ];
    samples.extend(rejections.map(|rejection| ServerMessage::Rejected { rejection }));
    for sample in &samples {
        match sample {
            ServerMessage::Watching { .. }
            | ServerMessage::Joined { .. }
            | ServerMessage::PeerJoined { .. }
            | ServerMessage::PeerLeft {
                reason: LeaveReason::Left | LeaveReason::Lost,
                ..
            }
            | ServerMessage::Signal { .. }
            | ServerMessage::IceServers { .. }
            | ServerMessage::Pong { .. } => {}
            ServerMessage::Rejected { rejection } => match rejection {
                Rejection::RoomFull { .. }
                | Rejection::BadMessage
                | Rejection::NotJoined
                | Rejection::AlreadyJoined
                | Rejection::NoSuchPeer { .. }
                | Rejection::Congested { .. }
                | Rejection::TooLarge { .. }
                | Rejection::Superseded
                | Rejection::Version
                | Rejection::Overloaded { .. } => {}
            },
        }
    }
    check(include_str!("golden/server-message.jsonl"), &samples);
}

#[test]
fn what_pages_say_to_each_other_through_the_server() {
    let step = |step| Signal::Step {
        generation: Generation(2),
        seq: 3,
        ack: 4,
        step,
    };
    let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n".to_owned();
    let candidate = IceCandidate {
        candidate: "candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host".to_owned(),
        sdp_mid: Some("0".to_owned()),
        sdp_m_line_index: Some(0),
        username_fragment: Some("a1b2".to_owned()),
    };
    let end = IceCandidate {
        candidate: String::new(),
        sdp_mid: Some("0".to_owned()),
        sdp_m_line_index: None,
        username_fragment: None,
    };
    let signals = [
        Signal::Ready {
            after: Generation(1),
        },
        step(Step::Offer {
            negotiation: 1,
            sdp: sdp.clone(),
        }),
        step(Step::Answer {
            negotiation: 1,
            sdp,
        }),
        step(Step::Candidate(candidate)),
        step(Step::Candidate(end)),
    ];
    let samples = signals.map(|signal| Envelope {
        from: Incarnation(5),
        to: Incarnation(6),
        signal,
    });
    for sample in &samples {
        match &sample.signal {
            Signal::Ready { .. } => {}
            Signal::Step { step, .. } => match step {
                Step::Offer { .. } | Step::Answer { .. } | Step::Candidate(_) => {}
            },
        }
    }
    check(include_str!("golden/envelope.jsonl"), &samples);
}

#[test]
fn what_pages_say_to_each_other_directly() {
    let controls = [
        Control::Alive { ack: 9 },
        Control::Media(MediaState {
            microphone: true,
            ..MediaState::default()
        }),
        Control::Media(MediaState {
            voice_only: true,
            ..MediaState::default()
        }),
        Control::Media(MediaState {
            hidden: true,
            ..MediaState::default()
        }),
        Control::Media(MediaState {
            microphone: false,
            camera: true,
            screen: true,
            screen_sound: true,
            ..MediaState::default()
        }),
        Control::Bye,
        Control::Hand { turn: Some(3) },
        Control::Hand { turn: None },
    ];
    let reactions = Reaction::ALL.map(|reaction| Control::Reaction { reaction });
    let writing = [true, false].map(|on| Control::Writing { on });
    let links = [
        LinkStatus::Connected,
        LinkStatus::Connecting,
        LinkStatus::Reconnecting,
        LinkStatus::Failed,
    ]
    .map(|status| Link { to: ben(), status });
    let links = [links.to_vec(), Vec::new()].map(|links| Control::Links { links });
    let sounds = [Some(ben()), None];
    let sounds = sounds.map(|of| [Control::WantSound { of }, Control::PassSound { of }]);
    let controls = controls.into_iter().chain(reactions).chain(writing);
    let controls = controls.chain(links).chain(sounds.into_iter().flatten());
    let hearing = [true, false].map(|on| Control::Hearing { on });
    let controls = controls.chain(hearing);
    let controls: Vec<Control> = controls.collect();
    let key = ChatKey {
        clock: (1 << 53) - 1,
        author: ada(),
        incarnation: Incarnation(5),
        seq: 1,
    };
    let message = ChatMessage {
        key,
        time: 1_800_000_000_000,
        name: Name::new("Ada"),
        text: "<b>안녕</b> \"hi\"".to_owned().try_into().unwrap(),
    };
    let seen = Seen {
        author: ada(),
        incarnation: Incarnation(5),
        runs: vec![(1, 3), (5, 6)],
    };
    let chats = [
        Chat::Said {
            message: message.clone(),
        },
        Chat::Have {
            clock: 7,
            seen: vec![seen.clone()],
        },
        Chat::Have {
            clock: 0,
            seen: Vec::new(),
        },
        Chat::Missed {
            messages: vec![message],
        },
        Chat::Got { seen: vec![seen] },
    ];
    for control in &controls {
        match control {
            Control::Alive { .. }
            | Control::Media(_)
            | Control::Hand { .. }
            | Control::Reaction { .. }
            | Control::Writing { .. }
            | Control::Links { .. }
            | Control::WantSound { .. }
            | Control::Hearing { .. }
            | Control::PassSound { .. }
            | Control::Bye => {}
        }
    }
    for chat in &chats {
        match chat {
            Chat::Said { .. } | Chat::Have { .. } | Chat::Missed { .. } | Chat::Got { .. } => {}
        }
    }
    check(include_str!("golden/control.jsonl"), &controls);
    check(include_str!("golden/chat.jsonl"), &chats);
}

/// The handshake in the essay, line by line. `dev/e2e/tests/e2e/guest.rs` holds one that goes like
/// it.
#[test]
fn the_essays_handshake_is_one() {
    let lines = include_str!("../src/essay/handshake.rs").lines();
    let lines: Vec<&str> = lines.filter_map(|line| line.strip_prefix("//! ")).collect();
    let of = |lane: &str| -> Vec<&str> {
        let lines = lines.iter().filter_map(|line| line.strip_prefix(lane));
        lines.collect()
    };
    fn read<T: DeserializeOwned>(lines: &[&str]) -> Vec<T> {
        let read = |line: &&str| decode(line).unwrap_or_else(|| panic!("{line}"));
        lines.iter().map(read).collect()
    }
    let said = read::<ClientMessage>(&of("> ")).into_iter();
    let said = said.filter_map(|message| match message {
        ClientMessage::Signal { payload, .. } => Some(payload),
        _ => None,
    });
    let heard = read::<ServerMessage>(&of("< ")).into_iter();
    let heard = heard.filter_map(|message| match message {
        ServerMessage::Signal { payload, .. } => Some(payload),
        _ => None,
    });
    let steps = |signals: Vec<String>| {
        let signals = read::<Envelope>(&signals.iter().map(String::as_str).collect::<Vec<_>>());
        let steps = signals.into_iter().filter_map(|it| match it.signal {
            Signal::Step { seq, .. } => Some(seq),
            Signal::Ready { .. } => None,
        });
        steps.collect::<Vec<_>>()
    };
    assert_eq!(steps(said.collect()), [0, 1, 2]);
    assert_eq!(steps(heard.collect()), [0, 1, 2]);
    assert_eq!(read::<Control>(&of("ctl > ")).len(), 3);
    assert_eq!(read::<Control>(&of("ctl < ")).len(), 2);
    assert_eq!(read::<Chat>(&of("chat > ")), read::<Chat>(&of("chat < ")));
}

#[test]
fn values_that_are_none_are_refused() {
    let join = include_str!("golden/client-message.jsonl")
        .lines()
        .nth(1)
        .unwrap();
    assert!(decode::<ClientMessage>(join).is_some());
    for (from, to) in [
        // Room IDs that no page would make of anything.
        ("우리-마당", ""),
        ("우리-마당", "a/b"),
        ("우리-마당", "<script>"),
        // Not 32 digits, not small ones, not digits.
        (
            "7369787465656e2062797465732e2e2e",
            "7369787465656e2062797465732e2e",
        ),
        (
            "7369787465656e2062797465732e2e2e",
            "7369787465656E2062797465732E2E2E",
        ),
        (
            "7369787465656e2062797465732e2e2e",
            "zz69787465656e2062797465732e2e2e",
        ),
        // Numbers beyond their range, or none.
        ("4294967295", "4294967296"),
        ("4294967295", "-1"),
        ("4294967295", "1.5"),
        ("4294967295", "\"1\""),
        ("4294967295", "null"),
        // Names of fields.
        ("\"room\"", "\"Room\""),
        ("\"secret\"", "\"id\""),
        ("\"join\"", "\"Join\""),
        ("\"join\"", "1"),
    ] {
        let damaged = join.replacen(from, to, 1);
        assert_ne!(damaged, join, "{from} is there");
        assert!(decode::<ClientMessage>(&damaged).is_none(), "{damaged}");
    }
    for junk in [
        "",
        "null",
        "[]",
        "{}",
        "true",
        "\"leave\"",
        "{\"type\":null}",
        &"[".repeat(100_000),
        "\u{0}",
    ] {
        assert!(decode::<ClientMessage>(junk).is_none());
        assert!(decode::<ServerMessage>(junk).is_none());
        assert!(decode::<Envelope>(junk).is_none());
        assert!(decode::<Control>(junk).is_none());
        assert!(decode::<Chat>(junk).is_none());
    }
}

/// The server passes payloads on in the bytes that came, whatever a page writes around them.
#[test]
fn a_signal_is_passed_on_as_if_it_had_been_read_and_written_anew() {
    for line in include_str!("golden/client-message.jsonl").lines() {
        match decode(line).unwrap() {
            ClientMessage::Signal { to, payload } => {
                let signal = SignalRef::decode(line).unwrap();
                assert_eq!(signal.to, to);
                let from = ada();
                let told = encode(&ServerMessage::Signal { from, payload });
                assert_eq!(signal.relayed(from), told);
            }
            _ => assert!(SignalRef::decode(line).is_none(), "{line}"),
        }
    }
    // Whatever else can be read is for `ClientMessage`, and whatever cannot for nobody.
    for (other, is_signal) in [
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"\u0041"}"#,
            true,
        ),
        (
            r#" {"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"a"}"#,
            true,
        ),
        (
            r#"{"to":"bebebebebebebebebebebebebebebebe","type":"signal","payload":"a"}"#,
            true,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"a","from":"cc"}"#,
            true,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"\ud800"}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"a\"}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"\x"}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":{"an":"object"}}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":7}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"a"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe","payload":"a","to":"b"}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"BEbebebebebebebebebebebebebebebe","payload":"a"}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebeb가","payload":"a"}"#,
            false,
        ),
        (
            r#"{"type":"signal","to":"bebebebebebebebebebebebebebebebe"}"#,
            false,
        ),
        (
            "{\"type\":\"signal\",\"to\":\"bebebebebebebebebebebebebebebebe\",\"payload\":\"a\nb\"}",
            false,
        ),
    ] {
        assert!(SignalRef::decode(other).is_none(), "{other}");
        assert_eq!(
            decode::<ClientMessage>(other).is_some(),
            is_signal,
            "{other}"
        );
    }
}

proptest! {
    #[test]
    fn every_payload_arrives_as_it_was(payload in ".*") {
        let said = encode(&ClientMessage::Signal { to: ben(), payload: payload.clone() });
        match SignalRef::decode(&said) {
            Some(signal) => {
                let told = decode(&signal.relayed(ada()));
                prop_assert_eq!(told, Some(ServerMessage::Signal { from: ada(), payload }));
            }
            // Control characters are letters by number.
            None => prop_assert!(said.contains("\\u00")),
        }
    }
}

/// A name that does not look like one is made harmless, not refused: nobody is to be kept out by
/// their own name.
#[test]
fn names_come_out_harmless() {
    let told =
        r#"{"id":"bebebebebebebebebebebebebebebebe","incarnation":7,"name":"a\u202e\u0000\n b"}"#;
    assert_eq!(decode::<Peer>(told).unwrap().name.as_str(), "a b");
}
