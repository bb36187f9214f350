//! Large frames as several small ones, which an intermediary may make of them (RFC 6455, section
//! 5.4): tungstenite keeps a buffer as large as the largest frame that ever came in.

use std::mem;

use tokio::time::Instant;

/// Of a frame's head: two bytes, eight of its length, and four of its mask.
const MAX_HEAD: usize = 14;
/// Two bytes, two of the length, and four of the mask: for what is read at once.
const PIECE_HEAD: usize = 8;
/// The bit of the first byte that tells a message's last frame.
const FIN: u8 = 0x80;
/// And the one that tells control frames.
const CONTROL: u8 = 0x08;

/// A page's frames on their way in, the large ones in pieces of what has come.
#[derive(Debug)]
pub(super) struct Fragments {
    next: Next,
    /// What is not longer than this stays whole.
    small: u64,
    /// What is longer than this is refused before it has come.
    largest: u64,
    /// Payload that came of a message whose rest is missing.
    message: Option<u64>,
    /// The first byte came then of what is not complete.
    pub(super) begun: Option<Instant>,
}

/// What comes in next.
#[derive(Debug)]
enum Next {
    /// A frame's head, of which this is there.
    Head(Part),
    /// So much of the payload of a frame whose head went on as it was.
    Payload(Head),
    /// So much of the payload of a large frame, as another frame.
    Rest(Head),
}

/// A part of a frame's head.
#[derive(Debug, Default)]
pub(super) struct Part {
    bytes: [u8; MAX_HEAD],
    length: usize,
}

/// A frame's head, with as much of its payload as is to come.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// FIN and the operation.
    first: u8,
    payload: u64,
    mask: [u8; 4],
    /// Bytes of it.
    size: usize,
}

impl Fragments {
    /// Nothing has come yet.
    pub(super) fn new(small: usize, largest: usize) -> Self {
        Self {
            next: Next::Head(Part::default()),
            small: small as u64,
            largest: largest as u64,
            message: None,
            begun: None,
        }
    }

    /// Payload bytes that came of a message that is not complete.
    pub(super) fn incomplete(&self) -> usize {
        self.message.unwrap_or_default() as usize
    }

    /// What is to stand before what is read next.
    pub(super) fn ahead(&self) -> Part {
        match &self.next {
            Next::Head(part) => Part::of(part.as_ref()),
            Next::Payload(_) => Part::default(),
            Next::Rest(head) => Part::of(&head.bytes()),
        }
    }

    /// Makes small frames of what was read, with what stood before it, and returns how many bytes
    /// of this go on now: a head goes on when it is whole.
    pub(super) fn pass(&mut self, bytes: &mut [u8]) -> usize {
        let mut passed = 0;
        while let Some(rest @ [_, ..]) = bytes.get_mut(passed..) {
            let Some(length) = self.pass_one(rest) else {
                self.next = Next::Head(Part::of(rest));
                break;
            };
            passed += length;
        }
        if self.is_amid() {
            self.begun.get_or_insert_with(Instant::now);
        }
        passed
    }

    /// As much of one frame as is there; none of it, if the head is not whole.
    fn pass_one(&mut self, bytes: &mut [u8]) -> Option<usize> {
        let nothing = Next::Head(Part::default());
        let (head, is_cut) = match mem::replace(&mut self.next, nothing) {
            Next::Payload(head) => (head, false),
            Next::Rest(head) => (head, true),
            Next::Head(_) => {
                let head = Head::parse(bytes)?;
                let is_large = (self.small + 1..=self.largest).contains(&head.payload);
                (head, is_large)
            }
        };
        let (front, payload) = bytes.split_at_mut_checked(head.size)?;
        let here = head.payload.min(payload.len() as u64);
        if is_cut {
            head.cut(front, here);
        }
        self.advance(head, here, is_cut);
        Some(front.len() + here as usize)
    }

    /// So much of this frame is there.
    fn advance(&mut self, head: Head, here: u64, is_cut: bool) {
        let is_data = head.first & CONTROL == 0;
        if is_data {
            self.message = Some(self.message.unwrap_or_default() + here);
        }
        if here < head.payload {
            self.next = match is_cut {
                true => Next::Rest(head.continued(here)),
                false => Next::Payload(head.after(here)),
            };
            return;
        }
        if is_data && head.first & FIN != 0 {
            self.message = None;
        }
        if self.message.is_none() {
            self.begun = None;
        }
    }

    /// Whether something is there that is not complete.
    fn is_amid(&self) -> bool {
        let is_between = matches!(&self.next, Next::Head(part) if part.length == 0);
        self.message.is_some() || !is_between
    }
}

impl Part {
    fn of(head: &[u8]) -> Self {
        let mut bytes = [0; MAX_HEAD];
        let length = head.len().min(MAX_HEAD);
        bytes[..length].copy_from_slice(&head[..length]);
        Self { bytes, length }
    }
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Head {
    /// Of what these bytes begin with.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let ([first, second], rest) = bytes.split_first_chunk()?;
        let (payload, rest) = match second & 0x7f {
            126 => {
                let (length, rest) = rest.split_first_chunk()?;
                (u16::from_be_bytes(*length).into(), rest)
            }
            127 => {
                let (length, rest) = rest.split_first_chunk()?;
                (u64::from_be_bytes(*length), rest)
            }
            length => (length.into(), rest),
        };
        let (mask, rest) = match second & 0x80 {
            // What is not masked is refused.
            0 => ([0; 4], rest),
            _ => rest.split_first_chunk().map(|(mask, rest)| (*mask, rest))?,
        };
        Some(Self {
            first: *first,
            payload,
            mask,
            size: bytes.len() - rest.len(),
        })
    }

    /// How the rest of a frame begins: with a length that is not known before it is read.
    fn bytes(&self) -> [u8; PIECE_HEAD] {
        let [a, b, c, d] = self.mask;
        [self.first, 0x80 | 126, 0, 0, a, b, c, d]
    }

    /// Writes that only so much of the payload follows.
    fn cut(&self, head: &mut [u8], here: u64) {
        if here < self.payload {
            head[0] &= !FIN;
        }
        let here = here.to_be_bytes();
        // What is large has a length of two bytes or of eight.
        match head[1] & 0x7f {
            127 => head[2..10].copy_from_slice(&here),
            _ => head[2..4].copy_from_slice(&here[6..]),
        }
    }

    /// Of what follows so much of it in a frame of its own.
    fn continued(&self, here: u64) -> Self {
        let mut mask = self.mask;
        mask.rotate_left((here % 4) as usize);
        Self {
            first: self.first & FIN,
            payload: self.payload - here,
            mask,
            size: PIECE_HEAD,
        }
    }

    /// Of what follows so much of it in the same frame.
    fn after(&self, here: u64) -> Self {
        Self {
            payload: self.payload - here,
            size: 0,
            ..*self
        }
    }
}

#[cfg(test)]
mod tests;
