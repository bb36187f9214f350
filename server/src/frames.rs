//! A WebSocket as frames: what goes wrong is a close code, and what takes too long ends.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use hyper_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::ProtocolError,
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};
use protocol::{MAX_MESSAGE, close};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::timeout,
};

/// Why a WebSocket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The connection is gone, and with it everybody whom a reason could be told.
    Gone,
    /// The page closes it.
    ByPage,
    /// The server closes it with this code.
    Close(u16),
}

/// A WebSocket.
#[derive(Debug)]
pub struct Frames<S> {
    stream: WebSocketStream<Metered<S>>,
    /// Bytes of frames that are complete.
    complete: u64,
}

/// Small buffers, since there may be ten thousand of them; and a bound on what a page that does not read can pile up.
pub fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(2048)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}

impl<S: AsyncRead + AsyncWrite + Unpin> Frames<S> {
    /// The server's end of a WebSocket, after the handshake.
    pub async fn new(stream: S, config: WebSocketConfig) -> Self {
        let stream = Metered {
            stream,
            received: 0,
        };
        Self {
            stream: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await,
            complete: 0,
        }
    }

    /// The next message: text, binary, ping or pong. Pings are answered. Cancel safe.
    ///
    /// # Errors
    /// When there are no more, with the reason.
    pub async fn next(&mut self) -> Result<Message, End> {
        let message = match self.stream.next().await {
            Some(Ok(Message::Close(_) | Message::Frame(_))) => return Err(End::ByPage),
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(end_of(&error)),
            None => return Err(End::Gone),
        };
        self.complete = match &message {
            // A masked control frame, in the midst of whatever else.
            Message::Ping(payload) | Message::Pong(payload) => {
                self.complete + 6 + payload.len() as u64
            }
            _ => self.received(),
        };
        Ok(message)
    }

    /// Whether a message has begun and is not complete.
    ///
    /// What the page sent right behind the last message counts as complete, a read buffer at most.
    pub fn is_unfinished(&self) -> bool {
        self.received() > self.complete
    }

    /// Sends these in one go.
    ///
    /// # Errors
    /// When the connection is gone, or does not take them for so long.
    pub async fn send(
        &mut self,
        messages: impl Iterator<Item = Message>,
        stall: Duration,
    ) -> Result<(), End> {
        let writing = async {
            for message in messages {
                self.stream.feed(message).await?;
            }
            self.stream.flush().await
        };
        match timeout(stall, writing).await {
            Ok(written) => written.map_err(|error| end_of(&error)),
            Err(_) => Err(End::Close(close::TOO_SLOW)),
        }
    }

    /// Says why it ends.
    pub async fn end(&mut self, end: End) {
        const MOMENT: Duration = Duration::from_secs(1);
        let farewell = async {
            match end {
                End::Gone => Ok(()),
                // The answer waits already, and the page sends nothing more.
                End::ByPage => self.stream.flush().await.or_else(ignore_closed),
                End::Close(code) => self.close(code).await,
            }
        };
        // Whoever does not listen to the reason does not learn it.
        let _ = timeout(MOMENT, farewell).await;
    }

    /// Sends the code, and reads on: closing a TCP connection with unread input would destroy what was said.
    async fn close(&mut self, code: u16) -> Result<(), Error> {
        /// Some browsers forget the reason if they could not say all that they had begun to.
        const MAX_REST: u64 = 8 * 1024 * 1024;
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        let closing = self.stream.close(Some(frame)).await;
        closing.or_else(ignore_closed)?;
        let stream = self.stream.get_mut();
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(MAX_REST), &mut tokio::io::empty()).await?;
        Ok(())
    }

    fn received(&self) -> u64 {
        self.stream.get_ref().received
    }
}

/// The close frame is out then.
fn ignore_closed(error: Error) -> Result<(), Error> {
    match error {
        Error::ConnectionClosed => Ok(()),
        error => Err(error),
    }
}

fn end_of(error: &Error) -> End {
    match error {
        Error::Capacity(_) => End::Close(1009),
        Error::Utf8(_) => End::Close(1007),
        Error::WriteBufferFull(_) => End::Close(close::TOO_SLOW),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        Error::Protocol(_) => End::Close(1002),
        _ => End::Gone,
    }
}

/// Counts the bytes that come in.
#[derive(Debug)]
struct Metered<S> {
    stream: S,
    received: u64,
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.received += (buffer.filled().len() - before) as u64;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
