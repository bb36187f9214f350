//! A page's WebSocket as texts, over whatever carries it.

use futures_util::{SinkExt, StreamExt};
use protocol::{ClientMessage, encode};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// As a page opens it that was loaded from this origin.
pub async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    origin: &str,
) -> WebSocketStream<S> {
    let address = origin.replacen("http", "ws", 1) + "/ws";
    let mut request = address.into_client_request().unwrap();
    let origin = HeaderValue::from_str(origin).unwrap();
    request.headers_mut().insert("origin", origin);
    client_async(request, stream).await.unwrap().0
}

pub async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    page: &mut WebSocketStream<S>,
    message: &ClientMessage,
) -> String {
    page.send(Message::text(encode(message))).await.unwrap();
    hear(page).await
}

pub async fn hear<S: AsyncRead + AsyncWrite + Unpin>(page: &mut WebSocketStream<S>) -> String {
    loop {
        let message = timeout(super::LONG, page.next()).await.unwrap();
        match message.unwrap().unwrap() {
            Message::Text(text) => return text.to_string(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}
