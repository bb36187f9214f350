//! `relay PORT`: passes WebSocket messages on to the connection they name, and does nothing else.
//! No rooms, no limits, no checks, no counters: what a signaling server on the same library costs
//! at least.

use std::{net::Ipv4Addr, sync::Arc};

use futures_util::{SinkExt, StreamExt};
use madang_bench::{Result, registry::Registry};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    accept_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

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
async fn serve(stream: TcpStream, registry: Arc<Registry<Message>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024);
    let mut socket = accept_async_with_config(stream, Some(config)).await?;
    let mut registration = registry.register();
    socket
        .send(Message::text(registration.id.to_string()))
        .await?;
    loop {
        tokio::select! {
            incoming = socket.next() => match incoming {
                Some(Ok(Message::Text(text))) => registration.pass(&text, Message::text),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(()),
            },
            Some(first) = registration.queue.recv() => {
                socket.feed(first).await?;
                while let Ok(next) = registration.queue.try_recv() {
                    socket.feed(next).await?;
                }
                socket.flush().await?;
            }
        }
    }
}
