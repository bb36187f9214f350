//! Sends back whatever it is sent, over the server's own WebSockets with their limits lifted: for
//! Autobahn's test suite, whose messages have up to 16 MiB.

use std::{convert::Infallible, io, time::Duration};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
    upgrade::Upgraded,
};
use hyper_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use hyper_util::rt::TokioIo;
use server::{
    frames::{self, End, Frames},
    memory::Memory,
};
use tokio::net::TcpListener;

const LARGEST: usize = 16 * 1024 * 1024;
/// Cases send 16 MiB in small pieces, and read when they have.
const STALL: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("Echo is at ws://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service_fn(async |request| Ok::<_, Infallible>(answer(request)));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection.with_upgrades());
    }
}

fn answer(mut request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Ok((answer, stream)) = hyper_tungstenite::upgrade(&mut request, None) else {
        let mut answer = Response::default();
        *answer.status_mut() = StatusCode::UPGRADE_REQUIRED;
        return answer;
    };
    tokio::spawn(async {
        if let Ok(stream) = stream.await {
            let memory = Memory::new(usize::MAX);
            let stream = stream.into_inner();
            echo(Frames::new(stream, Bytes::new(), config(), &memory).await).await;
        }
    });
    answer
}

fn config() -> WebSocketConfig {
    frames::config()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST))
        .max_write_buffer_size(usize::MAX)
}

async fn echo(mut frames: Frames<TokioIo<Upgraded>>) {
    let end = loop {
        if let Err(end) = send_back(&mut frames).await {
            break end;
        }
    };
    frames.end(end).await;
}

/// Pings are answered below.
async fn send_back(frames: &mut Frames<TokioIo<Upgraded>>) -> Result<(), End> {
    match frames.next().await? {
        message @ (Message::Text(_) | Message::Binary(_)) => {
            frames.send([message].into_iter(), STALL).await
        }
        _ => Ok(()),
    }
}
