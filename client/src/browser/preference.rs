//! What people turn on and off, on this device.

use super::{document, storage};

/// Something that can be turned on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// Pictures are neither sent nor received.
    VoiceOnly,
    /// One sees oneself as in a mirror.
    Mirror,
    /// Who speaks is large.
    Speaker,
    /// A sound tells that somebody joined.
    JoinSound,
    /// A sound tells that somebody left.
    LeaveSound,
    /// A sound tells that somebody raised a hand.
    HandSound,
    /// A sound tells that somebody wrote.
    MessageSound,
    /// Who speaks and is muted is told. For that a muted microphone is listened to, on this device.
    MutedHint,
    /// How others react is shown and told.
    Reactions,
    /// The others see when one writes.
    Writing,
    /// Keys do what buttons do.
    Shortcuts,
    /// The microphone is on while the space bar is held.
    PushToTalk,
}

impl Preference {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 12] = [
        Self::VoiceOnly,
        Self::Mirror,
        Self::Speaker,
        Self::JoinSound,
        Self::LeaveSound,
        Self::HandSound,
        Self::MessageSound,
        Self::MutedHint,
        Self::Reactions,
        Self::Writing,
        Self::Shortcuts,
        Self::PushToTalk,
    ];

    fn key(self) -> storage::Key {
        storage::Key::Preference(match self {
            Self::VoiceOnly => "madang.voice-only",
            Self::Mirror => "madang.mirror",
            Self::Speaker => "madang.speaker",
            Self::JoinSound => "madang.join-sound",
            Self::LeaveSound => "madang.leave-sound",
            Self::HandSound => "madang.hand-sound",
            Self::MessageSound => "madang.message-sound",
            Self::MutedHint => "madang.muted-hint",
            Self::Reactions => "madang.reactions",
            Self::Writing => "madang.writing",
            Self::Shortcuts => "madang.shortcuts",
            Self::PushToTalk => "madang.push-to-talk",
        })
    }

    /// Whether it is on as long as nobody has turned it on or off.
    fn is_on_at_first(self) -> bool {
        !matches!(
            self,
            Self::VoiceOnly | Self::Speaker | Self::MessageSound | Self::MutedHint
        )
    }

    /// Whether it is on.
    pub fn is_on(self) -> bool {
        match storage::recall(self.key()).as_deref() {
            Some(storage::ON) => true,
            Some(storage::OFF) => false,
            _ => self.is_on_at_first(),
        }
    }

    /// Turns it on or off, from now on.
    pub fn turn(self, on: bool) {
        let value = if on { storage::ON } else { storage::OFF };
        storage::remember(self.key(), value);
        apply();
    }
}

/// Has the page look as was preferred.
pub fn apply() {
    document::set_mirrored(Preference::Mirror.is_on());
}
