//! The server that ships behind real proxies, as `deploy/` configures them.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::id,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use e2e::{TestServer, process::Process, server::project};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, pem::PemObject},
    },
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderValue, StatusCode},
    },
};

/// Long enough for any machine; nothing here waits so long unless it is broken.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn pages_connect_through_caddy_which_tells_who_they_are() {
    let proxy = Proxy::new();
    let server = TestServer::start(&FEW_FOR_EACH).await.unwrap();
    let listening = format!(
        "{} {{\n\tbind {}\n\ttls {}",
        "{$DOMAIN:calls.example.org}",
        proxy.address.ip(),
        proxy.pair()
    );
    let own = file("Caddyfile").replace("{$DOMAIN:calls.example.org} {", &listening);
    assert!(own.contains(&listening));
    let options = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n";
    let configuration = proxy.write("Caddyfile", &format!("{options}{own}"));
    let home = proxy.folder.path();
    let _caddy = Process::start(
        Path::new("caddy"),
        &["run", "--adapter", "caddyfile", "--config", &configuration],
        &[
            ("DOMAIN", Path::new(&proxy.name())),
            ("UPSTREAM", Path::new(&authority(&server))),
            ("HOME", home),
            ("XDG_CONFIG_HOME", home),
            ("XDG_DATA_HOME", home),
        ],
    );
    proxy.serves_each_address_its_share().await;
}

#[tokio::test]
async fn pages_connect_through_nginx_which_tells_who_they_are() {
    let proxy = Proxy::new();
    let server = TestServer::start(&FEW_FOR_EACH).await.unwrap();
    let own = adapt(
        &file("nginx.conf"),
        &[
            (
                "/etc/letsencrypt/live/calls.example.org/fullchain.pem",
                &proxy.path("cert.pem"),
            ),
            (
                "/etc/letsencrypt/live/calls.example.org/privkey.pem",
                &proxy.path("key.pem"),
            ),
            ("listen 443", &format!("listen {}", proxy.address)),
            (
                "listen 80;",
                &format!("listen {}:8080;", proxy.address.ip()),
            ),
            ("\tlisten [::]:443 ssl http2;\n", ""),
            ("\tlisten [::]:80;\n", ""),
            ("127.0.0.1:3000", &authority(&server)),
        ],
    );
    let folder = proxy.path("");
    let frame = format!(
        "daemon off; pid {folder}/pid; error_log stderr; events {{}}\n\
         http {{ client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};\n\
         uwsgi_temp_path {folder}; scgi_temp_path {folder};\n{own}}}"
    );
    let configuration = proxy.write("nginx.conf", &frame);
    let _nginx = Process::start(Path::new("nginx"), &["-c", &configuration], &[]).unwrap();
    proxy.serves_each_address_its_share().await;
}

#[tokio::test]
async fn pages_connect_through_haproxy_which_tells_who_they_are() {
    let proxy = Proxy::new();
    let server = TestServer::start(&FEW_FOR_EACH).await.unwrap();
    let _haproxy = proxy.haproxy(&authority(&server), &authority(&server));
    proxy.serves_each_address_its_share().await;
}

/// Everybody is always on the same server, so that no room is split.
#[tokio::test]
async fn haproxy_moves_everybody_to_the_waiting_server_and_back() {
    let proxy = Proxy::new();
    let flags = ["--trusted-proxy=127.0.0.1", "--drain=2"];
    let first = TestServer::start(&flags).await.unwrap();
    let waiting = TestServer::start(&flags).await.unwrap();
    let _haproxy = proxy.haproxy(&authority(&first), &authority(&waiting));
    let (ada, ben) = proxy.meeting().await;

    let stopped = tokio::spawn(first.stop());
    tokio::join!(ada.until_cut(), ben.until_cut());
    let first = stopped.await.unwrap().unwrap();
    let (ada, ben) = proxy.meeting().await;

    let _first = first.start().await.unwrap();
    tokio::join!(ada.until_cut(), ben.until_cut());
    drop(waiting);
    proxy.meeting().await;
}

// A proxy and its certificate

/// For the tests of who a proxy says that asks.
const FEW_FOR_EACH: [&str; 2] = [
    "--trusted-proxy=127.0.0.1",
    "--max-connections-per-address=2",
];
const ADA: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 5);
const BEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 6);

struct Proxy {
    folder: TempDir,
    address: SocketAddr,
    tls: TlsConnector,
}

impl Proxy {
    fn new() -> Self {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        // Loopback addresses that no other test of this machine uses.
        let number = (id() << 3 | TAKEN.fetch_add(1, Ordering::Relaxed)) & 0x003f_ffff;
        let address = (Ipv4Addr::from(0x7f40_0000 | number), 8443).into();
        let folder = tempfile::tempdir().unwrap();
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (cert, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(cert.as_bytes()).unwrap())
            .unwrap();
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = Arc::new(config).into();
        let proxy = Self {
            folder,
            address,
            tls,
        };
        proxy.write("cert.pem", &cert);
        proxy.write("key.pem", &key);
        proxy.write("both.pem", &(cert + &key));
        proxy
    }

