use std::io::Cursor;

use hyper_tungstenite::tungstenite::protocol::frame::{
    FrameSocket,
    coding::{Data, OpCode},
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

const SMALL: usize = 200;
const LARGEST: usize = 70_000;

/// A frame with this first byte and this mask, and a payload of which no two bytes in a row are
/// alike.
fn frame(first: u8, length: usize, mask: [u8; 4]) -> Vec<u8> {
    frame_of(first, length, mask, false)
}

/// The same, with its length in more bytes than it needs, if that is wanted.
fn frame_of(first: u8, length: usize, mask: [u8; 4], is_long: bool) -> Vec<u8> {
    let mut frame = vec![first];
    match length {
        0..126 if !is_long => frame.push(0x80 | length as u8),
        126..65_536 if !is_long => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend((0..length).map(|index| (index % 251) as u8 ^ mask[index % 4]));
    frame
}

/// Goes through all of it, of which so much is read at a time.
fn pass(fragments: &mut Fragments, mut bytes: &[u8], chunk: usize) -> Vec<u8> {
    let mut passed = Vec::new();
    while !bytes.is_empty() {
        let (read, rest) = bytes.split_at(chunk.min(bytes.len()));
        let mut read = [fragments.ahead().as_ref(), read].concat();
        let length = fragments.pass(&mut read);
        passed.extend_from_slice(&read[..length]);
        bytes = rest;
    }
    passed
}

/// Control frames and messages, with the most that a frame of them has.
fn read(bytes: Vec<u8>) -> (Vec<(OpCode, Vec<u8>)>, usize) {
    let mut socket = FrameSocket::new(Cursor::new(bytes));
    let (mut said, mut message, mut most) = (Vec::new(), None, 0);
    while let Some(frame) = socket.read(None).unwrap() {
        let header = frame.header().clone();
        let mut payload = frame.into_payload().to_vec();
        most = most.max(payload.len());
        for (byte, mask) in payload.iter_mut().zip(header.mask.unwrap().iter().cycle()) {
            *byte ^= mask;
        }
        if let OpCode::Control(_) = header.opcode {
            said.push((header.opcode, payload));
            continue;
        }
        let (opcode, mut before) = match header.opcode {
            OpCode::Data(Data::Continue) => message.take().unwrap(),
            opcode => (opcode, Vec::new()),
        };
        before.append(&mut payload);
        message = Some((opcode, before));
        if header.is_final {
            said.extend(message.take());
        }
    }
    (said, most)
}

fn any_length() -> impl Strategy<Value = usize> {
    let edges = vec![0, 1, 125, 126, SMALL, SMALL + 1, 65_535, 65_536, LARGEST];
    prop_oneof![select(edges), 0..2000_usize]
}

/// A message in pieces, with pings in between.
fn any_message() -> impl Strategy<Value = Vec<u8>> {
    let piece = (any_length(), any::<[u8; 4]>(), any::<[bool; 2]>());
    vec(piece, 1..4).prop_map(|pieces| {
        let last = pieces.len() - 1;
        let mut bytes = Vec::new();
        for (index, (length, mask, [is_long, is_asked])) in pieces.into_iter().enumerate() {
            let fin = if index == last { FIN } else { 0 };
            bytes.extend(frame_of(fin | u8::from(index == 0), length, mask, is_long));
            if is_asked {
                bytes.extend(frame(0x89, length.min(125), mask));
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_said_in_large_frames_comes_in_small_ones(
        messages in vec(any_message(), 1..4),
        chunk in prop_oneof![1..20_usize, 1..5000_usize],
    ) {
        let bytes = messages.concat();
        let mut fragments = Fragments::new(SMALL, LARGEST);
        let passed = pass(&mut fragments, &bytes, chunk);
        prop_assert!(fragments.begun.is_none() && fragments.incomplete() == 0);
        let (heard, most) = read(passed);
        prop_assert_eq!(heard, read(bytes).0);
        prop_assert!(most <= chunk.max(SMALL));
    }
}

#[test]
fn what_began_is_known_until_it_is_complete() {
    let mut fragments = Fragments::new(SMALL, LARGEST);
    let text = frame(0x81, 3000, [1, 2, 3, 4]);
    let ping = frame(0x89, 4, [0; 4]);
    let mut pass = |bytes: &[u8]| {
        pass(&mut fragments, bytes, 1000);
        (fragments.begun.is_some(), fragments.incomplete())
    };
    assert_eq!(pass(&text[..5]), (true, 0));
    assert_eq!(pass(&text[5..1008]), (true, 1000));
    assert_eq!(pass(&text[1008..]), (false, 0));
    assert_eq!(pass(&[&ping[..], &text, &ping].concat()), (false, 0));
    assert_eq!(pass(&ping[..3]), (true, 0));
    assert_eq!(pass(&ping[3..]), (false, 0));
    // Within a message everything waits for its end.
    assert_eq!(pass(&frame(0x01, 10, [0; 4])), (true, 10));
    assert_eq!(pass(&ping), (true, 10));
    assert_eq!(pass(&frame(0x80, 10, [0; 4])), (false, 0));
}

/// So that it is refused at once, and for what it is.
#[test]
fn what_is_too_large_goes_on_as_it_is() {
    let head = &frame(0x81, LARGEST + 1, [1, 2, 3, 4])[..40];
    let mut fragments = Fragments::new(SMALL, LARGEST);
    assert_eq!(pass(&mut fragments, head, 40), head);
}
