//! The log of the program: what is in it, and who waits for it.

use std::net::SocketAddr;

use futures_util::SinkExt;
use protocol::{ClientMessage, PeerId, encode};
use rustix::process::Signal;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{
    exchange, join,
    program::{Program, start},
    socket::{hear, say},
};

#[tokio::test]
async fn the_log_holds_nobody() {
    for format in ["text", "json"] {
        let format = format!("--log-format={format}");
        let program = start(&["--log=debug", &format]).await;
        let mut ada = program.page().await;
        let joined = say(&mut ada, &canary(1)).await;
        let id = joined.split("\"id\":\"").nth(1).unwrap()[..32].to_owned();
        let mut ben = program.page().await;
        say(&mut ben, &canary(2)).await;
        hear(&mut ada).await;
        let to: PeerId = id.parse().unwrap();
        let payload = "candidate:1 1 udp 1 203.0.113.77 a=fingerprint ice-ufrag ice-pwd".to_owned();
        ben.send(Message::text(encode(&ClientMessage::Signal {
            to,
            payload,
        })))
        .await
        .unwrap();
        hear(&mut ada).await;
        ben.send(Message::text("nonsense-canary")).await.unwrap();
        ben.send(Message::binary("binary-canary")).await.unwrap();
        exchange(program.connect().await.unwrap(), b"GET /r/canary-room?canary-query HTTP/1.1\r\nhost: canary-host\r\nx-forwarded-for: 203.0.113.78\r\nconnection: close\r\n\r\n").await;
        drop((ada, ben));
        program.signal(Signal::TERM);
        let (_, log) = program.rest().await;
        assert!(log.lines().count() >= 5, "{log}");
        for word in [
            "canary",
            "candidate",
            "fingerprint",
            "ice-",
            "203.0.113",
            "127.0.0.1",
            &id,
            &id[..8],
            "01010101",
            "02020202",
        ] {
            assert!(!log.to_lowercase().contains(word), "{word} in {log}");
        }
        if format.ends_with("json") {
            for line in log.lines() {
                assert!(line.starts_with('{') && line.ends_with('}'), "{line}");
            }
        }
    }
}

fn canary(person: u8) -> ClientMessage {
    let ClientMessage::Join {
        version,
        secret,
        incarnation,
        ..
    } = join("x", person)
    else {
        unreachable!()
    };
    ClientMessage::Join {
        version,
        room: "canary-room".parse().unwrap(),
        name: protocol::Name::new("Canary Name"),
        secret,
        incarnation,
    }
}

/// A log that nobody reads, or that cannot be written, holds up nobody.
#[tokio::test]
async fn a_log_that_nobody_reads_holds_nobody_up() {
    let program = start(&["--log=debug"]).await;
    for number in 0..700 {
        // Two lines each: more than the pipe takes. And from many addresses: more than one may
        // open.
        let socket = TcpSocket::new_v4().unwrap();
        let own = format!("127.0.4.{}:0", number % 200);
        socket.bind(own.parse().unwrap()).unwrap();
        let stream = socket.connect(program.address()).await.unwrap();
        drop(program.page_over(stream).await);
    }
    let mut page = program.page().await;
    assert!(say(&mut page, &join("tea", 1)).await.contains("joined"));
    let Program {
        child,
        lines,
        port,
        dist: _dist,
    } = program;
    drop(lines);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    for _ in 0..20 {
        let (head, _) = exchange(
            TcpStream::connect(address).await.unwrap(),
            b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    }
    drop(child);
}
