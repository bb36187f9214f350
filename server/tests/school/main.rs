//! A school class behind one address, somebody there who hammers at the server, and a stranger
//! elsewhere.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails, and each takes what it needs"
)]

#[path = "../server/harness/mod.rs"]
mod harness;

use std::{fs, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt, future::join_all};
use harness::{Client, Harness, LONG, dist, exchange, harness_with, watch};
use protocol::{ClientMessage, Incarnation, Name, PeerSecret, ServerMessage};
use server::Timeouts;
use tokio::{
    io::AsyncWriteExt,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

/// In rooms of twelve.
const PUPILS: u32 = 200;
/// They come one after the other.
const ARRIVAL: Duration = Duration::from_secs(6);
/// All are in by then, from the first that comes.
const LESSON: Duration = Duration::from_secs(30);
const ROOM: u32 = 12;
/// So many times what it is in quiet a stranger's wait may be. Where nobody holds hogs up the
/// median is four times as long.
const MEDIAN: u32 = 2;
/// As above. Two hundred visits have two that are not within it, and pupils share this process.
const P99: u32 = 10;
/// What a busy machine may take at any time.
const HICCUP: Duration = Duration::from_millis(25);
const SCHOOL: &str = "127.0.0.2";
const STRANGER: &str = "127.0.0.3";
/// What a page loads after itself.
const FILES: [&str; 5] = [
    "/app-0123456789abcdef.js",
    "/app-0123456789abcdef_bg.wasm",
    "/favicon.svg",
    "/style-0123456789abcdef.css",
    "/icon.svg",
];
/// Of the module, compressed.
const MODULE: usize = 600_000;

/// How it went for one.
#[derive(Debug, Default)]
struct Story {
    /// Requests that were not answered, or a file that the page needs and did not get.
    broken: u32,
    /// Times that it had to come again.
    again: u32,
    /// From coming until being in.
    took: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_class_behind_one_address_is_let_in() {
    let harness = Arc::new(school().await);
    let stories = lesson(&harness).await;
    report("a class", &stories);
    assert!(stories.iter().all(|story| story.broken == 0));
    assert!(stories.iter().all(|story| story.took < LESSON));
}

/// Who floods the server from the same address costs its neighbours some patience, and strangers
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hog_costs_its_neighbours_little_and_strangers_nothing() {
    let harness = Arc::new(school().await);
    let before = spread(visits(&harness, 100).await);
    let hogs = hogs(&harness);
    let (stories, stranger) = tokio::join!(lesson(&harness), visits(&harness, 200));
    hogs.iter().for_each(JoinHandle::abort);
    // What else this machine does may begin or end meanwhile.
    let after = spread(visits(&harness, 100).await);
    report("a class with a hog", &stories);
    let flooded = spread(stranger);
    println!("a stranger, median and p99: quiet {before:?} and {after:?}, flooded {flooded:?}");
    let late = stories.iter().filter(|story| story.took > LESSON).count();
    assert!(late <= PUPILS as usize / 5, "{late} did not get in");
    assert!(stories.iter().all(|story| story.broken == 0));
    let quiet = (before.0.max(after.0), before.1.max(after.1));
    assert!(flooded.0 < MEDIAN * quiet.0 && flooded.1 < P99 * quiet.1.max(HICCUP));
}

async fn school() -> Harness {
    let dist = dist();
    for (name, content) in [
        ("app-0123456789abcdef_bg.wasm.br", vec![b'x'; MODULE]),
        ("style-0123456789abcdef.css", vec![b'x'; 30_000]),
        ("icon.svg", vec![b'x'; 1_000]),
    ] {
        fs::write(dist.path().join(name), content).unwrap();
    }
    harness_with(&[], Timeouts::default(), dist, None).await
}

async fn lesson(harness: &Arc<Harness>) -> Vec<Story> {
    let pupils = (0..PUPILS).map(|pupil| {
        let harness = Arc::clone(harness);
        tokio::spawn(async move {
            sleep(ARRIVAL * pupil / PUPILS).await;
            let begin = Instant::now();
            let mut story = Story::default();
            let coming = come(&harness, pupil, &mut story);
            let page = timeout(LESSON, coming).await.ok();
            story.took = begin.elapsed();
            (story, page)
        })
    });
    let all = join_all(pupils).await;
    // Nobody leaves before the last one came.
    all.into_iter().map(|pupil| pupil.unwrap().0).collect()
}

/// Loads the page, looks into the lobby, joins.
async fn come(harness: &Harness, pupil: u32, story: &mut Story) -> Client {
    while load(harness, "/").await != Some(200) {
        story.again += 1;
        sleep(Duration::from_secs(2)).await;
    }
    for status in join_all(FILES.map(|file| load(harness, file))).await {
        story.broken += u32::from(status != Some(200));
    }
    loop {
        match enter(harness, pupil).await {
            Ok(page) => return page,
            Err(pause) => {
                story.again += 1;
                sleep(pause).await;
            }
        }
    }
}

/// The status of the answer; none if there is no answer.
async fn load(harness: &Harness, path: &str) -> Option<u16> {
    let stream = harness.connect_from(SCHOOL).await;
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: br\r\nconnection: close\r\n\r\n"
    );
    let (head, _) = exchange(stream, request.as_bytes()).await;
    head.get(9..12)?.parse().ok()
}

/// As the page does it: after a refusal it comes again.
async fn enter(harness: &Harness, pupil: u32) -> Result<Client, Duration> {
    let room = format!("room-{}", pupil / ROOM);
    let unanswered = |_| Duration::from_millis(500);
    let mut page = harness.page_from(SCHOOL).await.map_err(unanswered)?;
    page.say(&watch(&room)).await;
    answer(&mut page).await?;
    page.say(&join(&room, pupil)).await;
    answer(&mut page).await?;
    Ok(page)
}

async fn answer(page: &mut Client) -> Result<(), Duration> {
    loop {
        let Some(Ok(Message::Text(text))) = timeout(LONG, page.0.next()).await.unwrap() else {
            return Err(Duration::from_secs(10));
        };
        if text.contains("\"rejected\"") {
            let pause = text.split_once("retryAfter\":").map(|(_, rest)| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().unwrap()
            });
            return Err(Duration::from_millis(pause.unwrap_or(10_000)));
        }
        match protocol::decode(&text).unwrap() {
            ServerMessage::Watching { .. } | ServerMessage::Joined { .. } => return Ok(()),
            _ => {}
        }
    }
}

