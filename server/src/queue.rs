//! What waits until one page reads it: so much from each peer, and as much of the server's own
//! messages as there is to tell.

use std::{
    collections::VecDeque,
    future::poll_fn,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use futures_util::task::AtomicWaker;
use hyper_tungstenite::tungstenite::Utf8Bytes;
use protocol::{CloseCode, MAX_MESSAGE, PeerId};
use tokio::time::Instant;

use crate::memory::{Memory, Reservation};

/// Signals of one peer that may wait for one page: a handshake with all its candidates, said twice.
pub(crate) const MAX_SIGNALS: usize = 64;
/// Bytes of one peer's signals that may wait for one page: the largest signal, or four handshakes.
pub(crate) const MAX_SIGNAL_BYTES: usize = MAX_MESSAGE;
/// Answers that may wait for the page that asked: more than it may ask for at once.
pub(crate) const MAX_ANSWERS: usize = 512;
/// Bytes that are taken at once: a handshake, and little enough that others are served in between.
const BATCH: usize = 32 * 1024;
/// Bytes that a message takes besides its text.
const OVERHEAD: usize = 128;

/// A text for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// The message.
    pub text: Utf8Bytes,
    /// What it is about.
    pub subject: Subject,
}

/// What a message is about. This decides how much of it may wait, and what need not be said any
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A peer sends something.
    Signal {
        /// Who.
        from: PeerId,
        /// When it arrived here.
        since: Instant,
    },
    /// Somebody joined.
    Joined {
        /// Who.
        id: PeerId,
        /// The room did not have this id before.
        is_new: bool,
    },
    /// Somebody is no longer there.
    Left(PeerId),
    /// Anything else that is for this page alone.
    Answer,
}

/// A bounded queue with one reader.
///
/// A tokio channel allocates for 32 messages at once, two kibibytes for each of ten thousand idle
/// pages; this queue allocates when something waits. To find a peer's share it looks through what
/// waits, which is mostly nothing and needs no memory.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    reader: AtomicWaker,
}

#[derive(Debug)]
struct Waiting {
    messages: VecDeque<Outgoing>,
    /// Of all these messages, with what they take besides their texts.
    bytes: usize,
    /// Of those taken last, which may not be written yet.
    taken: usize,
    /// Of the server's own messages among these.
    taken_own: usize,
    /// All of this.
    reservation: Reservation,
    end: Option<CloseCode>,
}

/// What is to be written next.
#[derive(Debug)]
pub(crate) struct Batch {
    /// In the order in which to send it.
    pub messages: VecDeque<Outgoing>,
    /// The WebSocket is to end with this code once the messages are sent.
    pub end: Option<CloseCode>,
}

impl Queue {
    /// An empty queue. What waits, until it is written, is reserved from this memory.
    pub(crate) fn new(memory: &Memory) -> Self {
        let waiting = Waiting {
            messages: VecDeque::new(),
            bytes: 0,
            taken: 0,
            taken_own: 0,
            reservation: memory.reserve(),
            end: None,
        };
        Self {
            waiting: Mutex::new(waiting),
            reader: AtomicWaker::new(),
        }
    }

    /// Puts a message at the end, and says whether it may wait there. A message to a queue that is
    /// ending is lost.
    pub(crate) fn push(&self, message: Outgoing) -> bool {
        let mut waiting = self.lock();
        if waiting.end.is_some() {
            return true;
        }
        let may_wait = waiting.push(message);
        waiting.count();
        drop(waiting);
        self.reader.wake();
        may_wait
    }

    /// Ends it with this code after what waits; the first code stays.
    pub(crate) fn end(&self, code: CloseCode) {
        self.lock().end.get_or_insert(code);
        self.reader.wake();
    }

    /// Drops what waits.
    pub(crate) fn clear(&self) {
        let mut waiting = self.lock();
        (waiting.messages, waiting.bytes) = (VecDeque::new(), 0);
        waiting.count();
    }

    /// Nobody reads it any more.
    pub(crate) fn close(&self) {
        self.clear();
        self.lock().settle();
    }

