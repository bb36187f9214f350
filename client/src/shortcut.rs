//! What keys do in a call.

use crate::browser::Key;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Turn the microphone on or off.
    Microphone,
    /// Turn the camera on or off.
    Camera,
    /// Talk as long as the key is held.
    Talk,
    /// Raise the hand or lower it.
    Hand,
    /// Open the chat or close it.
    Chat,
    /// Show the people or hide them.
    People,
    /// Share a screen or stop that.
    Screen,
    /// Pin the tile of this place, from 0, or unpin it.
    Pin(usize),
    /// Show what keys do.
    Sheet,
}

impl Shortcut {
    /// What this key asks for. **Letters are told by their place on the keyboard**, as on any
    /// layout and while Hangul is typed; the question mark by what it writes, since every layout
    /// has another place for it.
    pub fn of(key: &Key) -> Option<Self> {
        if key.in_text || key.composing || key.alt {
            return None;
        }
        match (key.code.as_str(), key.command, key.shift) {
            // A button that has the focus is pressed by it.
            ("Space", false, false) => (!key.on_control).then_some(Self::Talk),
            _ if key.repeat => None,
            ("KeyD", true, false) | ("KeyM", false, false) => Some(Self::Microphone),
            ("KeyE", true, false) | ("KeyV", false, false) => Some(Self::Camera),
            ("KeyR", false, false) => Some(Self::Hand),
            ("KeyC", false, false) => Some(Self::Chat),
            ("KeyP", false, false) => Some(Self::People),
            ("KeyS", false, true) => Some(Self::Screen),
            (code, false, false) if code.starts_with("Digit") => pin(code),
            (_, false, _) if key.key == "?" => Some(Self::Sheet),
            _ => None,
        }
    }
}

/// The keys from 1 to 9.
fn pin(code: &str) -> Option<Shortcut> {
    let digit: usize = code.strip_prefix("Digit")?.parse().ok()?;
    Some(Shortcut::Pin(digit.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: &str, written: &str) -> Key {
        Key {
            key: written.to_owned(),
            code: code.to_owned(),
            composing: false,
            processed: false,
            repeat: false,
            shift: false,
            command: false,
            alt: false,
            in_text: false,
            on_control: false,
        }
    }

    #[test]
    fn letters_are_told_by_their_place() {
        let hangul = key("KeyM", "ㅡ");
        assert_eq!(Shortcut::of(&hangul), Some(Shortcut::Microphone));
        let azerty = key("KeyQ", "a");
        assert_eq!(Shortcut::of(&azerty), None);
    }

    #[test]
    fn the_question_mark_is_told_by_what_it_writes() {
        for code in ["Slash", "Minus", "Comma"] {
            let shift = Key {
                shift: true,
                ..key(code, "?")
            };
            assert_eq!(Shortcut::of(&shift), Some(Shortcut::Sheet));
        }
        assert_eq!(Shortcut::of(&key("Slash", "/")), None);
    }

    #[test]
    fn what_is_written_is_no_shortcut() {
        let pressed = |key: Key| Shortcut::of(&key);
        let letter = || key("KeyC", "c");
        assert_eq!(pressed(letter()), Some(Shortcut::Chat));
        assert_eq!(
            pressed(Key {
                in_text: true,
                ..letter()
            }),
            None
        );
        assert_eq!(
            pressed(Key {
                composing: true,
                ..letter()
            }),
            None
        );
    }

    #[test]
    fn what_the_browser_does_with_a_key_is_left_to_it() {
        let pressed = |key: Key| Shortcut::of(&key);
        let copy = Key {
            command: true,
            ..key("KeyC", "c")
        };
        let reload = Key {
            command: true,
            ..key("KeyR", "r")
        };
        let bookmark = Key {
            command: true,
            shift: true,
            ..key("KeyD", "D")
        };
        assert_eq!([copy, reload, bookmark].map(pressed), [None; 3]);
    }

    #[test]
    fn the_space_bar_talks_unless_it_presses_something() {
        let held = Key {
            repeat: true,
            ..key("Space", " ")
        };
        assert_eq!(Shortcut::of(&held), Some(Shortcut::Talk));
        let button = Key {
            on_control: true,
            ..key("Space", " ")
        };
        assert_eq!(Shortcut::of(&button), None);
    }

    #[test]
    fn a_key_that_is_held_does_its_work_once() {
        let held = Key {
            repeat: true,
            ..key("KeyR", "r")
        };
        assert_eq!(Shortcut::of(&held), None);
    }

    #[test]
    fn nine_tiles_have_a_key() {
        assert_eq!(Shortcut::of(&key("Digit1", "1")), Some(Shortcut::Pin(0)));
        assert_eq!(Shortcut::of(&key("Digit9", "ç")), Some(Shortcut::Pin(8)));
        assert_eq!(Shortcut::of(&key("Digit0", "0")), None);
    }
}
