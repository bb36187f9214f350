//! Requests that no browser sends: one request never gets two answers, and nothing outside the dist
//! is read.

use std::fs;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::harness::{self, Harness, exchange, harness, request};

/// Sends this, and returns the status of each answer until the server closes or falls silent.
async fn statuses(harness: &Harness, bytes: &[u8]) -> Vec<u16> {
    let mut stream = harness.connect().await;
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = timeout(harness::LONG, stream.read_to_end(&mut answer))
        .await
        .unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let heads = answer.split("HTTP/1.").skip(1);
    heads.map(|head| head[2..5].parse().unwrap()).collect()
}

/// Each holds a second request where a careless server would see one.
#[tokio::test]
async fn nothing_is_smuggled() {
    let harness = harness(&[]).await;
    const HIDDEN: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    let heads: &[(&str, &str, &[u16])] = &[
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 42\r\n\r\n",
            HIDDEN,
            &[405],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 42\r\n\r\n",
            HIDDEN,
            &[413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
            HIDDEN,
            &[413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            &chunked,
            &[413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            "ffffffffffffffff0\r\n",
            &[413, 400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            &chunked,
            &[413, 400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            &chunked,
            &[413, 400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
            &chunked,
            &[400, 413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
            &chunked,
            &[400, 413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
            &chunked,
            &[400, 413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n",
            &chunked,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n",
            &chunked,
            &[400, 413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n",
            &chunked,
            &[400],
        ),
        (
            "GET / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            &chunked,
            &[400, 413],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
            HIDDEN,
            &[400],
        ),
        ("GET / HTTP/1.1\r\n: x\r\n\r\n", HIDDEN, &[400]),
        ("GET / HTTP/1.1\r\n\r\n", "", &[400]),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "", &[400]),
        ("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "", &[400]),
        ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", "", &[400]),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "", &[400]),
        ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "", &[400]),
        ("get / HTTP/1.1\r\nHost: x\r\n\r\n", "", &[405]),
        ("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "", &[405]),
        ("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", "", &[405]),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "", &[405]),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", &[]),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\x7c\x03\x03", "", &[400]),
    ];
    for (head, rest, allowed) in heads {
        let got = statuses(&harness, format!("{head}{rest}").as_bytes()).await;
        let is_fine = match got[..] {
            [] => allowed.is_empty(),
            [status] => allowed.contains(&status),
            _ => false,
        };
        assert!(is_fine, "{head:?}: {got:?}");
    }
    // What is no trick gets as many answers as it has requests.
    let two = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2);
    assert_eq!(statuses(&harness, two.as_bytes()).await, [200, 200]);
}

#[tokio::test]
async fn heads_are_bounded() {
    let harness = harness(&[]).await;
    let long = |n| "x".repeat(n);
    let many: String = (0..70).map(|n| format!("x-{n}: y\r\n")).collect();
    for (what, line, headers, status) in [
        (
            "a long address",
            format!("GET /{}", long(5000)),
            String::new(),
            414,
        ),
        (
            "a long query",
            format!("GET /?{}", long(5000)),
            String::new(),
            414,
        ),
        (
            "a long header",
            "GET /".to_owned(),
            format!("x: {}\r\n", long(20_000)),
            431,
        ),
        ("many headers", "GET /".to_owned(), many, 431),
    ] {
        let (head, _) = request(&harness, &line, &headers).await;
        assert!(
            head.starts_with(&format!("http/1.1 {status}")),
            "{what}: {head}"
        );
    }
}

#[tokio::test]
async fn improper_upgrades_are_refused() {
    let harness = harness(&[]).await;
    let origin = format!("http://{}", harness.address);
    let proper = format!(
        "host: {}\r\norigin: {origin}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        harness.address
    );
    let ask = async |line: &str, headers: &str| {
        let text = format!("{line}\r\n{headers}\r\n");
        let mut stream = harness.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = [0; 512];
        let read = timeout(harness::LONG, stream.read(&mut answer))
            .await
            .unwrap()
            .unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    let answer = ask("GET /ws HTTP/1.1", &proper).await;
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    // A compression bomb needs an extension that the server never agrees to.
    let offering = format!(
        "{proper}sec-websocket-extensions: permessage-deflate\r\nsec-websocket-protocol: x\r\n"
    );
    let answer = ask("GET /ws HTTP/1.1", &offering).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 101") && !answer.contains("sec-websocket-extensions"));
    assert!(!answer.contains("sec-websocket-protocol"));
    let without = |name: &str| -> String {
        let lines = proper.split_inclusive("\r\n");
        lines.filter(|line| !line.starts_with(name)).collect()
    };
    let with = |name: &str, value: &str| format!("{}{name}: {value}\r\n", without(name));
    for (line, headers, status) in [
        ("POST /ws HTTP/1.1", proper.clone(), 405),
        ("GET /ws HTTP/1.0", proper.clone(), 400),
        ("GET /ws HTTP/1.1", with("content-length", "5"), 413),
        ("GET /ws HTTP/1.1", without("host"), 400),
        ("GET /ws HTTP/1.1", without("origin"), 403),
        ("GET /ws HTTP/1.1", without("upgrade"), 426),
        ("GET /ws HTTP/1.1", without("sec-websocket-version"), 426),
        ("GET /ws HTTP/1.1", with("sec-websocket-version", "8"), 426),
        ("GET /ws HTTP/1.1", without("sec-websocket-key"), 400),
        ("GET /ws HTTP/1.1", with("sec-websocket-key", "AAAA"), 400),
        (
            "GET /ws HTTP/1.1",
            format!("{proper}sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
            400,
        ),
        (
            "GET /ws HTTP/1.1",
            format!("{proper}origin: {origin}\r\n"),
            403,
        ),
        ("GET /ws/ HTTP/1.1", proper.clone(), 404),
    ] {
        let answer = ask(line, &headers).await;
        assert!(
            answer[9..].starts_with(&status.to_string()),
            "{line} {headers}: {answer}"
        );
    }
}

#[tokio::test]
async fn nothing_outside_the_dist_is_read() {
    let harness = harness(&[]).await;
    let secret = harness
        .dist
        .path()
        .parent()
        .unwrap()
        .join("madang-outside.txt");
    fs::write(&secret, "outside").unwrap();
    std::os::unix::fs::symlink("/etc", harness.dist.path().join("etc")).unwrap();
    let ups = [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "..%2f",
        "..%5c",
        "..\\",
        "%252e%252e",
        "..%252f",
        "..%c0%af",
        "%c0%ae%c0%ae",
        "..%u2215",
        "....//",
        "...",
        "..;",
        "%00..",
        "..%00",
        ".%00.",
        "\u{ff0e}\u{ff0e}",
        "%uff0e%uff0e",
    ];
    let mut paths: Vec<String> = [
        "//etc/passwd",
        "/etc/passwd",
        "/./etc/passwd",
        "/.secret",
        "/%2esecret",
        "/.git/config",
        "/index.html%00.js",
        "/index.html/..",
        "/a/../index.html",
        "/con",
        "/index.html.",
        "/INDEX.HTML",
        "/favicon.svg%20",
        "/r/",
        "/r//",
        "/index.html/x",
        "/r/../index.html/..",
        "/r/a/../../.secret",
        "/index.html.br",
        "/file:///etc/passwd",
        "/~root",
        "/proc/self/environ",
        "/%",
        "/%2",
        "/%zz",
    ]
    .map(str::to_owned)
    .into();
    for up in ups {
        for target in ["madang-outside.txt", "etc/passwd", "server/Cargo.toml"] {
            paths.push(format!("/{up}/{target}"));
            paths.push(format!("/r/{up}/{up}/{target}"));
            paths.push(format!("/{up}{up}{up}{target}"));
        }
    }
    assert!(paths.len() > 150);
    for path in paths {
        let bytes = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let (head, body) = exchange(harness.connect().await, bytes.as_bytes()).await;
        let status: u16 = head[9..12].parse().unwrap();
        assert!(matches!(status, 400 | 404), "{path}: {head}");
        assert!(
            !body.contains("outside") && !body.contains("root:"),
            "{path}: {body}"
        );
    }
    fs::remove_file(secret).unwrap();
}

/// A path that looks like a file is none of the page's own ways.
#[tokio::test]
async fn an_old_asset_is_not_the_page() {
    let harness = harness(&[]).await;
    for path in [
        "/app-fedcba9876543210.js",
        "/app-fedcba9876543210_bg.wasm",
        "/foo/bar",
    ] {
        let (head, body) = request(&harness, &format!("GET {path}"), "").await;
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        assert!(head.contains("content-type: text/plain") && !body.contains("<"));
    }
}
