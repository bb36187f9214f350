//! What pages that never read cost the server's memory.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails, and each takes what it needs"
)]

#[path = "../server/harness/mod.rs"]
mod harness;

use std::{fs, process::Stdio, time::Duration};

use futures_util::{FutureExt, StreamExt, future::join_all, stream};
use harness::{
    dist, exchange, join,
    program::{Program, start_command},
};
use protocol::{ClientMessage, CloseCode, MAX_MESSAGE, PeerId, encode};
use server::{
    frames::{self, End, Frames},
    memory::Memory,
};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    net::{TcpSocket, TcpStream},
    process::Command,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Bytes;

/// In each room five write as much as they may to each of seven who do not read.
const WRITERS: usize = 5;
const ROOM: usize = 12;
/// As many WebSockets as one address may have, nearly.
const STREET: usize = 480;
/// So many come at once.
const CROWD: usize = 128;
/// Less than the ten seconds after which those who read nothing are let go.
const FEEDING: Duration = Duration::from_secs(9);
const MEBIBYTE: usize = 1024 * 1024;
/// What `threats.md` promises for all that waits.
const WAITING: usize = 256 * MEBIBYTE;
/// And for each page besides: of what it says, of what others say to it, and of what the server
/// says.
const FLOOR: usize = 16 * 1024;
/// What a page costs that says nothing, with what was needed to let it in; if hyper's buffer
/// stayed, it would be more.
const IDLE: usize = 11 * 1024;
/// What a page costs whose messages wait, besides them: the piece of them that is being written,
/// and what the system's allocator has in between.
const EACH: usize = 32 * 1024;
/// What a page costs that has ever said something large: the buffer for reading becomes four times
/// as large as it was.
const READING: usize = 12 * 1024;
/// What a page costs at most besides what all together keep waiting, [`FLOOR`] of each kind
/// included: what it said half of takes twice that.
const OWN: usize = IDLE + READING + EACH + 4 * FLOOR;
/// What the system keeps for it, 64 KiB to it and 64 KiB from it, and TLS: a record each way.
const SYSTEM: usize = (64 + 64 + 16 + 18) * 1024;
/// `MADANG_MAX_CONNECTIONS`.
const CONNECTIONS: usize = 10_000;
/// Of what a page says to another, so that the message is just within what a message may have.
const LARGE: usize = MAX_MESSAGE - 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_never_read_cost_what_is_promised() {
    // Of two addresses.
    hoard(2 * STREET / ROOM).await;
}

/// Each of as many as the server lets in may fill all that is counted for it.
#[test]
fn the_unit_gives_what_its_connections_may_take() {
    let unit = include_str!("../../../deploy/madang.service");
    let compose = include_str!("../../../deploy/compose.yaml");
    let gives = |text: &str, name| {
        let mut lines = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix(name));
        let gibibytes = lines.next().unwrap().to_uppercase();
        gibibytes
            .strip_suffix('G')
            .unwrap()
            .parse::<usize>()
            .unwrap()
            * 1024
            * MEBIBYTE
    };
    let takes = WAITING + CONNECTIONS * (OWN + SYSTEM);
    assert!(takes < gives(unit, "MemoryMax="), "{takes}");
    assert!(takes < gives(compose, "mem_limit: "), "{takes}");
}

/// `cargo test --release -p madang-server --test memory -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes more memory than a machine of CI may have: by hand"]
async fn five_thousand_pages_that_never_read_leave_the_unit_within_its_memory() {
    let rooms = 5000 / (ROOM - WRITERS);
    assert!(hoard(rooms).await < WAITING + rooms * ROOM * OWN);
}

