//! TLS: a certificate of the server's own, and one that changes under a call.

use std::{fs, sync::Arc, time::Duration};

use server::{Timeouts, tls::Tls};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};
use tokio_tungstenite::WebSocketStream;

use crate::harness::{
    self, Harness, dist, exchange, harness_with,
    socket::{self, hear, say},
};

struct Secure {
    harness: Harness,
    tls: Arc<Tls>,
    folder: TempDir,
}

async fn secure() -> Secure {
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls::self_signed(folder.path(), &["localhost".to_owned()]).unwrap();
    let harness = harness_with(&[], Timeouts::default(), dist(), Some(tls.clone())).await;
    Secure {
        harness,
        tls,
        folder,
    }
}

impl Secure {
    /// A browser that trusts the certificate that is in the folder now.
    fn connector(&self) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        let cert = CertificateDer::from_pem_file(self.folder.path().join("cert.pem")).unwrap();
        roots.add(cert).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config).into()
    }

    async fn connect(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("localhost").unwrap();
        self.connector()
            .connect(name, self.harness.connect().await)
            .await
    }

    async fn page(&self) -> WebSocketStream<TlsStream<TcpStream>> {
        let origin = format!("https://localhost:{}", self.harness.address.port());
        socket::open(self.connect().await.unwrap(), &origin).await
    }
}

#[tokio::test]
async fn the_page_and_its_socket_come_over_tls() {
    let secure = secure().await;
    let mut stream = secure.connect().await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with(harness::HTML),
        "{answer}"
    );
    let mut page = secure.page().await;
    assert!(
        say(&mut page, &harness::join("tea", 1))
            .await
            .contains("joined")
    );
    // Whoever speaks in the clear gets no page and holds nobody up.
    let (head, _) = exchange(
        secure.harness.connect().await,
        b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
    )
    .await;
    assert!(!head.starts_with("HTTP"), "{head}");
}

/// A renewed certificate is for new connections; those that stand go on.
#[tokio::test]
async fn a_new_certificate_drops_no_call() {
    let secure = secure().await;
    let mut page = secure.page().await;
    say(&mut page, &harness::join("tea", 1)).await;
    let elsewhere = tempfile::tempdir().unwrap();
    Tls::self_signed(elsewhere.path(), &["localhost".to_owned()]).unwrap();
    for name in ["cert.pem", "key.pem"] {
        fs::copy(elsewhere.path().join(name), secure.folder.path().join(name)).unwrap();
    }
    assert!(
        secure.connect().await.is_err(),
        "the old one is still in use"
    );
    secure.tls.reload().unwrap();
    let mut other = secure.page().await;
    assert!(
        say(&mut other, &harness::join("tea", 2))
            .await
            .contains("joined")
    );
    assert!(hear(&mut page).await.contains("peer-joined"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_handshake_is_cut_off() {
    let secure = secure().await;
    let mut stream = secure.harness.connect().await;
    let begin = Instant::now();
    // The beginning of a hello that never ends.
    stream.write_all(&[0x16, 3, 1, 2, 0, 1, 0]).await.unwrap();
    let mut nothing = Vec::new();
    let _ = stream.read_to_end(&mut nothing).await;
    let elapsed = begin.elapsed();
    assert!(
        (Duration::from_secs(10)..Duration::from_secs(12)).contains(&elapsed),
        "{elapsed:?}"
    );
}
