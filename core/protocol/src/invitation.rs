//! A room as people pass it on: an ID, a link, a piece of a sentence.

use crate::{InvalidRoomId, RoomId, Route, particle::without_particle, quoted};

/// Why what was pasted leads to no room here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stray {
    /// What stands in place of a room ID is none.
    Invalid(InvalidRoomId),
    /// It lost a part on its way.
    Garbled,
    /// It is a link to this other host, whose rooms are others.
    Elsewhere(String),
}

/// What stands before a room's ID in every link to it.
const PATH: &str = "/r/";

/// The room of what was typed or pasted on the page of `host` (with its port): an ID, `#ID`,
/// `/r/ID`, or a link, also within a sentence. **A link to another host is not taken for a room of
/// this one.**
pub fn room_of(pasted: &str, host: &str) -> Result<RoomId, Stray> {
    let pasted = pasted.trim_matches(quoted::is_blank);
    // Some keyboards begin with a capital.
    let Some(place) = pasted.to_ascii_lowercase().find(PATH) else {
        return match quoted::within(pasted).parse() {
            Err(_) if pasted.contains("://") => Err(Stray::Garbled),
            id => id.map_err(Stray::Invalid),
        };
    };
    let (before, rest) = (&pasted[..place], &pasted[place + PATH.len()..]);
    if let Some(other) = host_of(before).filter(|other| !other.eq_ignore_ascii_case(host)) {
        return Err(Stray::Elsewhere(other.to_owned()));
    }
    // Typed by hand, a path has spaces; in a link they end it.
    let is_typed = before.is_empty();
    let ends = |c: char| matches!(c, '/' | '?' | '#') || !is_typed && c.is_whitespace();
    let mut segment = rest.split(ends).next().unwrap_or_default();
    if !is_typed {
        segment = without_particle(quoted::before_closing(segment));
    }
    match Route::of(&format!("{PATH}{segment}")) {
        Route::Room(room) => Ok(room),
        Route::BadRoom(error) => Err(Stray::Invalid(error)),
        Route::Home | Route::Garbled | Route::Unknown => Err(Stray::Garbled),
    }
}

/// The host of a link up to its path: `madang.example:3000` of `see
/// https://madang.example:3000/below`.
fn host_of(before: &str) -> Option<&str> {
    let link = before.split(char::is_whitespace).next_back()?;
    let link = link.split_once("://").map_or(link, |(_, rest)| rest);
    let host = quoted::after_opening(link.split('/').next()?);
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "madang.example";

    fn pasted(text: &str) -> Result<String, Stray> {
        room_of(text, HOST).map(String::from)
    }

    #[test]
    fn a_link_a_path_and_an_id_lead_to_one_room() {
        for text in [
            "team-standup",
            "#team-standup",
            "/r/team-standup",
            "/r/team standup/",
            "/R/team-standup",
            "HTTP://MADANG.EXAMPLE/R/TEAM-STANDUP",
            "https://madang.example/r/team-standup",
            "HTTPS://Madang.Example/r/Team-Standup?lang=ko#x",
            "madang.example/r/team-standup",
            "https://madang.example/below/r/team-standup/",
            "\u{feff}team\u{2060}-standup\u{200b}",
            "ｔｅａｍ－ｓｔａｎｄｕｐ",
        ] {
            assert_eq!(pasted(text), Ok("team-standup".into()), "{text:?}");
        }
        assert_eq!(
            pasted("https://madang.example/r/%EC%9A%B0%EB%A6%AC-%EB%A7%88%EB%8B%B9"),
            Ok("우리-마당".into())
        );
    }

    #[test]
    fn the_sentence_around_a_link_is_left_out() {
        for text in [
            "https://madang.example/r/team.",
            "<https://madang.example/r/team>,",
            "(madang.example/r/team)",
            "『https://madang.example/r/team』。",
            "Join me: https://madang.example/r/team, see you",
            "https://madang.example/r/team\u{200b} 에서 만나요",
            "https://madang.example/r/team에서 만나요",
            "Madang.example/r/team이에요.",
            "https://madang.example/r/team%E2%80%8B",
            "“team”.",
        ] {
            assert_eq!(pasted(text), Ok("team".into()), "{text:?}");
        }
    }

    #[test]
    fn a_link_to_another_host_is_no_room_of_this_one() {
        for (text, host) in [
            ("https://other.example/r/team", "other.example"),
            ("see other.example:3000/r/team", "other.example:3000"),
            ("https://madang.example:8443/r/team", "madang.example:8443"),
            ("https://evil.example/madang.example/r/team", "evil.example"),
        ] {
            assert_eq!(pasted(text), Err(Stray::Elsewhere(host.into())));
        }
    }

    #[test]
    fn what_holds_no_room_id_is_refused() {
        let invalid = |error| Err(Stray::Invalid(error));
        assert_eq!(pasted("/r/"), invalid(InvalidRoomId::Empty));
        assert_eq!(pasted("..."), invalid(InvalidRoomId::Empty));
        assert_eq!(pasted("../etc"), invalid(InvalidRoomId::Character('.')));
        assert_eq!(pasted("a/b"), invalid(InvalidRoomId::Character('/')));
        for garbled in ["/r/%E0%A4%A", "https://madang.example/"] {
            assert_eq!(pasted(garbled), Err(Stray::Garbled), "{garbled}");
        }
    }
}
