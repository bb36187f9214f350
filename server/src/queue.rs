//! What waits for one page to be read.

use std::{
    collections::VecDeque,
    future::poll_fn,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use futures_util::task::AtomicWaker;
use hyper_tungstenite::tungstenite::Utf8Bytes;
use tokio::time::Instant;

/// Messages that may wait for one page: three times what joining a full room brings.
pub const MAX_MESSAGES: usize = 512;
/// Bytes that may wait for one page.
pub const MAX_BYTES: usize = 512 * 1024;

/// A text for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The message.
    pub text: Utf8Bytes,
    /// When the signal arrived that it passes on.
    pub since: Option<Instant>,
}

/// A bounded queue with one reader.
///
/// A channel of tokio allocates for 32 messages at once, two kibibytes for each of ten thousand idle pages; this one allocates
/// when something waits.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    reader: AtomicWaker,
}

/// What waits.
#[derive(Debug, Default)]
pub struct Waiting {
    /// In the order in which to send it.
    pub messages: VecDeque<Outgoing>,
    /// Of all messages together.
    pub bytes: usize,
    /// The WebSocket is to end with this code once the messages are sent.
    pub end: Option<u16>,
}

impl Queue {
    /// Puts a message at the end. A queue that is full, or ends, takes none; says whether it did.
    pub fn push(&self, message: Outgoing) -> bool {
        let mut waiting = self.lock();
        let bytes = waiting.bytes + message.text.len();
        if waiting.end.is_some() || waiting.messages.len() >= MAX_MESSAGES || bytes > MAX_BYTES {
            return false;
        }
        waiting.bytes = bytes;
        waiting.messages.push_back(message);
        drop(waiting);
        self.reader.wake();
        true
    }

    /// Ends it with this code after what waits; the first code stays.
    pub fn end(&self, code: u16) {
        self.lock().end.get_or_insert(code);
        self.reader.wake();
    }

    /// Drops what waits, and says how many bytes that was.
    pub fn clear(&self) -> usize {
        let mut waiting = self.lock();
        waiting.messages = VecDeque::new();
        mem::take(&mut waiting.bytes)
    }

    /// How many bytes wait.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Whether it takes no more.
    pub fn is_ending(&self) -> bool {
        self.lock().end.is_some()
    }

    /// Waits until something is there, and takes all of it. Cancel safe.
    pub async fn take(&self) -> Waiting {
        poll_fn(|cx| {
            self.reader.register(cx.waker());
            let mut waiting = self.lock();
            if waiting.messages.is_empty() && waiting.end.is_none() {
                return Poll::Pending;
            }
            Poll::Ready(Waiting {
                messages: mem::take(&mut waiting.messages),
                bytes: mem::take(&mut waiting.bytes),
                end: waiting.end,
            })
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn message(length: usize) -> Outgoing {
        Outgoing {
            text: "x".repeat(length).into(),
            since: None,
        }
    }

    #[test]
    fn messages_come_out_in_order_and_wake_the_reader() {
        let queue = Queue::default();
        assert!(queue.take().now_or_never().is_none());
        assert!(queue.push(message(1)) && queue.push(message(2)));
        let taken = queue.take().now_or_never().unwrap();
        assert_eq!(taken.messages, [message(1), message(2)]);
        assert_eq!((taken.bytes, taken.end), (3, None));
        assert!(queue.take().now_or_never().is_none());
    }

    #[test]
    fn it_is_bounded_in_messages_and_in_bytes() {
        let queue = Queue::default();
        for _ in 0..MAX_MESSAGES {
            assert!(queue.push(message(1)));
        }
        assert!(!queue.push(message(1)));
        assert_eq!(queue.clear(), MAX_MESSAGES);
        assert!(queue.push(message(MAX_BYTES - 1)));
        assert!(!queue.push(message(2)));
        assert!(queue.push(message(1)));
    }

    #[test]
    fn what_was_said_before_the_end_is_still_sent() {
        let queue = Queue::default();
        assert!(queue.push(message(1)));
        queue.end(4003);
        queue.end(1012);
        assert!(queue.is_ending() && !queue.push(message(1)));
        let taken = queue.take().now_or_never().unwrap();
        assert_eq!((taken.messages.len(), taken.end), (1, Some(4003)));
        assert_eq!(queue.take().now_or_never().unwrap().end, Some(4003));
    }
}
