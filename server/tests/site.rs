//! The whole server over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use std::{
    fs, io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use protocol::{
    ClientMessage, Incarnation, LeaveReason, MAX_MESSAGE, Name, PeerId, PeerSecret, Rejection,
    ServerMessage, close, decode, encode,
};
use server::{Config, Patience};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

const HTML: &str = "<!doctype html><script type=module>start()</script><script src=/x.js></script>";
/// Long enough for any machine; nothing here waits so long unless it is broken.
const LONG: Duration = Duration::from_secs(20);

struct House {
    address: SocketAddr,
    shutdown: watch::Sender<bool>,
    running: JoinHandle<io::Result<()>>,
    _dist: TempDir,
}

/// A page with all kinds of file.
fn dist() -> TempDir {
    let dist = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("index.html", HTML),
        ("index.html.br", "brotli of index"),
        ("index.html.gz", "gzip of index"),
        ("app-0123456789abcdef.js", "start()"),
        ("app-0123456789abcdef_bg.wasm", "\0asm"),
        ("app-0123456789abcdef_bg.wasm.br", "brotli of module"),
        ("favicon.svg", "<svg/>"),
        (".secret", "hidden"),
    ] {
        fs::write(dist.path().join(name), content).unwrap();
    }
    dist
}

async fn house_with(flags: &[&str], patience: Patience, dist: TempDir) -> House {
    let path = dist.path().display().to_string();
    let flags = [
        &[
            "madang",
            "--dist",
            &path,
            "--stun-url=stun:stun.example.org",
        ],
        flags,
    ]
    .concat();
    let config = Config::try_parse_from(flags).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (shutdown, stopped) = watch::channel(false);
    let running =
        tokio::spawn(async move { server::run(listener, &config, patience, stopped).await });
    House {
        address,
        shutdown,
        running,
        _dist: dist,
    }
}

async fn house(flags: &[&str]) -> House {
    house_with(flags, Patience::default(), dist()).await
}

// WebSockets

struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl House {
    async fn page(&self) -> Page {
        self.page_of(&format!("http://{}", self.address))
            .await
            .unwrap()
    }

    async fn page_of(&self, origin: &str) -> Result<Page, tokio_tungstenite::tungstenite::Error> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request()?;
        if !origin.is_empty() {
            request
                .headers_mut()
                .insert("origin", HeaderValue::from_str(origin).unwrap());
        }
        connect_async(request).await.map(|(socket, _)| Page(socket))
    }

    /// A page that joined a room, and its id.
    async fn member(&self, room: &str, person: u8) -> (Page, PeerId) {
        let mut page = self.page().await;
        page.say(&join(room, person)).await;
        match page.hear().await {
            ServerMessage::Joined { id, .. } => (page, id),
            other => panic!("{other:?}"),
        }
    }
}

impl Page {
    async fn say(&mut self, message: &ClientMessage) {
        self.send(Message::text(encode(message))).await;
    }

