//! What typed text means: the same on a server, where this is compiled with the tables of a crate,
//! and in a page, where it asks the browser.

use protocol::{Name, RoomId, decode};
use serde::Deserialize;

/// A line of `golden/typed.jsonl`.
#[derive(Debug, PartialEq, Deserialize)]
struct Meaning {
    typed: String,
    name: String,
    look: String,
    room: Option<String>,
}

impl Meaning {
    fn of(typed: &str) -> Self {
        let name = Name::new(typed);
        Self {
            typed: typed.to_owned(),
            look: name.look(),
            name: name.into(),
            room: typed.parse::<RoomId>().ok().map(String::from),
        }
    }
}

/// Each line of the golden file holds.
pub fn means_what_is_written() {
    let lines = include_str!("../golden/typed.jsonl").lines();
    for line in lines {
        let meaning: Meaning = decode(line).unwrap();
        assert_eq!(Meaning::of(&meaning.typed), meaning);
    }
}
