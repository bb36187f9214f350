//! Every word that people read, in English and in Korean.

mod english;
mod korean;
mod sentence;

pub use sentence::{Part, Sentence, fill};

use mesh::{CaptureError, Device};
use protocol::{InvalidRoomId, Name, Reaction, RoomId};

use crate::{
    choice::{DeviceKind, DeviceNews},
    connectivity::Finding,
};

/// A language that Madang speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English
    #[default]
    English,
    /// 한국어
    Korean,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// The language of a BCP 47 tag like `ko-KR`, if Madang speaks it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ko" => Some(Self::Korean),
            _ => None,
        }
    }

    /// The first of these tags that Madang speaks, else English.
    pub fn first_of<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::of_tag).unwrap_or_default()
    }

    /// The BCP 47 tag, as in `<html lang>` and `?lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// What its speakers call it.
    pub fn endonym(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    /// The one that the language switch leads to.
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Korean,
            Self::Korean => Self::English,
        }
    }

    /// Its words.
    pub fn text(self) -> &'static Text {
        match self {
            Self::English => &english::TEXT,
            Self::Korean => &korean::TEXT,
        }
    }
}

/// The words of one language. Where a value belongs into a sentence, the sentence has `{}`.
#[expect(missing_docs, reason = "the words themselves say it")]
pub struct Text {
    pub brand: &'static str,

    pub your_name: &'static str,
    pub room_id: &'static str,
    pub room_id_hint: &'static str,
    pub create_room: &'static str,
    pub join_room: &'static str,
    pub home_title: &'static str,
    pub home_lead: &'static str,
    pub home_link: &'static str,
    pub home_encrypted: &'static str,
    pub home_serverless: &'static str,
    pub home_camera: &'static str,
    pub licence: &'static str,

    pub room_blank: &'static str,
    pub room_empty: &'static str,
    pub room_too_long: &'static str,
    pub room_character: &'static str,
    pub room_elsewhere: &'static str,
    pub bad_link: &'static str,
    pub garbled_link: &'static str,
    pub no_such_page: &'static str,
    pub go_home: &'static str,

    pub lobby_title: &'static str,
    pub room: &'static str,
    pub preview: &'static str,
    pub nobody_here: &'static str,
    pub one_here: &'static str,
    pub two_here: &'static str,
    pub many_here: &'static str,
    pub asking_who: &'static str,
    pub server_unreachable: &'static str,
    pub lobby_busy: &'static str,
    pub busy: &'static str,
    pub lobby_full: &'static str,
    pub allow_devices: &'static str,
    pub answer_browser: &'static str,
    pub privacy: &'static str,
    pub join_now: &'static str,

    pub turn_off_microphone: &'static str,
    pub turn_on_microphone: &'static str,
    pub turn_off_camera: &'static str,
    pub turn_on_camera: &'static str,
    pub share_screen: &'static str,
    pub stop_sharing: &'static str,
    pub sharing: &'static str,
    pub share_failed: &'static str,
    pub screen_of: &'static str,
    pub own_screen: &'static str,
    pub pin: &'static str,
    pub unpin: &'static str,
    pub more: &'static str,
    pub other_camera: &'static str,
    pub picture_in_picture: &'static str,
    pub close_picture_in_picture: &'static str,
    pub full_screen: &'static str,
    pub leave_full_screen: &'static str,
    pub hide_own: &'static str,
    pub show_own: &'static str,
    pub open_chat: &'static str,
    pub close_chat: &'static str,
    pub show_people: &'static str,
    pub hide_people: &'static str,
    pub raise_hand: &'static str,
    pub lower_hand: &'static str,
    pub react: &'static str,
    pub reactions: &'static str,
    pub thumbs_up: &'static str,
    pub heart: &'static str,
    pub laughing: &'static str,
    pub applause: &'static str,
    pub surprised: &'static str,
    pub leave_call: &'static str,
    pub turn_on_sound: &'static str,
    pub sound_blocked: &'static str,
    pub dismiss: &'static str,

