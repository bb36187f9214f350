//! A connection that is read no faster than a page has reason to write, and is not held up by a
//! client that does not read.
//!
//! It sits below TLS and WebSocket, where every byte counts: pings, pongs and empty fragments cost
//! a parser a whole core if they come as fast as the network allows, and some of them never surface
//! as messages that could be counted.

use std::{
    io, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use crate::{
    bucket::{Bucket, Rate},
    metrics::Metrics,
};

/// Bytes that one connection may send: joining a full room takes 170 KB at once, and a call that
/// goes on next to nothing.
pub(crate) const INBOUND: Rate = Rate {
    burst: 256.0 * 1024.0,
    per_second: 64.0 * 1024.0,
};

/// How long a browser may take nothing of what it asked for; then the connection ends. The slowest
/// lines need seconds for what the system keeps ready for them.
pub(crate) const STALL: Duration = Duration::from_secs(30);

/// Bytes after which they are counted.
const UNCOUNTED: u64 = 16 * 1024;

/// A stream whose reader is kept to [`INBOUND`] and whose writer to [`STALL`], and whose bytes are
/// counted.
#[derive(Debug)]
pub(crate) struct Throttled<S> {
    stream: S,
    bucket: Bucket,
    /// Until it may be read on.
    pause: Option<Pin<Box<Sleep>>>,
    /// Until what waits to be written has waited too long.
    stall: Option<Pin<Box<Sleep>>>,
    /// Nothing more is sent, and what comes in is only thrown away. That costs nothing, and the
    /// sooner the better.
    is_over: bool,
    /// Bytes that are not counted in the metrics yet: all processors share those.
    received: u64,
    sent: u64,
    metrics: Arc<Metrics>,
}

impl<S> Throttled<S> {
    /// Throttles a stream.
    pub(crate) fn new(stream: S, metrics: Arc<Metrics>) -> Self {
        Self {
            stream,
            bucket: Bucket::full(INBOUND, Instant::now()),
            pause: None,
            stall: None,
            is_over: false,
            received: 0,
            sent: 0,
            metrics,
        }
    }

    /// What is throttled.
    pub(crate) fn stream(&self) -> &S {
        &self.stream
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
        if !self.is_over {
            let wait = self.bucket.owe(received as f64, INBOUND, Instant::now);
            self.pause = (!wait.is_zero()).then(|| Box::pin(sleep(wait)));
        }
    }

    fn count(&mut self) {
        self.metrics
            .bytes_received
            .inc_by(mem::take(&mut self.received));
        self.metrics.bytes_sent.inc_by(mem::take(&mut self.sent));
    }

    fn written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(STALL)));
            ready!(stall.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.stall = None;
        if let Poll::Ready(Ok(sent)) = written {
            self.sent(sent);
        }
        written
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
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        (self.is_over, self.pause) = (true, None);
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        join,
        time::advance,
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_of_what_it_asked_for_is_let_go() {
        let (_browser, stream) = duplex(1000);
        let mut stream = Throttled::new(stream, Arc::default());
        let begin = Instant::now();
        let error = stream.write_all(&[0; 1001]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begin.elapsed(), STALL);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_now_and_then_gets_it_all() {
        let (mut browser, stream) = duplex(1000);
        let mut stream = Throttled::new(stream, Arc::default());
        let mut taken = [0; 1000];
        let reading = async {
            for _ in 0..4 {
                advance(STALL / 2).await;
                browser.read_exact(&mut taken).await.unwrap();
            }
        };
        let (written, ()) = join!(stream.write_all(&[0; 4000]), reading);
        written.unwrap();
    }
}