/// In so many rooms some say half of something and read nothing, and the others write to them.
/// Returns the most memory that the server had.
async fn hoard(rooms: usize) -> usize {
    let (program, operations) = start().await;
    let (begin, alone) = (Instant::now(), memory(&program));
    let coming = (0..rooms * ROOM).map(|page| page_of(&program, page));
    let mut pages: Vec<_> = stream::iter(coming).buffered(CROWD).collect().await;
    let (came, idle) = (begin.elapsed(), memory(&program));
    let signals: Vec<_> = (WRITERS..ROOM).map(|reader| signal(reader as u8)).collect();
    let acting = pages
        .iter_mut()
        .enumerate()
        .map(async |(page, stream)| match page % ROOM {
            ..WRITERS => write(stream, &signals).await,
            _ => say_half(stream).await,
        });
    let acting = timeout(FEEDING, join_all(acting));
    let (_, waiting) = tokio::join!(acting, most_waiting(&operations));
    let most = memory(&program);
    println!(
        "{} pages came in {came:?}: {} bytes each idle, {} MiB in all, {} MiB at most, {} MiB of that waited; the system {}",
        pages.len(),
        (idle - alone) / pages.len(),
        idle / MEBIBYTE,
        most / MEBIBYTE,
        waiting / MEBIBYTE,
        fs::read_to_string("/proc/net/sockstat")
            .unwrap()
            .lines()
            .nth(1)
            .unwrap(),
    );
    let much = (pages.len() * LARGE / 2).min(WAITING / 10 * 9);
    assert!(waiting > much, "too little to tell");
    let customers = pages.len().div_ceil(STREET);
    let promised = WAITING.min(customers * WAITING / 4);
    assert!(waiting < promised + pages.len() * 4 * FLOOR);
    assert!(most < idle + waiting + pages.len() * EACH);
    assert!(idle < alone + pages.len() * IDLE);
    most
}

/// All that it may to those who do not read, and reads what comes, until it is let go for saying
/// half of too much.
async fn write(stream: &mut TcpStream, signals: &[Vec<u8>]) {
    let (mut reader, mut writer) = stream.split();
    let writing = async {
        for signal in signals {
            let _ = writer.write_all(signal).await;
        }
    };
    let mut nowhere = tokio::io::sink();
    tokio::select! {
        () = writing => {}
        _ = tokio::io::copy(&mut reader, &mut nowhere) => {}
    }
}

fn signal(person: u8) -> Vec<u8> {
    let (to, payload) = (id(person), "x".repeat(LARGE));
    frame(&encode(&ClientMessage::Signal { to, payload }))
}

async fn say_half(stream: &mut TcpStream) {
    let half = frame(&"x".repeat(LARGE));
    // Who says too much of it is let go.
    let _ = stream.write_all(&half[..LARGE - 100]).await;
}

async fn most_waiting(operations: &str) -> usize {
    let (begin, mut most) = (Instant::now(), 0);
    while begin.elapsed() < FEEDING {
        most = most.max(metric(operations, "madang_queued_bytes").await);
        // Nothing tells when a number has changed.
        sleep(FEEDING / 50).await;
    }
    most
}

/// Whoever said something large once, be it years ago, holds no memory of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_and_is_done_with_takes_no_memory() {
    const PAGES: usize = 240;
    let (program, _) = start().await;
    let alone = resident(&program);
    let coming = (0..PAGES).map(|page| page_of(&program, page));
    let mut pages: Vec<_> = stream::iter(coming).buffered(CROWD).collect().await;
    let idle = resident(&program);
    // To nobody who is there.
    let large = signal(ROOM as u8);
    for stream in &mut pages {
        say(stream, &[&large[..], &PONG.repeat(3)].concat()).await;
        say(stream, &frame(r#"{"type":"ping"}"#)).await;
    }
    let after = resident(&program);
    println!(
        "{} bytes each idle, {} more of what was said",
        (idle - alone) / PAGES,
        after.saturating_sub(idle) / PAGES,
    );
    assert!(after < idle + PAGES * READING);
}

/// A pong that is masked with nothing.
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// Waits for an answer.
async fn say(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let read = timeout(harness::LONG, stream.read_buf(&mut answer));
        assert_ne!(read.await.unwrap().unwrap(), 0);
    }
}

