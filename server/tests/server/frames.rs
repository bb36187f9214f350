//! Frames that no browser sends: each ends with the right code, and the code arrives.

use std::time::Duration;

use crate::harness::{self, Client, Harness, dist, harness, harness_with, join};
use futures_util::StreamExt;
use protocol::{ClientMessage, CloseCode, MAX_MESSAGE, PeerId, Rejection, ServerMessage};
use server::Timeouts;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

/// A frame's first byte, and its payload, masked with zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend((long as u16).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

const TEXT: u8 = 0x81;
const FIRST_OF_TEXT: u8 = 0x01;
const MORE: u8 = 0x00;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const CLOSE: u8 = 0x88;

#[tokio::test]
async fn broken_frames_end_with_protocol_error() {
    let harness = harness(&[]).await;
    let unmasked = |payload| {
        let mut frame = frame(TEXT, payload);
        frame[1] &= 0x7f;
        frame
    };
    // What is large is cut before it is looked at.
    let large = [b'x'; 4000];
    for (what, bytes) in [
        ("unmasked", unmasked(b"{}")),
        ("large, and unmasked", unmasked(&large)),
        ("compressed, though nobody offered", frame(0xc1, b"{}")),
        ("large, and compressed", frame(0xc1, &large)),
        ("an operation that does not exist", frame(0x83, b"")),
        ("a long ping", frame(PING, &[0; 126])),
        ("a large ping", frame(PING, &large)),
        ("a ping in pieces", frame(0x09, b"")),
        ("a piece without a beginning", frame(0x80, b"x")),
        (
            "a text within a text",
            [frame(FIRST_OF_TEXT, b"x"), frame(TEXT, b"x")].concat(),
        ),
        ("a close of one byte", frame(CLOSE, &[3])),
    ] {
        let mut page = harness.page().await;
        page.send_raw(&bytes).await;
        assert_eq!(page.end().await, CloseCode::PROTOCOL, "{what}");
    }
}

#[tokio::test]
async fn what_is_no_text_ends_with_its_code() {
    let harness = harness(&[]).await;
    for (what, bytes, code) in [
        ("no UTF-8", frame(TEXT, &[0xff]), CloseCode::INVALID),
        ("overlong", frame(TEXT, &[0xc0, 0x80]), CloseCode::INVALID),
        (
            "a surrogate",
            frame(TEXT, &[0xed, 0xa0, 0x80]),
            CloseCode::INVALID,
        ),
        (
            "no UTF-8 in the second piece",
            [frame(FIRST_OF_TEXT, &[0xec]), frame(0x80, &[0x41])].concat(),
            CloseCode::INVALID,
        ),
        ("binary", frame(0x82, &[1, 2, 3]), CloseCode::UNSUPPORTED),
    ] {
        let mut page = harness.page().await;
        page.send_raw(&bytes).await;
        assert_eq!(page.end().await, code, "{what}");
    }
}

#[tokio::test]
async fn what_is_too_big_ends_before_it_has_come() {
    let harness = harness(&[]).await;
    let announced =
        |length: u64| [&[TEXT, 0x80 | 127][..], &length.to_be_bytes(), &[0; 4]].concat();
    let piece = frame(MORE, &vec![b'x'; 1000]);
    for (what, bytes) in [
        ("a frame", announced(MAX_MESSAGE as u64 + 1)),
        ("an enormous frame", announced(1 << 62)),
        (
            "many pieces",
            [frame(FIRST_OF_TEXT, b""), piece.repeat(66)].concat(),
        ),
    ] {
        let mut page = harness.page().await;
        page.send_raw(&bytes).await;
        assert_eq!(page.end().await, CloseCode::TOO_BIG, "{what}");
    }
    // With all of it under way, the reason still arrives.
    let mut page = harness.page().await;
    page.send(Message::text("x".repeat(3 * MAX_MESSAGE))).await;
    assert_eq!(page.end().await, CloseCode::TOO_BIG);
}

