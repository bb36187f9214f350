//! What was written in the room, in `sessionStorage`: it survives a reload of the page and a crash,
//! and ends with the call or with the tab. A browser that keeps nothing is no error.
//!
//! There is nothing secret in it: a duplicated tab may have it, and is somebody else all the same.

use mesh::{ChatLine, Provenance};
use protocol::RoomId;
use web_sys::Storage;

use super::{clock::wall_clock, location::is_reload};

const KEY: &str = "madang.chat";

/// In letters of JSON, the newest messages. Browsers keep five megabytes, some of two bytes for a
/// letter; a full log has two of them, unless it is of what JSON writes six letters for.
const MAX_LENGTH: usize = 2 * 1024 * 1024;

/// What the page before left of this room; nothing, unless this one is its reload.
pub(crate) fn recall(room: &RoomId) -> Vec<ChatLine> {
    let kept = || session()?.get_item(KEY).ok()?;
    let kept = kept().filter(|kept| kept.len() <= MAX_LENGTH && is_reload());
    kept.map_or_else(Vec::new, |kept| read(&kept, room, wall_clock()))
}

/// Leaves this for the next page.
pub(crate) fn remember(room: &RoomId, lines: &[ChatLine]) {
    if let Some(storage) = session() {
        // Full, or forbidden: then the next page asks the others.
        let _ = storage.set_item(KEY, &write(room, lines));
    }
}

/// Nothing is left any more.
pub(crate) fn forget() {
    if let Some(storage) = session() {
        // Refused is only what could not be written either.
        let _ = storage.remove_item(KEY);
    }
}

/// The room, then a message on each line, behind the word of who says so.
fn write(room: &RoomId, lines: &[ChatLine]) -> String {
    let mut length = room.as_str().len();
    let newest = lines.iter().rev().map(|line| {
        let message = protocol::encode(&line.message);
        match line.provenance {
            Provenance::Said => format!("\nsaid {message}"),
            Provenance::Earlier => format!("\nearlier {message}"),
            Provenance::Told(teller) => format!("\n{teller} {message}"),
        }
    });
    let newest = newest.take_while(|line| {
        length += line.len();
        length <= MAX_LENGTH
    });
    let mut parts: Vec<String> = newest.collect();
    parts.push(room.as_str().to_owned());
    parts.reverse();
    parts.concat()
}

/// What is no message is left out; no time is later than now.
fn read(kept: &str, room: &RoomId, now: u64) -> Vec<ChatLine> {
    let mut kept = kept.split('\n');
    if kept.next() != Some(room.as_str()) {
        return Vec::new();
    }
    let line = |line: &str| {
        let (word, message) = line.split_once(' ')?;
        let provenance = match word {
            "said" => Provenance::Said,
            "earlier" => Provenance::Earlier,
            teller => Provenance::Told(teller.parse().ok()?),
        };
        let mut line = ChatLine {
            message: protocol::decode(message)?,
            provenance,
        };
        line.message.time = line.message.time.min(now);
        Some(line)
    };
    kept.filter_map(line).collect()
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

#[cfg(test)]
mod tests {
    use protocol::{ChatKey, ChatMessage, Incarnation, Name, PeerId};

    use super::*;

    fn line(seq: u32, text: &str, provenance: Provenance) -> ChatLine {
        let key = ChatKey {
            clock: seq.into(),
            author: PeerId([1; 16]),
            incarnation: Incarnation(7),
            seq,
        };
        let message = ChatMessage {
            key,
            time: 1000,
            name: Name::new("하늘"),
            text: text.to_owned().try_into().unwrap(),
        };
        ChatLine {
            message,
            provenance,
        }
    }

    fn room() -> RoomId {
        "courtyard".parse().unwrap()
    }

    #[test]
    fn what_is_written_is_read_with_who_says_so() {
        let lines = [
            line(1, "안녕\n\"hi\"", Provenance::Said),
            line(2, "b", Provenance::Earlier),
            line(3, "c", Provenance::Told(PeerId([9; 16]))),
        ];
        let kept = write(&room(), &lines);
        assert_eq!(read(&kept, &room(), 2000), lines);
        assert_eq!(read(&kept, &"elsewhere".parse().unwrap(), 2000), []);
        let early = read(&kept, &room(), 9);
        assert!(early.iter().all(|line| line.message.time == 9));
    }

    #[test]
    fn what_is_no_message_is_left_out() {
        let good = write(&room(), &[line(1, "good", Provenance::Said)]);
        let bad = "\nsaid {}\nsaid\n\nheard {\"key\":1}\n0101 {}\nsaid [[[";
        let kept = read(&format!("{good}{bad}"), &room(), 2000);
        assert_eq!(kept, [line(1, "good", Provenance::Said)]);
        assert_eq!(read("", &room(), 2000), []);
    }

    #[test]
    fn the_newest_are_kept_of_what_is_too_much() {
        let worst = format!("x{}", "\u{1}".repeat(4095));
        let lines: Vec<_> = (1..=200)
            .map(|seq| line(seq, &worst, Provenance::Said))
            .collect();
        let kept = write(&room(), &lines);
        assert!((MAX_LENGTH - 30_000..=MAX_LENGTH).contains(&kept.len()));
        let kept = read(&kept, &room(), 2000);
        assert_eq!(kept[..], lines[lines.len() - kept.len()..]);
    }
}
