//! Slow requests. The clock is the test's own.

use std::{fs, time::Duration};

use server::Timeouts;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout},
};

use crate::harness::{self, harness, harness_with};

#[tokio::test(start_paused = true)]
async fn slow_heads_and_silent_connections_are_closed() {
    let harness = harness(&["--max-connections-per-address=1000"]).await;
    let mut silent = harness.connect().await;
    let mut idle = harness.connect().await;
    let mut slow = harness.connect().await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let begin = Instant::now();
    let dripping = async {
        let mut bytes = [0; 64];
        loop {
            let _ = slow.write_all(b"x").await;
            if let Ok(Ok(0) | Err(_)) = timeout(Duration::from_secs(1), slow.read(&mut bytes)).await
            {
                return begin.elapsed();
            }
        }
    };
    let ends = async {
        let mut answer = Vec::new();
        idle.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        let idle = begin.elapsed();
        let mut answer = Vec::new();
        silent.read_to_end(&mut answer).await.unwrap();
        (idle, begin.elapsed())
    };
    let (slow, (idle, silent)) = tokio::join!(dripping, ends);
    for (what, elapsed) in [("slow", slow), ("idle", idle), ("silent", silent)] {
        assert!(
            (9.9..12.0).contains(&elapsed.as_secs_f64()),
            "{what}: {elapsed:?}"
        );
    }
}

/// A reader that reads nothing, and one that reads drop by drop.
#[tokio::test(start_paused = true)]
async fn slow_readers_are_cut_off() {
    let dist = harness::dist();
    fs::write(dist.path().join("big.bin"), vec![7; 16 * 1024 * 1024]).unwrap();
    let harness = harness_with(&[], Timeouts::default(), dist, None).await;
    let mut deaf = harness.connect().await;
    let mut slow = harness.connect().await;
    let begin = Instant::now();
    for stream in [&mut deaf, &mut slow] {
        stream
            .write_all(b"GET /big.bin HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
    }
    let mut drops = [0; 16];
    while begin.elapsed() < Duration::from_secs(130) {
        slow.read_exact(&mut drops).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // What the system had taken still comes, and then it is over.
    for mut stream in [deaf, slow] {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.len() < 15 * 1024 * 1024, "{}", rest.len());
    }
}

#[tokio::test]
async fn five_hundred_slow_connections_are_not_felt_by_others() {
    let harness = harness(&["--max-connections-per-address=1000"]).await;
    let mut slow = Vec::new();
    for number in 0..500 {
        let mut stream = harness
            .connect_from(&format!("127.0.1.{}", number % 50))
            .await;
        stream.write_all(b"GET / HT").await.unwrap();
        slow.push(stream);
    }
    let mut times = Vec::new();
    for _ in 0..50 {
        times.push(harness.serves_others().await);
    }
    times.sort();
    assert!(times[45] < Duration::from_millis(250), "{times:?}");
}
