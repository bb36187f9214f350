//! Messages to a server and back: over a WebSocket, or over bare TCP.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Message, client::IntoClientRequest, http::HeaderValue, protocol::WebSocketConfig,
    },
};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use crate::Result;

/// A connection that carries texts.
#[derive(Debug)]
pub enum Wire {
    /// For all but one.
    WebSocket(Box<WebSocketStream<TcpStream>>),
    /// For the bare TCP relay.
    Frames(Framed<TcpStream, LengthDelimitedCodec>),
}

impl Wire {
    /// Connects from this address; with a path, over a WebSocket.
    ///
    /// # Errors
    /// When the server does not want it.
    pub async fn connect(from: Ipv4Addr, to: SocketAddr, path: Option<&str>) -> Result<Self> {
        let stream = connect(from, to).await?;
        let Some(path) = path else {
            return Ok(Self::Frames(frames(stream)));
        };
        let mut request = format!("ws://{to}{path}").into_client_request()?;
        let origin = HeaderValue::from_str(&format!("http://{to}"))?;
        request.headers_mut().insert("origin", origin);
        let config = WebSocketConfig::default().read_buffer_size(4096);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(Self::WebSocket(Box::new(socket)))
    }

    /// Sends a text.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn send(&mut self, text: &str) -> Result<()> {
        match self {
            Self::WebSocket(socket) => socket.send(Message::text(text)).await?,
            Self::Frames(frames) => frames.send(Bytes::from(text.to_owned())).await?,
        }
        Ok(())
    }

    /// The next text, or nothing if the server has ended the connection. Nothing is lost if this is
    /// given up.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn next(&mut self) -> Result<Option<String>> {
        match self {
            Self::WebSocket(socket) => loop {
                match socket.next().await.transpose()? {
                    Some(Message::Text(text)) => return Ok(Some(text.as_str().to_owned())),
                    Some(_) => {}
                    None => return Ok(None),
                }
            },
            Self::Frames(frames) => {
                let frame = frames.next().await.transpose()?;
                Ok(frame
                    .map(|frame| String::from_utf8(frame.to_vec()))
                    .transpose()?)
            }
        }
    }

    /// Ends it as a page does that is closed, and waits until the server has ended it too.
    ///
    /// # Errors
    /// When the connection was broken before.
    pub async fn close(mut self) -> Result<()> {
        match &mut self {
            Self::WebSocket(socket) => socket.as_mut().close(None).await?,
            Self::Frames(frames) => SinkExt::<Bytes>::close(frames).await?,
        }
        // A server that ends it roughly has ended it as well.
        while let Ok(Some(_)) = self.next().await {}
        Ok(())
    }
}

/// A TCP connection to a server, from this address of this machine.
///
/// # Errors
/// When the server does not take it.
pub async fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Messages over TCP, each after its length in four bytes, with a buffer for a few of them.
pub fn frames(stream: TcpStream) -> Framed<TcpStream, LengthDelimitedCodec> {
    Framed::with_capacity(stream, LengthDelimitedCodec::new(), 4096)
}
