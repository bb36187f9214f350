//! What waits for one page to be read, and who may let how much of it wait.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt, future::join_all};
use protocol::{ClientMessage, MAX_MESSAGE, PeerId, Rejection, ServerMessage, encode};
use tokio::{
    net::TcpSocket,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{self, Client, Harness, harness, join, rejected};

/// Two megabits a second.
const SLOW: f64 = 250_000.0;
/// So many messages a page may write at once, before it has to keep to fifty a second.
const BURST: usize = 400;

/// Many pages from one machine.
const CROWD: [&str; 3] = [
    "--max-connections-per-address=1000",
    "--rooms-per-minute=1000",
    "--max-peers=16",
];

/// A page whose system keeps next to nothing for it.
async fn narrow_page(harness: &Harness) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let stream = socket.connect(harness.address).await.unwrap();
    let origin = format!("http://{}", harness.address);
    harness
        .page_with(stream, &[("origin", &origin)])
        .await
        .unwrap()
}

/// Reads as fast as a slow line lets it, until the friend's word comes. Whether it came.
async fn read_slowly(page: &mut Client, friend: PeerId) -> bool {
    loop {
        let message = match timeout(harness::LONG, page.0.next()).await.unwrap() {
            Some(Ok(message)) if !message.is_close() => message,
            _ => return false,
        };
        sleep(Duration::from_secs_f64(message.len() as f64 / SLOW)).await;
        let Message::Text(text) = message else {
            continue;
        };
        match protocol::decode(&text) {
            Some(ServerMessage::Signal { from, .. }) if from == friend => return true,
            _ => {}
        }
    }
}

/// Writes all that it may, and reads nothing.
async fn burst(page: &mut Client, to: PeerId, length: usize) {
    let payload = "x".repeat(length);
    let message = encode(&ClientMessage::Signal { to, payload });
    for _ in 0..BURST {
        if page.0.feed(Message::text(message.clone())).await.is_err() {
            return;
        }
    }
    let _ = page.0.flush().await;
}

/// Whether somebody on a slow line, at whom so many write all that they may, hears a friend's word
/// afterwards.
async fn survives(harness: &Harness, room: &str, sockets: u8, length: usize) -> bool {
    let mut victim = narrow_page(harness).await;
    let id = victim.join(room, 1).await;
    let (mut friend, friend_id) = harness.member(room, 2).await;
    let mut crowd = Vec::new();
    for person in 0..sockets {
        crowd.push(harness.member(room, 3 + person).await.0);
    }
    let flooding = async {
        join_all(crowd.iter_mut().map(|page| burst(page, id, length))).await;
        friend.signal(id, "still there?").await;
    };
    tokio::join!(read_slowly(&mut victim, friend_id), flooding).0
}

#[tokio::test]
async fn whoever_reads_stays_though_others_write_all_that_they_may() {
    let harness = harness(&CROWD).await;
    let ways = [(2, 500), (2, 1200), (11, 30), (11, 500)];
    let rounds = (0..7).flat_map(|round| ways.map(|way| (way, round)));
    let rounds = rounds.map(async |((sockets, length), round)| {
        let room = format!("room-{sockets}-{length}-{round}");
        let stayed = survives(&harness, &room, sockets, length).await;
        assert!(stayed, "{sockets} sockets, {length} bytes each");
    });
    join_all(rounds).await;
    assert_eq!(
        harness.metric("madang_closes_total{code=\"4006\"}").await,
        0.0
    );
}

/// Others come and go as fast as one address may.
#[tokio::test]
async fn whoever_reads_stays_though_others_come_and_go() {
    let harness = harness(&CROWD).await;
    let mut victim = narrow_page(&harness).await;
    let id = victim.join("tea", 1).await;
    let (mut friend, friend_id) = harness.member("tea", 2).await;
    let mut crowd = Vec::new();
    for _ in 0..9 {
        crowd.push(harness.page().await);
    }
    let restless = async {
        let coming = crowd.iter_mut().zip(0..).map(async |(page, place)| {
            for round in 0..100 {
                let person = 10 + place + 9 * (round % 20);
                page.say(&join("tea", person)).await;
                page.say(&ClientMessage::Leave).await;
            }
        });
        join_all(coming).await;
        friend.signal(id, "still there?").await;
    };
    assert!(tokio::join!(read_slowly(&mut victim, friend_id), restless).0);
    assert_eq!(
        harness.metric("madang_closes_total{code=\"4006\"}").await,
        0.0
    );
}

/// What the server takes it passes on, and what it passes on every page takes.
#[tokio::test]
async fn the_largest_signal_arrives_and_a_larger_one_is_refused() {
    let harness = harness(&[]).await;
    let (mut ada, id) = harness.member("tea", 1).await;
    let (mut ben, to) = harness.member("tea", 2).await;
    ada.hear().await;
    let around = encode(&ServerMessage::Signal {
        from: id,
        payload: String::new(),
    });
    let most = MAX_MESSAGE - around.len();
    // As pages write it, and in a form that is read in full.
    let [usual, unusual] = ["", " "].map(|space| {
        move |length: usize| {
            let payload = "x".repeat(length);
            format!(r#"{{"type":"signal",{space}"to":"{to}","payload":"{payload}"}}"#)
        }
    });
    for text in [usual(most), unusual(most)] {
        ada.send(Message::text(text)).await;
        let signal = ben.hear().await;
        assert_eq!(encode(&signal).len(), MAX_MESSAGE);
    }
    for text in [usual(most + 1), unusual(most + 1)] {
        ada.send(Message::text(text)).await;
        assert_eq!(rejected(ada.hear().await), Rejection::TooLarge { to });
    }
}