    pub microphone: &'static str,
    pub camera: &'static str,
    pub camera_or_microphone: &'static str,
    pub device_denied: &'static str,
    pub device_denied_now: &'static str,
    pub device_dismissed: &'static str,
    pub device_by_system: &'static str,
    pub device_by_policy: &'static str,
    pub device_constraint: &'static str,
    pub device_not_found: &'static str,
    pub device_unplugged: &'static str,
    pub device_in_use: &'static str,
    pub device_insecure: &'static str,
    pub device_failed: &'static str,
    pub device_muted: &'static str,
    pub device_replaced: &'static str,
    pub device_arrived: &'static str,
    pub device_refused: &'static str,
    pub use_device: &'static str,

    pub settings: &'static str,
    pub close: &'static str,
    pub microphone_choice: &'static str,
    pub camera_choice: &'static str,
    pub speaker_choice: &'static str,
    pub no_choice: &'static str,
    pub test_sound: &'static str,
    pub voice_only: &'static str,
    pub mirror: &'static str,
    pub speaker_large: &'static str,
    pub join_sound: &'static str,
    pub leave_sound: &'static str,
    pub hand_sound: &'static str,
    pub message_sound: &'static str,
    pub muted_hint: &'static str,
    pub show_reactions: &'static str,
    pub show_writing: &'static str,
    pub speaks_muted: &'static str,
    pub shortcuts_on: &'static str,
    pub push_to_talk: &'static str,
    pub shortcuts: &'static str,
    pub key_microphone: &'static str,
    pub key_camera: &'static str,
    pub key_talk: &'static str,
    pub key_hand: &'static str,
    pub key_chat: &'static str,
    pub key_people: &'static str,
    pub key_screen: &'static str,
    pub key_pin: &'static str,
    pub key_sheet: &'static str,
    pub key_escape: &'static str,
    pub voice_only_is_on: &'static str,
    pub show_pictures: &'static str,

    pub no_webrtc: &'static str,
    pub in_app_browser: &'static str,
    pub open_in_browser: &'static str,
    pub insecure_page: &'static str,

    pub test_connection: &'static str,
    pub testing_connection: &'static str,
    pub server_reached: &'static str,
    pub server_missing: &'static str,
    pub direct: &'static str,
    pub no_direct: &'static str,
    pub stun: &'static str,
    pub stun_silent: &'static str,
    pub stun_down: &'static str,
    pub relay: &'static str,
    pub relay_by_tcp: &'static str,
    pub relay_password: &'static str,
    pub relay_refuses: &'static str,
    pub relay_silent: &'static str,
    pub no_relay: &'static str,
    pub no_servers: &'static str,

    pub call_title: &'static str,
    pub participants: &'static str,
    pub controls: &'static str,
    pub you: &'static str,
    pub own_guest: &'static str,
    pub numbered_guest: &'static str,
    pub connecting: &'static str,
    pub reconnecting: &'static str,
    pub away: &'static str,
    pub cannot_connect: &'static str,
    /// On the others' tiles, which may be small: nothing gets out of this browser.
    pub no_way_out_here: &'static str,
    /// The same once for all, with what to try.
    pub no_way_out: &'static str,
    /// On the tile of somebody out of whose browser nothing gets.
    pub no_way_out_there: &'static str,
    pub hung_up: &'static str,
    /// On the tile of somebody whose sound does not come.
    pub no_sound_here: &'static str,
    /// The same, when nothing is sent to that one either.
    pub no_sound_paused: &'static str,
    /// On the tile of somebody to whom one's own sound does not come.
    pub no_sound_there: &'static str,
    /// Both.
    pub no_sound: &'static str,
    /// On the tile of somebody whose sound a third passes on.
    pub heard_through: &'static str,
    /// Of two others.
    pub cannot_hear: &'static str,
    pub several_cannot_hear: &'static str,
    pub connections: &'static str,
    pub connected: &'static str,
    pub muted: &'static str,
    pub camera_off: &'static str,
    pub hand_raised: &'static str,
    pub joining: &'static str,
    pub joining_offline: &'static str,
    pub offline: &'static str,

