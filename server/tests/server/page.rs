//! The page as browsers get it.

use crate::harness::{HTML, Harness, exchange, harness, request};

#[tokio::test]
async fn the_page_is_at_home_and_in_every_room_and_nowhere_else() {
    let harness = harness(&[]).await;
    for path in [
        "/",
        "/r/tea",
        "/r/%EC%9A%B0%EB%A6%AC",
        "/?lang=ko",
        "/r/tea?lang=ko",
        "/r/tea/",
        "/R/Tea",
        "//",
        "/index.html",
    ] {
        let (head, body) = request(&harness, &format!("GET {path}"), "").await;
        assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
        assert!(head.contains("content-type: text/html; charset=utf-8"));
        assert!(head.contains("cache-control: no-cache"));
        assert_eq!(body, HTML);
    }
    for path in [
        "/about",
        "/.secret",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/index.html.br",
        "//etc/passwd",
        "/x.js",
    ] {
        let (head, _) = request(&harness, &format!("GET {path}"), "").await;
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        assert!(head.contains("content-type: text/plain"), "{path}: {head}");
    }
}

/// What Chromium and Firefox say when somebody follows a link.
const NAVIGATION: &str =
    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

#[tokio::test]
async fn who_follows_a_link_to_nowhere_gets_the_page_which_says_so() {
    let harness = harness(&[]).await;
    for path in [
        "/r",
        "/r/",
        "/r/a/b",
        "/r/a:b",
        "/r/%E0%A4%A",
        "/about",
        "//etc/passwd",
    ] {
        let (head, body) = request(&harness, &format!("GET {path}"), NAVIGATION).await;
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        assert!(head.contains("content-type: text/html"), "{path}: {head}");
        assert!(head.contains("cache-control: no-store"), "{path}: {head}");
        assert!(head.contains("script-src 'self'"), "{path}: {head}");
        assert_eq!(body, HTML);
        // Scripts, curl and whoever looks for holes.
        for accept in ["", "accept: */*\r\n", "accept: text/html;q=0\r\n"] {
            let (head, body) = request(&harness, &format!("GET {path}"), accept).await;
            assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
            assert_eq!(body, "There is nothing here.");
        }
    }
    let known = format!("{NAVIGATION}if-none-match: *\r\n");
    let (head, _) = request(&harness, "GET /about", &known).await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
}

