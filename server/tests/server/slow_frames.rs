//! Slow frames, and none at all. The clock is the test's own: it jumps to whatever is due next when
//! nobody has anything to do.

use std::time::Duration;

use protocol::{ClientMessage, CloseCode, PeerId, ServerMessage};
use server::Timeouts;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    frames::{CLOSE, FIRST_OF_TEXT, MORE, PONG, TEXT, frame},
    harness::{self, Client, dist, harness, harness_with, join},
};

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