    pub alone: &'static str,
    pub invite: &'static str,
    pub link: &'static str,
    pub copy_link: &'static str,
    pub share_link: &'static str,
    pub show_qr_code: &'static str,
    pub qr_code: &'static str,
    pub qr_code_hint: &'static str,
    pub qr_code_label: &'static str,
    pub link_copied: &'static str,
    pub copy_failed: &'static str,

    pub chat: &'static str,
    pub chat_panel: &'static str,
    pub message_everyone: &'static str,
    pub send_message: &'static str,
    pub chat_empty: &'static str,
    pub chat_dropped: &'static str,
    pub earlier: &'static str,
    pub told_by_others: &'static str,
    pub sent_to_all: &'static str,
    pub not_with_one: &'static str,
    pub not_with_two: &'static str,
    pub not_with_many: &'static str,
    pub not_sent: &'static str,
    pub one_writes: &'static str,
    pub two_write: &'static str,
    pub several_write: &'static str,
    pub new_below: &'static str,
    pub show_all: &'static str,
    pub show_less: &'static str,
    pub message_too_long: &'static str,
    pub unread: &'static str,
    pub people: &'static str,
    pub people_panel: &'static str,

    pub joined: &'static str,
    pub left: &'static str,
    pub raised: &'static str,
    pub shares: &'static str,
    pub shares_no_longer: &'static str,
    pub reacted: &'static str,
    pub back_online: &'static str,

    pub leave_question: &'static str,
    pub leave: &'static str,
    pub stay: &'static str,

    pub left_title: &'static str,
    pub left_body: &'static str,
    pub full_title: &'static str,
    pub full_body: &'static str,
    pub superseded_title: &'static str,
    pub superseded_body: &'static str,
    pub version_title: &'static str,
    pub version_body: &'static str,
    pub rejoin: &'static str,
    pub try_again: &'static str,
    pub reload_page: &'static str,
}

/// The devices that one sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Devices {
    /// The microphone alone.
    Microphone,
    /// The camera alone.
    Camera,
    /// Both, in the same situation.
    Both,
}

impl Text {
    /// Why devices that are wanted give nothing, and how to mend it.
    pub fn device_trouble(&self, devices: Devices, device: Device) -> Option<String> {
        let sentence = match device {
            Device::Off | Device::Starting | Device::On => return None,
            Device::Muted => self.device_muted,
            Device::Blocked(error) => self.capture_error(error),
        };
        let devices = match devices {
            Devices::Microphone => self.microphone,
            Devices::Camera => self.camera,
            Devices::Both => self.camera_or_microphone,
        };
        Some(fill(sentence, &[devices]).to_string())
    }

