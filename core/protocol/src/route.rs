//! The addresses of the page. The server answers by this table, and the page shows by it.

use percent_encoding::percent_decode_str;

use crate::{InvalidRoomId, RoomId, quoted};

/// Where an address of the page leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Home,
    /// `/r/ROOM`
    Room(RoomId),
    /// `/r/` with something that is no room ID, or with nothing.
    BadRoom(InvalidRoomId),
    /// `/r/` with something that lost a part on its way: `%E0%A4%A` is no text.
    Garbled,
    /// Nowhere.
    Unknown,
}

impl Route {
    /// Of a path as it travels, percent-encoded. Slashes too many change nothing.
    pub fn of(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        match (segments.next(), segments.next(), segments.next()) {
            (None | Some("index.html"), None, _) => Self::Home,
            (Some("r" | "R"), room, None) => Self::of_room(room.unwrap_or_default()),
            _ => Self::Unknown,
        }
    }

    fn of_room(encoded: &str) -> Self {
        match percent_decode_str(encoded).decode_utf8() {
            Ok(typed) => {
                let id = quoted::within(&typed).parse();
                id.map_or_else(Self::BadRoom, Self::Room)
            }
            Err(_) => Self::Garbled,
        }
    }

    /// The path that leads there, decoded; home, for what leads nowhere.
    pub fn path(&self) -> String {
        match self {
            Self::Room(room) => format!("/r/{room}"),
            Self::Home | Self::BadRoom(_) | Self::Garbled | Self::Unknown => "/".to_owned(),
        }
    }

    /// Whether somebody can be there.
    pub fn is_found(&self) -> bool {
        matches!(self, Self::Home | Self::Room(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(id: &str) -> Route {
        Route::Room(id.parse().unwrap())
    }

    #[test]
    fn a_path_leads_home_or_into_a_room() {
        for path in ["/", "", "//", "/index.html"] {
            assert_eq!(Route::of(path), Route::Home, "{path}");
        }
        for path in ["/r/team", "/r/team/", "/R/team", "//r//team", "/r/Te%61m"] {
            assert_eq!(Route::of(path), room("team"), "{path}");
        }
        for path in ["/r/우리 마당", "/r/%EC%9A%B0%EB%A6%AC%20%EB%A7%88%EB%8B%B9"] {
            assert_eq!(Route::of(path), room("우리-마당"), "{path}");
        }
        for path in ["/about", "/r/a/b", "/rr/a", "/index.html/a", "/r%2Fteam"] {
            assert_eq!(Route::of(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn what_a_sentence_leaves_at_a_link_changes_nothing() {
        for end in [
            ".",
            ")",
            ",",
            ">",
            "%3E",
            ").",
            "。",
            "%E2%80%8B",
            "%EF%BB%BF",
        ] {
            let path = format!("/r/team{end}");
            assert_eq!(Route::of(&path), room("team"), "{path}");
        }
    }

    #[test]
    fn an_address_without_a_room_leads_to_the_reason() {
        for (path, reason) in [
            ("/r", InvalidRoomId::Empty),
            ("/r/", InvalidRoomId::Empty),
            ("/r/a%2Fb", InvalidRoomId::Character('/')),
            ("/r/%", InvalidRoomId::Character('%')),
            ("/r/a:b", InvalidRoomId::Character(':')),
        ] {
            assert_eq!(Route::of(path), Route::BadRoom(reason), "{path}");
        }
        assert_eq!(Route::of("/r/%E0%A4%A"), Route::Garbled);
        assert_eq!(Route::of("/r/%FF"), Route::Garbled);
    }

    #[test]
    fn the_path_of_a_room_leads_to_it() {
        let room = room("우리-마당");
        assert_eq!(Route::of(&room.path()), room);
    }
}
