//! Whatever arrives is refused or harmless.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod essay;
mod property;

use std::{fs, path::Path};

use proptest::prelude::*;
use protocol::{ChatText, InvalidChatText, Name, RoomId};
use serde_json::Value;

const CLIENT: &str = include_str!("golden/client-message.jsonl");
const SERVER: &str = concat!(
    include_str!("golden/server-message.jsonl"),
    include_str!("golden/envelope.jsonl"),
    include_str!("golden/control.jsonl"),
    include_str!("golden/chat.jsonl"),
);

proptest! {
    #[test]
    fn what_the_server_reads_of_a_damaged_message_is_a_message(text in damaged(CLIENT)) {
        property::client_message(&text);
    }

    #[test]
    fn what_a_page_reads_of_a_damaged_message_is_a_message(text in damaged(SERVER)) {
        property::server_message(&text);
    }

    #[test]
    fn what_is_typed_is_a_proper_room_id_or_none(typed in ".{0,80}") {
        property::room_id(&typed);
    }

    #[test]
    fn letters_and_marks_are_a_proper_room_id_or_none(typed in "[\\p{L}\\p{M}\\p{N}\\p{Zs}\\p{Pd}]{0,80}") {
        property::room_id(&typed);
    }

    #[test]
    fn compatible_forms_are_a_proper_room_id_or_none(typed in "[\u{ff01}-\u{ffee}\u{1d400}-\u{1d7ff}\u{2460}-\u{24ff}\u{3131}-\u{33ff}\u{fb00}-\u{fdff}\\p{DI}\\p{Thai}a-]{0,80}") {
        property::room_id(&typed);
    }

    #[test]
    fn what_shows_nothing_makes_no_other_room(typed in "[\\p{L}\\p{N}-]{1,20}", hidden in "[\u{ad}\u{200b}-\u{200f}\u{2060}\u{feff}\u{fe0f}]{1,5}", place: prop::sample::Index) {
        let places: Vec<usize> = typed.char_indices().map(|(place, _)| place).collect();
        let mut pasted = typed.clone();
        pasted.insert_str(*place.get(&places), &hidden);
        prop_assert_eq!(pasted.parse::<RoomId>(), typed.parse::<RoomId>());
    }

    #[test]
    fn what_is_typed_becomes_a_harmless_name(typed in "(?s).{0,100}") {
        property::name(&typed);
    }

    #[test]
    fn letters_and_marks_become_a_harmless_name(typed in "[\\p{L}\\p{M}\\p{Z}\\p{C}]{0,100}") {
        property::name(&typed);
    }

    #[test]
    fn joiners_between_anything_become_a_harmless_name(typed in "[\\p{DI}\\p{Emoji}\\p{Arabic}\\p{Devanagari}\\p{Mongolian}\\p{Han}K ]{0,100}") {
        property::name(&typed);
    }

    #[test]
    fn what_unicode_calls_ignorable_is_neither_a_name_nor_a_message(typed in "[\\p{DI}\\p{White_Space}\\p{Cc}\u{2800}]{0,100}") {
        prop_assert_eq!(Name::new(&typed), Name::default());
        prop_assert_eq!(ChatText::try_from(typed), Err(InvalidChatText::Blank));
    }

    #[test]
    fn what_is_written_is_a_message_if_something_shows(typed in "(?s).{0,20}|[\\p{DI}\\p{Z}a]{0,20}") {
        property::chat_text(&typed);
    }
}

#[test]
fn the_fuzzers_seeds_hold_too() {
    for (target, property) in [
        ("client_message", property::client_message as fn(&str)),
        ("server_message", property::server_message),
        ("room_id", property::room_id),
        ("name", property::name),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../dev/fuzz/seeds")
            .join(target);
        let seeds: Vec<_> = fs::read_dir(folder).unwrap().collect();
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for seed in seeds {
            property(&fs::read_to_string(seed.unwrap().path()).unwrap());
        }
    }
}

/// One of these lines with another value somewhere, written in another way.
fn damaged(lines: &'static str) -> impl Strategy<Value = String> {
    let lines: Vec<&str> = lines.lines().collect();
    let value = prop_oneof![
        ".{0,20}".prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let line = prop::sample::select(lines).prop_map(|line| serde_json::from_str(line).unwrap());
    (line, any::<prop::sample::Index>(), value).prop_map(|(mut message, place, value)| {
        let mut leaves = Vec::new();
        collect_leaves(&mut message, &mut leaves);
        *leaves.swap_remove(place.index(leaves.len())) = value;
        message.to_string()
    })
}

fn collect_leaves<'a>(value: &'a mut Value, leaves: &mut Vec<&'a mut Value>) {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| collect_leaves(value, leaves)),
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(_, value)| collect_leaves(value, leaves)),
        leaf => leaves.push(leaf),
    }
}

#[test]
fn a_text_is_as_long_as_the_essay_says() {
    let most = ChatText::MAX_BYTES;
    essay::says(
        essay::CHAT,
        &format!("A text has 1 to {most} bytes in UTF-8"),
    );
}
