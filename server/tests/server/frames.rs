//! Frames that no browser sends: each ends with the right code, and the code arrives.

use futures_util::StreamExt;
use protocol::{CloseCode, MAX_MESSAGE, Rejection};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{self, harness};

/// A frame's first byte, and its payload, masked with zeros.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
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

pub(crate) const TEXT: u8 = 0x81;
pub(crate) const FIRST_OF_TEXT: u8 = 0x01;
pub(crate) const MORE: u8 = 0x00;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8a;
pub(crate) const CLOSE: u8 = 0x88;

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
