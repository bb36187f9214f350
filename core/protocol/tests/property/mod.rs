//! What holds of every text, whoever sends it. Proptest looks for an exception here, the fuzzer in
//! `dev/fuzz/`.

use std::fmt::Debug;

use protocol::{
    Chat, ChatText, ClientMessage, Control, Envelope, Name, PeerId, RoomId, ServerMessage,
    SignalRef, decode, encode, is_invisible,
};
use serde::{Serialize, de::DeserializeOwned};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Unicode's property `Bidi_Control`.
const DIRECTION: [char; 12] = [
    '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Of what a page sends to the server.
pub fn client_message(text: &str) {
    survives::<ClientMessage>(text);
    if let Some(signal) = SignalRef::decode(text) {
        arrives(signal, text);
    }
}

/// What the server passes on unread can be read, and is what it would have read.
fn arrives(signal: SignalRef, text: &str) {
    let sender = PeerId([7; 16]);
    let relayed = signal.relayed(sender);
    let Some(ServerMessage::Signal { from, payload }) = decode(&relayed) else {
        panic!("{relayed} is no signal");
    };
    assert_eq!(from, sender);
    if let Some(read) = decode::<ClientMessage>(text) {
        let to = signal.to;
        assert_eq!(read, ClientMessage::Signal { to, payload });
    }
}

/// Of what a page is sent, by the server or by another page.
pub fn server_message(text: &str) {
    survives::<ServerMessage>(text);
    survives::<Envelope>(text);
    survives::<Control>(text);
    survives::<Chat>(text);
}

/// What can be read can be written, and read again as the same.
fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) {
    if let Some(message) = decode::<T>(text) {
        let written = encode(&message);
        assert_eq!(decode::<T>(&written), Some(message), "{written}");
    }
}

/// Of what is typed as a room ID.
pub fn room_id(typed: &str) {
    let Ok(room) = typed.parse::<RoomId>() else {
        return;
    };
    let text = room.as_str();
    assert_eq!(text.parse::<RoomId>().as_ref(), Ok(&room));
    assert!((1..=RoomId::MAX_CHARS).contains(&text.chars().count()));
    assert!(text.nfc().eq(text.chars()), "{text:?} is not composed");
    assert!(text.split('-').all(is_word), "{text:?}");
    assert!(!text.contains(is_invisible), "{text:?}");
}

fn is_word(text: &str) -> bool {
    let is_small = |c: char| c.to_lowercase().eq([c]);
    text.starts_with(char::is_alphanumeric)
        && text
            .chars()
            .all(|c| (c.is_alphanumeric() || is_combining_mark(c)) && is_small(c))
}

/// Of what is typed as a name.
pub fn name(typed: &str) {
    let name = Name::new(typed);
    let text = name.as_str();
    assert_eq!(Name::new(text), name);
    assert!(text.chars().count() <= Name::MAX_CHARS);
    assert!(text.len() <= Name::MAX_CHARS * char::MAX_LEN_UTF8);
    assert!(text.nfc().eq(text.chars()), "{text:?} is not composed");
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(!text.contains(DIRECTION), "{text:?}");
    let is_line = text.split(char::is_whitespace).all(|word| !word.is_empty());
    assert!(text.is_empty() || is_line, "{text:?}");
    assert_eq!(text.is_empty(), text.chars().all(is_invisible), "{text:?}");
    let marks: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).collect();
    let is_tower = |five: &[char]| five.iter().all(|c| is_combining_mark(*c));
    assert!(!marks.windows(5).any(is_tower), "{text:?}");
}

/// Of what is written to all.
pub fn chat_text(typed: &str) {
    let shows = |c: char| !c.is_whitespace() && !is_invisible(c);
    match ChatText::try_from(typed.to_owned()) {
        Ok(text) => assert!(text.as_str() == typed && typed.contains(shows), "{typed:?}"),
        Err(_) => assert!(!typed.contains(shows) || typed.len() > ChatText::MAX_BYTES),
    }
}