    /// What a device of this kind is called where it is chosen.
    pub fn device_kind(&self, kind: DeviceKind) -> &'static str {
        match kind {
            DeviceKind::Microphone => self.microphone_choice,
            DeviceKind::Camera => self.camera_choice,
            DeviceKind::Speaker => self.speaker_choice,
        }
    }

    /// What there is to tell of devices; what the system calls them may be anything.
    pub fn device_news(&self, news: &DeviceNews) -> Sentence {
        match news {
            DeviceNews::Replaced(_, gone, by) => fill(self.device_replaced, &[gone, by]),
            DeviceNews::Arrived(device) => fill(self.device_arrived, &[&device.label]),
            DeviceNews::Refused(_, label) => fill(self.device_refused, &[label]),
        }
    }

    /// What a test of the connection found, and what to do about it.
    pub fn finding(&self, finding: Finding) -> Sentence {
        let words = match finding {
            Finding::Server => self.server_reached,
            Finding::NoServer => self.server_missing,
            Finding::Direct => self.direct,
            Finding::NoDirect => self.no_direct,
            Finding::NoWayOut => self.no_way_out,
            Finding::Stun => self.stun,
            Finding::StunSilent => self.stun_silent,
            Finding::StunDown => self.stun_down,
            Finding::Relay => self.relay,
            Finding::RelayByTcp => self.relay_by_tcp,
            Finding::RelayRefusesPassword => self.relay_password,
            Finding::RelayRefuses(code) => return fill(self.relay_refuses, &[&code.to_string()]),
            Finding::RelaySilent => self.relay_silent,
            Finding::NoRelay => self.no_relay,
            Finding::NoServers => self.no_servers,
        };
        words.into()
    }

    fn capture_error(&self, error: CaptureError) -> &'static str {
        match error {
            CaptureError::Denied => self.device_denied,
            CaptureError::DeniedNow => self.device_denied_now,
            CaptureError::Dismissed => self.device_dismissed,
            CaptureError::BySystem => self.device_by_system,
            CaptureError::ByPolicy => self.device_by_policy,
            CaptureError::NotFound => self.device_not_found,
            CaptureError::Constraint => self.device_constraint,
            CaptureError::Unplugged => self.device_unplugged,
            CaptureError::InUse => self.device_in_use,
            CaptureError::Insecure => self.device_insecure,
            CaptureError::Other => self.device_failed,
        }
    }

    /// What is wrong with a room ID that was typed or came with a link.
    pub fn room_error(&self, error: InvalidRoomId) -> Sentence {
        match error {
            InvalidRoomId::Empty => self.room_empty.into(),
            InvalidRoomId::TooLong => fill(self.room_too_long, &[&RoomId::MAX_CHARS.to_string()]),
            InvalidRoomId::Character(c) => fill(self.room_character, &[&visible(c)]),
        }
    }

    /// Who is in the room, for the lobby; the names are labels of people.
    pub fn who_is_here(&self, names: &[String]) -> Sentence {
        match names {
            [] => self.nobody_here.into(),
            [one] => fill(self.one_here, &[one]),
            [one, two] => fill(self.two_here, &[one, two]),
            [one, two, more @ ..] => fill(self.many_here, &[one, two, &more.len().to_string()]),
        }
    }

    /// Who writes to all, for the chat; the names are labels of people.
    pub fn who_writes(&self, names: &[String]) -> Option<Sentence> {
        Some(match names {
            [] => return None,
            [one] => fill(self.one_writes, &[one]),
            [one, two] => fill(self.two_write, &[one, two]),
            _ => self.several_write.into(),
        })
    }

    /// Who lacks a message of one's own; the names are labels of people.
    pub fn who_lacks(&self, names: &[String]) -> Sentence {
        match names {
            [] => self.sent_to_all.into(),
            [one] => fill(self.not_with_one, &[one]),
            [one, two] => fill(self.not_with_two, &[one, two]),
            [one, two, more @ ..] => fill(self.not_with_many, &[one, two, &more.len().to_string()]),
        }
    }

    /// How somebody reacts.
    pub fn reaction(&self, reaction: Reaction) -> &'static str {
        match reaction {
            Reaction::ThumbsUp => self.thumbs_up,
            Reaction::Heart => self.heart,
            Reaction::Laugh => self.laughing,
            Reaction::Applause => self.applause,
            Reaction::Surprise => self.surprised,
        }
    }

    /// One's own name.
    pub fn own_name(&self, name: &Name) -> String {
        match name.as_str() {
            "" => self.own_guest.to_owned(),
            name => fill(self.you, &[name]).to_string(),
        }
    }
}

