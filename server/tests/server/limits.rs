//! How much is too much, and what those are told who want more.

use futures_util::future::join_all;
use protocol::{CloseCode, Rejection, ServerMessage};
use server::Timeouts;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Error;

use crate::harness::{
    self, Client, Harness, dist, harness, harness_with, join, rejected, request, watch,
};

fn status(refused: Result<Client, Error>) -> u16 {
    match refused {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => 101,
    }
}

/// Whether it is told to come again later.
async fn is_turned_away(mut page: Client) -> bool {
    page.say(&watch("tea")).await;
    matches!(page.hear().await, ServerMessage::Rejected { rejection } if rejection == Rejection::overloaded())
}

/// A page that comes again by itself; what a page needs that has begun to load is waited for
/// longer.
#[tokio::test(start_paused = true)]
async fn who_asks_too_much_waits_and_is_told_when_to_come_again() {
    let harness = harness(&["--requests-per-second=1"]).await;
    let pages = (0..40).map(|_| request(&harness, "GET /", ""));
    let file = request(&harness, "GET /favicon.svg", "");
    let (pages, (file, _)) = tokio::join!(join_all(pages), file);
    assert!(file.starts_with("http/1.1 200"), "{file}");
    let (served, late): (Vec<_>, Vec<_>) = pages
        .into_iter()
        .partition(|(head, _)| head.starts_with("http/1.1 200"));
    assert!((15..18).contains(&served.len()), "{}", served.len());
    for (head, body) in late {
        assert!(head.starts_with("http/1.1 429"), "{head}");
        assert!(head.contains("\r\nretry-after: 5") && head.contains("\r\nrefresh: 5"));
        assert!(body.contains("by itself") && body.contains("저절로"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_websocket_whose_turn_did_not_come_takes_no_place() {
    let harness = harness(&["--requests-per-second=1"]).await;
    let host = harness.address;
    let request = format!(
        "GET /ws HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    );
    let answers = join_all((0..30).map(async |_| {
        let mut stream = harness.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        (stream, head)
    }));
    let answers = answers.await;
    tokio::time::resume();
    let opened = answers.iter().filter(|(_, head)| head.ends_with(b"101"));
    let opened = opened.count();
    assert!((1..30).contains(&opened), "{opened}");
    assert_eq!(harness.metric("madang_connections").await, opened as f64);
}

#[tokio::test]
async fn there_are_so_many_places_and_no_more() {
    let harness = harness(&["--max-connections=2"]).await;
    let first = harness.page().await;
    let _second = harness.page().await;
    let mut third = harness.page().await;
    assert_eq!(rejected(third.hear().await), Rejection::overloaded());
    assert_eq!(third.end().await, CloseCode::OVERLOADED);
    drop(first);
    harness.until("madang_connections", 1.0).await;
    harness.page().await.join("tea", 1).await;
    assert_eq!(
        harness
            .metric("madang_refusals_total{reason=\"full\"}")
            .await,
        1.0
    );
}

#[tokio::test]
async fn one_address_takes_its_share_and_others_theirs() {
    let harness = harness(&["--max-connections-per-address=3"]).await;
    let mut pages = Vec::new();
    for _ in 0..3 {
        pages.push(harness.page_from("127.0.0.2").await.unwrap());
    }
    assert!(is_turned_away(harness.page_from("127.0.0.2").await.unwrap()).await);
    harness
        .page_from("127.0.0.3")
        .await
        .unwrap()
        .join("tea", 1)
        .await;
    assert!(
        harness
            .metric("madang_refusals_total{reason=\"address\"}")
            .await
            >= 1.0
    );
    pages.clear();
    harness.until("madang_connections", 0.0).await;
    // Its last farewells may take a moment more than its registrations.
    let again =
        async { while is_turned_away(harness.page_from("127.0.0.2").await.unwrap()).await {} };
    tokio::time::timeout(harness::LONG, again).await.unwrap();
}

/// The proxy's own address is no limit for those behind it, and what they write themselves is not
/// believed.
#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_share() {
    let harness = harness(&[
        "--max-connections-per-address=2",
        "--trusted-proxy=127.0.0.9",
    ])
    .await;
    let origin = format!("http://{}", harness.address);
    let through_proxy = async |client: &str| {
        let headers = [("origin", &*origin), ("x-forwarded-for", client)];
        harness
            .page_with(harness.connect_from("127.0.0.9").await, &headers)
            .await
    };
    let first = through_proxy("198.51.100.1").await.unwrap();
    let second = through_proxy("203.0.113.9, 198.51.100.1:5678")
        .await
        .unwrap();
    for again in ["198.51.100.1", "203.0.113.9, \"198.51.100.1\""] {
        assert!(is_turned_away(through_proxy(again).await.unwrap()).await);
    }
    let third = through_proxy("198.51.100.2").await.unwrap();
    // Not from the proxy: the header is no way around.
    let direct = async |client: &str| {
        let headers = [("origin", &*origin), ("x-forwarded-for", client)];
        harness
            .page_with(harness.connect_from("127.0.0.4").await, &headers)
            .await
            .unwrap()
    };
    let fourth = direct("198.51.100.3").await;
    let fifth = direct("198.51.100.4").await;
    assert!(is_turned_away(direct("198.51.100.5").await).await);
    for (mut page, person) in [first, second, third, fourth, fifth].into_iter().zip(1..) {
        page.join("tea", person).await;
    }
}

#[tokio::test]
async fn the_proxy_s_word_about_tls_decides_which_origin_is_ours() {
    let harness = harness(&["--trusted-proxy=127.0.0.9"]).await;
    let ask = async |ip: &str, scheme: &str, origin: &str| {
        let origin = format!("{origin}://{}", harness.address);
        let headers = [("origin", &*origin), ("x-forwarded-proto", scheme)];
        status(
            harness
                .page_with(harness.connect_from(ip).await, &headers)
                .await,
        )
    };
    assert_eq!(ask("127.0.0.9", "https", "https").await, 101);
    assert_eq!(ask("127.0.0.9", "http", "http").await, 101);
    assert_eq!(ask("127.0.0.9", "https", "http").await, 403);
    assert_eq!(ask("127.0.0.9", "http", "https").await, 403);
    assert_eq!(
        ask("127.0.0.4", "http", "https").await,
        101,
        "nobody who knows said anything"
    );
}

/// Who guesses room IDs is held up, and learns nothing from how an answer looks whether a room was
/// there before.
#[tokio::test(start_paused = true)]
async fn one_address_tries_so_many_rooms_and_no_more() {
    let harness = harness(&["--rooms-per-minute=5"]).await;
    let mut guesser = harness.page().await;
    for guess in 0..5 {
        guesser.say(&watch(&format!("guess-{guess}"))).await;
        match guesser.hear().await {
            ServerMessage::Watching { peers, .. } => assert_eq!(peers, []),
            other => panic!("{other:?}"),
        }
    }
    guesser.say(&watch("guess-6")).await;
    assert_eq!(rejected(guesser.hear().await), Rejection::overloaded());
    assert_eq!(guesser.end().await, CloseCode::OVERLOADED);
    let mut elsewhere = harness.page_from("127.0.0.5").await.unwrap();
    elsewhere.join("tea", 1).await;
}

/// A room where somebody of the same address is costs nothing, and one page's second look neither.
#[tokio::test(start_paused = true)]
async fn a_class_in_one_room_costs_what_one_pupil_costs() {
    let harness = harness(&["--rooms-per-minute=1"]).await;
    let mut pages = Vec::new();
    for pupil in 0..12 {
        let mut page = harness.page().await;
        page.say(&watch("tea")).await;
        assert!(matches!(page.hear().await, ServerMessage::Watching { .. }));
        page.join("tea", pupil).await;
        pages.push(page);
    }
    pages[0].say(&protocol::ClientMessage::Leave).await;
    pages[0].say(&join("other", 0)).await;
    loop {
        match pages[0].hear().await {
            ServerMessage::Rejected { rejection } => {
                break assert_eq!(rejection, Rejection::overloaded());
            }
            ServerMessage::PeerJoined { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Who waits for a room can still think better of it.
#[tokio::test(start_paused = true)]
async fn patience_is_rewarded() {
    let harness = harness(&["--rooms-per-minute=10"]).await;
    for room in 0..10 {
        harness.member(&format!("room-{room}"), room).await;
    }
    let begin = tokio::time::Instant::now();
    let mut page = harness.page().await;
    page.say(&watch("guess")).await;
    page.join("tea", 10).await;
    let seconds = begin.elapsed().as_secs_f64();
    assert!((5.0..7.0).contains(&seconds), "{seconds}");
}

/// Each time costs everybody there a message.
#[tokio::test]
async fn who_enters_again_and_again_is_turned_away() {
    let harness = harness(&[]).await;
    let (_stays, _) = harness.member("tea", 1).await;
    let mut page = harness.page().await;
    for _ in 0..12 {
        page.join("tea", 2).await;
        page.say(&protocol::ClientMessage::Leave).await;
    }
    page.say(&join("tea", 2)).await;
    assert_eq!(rejected(page.hear().await), Rejection::overloaded());
    assert_eq!(page.end().await, CloseCode::OVERLOADED);
}

#[tokio::test]
async fn the_thirteenth_is_not_let_in_even_if_all_come_at_once() {
    let harness = harness(&["--max-connections-per-address=1000"]).await;
    for round in 0..10 {
        let room = format!("room-{round}");
        let mut pages = Vec::new();
        for _ in 0..16 {
            pages.push(harness.page().await);
        }
        let joins = pages.iter_mut().zip(0..).map(async |(page, person)| {
            page.say(&join(&room, person)).await;
            loop {
                match page.hear().await {
                    ServerMessage::Joined { .. } => return true,
                    ServerMessage::Rejected { rejection } => {
                        assert_eq!(rejection, Rejection::RoomFull { capacity: 12 });
                        return false;
                    }
                    _ => {}
                }
            }
        });
        let inside = join_all(joins).await;
        assert_eq!(inside.iter().filter(|inside| **inside).count(), 12);
    }
}

#[tokio::test]
async fn rooms_are_gone_with_the_last_one_in_them() {
    let harness = harness(&[]).await;
    for round in 0..100 {
        let mut page = harness.page().await;
        page.join(&format!("room-{round}"), 1).await;
        page.say(&protocol::ClientMessage::Leave).await;
    }
    let (page, _) = harness.member("last", 1).await;
    harness.until("madang_rooms", 1.0).await;
    drop(page);
    harness.until("madang_rooms", 0.0).await;
    harness.until("madang_participants", 0.0).await;
}

#[tokio::test]
async fn other_origins_are_refused_unless_they_are_named() {
    let harness = harness(&["--origin=https://calls.example.org"]).await;
    let port = harness.address.port();
    for origin in [
        "",
        "https://evil.example",
        "null",
        &format!("http://127.0.0.1.evil.example:{port}"),
        &format!("http://127.0.0.2:{port}"),
    ] {
        assert_eq!(status(harness.page_of(origin).await), 403, "{origin}");
    }
    for origin in [
        "https://calls.example.org",
        &format!("http://127.0.0.1:{port}"),
        "http://localhost:8080",
    ] {
        assert_eq!(status(harness.page_of(origin).await), 101, "{origin}");
    }
}

/// New credentials come before the old ones end, to those inside and to nobody else.
#[tokio::test(start_paused = true)]
async fn turn_credentials_are_renewed_in_time() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "north").unwrap();
    let file = format!("--turn-secret-file={}", secret.path().display());
    let flags = ["--turn-url=turn:turn.example.org", &file, "--turn-ttl=600"];
    let harness: Harness = harness_with(&flags, Timeouts::default(), dist(), None).await;
    let mut lobby = harness.page().await;
    lobby.say(&watch("tea")).await;
    let ServerMessage::Watching { ice_servers, .. } = lobby.hear().await else {
        panic!()
    };
    assert_eq!(ice_servers[1].urls, ["turn:turn.example.org"]);
    assert_eq!(
        (&ice_servers[1].username, &ice_servers[1].credential),
        (&None, &None)
    );
    let (mut other, _) = harness.member("tea", 2).await;
    let mut inside = harness.page().await;
    inside.say(&join("tea", 1)).await;
    let ServerMessage::Joined { ice_servers, .. } = inside.hear().await else {
        panic!()
    };
    assert_eq!(ice_servers[1].urls, ["turn:turn.example.org"]);
    let begin = tokio::time::Instant::now();
    for round in 1..4 {
        // The others answer pings meanwhile; who watches sees nothing.
        let told = tokio::select! {
            told = inside.hear() => told,
            () = async { loop { other.hear().await; } } => unreachable!(),
            told = async { loop { if let ServerMessage::IceServers { .. } = lobby.hear().await { panic!() } } } => told,
        };
        let ServerMessage::IceServers { ice_servers } = told else {
            panic!("{told:?}")
        };
        assert!(ice_servers[1].credential.is_some());
        let seconds = begin.elapsed().as_secs_f64();
        let due = 300.0 * f64::from(round);
        assert!(
            (due..due + 5.0 * f64::from(round) + 1.0).contains(&seconds),
            "{seconds}"
        );
    }
}
