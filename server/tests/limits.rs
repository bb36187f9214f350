//! How much is too much, and what those are told who want more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod house;

use house::{House, Page, dist, house, house_with, join, rejected, watch};
use protocol::{Rejection, ServerMessage, close};
use server::Patience;
use tokio_tungstenite::tungstenite::Error;

fn status(refused: Result<Page, Error>) -> u16 {
    match refused {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => 101,
    }
}

#[tokio::test]
async fn there_are_so_many_places_and_no_more() {
    let house = house(&["--max-connections=2"]).await;
    let first = house.page().await;
    let _second = house.page().await;
    let mut third = house.page().await;
    assert_eq!(third.end().await, close::OVERLOADED);
    drop(first);
    house.until("madang_connections", 1.0).await;
    house.page().await.join("tea", 1).await;
    assert_eq!(
        house.metric("madang_refusals_total{reason=\"full\"}").await,
        1.0
    );
}

#[tokio::test]
async fn one_address_takes_its_share_and_others_theirs() {
    let house = house(&["--max-connections-per-address=3"]).await;
    let mut pages = Vec::new();
    for _ in 0..3 {
        pages.push(house.page_from("127.0.0.2").await.unwrap());
    }
    assert!(house.page_from("127.0.0.2").await.is_err());
    house
        .page_from("127.0.0.3")
        .await
        .unwrap()
        .join("tea", 1)
        .await;
    assert!(
        house
            .metric("madang_refusals_total{reason=\"address\"}")
            .await
            >= 1.0
    );
    pages.clear();
    house.until("madang_connections", 0.0).await;
    // Its last farewells may take a moment more than its seats.
    let again = async { while house.page_from("127.0.0.2").await.is_err() {} };
    tokio::time::timeout(house::LONG, again).await.unwrap();
}

/// The proxy's own address is no limit for those behind it, and what they write themselves is not believed.
#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_share() {
    let house = house(&[
        "--max-connections-per-address=2",
        "--trusted-proxy=127.0.0.9",
    ])
    .await;
    let origin = format!("http://{}", house.address);
    let through_proxy = async |client: &str| {
        let headers = [("origin", &*origin), ("x-forwarded-for", client)];
        house
            .page_with(house.connect_from("127.0.0.9").await, &headers)
            .await
    };
    let _first = through_proxy("198.51.100.1").await.unwrap();
    let _second = through_proxy("203.0.113.9, 198.51.100.1").await.unwrap();
    assert_eq!(status(through_proxy("198.51.100.1").await), 429);
    assert_eq!(
        status(through_proxy("203.0.113.9, 198.51.100.1").await),
        429
    );
    let _third = through_proxy("198.51.100.2").await.unwrap();
    // Not from the proxy: the header is no way around.
    let direct = async |client: &str| {
        let headers = [("origin", &*origin), ("x-forwarded-for", client)];
        house
            .page_with(house.connect_from("127.0.0.4").await, &headers)
            .await
    };
    let _fourth = direct("198.51.100.3").await.unwrap();
    let _fifth = direct("198.51.100.4").await.unwrap();
    assert!(direct("198.51.100.5").await.is_err());
}

#[tokio::test]
async fn the_proxy_s_word_about_tls_decides_which_origin_is_ours() {
    let house = house(&["--trusted-proxy=127.0.0.9"]).await;
    let ask = async |ip: &str, scheme: &str, origin: &str| {
        let origin = format!("{origin}://{}", house.address);
        let headers = [("origin", &*origin), ("x-forwarded-proto", scheme)];
        status(
            house
                .page_with(house.connect_from(ip).await, &headers)
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

/// Who guesses room IDs is stopped, and learns nothing from how an answer looks whether a room was there before.
#[tokio::test]
async fn one_address_tries_so_many_rooms_and_no_more() {
    let house = house(&["--joins-per-minute=5"]).await;
    let mut guesser = house.page().await;
    for guess in 0..5 {
        guesser.say(&watch(&format!("guess-{guess}"))).await;
        match guesser.hear().await {
            ServerMessage::Watching { peers, .. } => assert_eq!(peers, []),
            other => panic!("{other:?}"),
        }
    }
    guesser.say(&watch("guess-6")).await;
    assert_eq!(rejected(guesser.hear().await), Rejection::Overloaded);
    assert_eq!(guesser.end().await, close::OVERLOADED);
    let mut elsewhere = house.page_from("127.0.0.5").await.unwrap();
    elsewhere.join("tea", 1).await;
}

#[tokio::test(start_paused = true)]
async fn patience_is_rewarded() {
    let house = house(&["--joins-per-minute=5"]).await;
    for person in 0..5 {
        house.member("tea", person).await;
    }
    let mut page = house.page().await;
    page.say(&join("tea", 5)).await;
    assert_eq!(rejected(page.hear().await), Rejection::Overloaded);
    tokio::time::sleep(std::time::Duration::from_secs(12)).await;
    house.member("tea", 5).await;
}

#[tokio::test]
async fn the_thirteenth_is_not_let_in_even_if_all_come_at_once() {
    let house = house(&[
        "--max-connections-per-address=1000",
        "--joins-per-minute=1000",
    ])
    .await;
    for round in 0..10 {
        let room = format!("room-{round}");
        let mut pages = Vec::new();
        for _ in 0..16 {
            pages.push(house.page().await);
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
        let inside = futures_util::future::join_all(joins).await;
        assert_eq!(inside.iter().filter(|inside| **inside).count(), 12);
    }
}

#[tokio::test]
async fn rooms_are_gone_with_the_last_one_in_them() {
    let house = house(&["--joins-per-minute=1000"]).await;
    let mut page = house.page().await;
    for round in 0..100 {
        page.join(&format!("room-{round}"), 1).await;
        page.say(&protocol::ClientMessage::Leave).await;
    }
    page.join("last", 1).await;
    house.until("madang_rooms", 1.0).await;
    drop(page);
    house.until("madang_rooms", 0.0).await;
    house.until("madang_participants", 0.0).await;
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
        &format!("http://127.0.0.2:{port}"),
    ] {
        assert_eq!(status(house.page_of(origin).await), 403, "{origin}");
    }
    for origin in [
        "https://calls.example.org",
        &format!("http://127.0.0.1:{port}"),
        "http://localhost:8080",
    ] {
        assert_eq!(status(house.page_of(origin).await), 101, "{origin}");
    }
}

/// New credentials come before the old ones end, to those inside and to nobody else.
#[tokio::test(start_paused = true)]
async fn turn_credentials_are_renewed_in_time() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "north").unwrap();
    let file = format!("--turn-secret-file={}", secret.path().display());
    let flags = ["--turn-url=turn:turn.example.org", &file, "--turn-ttl=600"];
    let house: House = house_with(&flags, Patience::default(), dist(), None).await;
    let mut lobby = house.page().await;
    lobby.say(&watch("tea")).await;
    assert!(matches!(lobby.hear().await, ServerMessage::Watching { .. }));
    let mut inside = house.page().await;
    inside.say(&join("tea", 1)).await;
    let ServerMessage::Joined { ice_servers, .. } = inside.hear().await else {
        panic!()
    };
    assert_eq!(ice_servers[1].urls, ["turn:turn.example.org"]);
    let begin = tokio::time::Instant::now();
    for round in 1..4 {
        // The others see nothing; they answer pings meanwhile.
        let told = tokio::select! {
            told = inside.hear() => told,
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