#[tokio::test]
async fn files_have_their_type_and_what_is_hashed_stays_for_ever() {
    let harness = harness(&[]).await;
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
        let (head, _) = request(&harness, &format!("GET {path}"), "").await;
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
    let harness = harness(&[]).await;
    for (accept, encoding, sent) in [
        ("gzip, deflate, br", Some("br"), "brotli of index"),
        ("gzip;q=1.0, br;q=0", Some("gzip"), "gzip of index"),
        ("br;Q=0, gzip", Some("gzip"), "gzip of index"),
        ("br;q=0.5, gzip;q=0.8", Some("gzip"), "gzip of index"),
        ("gzip, *;q=0", Some("gzip"), "gzip of index"),
        ("*", Some("br"), "brotli of index"),
        ("br;q=0, *", Some("gzip"), "gzip of index"),
        ("br;q=0.1", Some("br"), "brotli of index"),
        ("identity;q=0, gzip;q=0.1", Some("gzip"), "gzip of index"),
        ("GZIP", Some("gzip"), "gzip of index"),
        ("identity, br;q=0.5", None, HTML),
        ("br;q=nonsense", None, HTML),
        ("*;q=0", None, HTML),
        ("identity", None, HTML),
        ("", None, HTML),
    ] {
        let (head, body) =
            request(&harness, "GET /", &format!("accept-encoding: {accept}\r\n")).await;
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
    let harness = harness(&[]).await;
    let request = async |headers: String| {
        let text = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
        exchange(harness.connect().await, text.as_bytes()).await
    };
    let (head, _) = request(String::new()).await;
    let tag = head
        .lines()
        .find_map(|line| line.strip_prefix("etag: "))
        .unwrap();
    let strong = tag.trim_start_matches("W/");
    for known in [tag, strong, "*", &format!("\"other\", {tag}")] {
        let (head, body) = request(format!("if-none-match: {known}\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 304"), "{known}: {head}");
        assert_eq!(body, "");
    }
    let (head, _) = request("if-none-match: \"other\"\r\n".to_owned()).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
}

#[tokio::test]
async fn scripts_and_styles_count_only_if_they_came_with_the_page() {
    let harness = harness(&[]).await;
    let (head, _) = request(&harness, "GET /", "").await;
    let csp = head
        .lines()
        .find_map(|line| line.strip_prefix("content-security-policy: "))
        .unwrap();
    // printf 'start()' | openssl dgst -sha256 -binary | base64
    let script = "sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=".to_lowercase();
    let style = "sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=".to_lowercase();
    for sources in [
        format!("script-src 'self' 'wasm-unsafe-eval' '{script}';"),
        format!("style-src 'self' '{style}';"),
    ] {
        assert!(csp.contains(&sources), "{csp}");
    }
    assert!(csp.starts_with("default-src 'none';"));
    assert!(!csp.contains("'unsafe-"));
    assert!(csp.contains("base-uri 'self';"));
    let (head, _) = request(&harness, "GET /favicon.svg", "").await;
    assert!(head.contains("content-security-policy: default-src 'none'"));
}

#[tokio::test]
async fn below_a_path_of_its_host_all_addresses_are_below_it() {
    let harness = harness(&["--base-path=/calls/madang"]).await;
    let html = HTML.replace("<base href=/>", "<base href=\"/calls/madang/\">");
    assert_ne!(html, HTML);
    let brotli = "accept-encoding: br\r\n";
    for path in ["/", "/r/tea", ""] {
        // A proxy may take the base away.
        for path in [format!("/calls/madang{path}"), format!("/{path}")] {
            let (head, body) = request(&harness, &format!("GET {path}"), brotli).await;
            assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
            assert_eq!(body, html, "what was compressed has another base");
        }
    }
    for (path, status) in [
        ("app-0123456789abcdef.js", 200),
        ("favicon.svg", 200),
        ("healthz", 200),
        ("ws", 426),
        ("nowhere", 404),
    ] {
        let (head, _) = request(&harness, &format!("GET /calls/madang/{path}"), "").await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
    }
    let (head, _) = request(&harness, "GET /calls/other/favicon.svg", "").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
}

/// What a browser has to know before it gives this page a microphone, to the letter.
#[tokio::test]
async fn every_answer_has_its_headers() {
    let harness = harness(&["--public-url=https://calls.example.org"]).await;
    let everywhere = [
        "content-security-policy",
        "cross-origin-resource-policy: same-origin",
        "referrer-policy: no-referrer",
        "strict-transport-security: max-age=31536000",
        "x-content-type-options: nosniff",
        "x-robots-tag: noindex",
    ];
    let on_pages = [
        "cross-origin-embedder-policy: require-corp",
        "cross-origin-opener-policy: same-origin",
        "origin-agent-cluster: ?1",
        "permissions-policy: camera=(self), microphone=(self)",
        "x-frame-options: deny",
    ];
    for (line, status) in [
        ("GET /", 200),
        ("GET /favicon.svg", 200),
        ("GET /absent", 404),
        ("POST /", 405),
        ("GET /ws", 426),
        ("GET /healthz", 200),
        ("GET /readyz", 200),
    ] {
        let head = head_of(&harness, line).await;
        assert!(
            head.starts_with(&format!("http/1.1 {status}")),
            "{line}: {head}"
        );
        for header in everywhere {
            assert!(
                head.contains(&format!("\r\n{header}")),
                "{line} lacks {header}: {head}"
            );
        }
        for header in on_pages {
            let has = head.contains(&format!("\r\n{header}"));
            assert_eq!(has, line == "GET /", "{line} {header}: {head}");
        }
        for header in [
            "server",
            "set-cookie",
            "access-control-allow-origin",
            "x-powered-by",
        ] {
            assert!(!head.contains(&format!("\r\n{header}:")), "{line}: {head}");
        }
    }
}

async fn head_of(harness: &Harness, line: &str) -> String {
    let text = format!("{line} HTTP/1.1\r\nhost: calls.example.org\r\nconnection: close\r\n\r\n");
    exchange(harness.connect().await, text.as_bytes())
        .await
        .0
        .to_lowercase()
}

#[tokio::test]
async fn without_tls_browsers_are_not_told_to_insist_on_it() {
    let harness = harness(&[]).await;
    let (head, _) = request(&harness, "GET /", "").await;
    assert!(!head.contains("strict-transport-security"), "{head}");
}

#[tokio::test]
async fn other_methods_and_plain_requests_for_the_socket_are_refused() {
    let harness = harness(&[]).await;
    let (head, _) = request(&harness, "POST /", "content-length: 0\r\n").await;
    assert!(head.starts_with("http/1.1 405"), "{head}");
    assert!(head.contains("allow: get, head"));
    let (head, body) = request(&harness, "HEAD /", "").await;
    assert!(head.starts_with("http/1.1 200") && body.is_empty());
    assert!(head.contains(&format!("content-length: {}", HTML.len())));
    let (head, _) = request(&harness, "GET /ws", "").await;
    assert!(head.starts_with("http/1.1 426"), "{head}");
    let (head, body) = request(&harness, "GET /healthz", "").await;
    assert!(head.starts_with("http/1.1 200") && body == "ok");
}

#[tokio::test]
async fn where_something_else_serves_the_page_the_server_is_ready_without() {
    let harness = harness(&["--dist=none"]).await;
    for (line, status) in [("GET /readyz", 200), ("GET /", 404), ("GET /ws", 426)] {
        let (head, _) = request(&harness, line, "").await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
    }
    harness.member("room", 1).await;
}
