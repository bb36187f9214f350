//! A server on a port of its own, pages that talk to it, and clients that do not play by the rules.

pub mod program;
pub mod socket;

use std::{
    fs,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use protocol::{
    ClientMessage, CloseCode, Incarnation, Name, PeerId, PeerSecret, Rejection, ServerMessage,
    decode, encode,
};
use server::{Config, Listeners, Server, Timeouts, tls::Tls};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// The page that the server has.
pub const HTML: &str = "<!doctype html><base href=/><style>p{}</style><script type=module>start()</script><script src=/x.js></script>";
/// Long enough for any machine; nothing here waits so long unless it is broken.
pub const LONG: Duration = Duration::from_secs(30);

/// A running server.
pub struct Harness {
    pub address: SocketAddr,
    /// Where the operator asks.
    pub operations: SocketAddr,
    pub shutdown: watch::Sender<bool>,
    pub running: JoinHandle<()>,
    pub dist: TempDir,
}

/// A page with all kinds of file.
pub fn dist() -> TempDir {
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

/// A server with these flags.
pub async fn harness(flags: &[&str]) -> Harness {
    harness_with(flags, Timeouts::default(), dist(), None).await
}

pub async fn harness_with(
    flags: &[&str],
    timeouts: Timeouts,
    dist: TempDir,
    tls: Option<Arc<Tls>>,
) -> Harness {
    let path = format!("--dist={}", dist.path().display());
    let mut own = vec!["madang", "--stun-url=stun:stun.example.org"];
    // No flag may be given twice.
    if !flags.iter().any(|flag| flag.starts_with("--dist")) {
        own.push(&path);
    }
    let config = Config::try_parse_from([&own, flags].concat()).unwrap();
    let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let operations = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, operator) = (
        public.local_addr().unwrap(),
        operations.local_addr().unwrap(),
    );
    let listeners = Listeners {
        public,
        operations: Some(operations),
        tls,
    };
    let (shutdown, stopped) = watch::channel(false);
    let server = Server::new(listeners, &config, timeouts).unwrap();
    let running = tokio::spawn(server.run(stopped));
    Harness {
        address,
        operations: operator,
        shutdown,
        running,
        dist,
    }
}

impl Harness {
    /// A connection from this address of the machine; all of 127.0.0.0/8 is.
    pub async fn connect_from(&self, ip: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{ip}:0").parse().unwrap()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A page in its lobby.
    pub async fn page(&self) -> Client {
        let origin = format!("http://{}", self.address);
        self.page_of(&origin).await.unwrap()
    }

    /// A page that says to be from there.
    pub async fn page_of(&self, origin: &str) -> Result<Client, Error> {
        self.page_with(self.connect().await, &[("origin", origin)])
            .await
    }

    pub async fn page_from(&self, ip: &str) -> Result<Client, Error> {
        let origin = format!("http://{}", self.address);
        self.page_with(self.connect_from(ip).await, &[("origin", &origin)])
            .await
    }

    pub async fn page_with(
        &self,
        stream: TcpStream,
        headers: &[(&'static str, &str)],
    ) -> Result<Client, Error> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request()?;
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().insert(*name, value);
        }
        let (socket, _) = client_async(request, stream).await?;
        Ok(Client(socket))
    }

    /// A page that joined a room, and its id.
    pub async fn member(&self, room: &str, person: u8) -> (Client, PeerId) {
        let mut page = self.page().await;
        let id = page.join(room, person).await;
        (page, id)
    }

    /// What the operator is told of this, as a number.
    pub async fn metric(&self, name: &str) -> f64 {
        let stream = TcpStream::connect(self.operations).await.unwrap();
        let (_, text) = exchange(
            stream,
            b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |number| number.parse().unwrap())
    }

    /// Asks until the number is this.
    pub async fn until(&self, name: &str, wanted: f64) {
        let begin = Instant::now();
        loop {
            let number = self.metric(name).await;
            if number == wanted {
                return;
            }
            assert!(begin.elapsed() < LONG, "{name} is {number}, not {wanted}");
        }
    }

    /// Whether somebody else is served at once.
    pub async fn serves_others(&self) -> Duration {
        let begin = Instant::now();
        let stream = self.connect_from("127.7.7.7").await;
        let (head, _) = exchange(
            stream,
            b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        begin.elapsed()
    }
}

/// A page's WebSocket.
pub struct Client(pub WebSocketStream<TcpStream>);

impl Client {
    pub async fn join(&mut self, room: &str, person: u8) -> PeerId {
        self.say(&join(room, person)).await;
        match self.hear().await {
            ServerMessage::Joined { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn signal(&mut self, to: PeerId, payload: &str) {
        let payload = payload.to_owned();
        self.say(&ClientMessage::Signal { to, payload }).await;
    }

    pub async fn say(&mut self, message: &ClientMessage) {
        self.send(Message::text(encode(message))).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// Bytes in place of frames.
    pub async fn send_raw(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).await.unwrap();
    }

    pub async fn hear(&mut self) -> ServerMessage {
        loop {
            match self.next().await {
                Message::Text(text) => return decode(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Whatever comes, until the end; then the close code.
    pub async fn end(&mut self) -> CloseCode {
        loop {
            if let Message::Close(frame) = self.next().await {
                return CloseCode(frame.unwrap().code.into());
            }
        }
    }

    pub async fn next(&mut self) -> Message {
        let next = timeout(LONG, self.0.next()).await.unwrap();
        next.unwrap().unwrap()
    }
}

pub fn join(room: &str, person: u8) -> ClientMessage {
    ClientMessage::Join {
        version: protocol::VERSION,
        room: room.parse().unwrap(),
        name: Name::new(&format!("Person {person}")),
        secret: PeerSecret([person; 16]),
        incarnation: Incarnation(person.into()),
    }
}

pub fn watch(room: &str) -> ClientMessage {
    ClientMessage::Watch {
        room: room.parse().unwrap(),
    }
}

pub fn rejected(message: ServerMessage) -> Rejection {
    match message {
        ServerMessage::Rejected { rejection } => rejection,
        other => panic!("{other:?}"),
    }
}

/// Says this, and hears the server out: head and body of the answer. A connection that is reset
/// ends the answer too.
pub async fn exchange(mut stream: TcpStream, request: &[u8]) -> (String, String) {
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut answer))
        .await
        .unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) => (head.to_owned(), body.to_owned()),
        None => (answer, String::new()),
    }
}

/// A request line and headers; what is needed besides is added. The head comes in small letters.
pub async fn request(harness: &Harness, line: &str, headers: &str) -> (String, String) {
    let request =
        format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    let (head, body) = exchange(harness.connect().await, request.as_bytes()).await;
    (head.to_lowercase(), body)
}