    fn haproxy(&self, first: &str, waiting: &str) -> Process {
        let own = adapt(
            &file("haproxy.cfg"),
            &[
                ("/etc/haproxy/calls.example.org.pem", &self.path("both.pem")),
                ("bind :443", &format!("bind {}", self.address)),
                ("bind :80", &format!("bind {}:8080", self.address.ip())),
                // Two descriptors each: more than some machines allow.
                ("maxconn 25000", "maxconn 100"),
                ("10.0.0.1:3000", first),
                ("10.0.0.2:3000", waiting),
            ],
        );
        let configuration = self.write("haproxy.cfg", &own);
        // A warning is an error.
        Process::start(Path::new("haproxy"), &["-dW", "-f", &configuration], &[]).unwrap()
    }

    /// Two pages that see each other.
    async fn meeting(&self) -> (WebSocket, WebSocket) {
        let (mut ada, mut ben) = (self.page(ADA).await, self.page(BEN).await);
        assert_eq!(ada.join(1).await, 0);
        assert_eq!(ben.join(2).await, 1);
        (ada, ben)
    }

    /// Whatever they claim to be.
    async fn serves_each_address_its_share(&self) {
        let _first = self.page(ADA).await;
        let origin = format!("https://{}", self.name());
        let mut _second = self.open(ADA, &origin, "192.0.2.1").await.unwrap();
        let mut third = self.open(ADA, &origin, "192.0.2.2").await.unwrap();
        assert_eq!(third.hear().await["reason"], "overloaded");
        let mut other = self.open(BEN, &origin, "127.0.0.5").await.unwrap();
        assert_eq!(other.join(1).await, 0);
        let plain = self.open(BEN, &format!("http://{}", self.name()), "").await;
        assert_eq!(refusal(plain), StatusCode::FORBIDDEN);
    }

    /// A page at this address, as soon as the proxy and a server behind it are there.
    async fn page(&self, from: Ipv4Addr) -> WebSocket {
        let origin = format!("https://{}", self.name());
        let there = async {
            loop {
                match self.open(from, &origin, "").await {
                    Ok(page) => return page,
                    Err(_) => sleep(Duration::from_millis(50)).await,
                }
            }
        };
        timeout(LONG, there).await.expect("nobody answers")
    }

    async fn open(
        &self,
        from: Ipv4Addr,
        origin: &str,
        forwarded: &str,
    ) -> Result<WebSocket, Error> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream = socket.connect(self.address).await?;
        let stream = self
            .tls
            .connect("localhost".try_into().unwrap(), stream)
            .await?;
        let mut request = format!("wss://{}/ws", self.name()).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(origin)?);
        if !forwarded.is_empty() {
            headers.insert("x-forwarded-for", HeaderValue::from_str(forwarded)?);
            headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        }
        Ok(WebSocket(client_async(request, stream).await?.0))
    }

    fn name(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    fn pair(&self) -> String {
        format!("{} {}", self.path("cert.pem"), self.path("key.pem"))
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, content: &str) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }
}

struct WebSocket(WebSocketStream<TlsStream<TcpStream>>);

impl WebSocket {
    /// Joins the room as this person; returns how many others are in it.
    async fn join(&mut self, person: u8) -> usize {
        let join = json!({
            "type": "join", "version": 2, "room": "room", "name": "Person",
            "secret": format!("{person:032x}"), "incarnation": person,
        });
        self.0.send(Message::text(join.to_string())).await.unwrap();
        let told = self.hear().await;
        assert_eq!(told["type"], "joined");
        told["peers"].as_array().unwrap().len()
    }

    async fn hear(&mut self) -> Value {
        loop {
            let heard = timeout(LONG, self.0.next()).await.unwrap();
            if let Message::Text(text) = heard.unwrap().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    async fn until_cut(mut self) {
        let cut = async { while let Some(Ok(_)) = self.0.next().await {} };
        timeout(LONG, cut).await.expect("the connection stays");
    }
}

fn refusal(opened: Result<WebSocket, Error>) -> StatusCode {
    match opened {
        Err(Error::Http(answer)) => answer.status(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is not refused"),
    }
}

// Files

fn file(name: &str) -> String {
    fs::read_to_string(project().join("deploy").join(name)).unwrap()
}

/// Puts what a test has in place of what an operator has.
fn adapt(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "no {from:?}");
        text.replace(from, to)
    })
}

/// Host and port.
fn authority(server: &TestServer) -> String {
    let address = server.address("");
    address.replace("http://localhost", "127.0.0.1")
}
