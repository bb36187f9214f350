//! What a WebSocket's bytes are counted by.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper_tungstenite::tungstenite::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::fragments::Fragments;

/// The length of a piece has two bytes.
const MAX_READ: usize = u16::MAX as usize;

/// Counts what comes in, in small frames, and waits for what goes out.
#[derive(Debug)]
pub(super) struct Metered<S> {
    pub(super) stream: S,
    /// What came in before.
    early: Bytes,
    pub(super) received: u64,
    pub(super) fragments: Fragments,
    /// Until what waits to be written has waited too long.
    stall: Option<Pin<Box<Sleep>>>,
    pub(super) timeout: Duration,
}

impl<S> Metered<S> {
    /// Of which this came in already.
    pub(super) fn new(stream: S, early: Bytes, fragments: Fragments, timeout: Duration) -> Self {
        Self {
            stream,
            early,
            received: 0,
            fragments,
            stall: None,
            timeout,
        }
    }

    /// Whatever is taken is a sign that the rest will be.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let timeout = self.timeout;
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(stall.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> Metered<S> {
    /// Reads what the page sent.
    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.early.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        } else {
            let length = self.early.len().min(buffer.remaining());
            buffer.put_slice(&self.early.split_to(length));
        }
        self.received += buffer.filled().len() as u64;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let ahead = self.fragments.ahead();
            let ahead = ahead.as_ref();
            let most = buffer.remaining().min(MAX_READ);
            let room = buffer.initialize_unfilled_to(most);
            // tungstenite has room for a head, and a byte more than is ahead of it.
            let Some((front, room)) = room.split_at_mut_checked(ahead.len()) else {
                return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
            };
            front.copy_from_slice(ahead);
            let mut room = ReadBuf::new(room);
            ready!(self.poll_receive(cx, &mut room))?;
            let read = room.filled().len();
            if read == 0 {
                return Poll::Ready(Ok(()));
            }
            let bytes = &mut buffer.initialize_unfilled()[..ahead.len() + read];
            let passed = self.fragments.pass(bytes);
            buffer.advance(passed);
            if passed > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
