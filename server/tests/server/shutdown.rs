//! The server goes down: everybody is told, nobody is held up, and nobody comes in.

use std::{collections::BTreeSet, time::Duration};

use protocol::CloseCode;
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::harness::{self, exchange, harness};

const READY: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn going_down_says_so_to_all_and_ends_at_once_if_they_are_few() {
    let harness = harness(&[]).await;
    let (mut ada, _) = harness.member("tea", 1).await;
    let mut lobby = harness.page().await;
    let (head, _) = exchange(harness.connect().await, READY).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    // A browser's idle connection is no reason to wait either.
    let mut idle = harness.connect().await;
    harness.shutdown.send(true).unwrap();
    let begin = Instant::now();
    let (first, second) = tokio::join!(ada.end(), lobby.end());
    assert_eq!((first, second), (CloseCode::RESTART, CloseCode::RESTART));
    let mut nothing = Vec::new();
    idle.read_to_end(&mut nothing).await.unwrap();
    timeout(harness::LONG, harness.running)
        .await
        .unwrap()
        .unwrap();
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
    assert!(TcpStream::connect(harness.address).await.is_err());
    assert!(TcpStream::connect(harness.operations).await.is_err());
}

/// Those who never answer a close frame do not keep the server from ending.
#[tokio::test(start_paused = true)]
async fn who_does_not_answer_is_not_waited_for() {
    let harness = harness(&["--drain=3"]).await;
    let mut deaf = Vec::new();
    for person in 0..20 {
        deaf.push(harness.member("tea", person % 10).await);
    }
    harness.shutdown.send(true).unwrap();
    let begin = Instant::now();
    harness.running.await.unwrap();
    assert!(
        begin.elapsed() <= Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
}

/// All come back at once if all are told at once.
#[tokio::test(start_paused = true)]
async fn many_are_told_one_after_the_other() {
    let harness = harness(&["--max-connections-per-address=10000", "--drain=2"]).await;
    let mut pages = Vec::new();
    for number in 0..600 {
        pages.push(
            harness
                .page_from(&format!("127.0.2.{}", number % 200))
                .await
                .unwrap(),
        );
    }
    harness.shutdown.send(true).unwrap();
    let begin = Instant::now();
    let ends = pages.iter_mut().map(async |page| {
        assert_eq!(page.end().await, CloseCode::RESTART);
        begin.elapsed().as_millis() / 50
    });
    let moments: BTreeSet<u128> = futures_util::future::join_all(ends)
        .await
        .into_iter()
        .collect();
    assert!(moments.len() >= 8, "{moments:?}");
    assert!(*moments.last().unwrap() < 40, "{moments:?}");
}

#[tokio::test(start_paused = true)]
async fn while_it_goes_down_nobody_is_let_in_and_the_balancer_knows() {
    let harness = harness(&["--drain=100", "--max-connections-per-address=10000"]).await;
    let mut pages = Vec::new();
    for number in 0..1000 {
        pages.push(
            harness
                .page_from(&format!("127.0.3.{}", number % 200))
                .await
                .unwrap(),
        );
    }
    harness.shutdown.send(true).unwrap();
    harness.until("madang_connections", 950.0).await;
    for listener in [harness.address, harness.operations] {
        let (head, _) = exchange(TcpStream::connect(listener).await.unwrap(), READY).await;
        assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    }
    assert!(harness.page_from("127.0.3.250").await.is_err());
}