fn join(room: &str, pupil: u32) -> ClientMessage {
    let mut secret = [0; 16];
    secret[..4].copy_from_slice(&pupil.to_be_bytes());
    ClientMessage::Join {
        version: protocol::VERSION,
        room: room.parse().unwrap(),
        name: Name::default(),
        secret: PeerSecret(secret),
        incarnation: Incarnation(pupil),
    }
}

/// Some who load the module again and again, some who guess rooms and come again when they are let
/// go, some who only come.
fn hogs(harness: &Arc<Harness>) -> Vec<JoinHandle<()>> {
    let mut hogs = Vec::new();
    for hog in 0..32 {
        let harness = Arc::clone(harness);
        hogs.push(tokio::spawn(async move {
            loop {
                match hog % 4 {
                    0 => flood(&harness, FILES[1]).await,
                    1 => flood(&harness, "/").await,
                    _ => guess(&harness, hog).await,
                }
            }
        }));
    }
    hogs
}

/// Asks on and on, without waiting for the answers.
async fn flood(harness: &Harness, path: &str) {
    let mut stream = harness.connect_from(SCHOOL).await;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: br\r\n\r\n").repeat(8);
    let (mut answers, mut requests) = stream.split();
    let asking = async { while requests.write_all(request.as_bytes()).await.is_ok() {} };
    let mut nowhere = tokio::io::sink();
    tokio::select! {
        () = asking => {}
        _ = tokio::io::copy(&mut answers, &mut nowhere) => {}
    }
}

async fn guess(harness: &Harness, hog: u32) {
    let Ok(mut page) = harness.page_from(SCHOOL).await else {
        return;
    };
    for guess in 0.. {
        let room = format!("guess-{hog}-{guess}-{}", rand(guess));
        let text = protocol::encode(&watch(&room));
        if page.0.send(Message::text(text)).await.is_err() {
            return;
        }
        if !matches!(page.0.next().await, Some(Ok(Message::Text(text))) if !text.contains("rejected"))
        {
            return;
        }
    }
}

fn rand(seed: u32) -> u128 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_nanos() ^ u128::from(seed)
}

/// How long a stranger waits for the page, so many times, twenty-five times a second.
async fn visits(harness: &Harness, times: u32) -> Vec<Duration> {
    let mut waits = Vec::new();
    for _ in 0..times {
        let begin = Instant::now();
        let stream = harness.connect_from(STRANGER).await;
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let (head, _) = exchange(stream, request).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        waits.push(begin.elapsed());
        sleep(Duration::from_millis(40)).await;
    }
    waits
}

/// Median and p99.
fn spread(mut waits: Vec<Duration>) -> (Duration, Duration) {
    waits.sort();
    (waits[waits.len() / 2], waits[waits.len() * 99 / 100])
}

fn report(what: &str, stories: &[Story]) {
    let took = spread(stories.iter().map(|story| story.took).collect());
    let broken = stories.iter().filter(|story| story.broken > 0).count();
    let again: u32 = stories.iter().map(|story| story.again).sum();
    let late = stories.iter().filter(|story| story.took >= LESSON).count();
    println!(
        "{what}: {broken} broken pages, {again} came again, {late} not in; median and p99 {took:?}"
    );
}
