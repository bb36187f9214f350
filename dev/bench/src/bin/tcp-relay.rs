//! `tcp-relay PORT`: the same as `relay` over bare TCP, each message after its length in four
//! bytes. What passing these bytes on costs at least.

use std::{net::Ipv4Addr, sync::Arc};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use madang_bench::{Result, registry::Registry, wire::frames};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<()> {
    let port: u16 = std::env::args().nth(1).unwrap_or_default().parse()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let registry = Registry::new();
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, Arc::clone(&registry)));
    }
}

/// The first message to a connection is its number.
async fn serve(stream: TcpStream, registry: Arc<Registry<Bytes>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut socket = frames(stream);
    let mut registration = registry.register();
    socket
        .send(Bytes::from(registration.id.to_string()))
        .await?;
    loop {
        tokio::select! {
            incoming = socket.next() => match incoming {
                Some(Ok(frame)) => registration.pass(std::str::from_utf8(&frame)?, Bytes::from),
                Some(Err(_)) | None => return Ok(()),
            },
            Some(first) = registration.queue.recv() => {
                socket.feed(first).await?;
                while let Ok(next) = registration.queue.try_recv() {
                    socket.feed(next).await?;
                }
                SinkExt::<Bytes>::flush(&mut socket).await?;
            }
        }
    }
}