    /// How many bytes wait, or are being written.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.lock().reservation.bytes()
    }

    /// Whether it takes no more.
    #[cfg(test)]
    pub(crate) fn is_ending(&self) -> bool {
        self.lock().end.is_some()
    }

    /// Waits until something is there, and takes the first of it. What was taken before is written
    /// by then. Cancel safe.
    pub(crate) async fn take(&self) -> Batch {
        poll_fn(|cx| {
            self.reader.register(cx.waker());
            let mut waiting = self.lock();
            waiting.settle();
            if waiting.messages.is_empty() && waiting.end.is_none() {
                return Poll::Pending;
            }
            Poll::Ready(waiting.batch())
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outgoing {
    fn size(&self) -> usize {
        self.text.len() + OVERHEAD
    }
}

impl Waiting {
    fn push(&mut self, message: Outgoing) -> bool {
        let may_wait = match message.subject {
            Subject::Signal { from, .. } => self.is_within_share(from, message.text.len()),
            Subject::Joined { id, .. } if self.correct(id, &message.text) => return true,
            Subject::Joined { .. } => true,
            Subject::Left(id) if self.forget(id) => return true,
            Subject::Left(_) => true,
            // What already waits need not be said twice.
            Subject::Answer if self.messages.contains(&message) => return true,
            Subject::Answer => self.answers() < MAX_ANSWERS,
        };
        let size = message.size();
        let beside = match message.subject {
            Subject::Signal { .. } => self.reservation.bytes(),
            // If this may not wait the page has to go, and signals of others are no reason for
            // that.
            _ => self.taken_own + own_words(&self.messages),
        };
        let may_wait = may_wait && self.reservation.may_grow_to(beside + size);
        if may_wait {
            self.bytes += size;
            self.messages.push_back(message);
        }
        may_wait
    }

    fn is_within_share(&self, peer: PeerId, length: usize) -> bool {
        let (mut messages, mut bytes) = (1, length);
        for message in &self.messages {
            if matches!(message.subject, Subject::Signal { from, .. } if from == peer) {
                messages += 1;
                bytes += message.text.len();
            }
        }
        messages <= MAX_SIGNALS && bytes <= MAX_SIGNAL_BYTES
    }

    /// Somebody who joins again and again is announced once, as of the last time.
    fn correct(&mut self, peer: PeerId, text: &Utf8Bytes) -> bool {
        let is_it = |message: &&mut Outgoing| matches!(message.subject, Subject::Joined { id, .. } if id == peer);
        let Some(told) = self.messages.iter_mut().find(is_it) else {
            return false;
        };
        self.bytes = self.bytes + text.len() - told.text.len();
        told.text = text.clone();
        true
    }

    /// Drops all that waits about somebody who is gone. Says whether nothing has to be said of it
    /// any more: if their arrival was not read yet, they were never there.
    fn forget(&mut self, peer: PeerId) -> bool {
        let (mut came, mut went) = (false, false);
        let mut dropped = 0;
        self.messages.retain(|message| {
            let is_of_peer = match message.subject {
                Subject::Signal { from, .. } => from == peer,
                Subject::Joined { id, is_new } => {
                    came |= id == peer && is_new;
                    id == peer
                }
                Subject::Left(id) => {
                    went |= id == peer;
                    id == peer
                }
                Subject::Answer => false,
            };
            dropped += usize::from(is_of_peer) * message.size();
            !is_of_peer
        });
        self.bytes -= dropped;
        came && !went
    }

    fn answers(&self) -> usize {
        let is_answer = |message: &&Outgoing| message.subject == Subject::Answer;
        self.messages.iter().filter(is_answer).count()
    }

    fn settle(&mut self) {
        (self.taken, self.taken_own) = (0, 0);
        self.count();
    }

    fn count(&mut self) {
        self.reservation.resize(self.bytes + self.taken);
    }

    /// All of it if that is little, else its beginning: at least one message.
    fn batch(&mut self) -> Batch {
        let mut messages = VecDeque::new();
        if self.bytes <= BATCH {
            mem::swap(&mut messages, &mut self.messages);
            self.taken = self.bytes;
        }
        while self.taken < BATCH
            && let Some(message) = self.messages.pop_front()
        {
            self.taken += message.size();
            messages.push_back(message);
        }
        self.bytes -= self.taken;
        self.taken_own = own_words(&messages);
        let end = self.end.filter(|_| self.messages.is_empty());
        Batch { messages, end }
    }
}

/// Bytes of the server's own words among these.
fn own_words(messages: &VecDeque<Outgoing>) -> usize {
    let is_own = |message: &&Outgoing| !matches!(message.subject, Subject::Signal { .. });
    messages.iter().filter(is_own).map(Outgoing::size).sum()
}

#[cfg(test)]
mod tests;