/// What all together said half of counts as what waits for them does.
#[tokio::test]
async fn who_said_half_of_much_is_let_go_if_all_together_is_too_much() {
    let memory = Memory::new(100_000);
    let half = frame(&"x".repeat(LARGE));
    let say = async |begin: &[u8]| {
        let (mut page, stream) = duplex(MAX_MESSAGE);
        page.write_all(begin).await.unwrap();
        let frames = Frames::new(stream, Bytes::new(), frames::config(), &memory).await;
        (page, frames)
    };
    let begin = || say(&half[..40_000]);
    let (mut page, mut first) = begin().await;
    assert!(first.next().now_or_never().is_none(), "alone it may");
    let (_other, mut second) = begin().await;
    assert!(second.next().now_or_never().is_none(), "there was room");
    // Each in a buffer that may be twice as large.
    assert_eq!(memory.used(), 2 * 2 * (40_000 - 8));
    let (_third, mut third) = begin().await;
    let turned_away = Err(End::Close(CloseCode::OVERLOADED));
    assert_eq!(third.next().await, turned_away);
    let mut piece = frame(&"x".repeat(40_000));
    // More follows.
    piece[0] &= 0x7f;
    let (_fourth, mut fourth) = say(&[&piece[..], &PONG].concat()).await;
    assert_eq!(fourth.next().await, turned_away, "a pong pays for nothing");
    drop((second, third, fourth));
    page.write_all(&half[40_000..]).await.unwrap();
    assert!(first.next().await.unwrap().is_text());
    assert_eq!(memory.used(), 0);
}

async fn start() -> (Program, String) {
    let dist = dist();
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    command
        .args(["--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0"])
        .args(["--stun-url=none", "--dist"])
        .arg(dist.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut program = start_command(command, dist).await;
    let line = program.lines.next_line().await.unwrap().unwrap();
    let operations = line.split('/').nth(2).unwrap().to_owned();
    (program, operations)
}

/// A page in a room, as little of it as the server can tell.
async fn page_of(program: &Program, page: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let street = page / STREET;
    socket.bind(([127, 0, 8, street as u8], 0).into()).unwrap();
    let mut stream = socket.connect(program.address()).await.unwrap();
    let host = program.address();
    let request = format!(
        "GET /ws HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let room = format!("room-{}", page / ROOM);
    let join = encode(&join(&room, (page % ROOM) as u8));
    stream.write_all(&frame(&join)).await.unwrap();
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains("joined") {
        let read = timeout(harness::LONG, stream.read_buf(&mut heard));
        assert_ne!(read.await.unwrap().unwrap(), 0);
    }
    stream
}

/// A whole text of a client, masked with nothing.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = match u16::try_from(text.len()) {
        Ok(length) if length < 126 => vec![0x81, 0x80 | length as u8],
        Ok(length) => [&[0x81, 0x80 | 126][..], &length.to_be_bytes()].concat(),
        Err(_) => [&[0x81, 0x80 | 127][..], &(text.len() as u64).to_be_bytes()].concat(),
    };
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}

fn id(person: u8) -> PeerId {
    let digest: [u8; 32] = Sha256::digest([person; 16]).into();
    PeerId(std::array::from_fn(|index| digest[index]))
}

/// The most that was resident so far, in bytes.
fn memory(program: &Program) -> usize {
    status(program, "VmHWM:")
}

/// What is resident now, in bytes.
fn resident(program: &Program) -> usize {
    status(program, "VmRSS:")
}

fn status(program: &Program, name: &str) -> usize {
    let id = program.child.id().unwrap();
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name));
    let kibibytes: usize = line
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    kibibytes * 1024
}

async fn metric(operations: &str, name: &str) -> usize {
    let stream = TcpStream::connect(operations).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let (_, text) = exchange(stream, request).await;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().trim().parse().unwrap()
}
