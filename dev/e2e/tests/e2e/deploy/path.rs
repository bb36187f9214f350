//! The server below a path of a host that it shares, behind nginx as `deploy/` has it.

use std::{fs, net::TcpListener, path::Path, time::Duration};

use e2e::{
    Engine::{Chromium, Firefox},
    Harness,
    process::Process,
    server::project,
};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

/// Long enough for any machine; nothing here waits so long unless it is broken.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_call_is_held_below_a_path_whether_or_not_the_proxy_takes_it_away() {
    let flags = ["--base-path=/madang/", "--trusted-proxy=127.0.0.1"];
    Harness::run("below_a_path", &flags, async |harness| {
        let server = harness.address("").replace("http://localhost", "127.0.0.1");
        let [keeping, taking] = ["http://madang", "http://madang/"].map(|to| nginx(&server, to));
        let [ada, ben] = harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?;

        ada.open(&keeping.address("/madang/").await).await?;
        ada.fill("Room ID", "Team").await?;
        ada.click("Join room").await?;
        ada.until("location.pathname === '/madang/r/team'").await?;

        let (here, there) = (
            keeping.address("/madang/r/team"),
            taking.address("/madang/R/Team/"),
        );
        ada.join(&here.await).await?;
        let invitation = "document.querySelector('.address').textContent === location.href";
        ada.until(invitation).await?;
        ben.join(&there.await).await?;
        ada.sees_and_hears(&ben).await?;
        ben.sees_and_hears(&ada).await?;
        ben.until("location.pathname === '/madang/r/team'").await?;

        ada.click("Leave call").await?;
        ada.click("Go home").await?;
        ada.until("location.pathname === '/madang/' && probe.heading() !== 'Ready to join?'")
            .await
    })
    .await;
}

/// An nginx that has the server below `/madang/`.
struct Nginx {
    port: u16,
    _process: Process,
    _folder: TempDir,
}

/// As `deploy/nginx.conf` has it, but in the clear, which browsers allow on localhost.
fn nginx(server: &str, upstream: &str) -> Nginx {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = port.local_addr().unwrap().port();
    let own = fs::read_to_string(project().join("deploy/nginx.conf")).unwrap();
    let own = own.replace(
        "\tlisten 443 ssl http2;",
        &format!("\tlisten 127.0.0.1:{port};"),
    );
    let is_for_tls = |line: &&str| {
        line.contains("ssl_") || line.contains("listen [") || line.contains("listen 80")
    };
    let own: String = own
        .split_inclusive('\n')
        .filter(|line| !is_for_tls(line))
        .collect();
    // The first server only leads to TLS.
    let own = own
        .replace("location / {", "location /madang/ {")
        .replace(
            "proxy_pass http://madang;",
            &format!("proxy_pass {upstream};"),
        )
        .replace(
            "return 308 https://$host$request_uri;",
            "listen unix:FOLDER/unused;",
        )
        .replace("127.0.0.1:3000", server);
    let frame = format!(
        "daemon off; pid FOLDER/pid; error_log stderr; events {{}}\n\
         http {{ access_log off; client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER;\n\
         uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;\n{own}}}"
    );
    let configuration = folder.path().join("nginx.conf");
    let path = folder.path().display().to_string();
    fs::write(&configuration, frame.replace("FOLDER", &path)).unwrap();
    let configuration = configuration.display().to_string();
    let process = Process::start(Path::new("nginx"), &["-c", &configuration], &[]).unwrap();
    Nginx {
        port,
        _process: process,
        _folder: folder,
    }
}

impl Nginx {
    /// The address of a path, as soon as somebody listens there.
    async fn address(&self, path: &str) -> String {
        let there = async {
            while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(LONG, there).await.expect("nginx does not listen");
        format!("http://localhost:{}{path}", self.port)
    }
}