/// A character as people can see it; what has no look of its own is named by its number.
fn visible(c: char) -> String {
    let shows = matches!(c, '\'' | '"' | '\\') || c.escape_debug().count() == 1;
    if shows {
        c.to_string()
    } else {
        format!("U+{:04X}", u32::from(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_that_madang_speaks() {
        assert_eq!(
            Language::first_of(["fr-FR", "ko-KR", "en"]),
            Language::Korean
        );
        assert_eq!(Language::first_of(["EN_us", "ko"]), Language::English);
        assert_eq!(
            Language::first_of(["", "kok", "english"]),
            Language::English
        );
    }

    #[test]
    fn sentences_take_as_many_values_in_korean_as_in_english() {
        let (english, korean) = (Language::English.text(), Language::Korean.text());
        let sentences = |text: &Text| {
            [
                text.one_here,
                text.two_here,
                text.many_here,
                text.room_too_long,
                text.room_character,
                text.room_elsewhere,
                text.joined,
                text.left,
                text.raised,
                text.shares,
                text.shares_no_longer,
                text.reacted,
                text.one_writes,
                text.two_write,
                text.several_write,
                text.not_with_one,
                text.not_with_two,
                text.not_with_many,
                text.device_replaced,
                text.device_arrived,
                text.device_refused,
                text.relay_refuses,
            ]
            .map(|sentence| sentence.matches("{}").count())
        };
        assert_eq!(sentences(english), sentences(korean));
        assert_eq!(
            sentences(english),
            [
                1, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 1, 2, 3, 2, 1, 1, 1
            ]
        );
    }

    #[test]
    fn each_failure_of_a_device_has_its_own_words() {
        use CaptureError::{
            ByPolicy, BySystem, Constraint, Denied, DeniedNow, Dismissed, InUse, Insecure,
            NotFound, Other, Unplugged,
        };
        let errors = [
            Denied, DeniedNow, Dismissed, BySystem, ByPolicy, NotFound, Constraint, Unplugged,
            InUse, Insecure, Other,
        ];
        for language in Language::ALL {
            let words = errors.map(|error| language.text().capture_error(error));
            for (place, words_of_one) in words.iter().enumerate() {
                assert_eq!(words_of_one.matches("{}").count(), 1, "{words_of_one}");
                assert!(!words[..place].contains(words_of_one), "{words_of_one}");
            }
        }
    }

    #[test]
    fn each_finding_has_its_own_words() {
        use Finding::{
            Direct, NoDirect, NoRelay, NoServer, NoServers, NoWayOut, Relay, RelayByTcp,
            RelayRefuses, RelayRefusesPassword, RelaySilent, Server, Stun, StunDown, StunSilent,
        };
        let findings = [
            Server,
            NoServer,
            Direct,
            NoDirect,
            NoWayOut,
            Stun,
            StunSilent,
            StunDown,
            Relay,
            RelayByTcp,
            RelayRefusesPassword,
            RelayRefuses(486),
            RelaySilent,
            NoRelay,
            NoServers,
        ];
        for language in Language::ALL {
            let words = findings.map(|it| language.text().finding(it).to_string());
            for (place, words_of_one) in words.iter().enumerate() {
                assert!(!words[..place].contains(words_of_one), "{words_of_one}");
            }
            assert!(words[11].contains("486"));
        }
    }

    #[test]
    fn a_refused_character_is_shown_even_if_it_cannot_be_seen() {
        let error = |c| {
            Language::English
                .text()
                .room_error(InvalidRoomId::Character(c))
                .to_string()
        };
        assert!(error('/').contains("“/”"));
        assert!(error('\'').contains("“'”"));
        assert!(error('\u{202e}').contains("“U+202E”"));
    }

    #[test]
    fn the_lobby_names_two_and_counts_the_rest() {
        let text = Language::English.text();
        let here = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            text.who_is_here(&names).to_string()
        };
        assert_eq!(here(&[]), "Nobody is here yet");
        assert_eq!(here(&["Haneul"]), "Haneul is here");
        assert_eq!(here(&["Haneul", "Soyeon"]), "Haneul and Soyeon are here");
        assert_eq!(here(&["A", "B", "C", "D"]), "A, B and 2 more are here");
    }

    #[test]
    fn the_chat_names_two_who_write() {
        let writes = |language: Language, names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let words = language.text().who_writes(&names);
            words.map(|words| words.to_string())
        };
        let english = |names| writes(Language::English, names);
        assert_eq!(english(&[]), None);
        assert_eq!(english(&["A"]).unwrap(), "A is writing…");
        assert_eq!(english(&["A", "B"]).unwrap(), "A and B are writing…");
        assert_eq!(
            english(&["A", "B", "C"]).unwrap(),
            "Several people are writing…"
        );
        let haneul = writes(Language::Korean, &["하늘"]);
        assert_eq!(haneul.unwrap(), "하늘 님이 쓰는 중…");
    }
}
