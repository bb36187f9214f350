//! A connection that is read no faster than a page has reason to write.
//!
//! It sits below TLS and WebSocket, where every byte counts: pings, pongs and empty fragments cost a parser a whole core if they
//! come as fast as the network takes them, and some of them never surface as messages that could be counted.

use std::{
    io, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use crate::{
    bucket::{Bucket, Rate},
    metrics::Metrics,
};

/// Bytes that one connection may send: joining a full room takes 170 KB at once, and a call that goes on next to nothing.
pub const INBOUND: Rate = Rate {
    burst: 256.0 * 1024.0,
    per_second: 64.0 * 1024.0,
};

/// Bytes after which they are counted.
const UNCOUNTED: u64 = 16 * 1024;

/// A stream whose reader is kept to [`INBOUND`], and whose bytes are counted.
#[derive(Debug)]
pub struct Throttled<S> {
    stream: S,
    bucket: Bucket,
    pause: Option<Pin<Box<Sleep>>>,
    /// Bytes that are not counted in the metrics yet: all processors share those.
    received: u64,
    sent: u64,
    metrics: Arc<Metrics>,
}

impl<S> Throttled<S> {
    /// Throttles a stream.
    pub fn new(stream: S, metrics: Arc<Metrics>) -> Self {
        Self {
            stream,
            bucket: Bucket::full(INBOUND, Instant::now()),
            pause: None,
            received: 0,
            sent: 0,
            metrics,
        }
    }

    fn sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
        if self.sent > UNCOUNTED {
            self.count();
        }
    }

    fn received(&mut self, received: usize) {
        self.received += received as u64;
        if self.received > UNCOUNTED {
            self.count();
        }
        let wait = self.bucket.owe(received as f64, INBOUND, Instant::now);
        self.pause = (!wait.is_zero()).then(|| Box::pin(sleep(wait)));
    }

    fn count(&mut self) {
        self.metrics
            .bytes_received
            .inc_by(mem::take(&mut self.received));
        self.metrics.bytes_sent.inc_by(mem::take(&mut self.sent));
    }
}

impl<S> Drop for Throttled<S> {
    fn drop(&mut self) {
        self.metrics.bytes_received.inc_by(self.received);
        self.metrics.bytes_sent.inc_by(self.sent);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Throttled<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let received = buffer.filled().len() - before;
        self.received(received);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Throttled<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.sent(sent);
        Poll::Ready(Ok(sent))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices))?;
        self.sent(sent);
        Poll::Ready(Ok(sent))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