#[tokio::test]
async fn junk_is_told_of_and_ends_the_fifth_time() {
    let harness = harness(&[]).await;
    let mut page = harness.page().await;
    for junk in ["junk", "{}", "", r#"{"type":"join","room":"../etc"}"#] {
        page.send(Message::text(junk)).await;
        assert_eq!(harness::rejected(page.hear().await), Rejection::BadMessage);
    }
    page.send(Message::text("[".repeat(60_000))).await;
    assert_eq!(page.end().await, CloseCode::POLICY);
    // One good word in between, and the count begins anew.
    let mut page = harness.page().await;
    for _ in 0..3 {
        for _ in 0..4 {
            page.send(Message::text("junk")).await;
            assert_eq!(harness::rejected(page.hear().await), Rejection::BadMessage);
        }
        page.send(Message::text(r#"{"type":"leave"}"#)).await;
    }
}

#[tokio::test]
async fn a_page_that_closes_is_answered() {
    let harness = harness(&[]).await;
    let mut page = harness.page().await;
    page.send_raw(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
    assert_eq!(page.end().await, CloseCode::REPLACED);
    assert!(
        timeout(harness::LONG, page.0.next())
            .await
            .unwrap()
            .is_none_or(|end| end.is_err())
    );
}

// Floods

async fn flood(harness: &Harness, what: &str, bytes: &[u8], code: CloseCode) {
    let mut page = harness.page().await;
    let mut reader = harness.page().await;
    let frames = bytes.repeat(64 * 1024 / bytes.len() + 1);
    let flooding = async {
        // Two megabytes are half a minute's worth. The rest is thrown away after the close frame.
        for _ in 0..32 {
            page.send_raw(&frames).await;
        }
        assert_eq!(page.end().await, code, "{what}");
    };
    let begin = Instant::now();
    tokio::join!(flooding, canary(harness, &mut reader));
    assert!(begin.elapsed() < harness::LONG);
}

/// Two people who talk all the while.
async fn canary(harness: &Harness, page: &mut Client) {
    let id = page.join("canary", 1).await;
    let (mut other, _) = harness.member("canary", 2).await;
    page.hear().await;
    for number in 0..40 {
        other.signal(id, &number.to_string()).await;
        let begin = Instant::now();
        page.hear().await;
        assert!(
            begin.elapsed() < Duration::from_secs(1),
            "{:?}",
            begin.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn floods_of_pings_and_pongs_end() {
    let harness = harness(&[]).await;
    flood(&harness, "pings", &frame(PING, b""), CloseCode::POLICY).await;
    flood(&harness, "pongs", &frame(PONG, b""), CloseCode::POLICY).await;
    flood(
        &harness,
        "big pings",
        &frame(PING, &[7; 125]),
        CloseCode::POLICY,
    )
    .await;
}

#[tokio::test]
async fn floods_that_never_are_a_message_are_held_up() {
    let harness = harness(&[]).await;
    let before = harness
        .metric("madang_bytes_total{direction=\"received\"}")
        .await;
    let mut page = harness.page().await;
    page.send_raw(&frame(FIRST_OF_TEXT, b"")).await;
    let pieces = frame(MORE, b"").repeat(20_000);
    let flooding = async {
        use tokio::io::AsyncWriteExt;
        for _ in 0..40 {
            if page.0.get_mut().write_all(&pieces).await.is_err() {
                return;
            }
        }
    };
    let mut reader = harness.page().await;
    tokio::select! {
        () = flooding => {}
        () = canary(&harness, &mut reader) => {}
    }
    // The burst, and what the rate gives in the meantime; not the five megabytes that were sent.
    let read = harness
        .metric("madang_bytes_total{direction=\"received\"}")
        .await
        - before;
    assert!(read < 1_500_000.0, "{read}");
}

#[tokio::test]
async fn too_many_messages_end() {
    let harness = harness(&[]).await;
    let leave = frame(TEXT, br#"{"type":"leave"}"#);
    flood(&harness, "messages", &leave, CloseCode::POLICY).await;
    assert_eq!(
        harness
            .metric("madang_refusals_total{reason=\"message-rate\"}")
            .await,
        1.0
    );
}

// Slowness. The clock is the test's own: it jumps to whatever is due next when nobody has anything
// to do.

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_let_go_after_ten_seconds() {
    let harness = harness(&[]).await;
    let signal = ClientMessage::Signal {
        to: PeerId([7; 16]),
        payload: "x".into(),
    };
    // Which are no first words.
    for word in [ClientMessage::Ping, ClientMessage::Leave, signal] {
        let mut page = harness.page().await;
        page.say(&word).await;
        page.send(Message::text("junk")).await;
        let begin = Instant::now();
        let end = timeout(harness::LONG, page.end()).await;
        assert_eq!(end.unwrap(), CloseCode::SILENT, "{word:?}");
        assert_seconds(begin, 10.0);
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_answer_pings_is_let_go_after_fifteen_seconds() {
    let harness = harness(&[]).await;
    let (mut page, _) = harness.member("tea", 1).await;
    let begin = Instant::now();
    // Below the frames nobody answers.
    let mut bytes = Vec::new();
    use tokio::io::AsyncReadExt;
    timeout(harness::LONG, page.0.get_mut().read_to_end(&mut bytes))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        bytes[bytes.len() - 4..],
        [CLOSE, 2, 0x0f, 0xa7],
        "close frame of 4007"
    );
    // The first ping goes out after 4.5 seconds or a little more.
    assert_seconds(begin, 14.5);
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_comes_in_drop_by_drop_ends() {
    let harness = harness(&[]).await;
    let (mut page, _) = harness.member("tea", 1).await;
    page.send_raw(&frame(TEXT, &[b'x'; 1000])[..100]).await;
    let begin = Instant::now();
    let code = drip(&mut page, b"x").await;
    assert_eq!(code, CloseCode::POLICY);
    assert_seconds(begin, 30.0);
}

/// Control frames may stand between the pieces of a message, and shall not keep it alive for ever.
#[tokio::test(start_paused = true)]
async fn a_message_in_pieces_that_never_ends_is_ended() {
    let harness = harness(&[]).await;
    let (mut page, _) = harness.member("tea", 1).await;
    page.send_raw(&frame(FIRST_OF_TEXT, b"x")).await;
    let begin = Instant::now();
    let drop = [frame(MORE, b"x"), frame(PONG, b"")].concat();
    let code = drip(&mut page, &drop).await;
    assert_eq!(code, CloseCode::POLICY);
    assert_seconds(begin, 30.0);
}

/// Half a message and then nothing is no sign of life for long.
#[tokio::test(start_paused = true)]
async fn who_falls_silent_within_a_message_is_let_go() {
    let harness = harness(&[]).await;
    let (mut page, _) = harness.member("tea", 1).await;
    page.send_raw(&frame(TEXT, &[b'x'; 1000])[..100]).await;
    let begin = Instant::now();
    let mut bytes = Vec::new();
    use tokio::io::AsyncReadExt;
    let stream = page.0.get_mut();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes[bytes.len() - 4..], [CLOSE, 2, 0x0f, 0xa7]);
    let seconds = begin.elapsed().as_secs_f64();
    assert!((10.0..20.0).contains(&seconds), "{seconds}");
}

/// Sends this each second until the server closes.
async fn drip(page: &mut Client, drop: &[u8]) -> CloseCode {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stream = page.0.get_mut();
    let mut received = Vec::new();
    loop {
        let _ = stream.write_all(drop).await;
        let mut bytes = [0; 256];
        match timeout(Duration::from_secs(1), stream.read(&mut bytes)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(read)) => received.extend_from_slice(&bytes[..read]),
            Err(_) => {}
        }
    }
    let code = &received[received.len() - 4..];
    assert_eq!(code[..2], [CLOSE, 2]);
    CloseCode(u16::from_be_bytes([code[2], code[3]]))
}

fn assert_seconds(begin: Instant, expected: f64) {
    let seconds = begin.elapsed().as_secs_f64();
    assert!(
        (expected - 0.01..expected + 1.5).contains(&seconds),
        "{seconds}"
    );
}

/// A page that is idle but alive stays for ever.
#[tokio::test(start_paused = true)]
async fn whoever_answers_pings_stays() {
    let harness = harness(&[]).await;
    let (page, _) = harness.member("tea", 1).await;
    answer_pings(page, Duration::from_secs(3600)).await;
}

/// And hears nothing else.
async fn answer_pings(mut page: Client, time: Duration) {
    let listening = async {
        loop {
            let next = page.next().await;
            assert!(matches!(next, Message::Ping(_)), "{next:?}");
        }
    };
    assert!(timeout(time, listening).await.is_err(), "it has passed");
}

/// What comes in one read with a message begins nothing.
#[tokio::test(start_paused = true)]
async fn who_says_something_and_answers_a_ping_at_once_has_said_it_all() {
    let harness = harness(&[]).await;
    let (mut page, _) = harness.member("tea", 1).await;
    let text = frame(TEXT, br#"{"type":"ping"}"#);
    page.send_raw(&[text, frame(PONG, b"")].concat()).await;
    assert!(matches!(page.hear().await, ServerMessage::Pong { .. }));
    answer_pings(page, Duration::from_secs(60)).await;
}

/// A machine that slept has asked nobody meanwhile.
#[tokio::test(start_paused = true)]
async fn time_in_which_the_server_stood_still_is_nobody_s_silence() {
    let harness = harness(&[]).await;
    let mut new = harness.page().await;
    let (mut page, _) = harness.member("tea", 1).await;
    tokio::time::advance(Duration::from_secs(16)).await;
    // Whoever is asked afterwards and answers stays.
    assert!(matches!(page.next().await, Message::Ping(_)));
    page.say(&ClientMessage::Ping).await;
    assert!(matches!(page.hear().await, ServerMessage::Pong { .. }));
    new.join("tea", 2).await;
}

#[tokio::test]
async fn who_does_not_read_is_let_go_and_nobody_waits_for_it() {
    let hasty = Timeouts {
        stall: Duration::from_millis(500),
        ..Timeouts::default()
    };
    let harness = harness_with(&[], hasty, dist(), None).await;
    let (mut slow, id) = harness.member("tea", 1).await;
    let mut others = Vec::new();
    for person in 2..8 {
        let (page, _) = harness.member("tea", person).await;
        slow.hear().await;
        others.push(page);
    }
    // Each its burst: more than the socket's buffers and the queue take.
    let payload = "x".repeat(60 * 1024);
    let begin = Instant::now();
    for page in &mut others {
        for _ in 0..8 {
            page.signal(id, &payload).await;
        }
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "nobody waited");
    harness.until("madang_participants", 6.0).await;
    harness.until("madang_queued_bytes", 0.0).await;
    let end = harness.metric("madang_closes_total{code=\"4006\"}").await;
    assert_eq!(end, 1.0);
    // Its place is free.
    others[0].say(&join("tea", 2)).await;
    harness.member("tea", 9).await;
}
