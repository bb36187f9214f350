//! A WebSocket as frames: a mistake becomes a close code, and whatever takes too long ends.

mod fragments;
mod metered;

use std::{future::poll_fn, io, task::Poll, time::Duration};

use futures_util::{SinkExt, StreamExt};
use hyper_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Bytes, Error, Message,
        error::ProtocolError,
        protocol::{
            CloseFrame, Role, WebSocketConfig,
            frame::{
                Frame,
                coding::{Data, OpCode},
            },
        },
    },
};
use protocol::{CloseCode, MAX_MESSAGE};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout},
};

use crate::memory::{Memory, Reservation};
use fragments::Fragments;
use metered::Metered;

/// Why a WebSocket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The connection is gone, and there is nobody to tell a reason.
    Gone,
    /// The page closes it.
    ByPage,
    /// The server closes it with this code.
    Close(CloseCode),
}

/// A WebSocket.
#[derive(Debug)]
pub struct Frames<S> {
    stream: WebSocketStream<Metered<S>>,
    /// Memory for the part of an incomplete message that has come in.
    reservation: Reservation,
}

/// Longer texts go out in pieces, since tungstenite keeps a buffer for as much as it ever had to
/// write at once. The messages of a handshake stay whole.
const PIECE: usize = 16 * 1024;
/// The buffer for reading, and the largest frame that is not split.
const SMALL: usize = 2048;
/// For a page to take a batch, as long as it takes something of it now and then.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// Small buffers, since there may be ten thousand of them; and a bound on what piles up for a page
/// that does not read.
pub fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(SMALL)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}

impl<S: AsyncRead + AsyncWrite + Unpin> Frames<S> {
    /// The server's end of a WebSocket, after the handshake and whatever came right behind it.
    pub async fn new(stream: S, read: Bytes, config: WebSocketConfig, memory: &Memory) -> Self {
        let largest = config.max_frame_size.unwrap_or(usize::MAX);
        let fragments = Fragments::new(SMALL, largest);
        let stream = Metered::new(stream, read, fragments, SEND_TIMEOUT);
        Self {
            stream: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await,
            reservation: memory.reserve(),
        }
    }

    /// The next message: text, binary, ping or pong. Pings are answered. Cancel safe.
    ///
    /// # Errors
    /// When there are no more, with the reason.
    pub async fn next(&mut self) -> Result<Message, End> {
        let next = poll_fn(|cx| match self.stream.poll_next_unpin(cx) {
            Poll::Pending => match self.reserve_incomplete() {
                Ok(()) => Poll::Pending,
                Err(end) => Poll::Ready(Err(end)),
            },
            next => next.map(Ok),
        });
        let message = match next.await? {
            Some(Ok(Message::Close(_) | Message::Frame(_))) => return Err(End::ByPage),
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(end_of(&error)),
            None => return Err(End::Gone),
        };
        self.reserve_incomplete()?;
        Ok(message)
    }

    /// Reserves memory for what came in of a message, if it may wait for its rest.
    fn reserve_incomplete(&mut self) -> Result<(), End> {
        let said = self.stream.get_ref().fragments.incomplete();
        // A buffer that grows piece by piece has room for as much again.
        let takes = 2 * said;
        if takes > self.reservation.bytes() && !self.reservation.may_grow_to(said) {
            return Err(End::Close(CloseCode::OVERLOADED));
        }
        self.reservation.resize(takes);
        Ok(())
    }

    /// When something began that is not complete yet.
    pub fn unfinished(&self) -> Option<Instant> {
        self.stream.get_ref().fragments.begun
    }

    /// Nothing could come in for so long.
    pub fn forgive(&mut self, absence: Duration) {
        let begun = &mut self.stream.get_mut().fragments.begun;
        *begun = begun.map(|begun| begun + absence);
    }

    /// Bytes that came in so far.
    pub fn received(&self) -> u64 {
        self.stream.get_ref().received
    }

    /// Sends these in one go.
    ///
    /// # Errors
    /// When the connection is gone, or takes nothing of them for so long.
    pub async fn send(
        &mut self,
        messages: impl Iterator<Item = Message>,
        stall: Duration,
    ) -> Result<(), End> {
        self.stream.get_mut().timeout = stall;
        let writing = async {
            for message in messages {
                match message {
                    Message::Text(text) if text.len() > PIECE => {
                        self.feed_pieces(text.into()).await?;
                    }
                    message => self.stream.feed(message).await?,
                }
            }
            self.stream.flush().await
        };
        match timeout(SEND_TIMEOUT, writing).await {
            Ok(written) => written.map_err(|error| end_of(&error)),
            Err(_) => Err(End::Close(CloseCode::TOO_SLOW)),
        }
    }

    /// A text in pieces.
    async fn feed_pieces(&mut self, mut text: Bytes) -> Result<(), Error> {
        let mut kind = Data::Text;
        while !text.is_empty() {
            let piece = text.split_to(PIECE.min(text.len()));
            let frame = Frame::message(piece, OpCode::Data(kind), text.is_empty());
            self.stream.feed(Message::Frame(frame)).await?;
            kind = Data::Continue;
        }
        Ok(())
    }

    /// Ends it, and says why.
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
        // A page that does not listen does not learn the reason.
        let _ = timeout(MOMENT, farewell).await;
    }

    /// Sends the code, and reads on: closing a TCP connection with unread input would destroy what
    /// was sent.
    async fn close(&mut self, code: CloseCode) -> Result<(), Error> {
        /// Some browsers forget the reason if they could not send everything they had begun to.
        const MAX_REST: u64 = 8 * 1024 * 1024;
        let frame = CloseFrame {
            code: code.0.into(),
            reason: "".into(),
        };
        let closing = self.stream.close(Some(frame)).await;
        closing.or_else(ignore_closed)?;
        let stream = self.stream.get_mut();
        stream.shutdown().await?;
        // Frames no longer matter.
        let stream = &mut stream.stream;
        tokio::io::copy(&mut stream.take(MAX_REST), &mut tokio::io::empty()).await?;
        Ok(())
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
        Error::Capacity(_) => End::Close(CloseCode::TOO_BIG),
        Error::Utf8(_) => End::Close(CloseCode::INVALID),
        Error::WriteBufferFull(_) => End::Close(CloseCode::TOO_SLOW),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        Error::Protocol(_) => End::Close(CloseCode::PROTOCOL),
        // Our own error has no number, unlike the system's for a connection that is gone.
        Error::Io(error)
            if error.kind() == io::ErrorKind::TimedOut && error.raw_os_error().is_none() =>
        {
            End::Close(CloseCode::TOO_SLOW)
        }
        _ => End::Gone,
    }
}
