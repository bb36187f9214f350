//! Floods: they end, or are held up, and two people who talk all the while are not.

use std::time::Duration;

use protocol::CloseCode;
use tokio::time::Instant;

use crate::{
    frames::{FIRST_OF_TEXT, MORE, PING, PONG, TEXT, frame},
    harness::{self, Client, Harness, harness},
};

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
