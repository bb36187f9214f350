//! Icons, of the Lucide set.

use lucide_yew::{
    CircleAlert, Info, Link, Lock, MessageCircle, Mic, MicOff, PhoneOff, SendHorizontal, Share2,
    User, Users, Video, VideoOff, Volume2, WifiOff, X,
};
use yew::prelude::*;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Something that needs the person.
    Alert,
    /// The camera is on.
    Camera,
    /// The camera is off.
    CameraOff,
    /// The chat.
    Chat,
    /// Close this.
    Close,
    /// Good to know.
    Hint,
    /// Leave the call.
    Leave,
    /// A link.
    Link,
    /// Encrypted.
    Lock,
    /// The microphone is on.
    Microphone,
    /// The microphone is off.
    MicrophoneOff,
    /// No network.
    Offline,
    /// The people in the call.
    People,
    /// Somebody without a name.
    Person,
    /// Send it.
    Send,
    /// Share it with another program.
    Share,
    /// Sound.
    Sound,
}

/// What an icon shows.
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// What it stands for.
    pub glyph: Glyph,
}

/// An icon, for the eyes alone: what it stands for is also said in words.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! { <span class="icon" aria-hidden="true">{picture(props.glyph)}</span> }
}

fn picture(glyph: Glyph) -> Html {
    match glyph {
        Glyph::Alert => html! { <CircleAlert /> },
        Glyph::Camera => html! { <Video /> },
        Glyph::CameraOff => html! { <VideoOff /> },
        Glyph::Chat => html! { <MessageCircle /> },
        Glyph::Close => html! { <X /> },
        Glyph::Hint => html! { <Info /> },
        Glyph::Leave => html! { <PhoneOff /> },
        Glyph::Link => html! { <Link /> },
        Glyph::Lock => html! { <Lock /> },
        Glyph::Microphone => html! { <Mic /> },
        Glyph::MicrophoneOff => html! { <MicOff /> },
        Glyph::Offline => html! { <WifiOff /> },
        Glyph::People => html! { <Users /> },
        Glyph::Person => html! { <User /> },
        Glyph::Send => html! { <SendHorizontal /> },
        Glyph::Share => html! { <Share2 /> },
        Glyph::Sound => html! { <Volume2 /> },
    }
}