    async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    async fn hear(&mut self) -> ServerMessage {
        loop {
            match self.next().await {
                Message::Text(text) => return decode(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Whatever comes, until the end; then the close code.
    async fn end(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                return frame.unwrap().code.into();
            }
        }
    }

    async fn next(&mut self) -> Message {
        let next = timeout(LONG, self.0.next()).await.unwrap();
        next.unwrap().unwrap()
    }
}

fn join(room: &str, person: u8) -> ClientMessage {
    ClientMessage::Join {
        version: protocol::VERSION,
        room: room.parse().unwrap(),
        name: Name::new(&format!("Person {person}")),
        secret: PeerSecret([person; 16]),
        incarnation: Incarnation(person.into()),
    }
}

fn rejected(message: ServerMessage) -> Rejection {
    match message {
        ServerMessage::Rejected { rejection } => rejection,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn pages_meet_signal_and_part() {
    let house = house(&[]).await;
    let (mut ada, ada_id) = house.member("tea", 1).await;
    let mut ben = house.page().await;
    ben.say(&ClientMessage::Watch {
        room: "tea".parse().unwrap(),
    })
    .await;
    match ben.hear().await {
        ServerMessage::Watching { peers, capacity } => {
            assert_eq!((peers.len(), peers[0].id, capacity), (1, ada_id, 12));
        }
        other => panic!("{other:?}"),
    }
    ben.say(&join("tea", 2)).await;
    let ben_id = match ben.hear().await {
        ServerMessage::Joined {
            id,
            peers,
            ice_servers,
        } => {
            assert_eq!(peers[0].id, ada_id);
            assert_eq!(ice_servers[0].urls, ["stun:stun.example.org"]);
            id
        }
        other => panic!("{other:?}"),
    };
    match ada.hear().await {
        ServerMessage::PeerJoined { peer } => {
            assert_eq!((peer.id, peer.name.as_str()), (ben_id, "Person 2"));
        }
        other => panic!("{other:?}"),
    }
    ada.say(&ClientMessage::Signal {
        to: ben_id,
        payload: "안녕".to_owned(),
    })
    .await;
    let signal = ServerMessage::Signal {
        from: ada_id,
        payload: "안녕".to_owned(),
    };
    assert_eq!(ben.hear().await, signal);
    ada.say(&ClientMessage::Leave).await;
    let left = ServerMessage::PeerLeft {
        id: ada_id,
        reason: LeaveReason::Left,
    };
    assert_eq!(ben.hear().await, left);
}

#[tokio::test]
async fn a_lost_page_is_told_of_as_lost() {
    let house = house(&[]).await;
    let (mut ada, _) = house.member("tea", 1).await;
    let (ben, id) = house.member("tea", 2).await;
    assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
    drop(ben);
    assert_eq!(
        ada.hear().await,
        ServerMessage::PeerLeft {
            id,
            reason: LeaveReason::Lost
        }
    );
}

#[tokio::test]
async fn nothing_passes_between_rooms() {
    let house = house(&[]).await;
    let (_ada, ada) = house.member("tea", 1).await;
    let (mut eve, _) = house.member("coffee", 2).await;
    eve.say(&ClientMessage::Signal {
        to: ada,
        payload: String::new(),
    })
    .await;
    assert_eq!(
        rejected(eve.hear().await),
        Rejection::NoSuchPeer { to: ada }
    );
    let mut nobody = house.page().await;
    nobody
        .say(&ClientMessage::Signal {
            to: ada,
            payload: String::new(),
        })
        .await;
    assert_eq!(rejected(nobody.hear().await), Rejection::NotJoined);
}

#[tokio::test]
async fn a_full_room_lets_nobody_in_but_who_is_in_already() {
    let house = house(&["--max-peers=2"]).await;
    let (mut ada, _) = house.member("tea", 1).await;
    let (_ben, _) = house.member("tea", 2).await;
    let mut cho = house.page().await;
    cho.say(&join("tea", 3)).await;
    assert_eq!(
        rejected(cho.hear().await),
        Rejection::RoomFull { capacity: 2 }
    );
    let (_ada, _) = house.member("tea", 1).await;
    assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
    assert_eq!(rejected(ada.hear().await), Rejection::Superseded);
    assert_eq!(ada.end().await, close::SUPERSEDED);
}

#[tokio::test]
async fn junk_is_told_of_and_ends_the_fifth_time() {
    let house = house(&[]).await;
    let mut page = house.page().await;
    for _ in 0..4 {
        page.send(Message::text("junk")).await;
        assert_eq!(rejected(page.hear().await), Rejection::BadMessage);
    }
    page.send(Message::text("{}")).await;
    assert_eq!(page.end().await, 1008);
}

#[tokio::test]
async fn what_is_too_big_not_text_or_too_much_ends_at_once() {
    let house = house(&[]).await;
    let mut page = house.page().await;
    page.send(Message::text("x".repeat(MAX_MESSAGE + 1))).await;
    assert_eq!(page.end().await, 1009);

    let mut page = house.page().await;
    page.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(page.end().await, 1003);

    let mut page = house.page().await;
    for _ in 0..500 {
        // The server may have had enough before the last one.
        if page
            .0
            .feed(Message::text(encode(&ClientMessage::Leave)))
            .await
            .is_err()
        {
            break;
        }
    }
    let _ = page.0.flush().await;
    assert_eq!(page.end().await, 1008);
}

#[tokio::test]
async fn who_says_nothing_or_falls_silent_is_let_go() {
    let hasty = Patience {
        first_word: Duration::from_millis(300),
        ping: Duration::from_millis(50),
        silence: Duration::from_millis(300),
        ..Patience::default()
    };
    let house = house_with(&[], hasty, dist()).await;
    let mut page = house.page().await;
    assert_eq!(page.end().await, close::SILENT);

    // A page that reads answers pings. One that does not is gone.
    let (mut ada, _) = house.member("tea", 1).await;
    let (ben, id) = house.member("tea", 2).await;
    assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
    assert_eq!(
        ada.hear().await,
        ServerMessage::PeerLeft {
            id,
            reason: LeaveReason::Lost
        }
    );
    drop(ben);
}

#[tokio::test]
async fn who_does_not_read_is_let_go_and_nobody_waits_for_it() {
    let hasty = Patience {
        stall: Duration::from_millis(300),
        ..Patience::default()
    };
    let house = house_with(&[], hasty, dist()).await;
    let (mut slow, slow_id) = house.member("tea", 1).await;
    let (mut ada, _) = house.member("tea", 2).await;
    assert!(matches!(
        slow.hear().await,
        ServerMessage::PeerJoined { .. }
    ));
    // Eighteen megabytes: more than the socket's buffers and the queue take.
    let payload = "x".repeat(60 * 1024);
    let begin = Instant::now();
    for _ in 0..300 {
        ada.say(&ClientMessage::Signal {
            to: slow_id,
            payload: payload.clone(),
        })
        .await;
    }
    assert_eq!(
        ada.hear().await,
        ServerMessage::PeerLeft {
            id: slow_id,
            reason: LeaveReason::Lost
        }
    );
    // Not because it does not answer pings either.
    assert!(begin.elapsed() < Patience::default().silence);
}

#[tokio::test]
async fn other_origins_are_refused_unless_they_are_named() {
    let house = house(&["--origin=https://calls.example.org"]).await;
    let port = house.address.port();
    for origin in [
        "",
        "https://evil.example",
        "null",
        &format!("http://127.0.0.1.evil.example:{port}"),
    ] {
        assert!(house.page_of(origin).await.is_err(), "{origin}");
    }
    for origin in [
        "https://calls.example.org",
        &format!("http://127.0.0.1:{port}"),
        "http://localhost:8080",
    ] {
        assert!(house.page_of(origin).await.is_ok(), "{origin}");
    }
}

#[tokio::test]
async fn there_are_so_many_places_and_no_more() {
    let house = house(&["--max-connections=2"]).await;
    let first = house.page().await;
    let _second = house.page().await;
    let origin = format!("http://{}", house.address);
    assert!(house.page_of(&origin).await.is_err());
    drop(first);
    // Its place is free as soon as the server has noticed.
    timeout(LONG, async {
        while house.page_of(&origin).await.is_err() {}
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn going_down_says_so_to_all() {
    let house = house(&[]).await;
    let (mut ada, _) = house.member("tea", 1).await;
    let mut lobby = house.page().await;
    house.shutdown.send(true).unwrap();
    let begin = Instant::now();
    let (first, second) = tokio::join!(ada.end(), lobby.end());
    assert_eq!((first, second), (close::RESTART, close::RESTART));
    timeout(LONG, house.running)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert!(TcpStream::connect(house.address).await.is_err());
}

// The page

/// An answer's head, in small letters, and its body.
async fn request(house: &House, line: &str, headers: &str) -> (String, String) {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let request =
        format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(LONG, stream.read_to_end(&mut answer))
        .await
        .unwrap()
        .unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

#[tokio::test]
async fn the_page_is_at_home_and_in_every_room_and_nowhere_else() {
    let house = house(&[]).await;
    for path in [
        "/",
        "/r/tea",
        "/r/%EC%9A%B0%EB%A6%AC",
        "/?lang=ko",
        "/r/tea?lang=ko",
    ] {
        let (head, body) = request(&house, &format!("GET {path}"), "").await;
        assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
        assert!(head.contains("content-type: text/html; charset=utf-8"));
        assert!(head.contains("cache-control: no-cache"));
        assert_eq!(body, HTML);
    }
    for path in [
        "/r/",
        "/r/a/b",
        "/about",
        "/.secret",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/index.html.br",
        "//etc/passwd",
        "/x.js",
    ] {
        let (head, _) = request(&house, &format!("GET {path}"), "").await;
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
    }
}

#[tokio::test]
async fn files_have_their_type_and_what_is_hashed_stays_for_ever() {
    let house = house(&[]).await;
    for (path, kind, caching) in [
        (
            "/app-0123456789abcdef.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        (
            "/app-0123456789abcdef_bg.wasm",
            "application/wasm",
            "public, max-age=31536000, immutable",
        ),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
    ] {
        let (head, _) = request(&house, &format!("GET {path}"), "").await;
        assert!(head.contains(&format!("content-type: {kind}")), "{head}");
        assert!(
            head.contains(&format!("cache-control: {caching}")),
            "{head}"
        );
        assert!(head.contains("x-content-type-options: nosniff"));
    }
}

#[tokio::test]
async fn the_smallest_form_that_the_browser_takes_is_sent() {
    let house = house(&[]).await;
    for (accept, encoding, sent) in [
        ("gzip, deflate, br", Some("br"), "brotli of index"),
        ("gzip;q=1.0, br;q=0", Some("gzip"), "gzip of index"),
        ("GZIP", Some("gzip"), "gzip of index"),
        ("identity", None, HTML),
    ] {
        let (head, body) =
            request(&house, "GET /", &format!("accept-encoding: {accept}\r\n")).await;
        assert_eq!(body, sent, "{accept}");
        assert!(head.contains("vary: accept-encoding"));
        match encoding {
            Some(encoding) => assert!(head.contains(&format!("content-encoding: {encoding}"))),
            None => assert!(!head.contains("content-encoding")),
        }
    }
}

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again() {
    let house = house(&[]).await;
    let (head, _) = request(&house, "GET /", "").await;
    // The tag is not to be read in small letters.
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let tag = answer
        .lines()
        .find_map(|line| line.strip_prefix("etag: "))
        .unwrap();
    assert!(head.contains(&format!("etag: {}", tag.to_lowercase())));
    let (head, body) = request(&house, "GET /", &format!("if-none-match: {tag}\r\n")).await;
    assert!(head.starts_with("http/1.1 304"), "{head}");
    assert_eq!(body, "");
}

#[tokio::test]
async fn scripts_run_only_if_they_came_with_the_page() {
    let house = house(&[]).await;
    let (head, _) = request(&house, "GET /", "").await;
    let csp = head
        .lines()
        .find_map(|line| line.strip_prefix("content-security-policy: "))
        .unwrap();
    // printf 'start()' | openssl dgst -sha256 -binary | base64
    let hash = "sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=".to_lowercase();
    assert!(
        csp.contains(&format!("script-src 'self' 'wasm-unsafe-eval' '{hash}';")),
        "{csp}"
    );
    assert!(csp.starts_with("default-src 'none';"));
    assert!(!csp.contains("'unsafe-"));
    let (head, _) = request(&house, "GET /favicon.svg", "").await;
    assert!(head.contains("content-security-policy: default-src 'none'"));
}

#[tokio::test]
async fn other_methods_and_plain_requests_for_the_socket_are_refused() {
    let house = house(&[]).await;
    let (head, _) = request(&house, "POST /", "content-length: 0\r\n").await;
    assert!(head.starts_with("http/1.1 405"), "{head}");
    assert!(head.contains("allow: get, head"));
    let (head, body) = request(&house, "HEAD /", "").await;
    assert!(head.starts_with("http/1.1 200") && body.is_empty());
    assert!(head.contains(&format!("content-length: {}", HTML.len())));
    let (head, _) = request(&house, "GET /ws", "").await;
    assert!(head.starts_with("http/1.1 426"), "{head}");
    let (head, body) = request(&house, "GET /healthz", "").await;
    assert!(head.starts_with("http/1.1 200") && body == "ok");
}

#[tokio::test]
async fn a_page_that_was_not_built_is_said_to_be_missing() {
    let house = house_with(&[], Patience::default(), tempfile::tempdir().unwrap()).await;
    let (head, body) = request(&house, "GET /", "").await;
    assert!(head.starts_with("http/1.1 503"), "{head}");
    assert!(body.contains("cargo xtask build"));
}
