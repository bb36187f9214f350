//! Icons, of the Lucide set.

use icondata_lu as lucide;
use yew::{prelude::*, virtual_dom::VTag};

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
    /// Everybody has it.
    Delivered,
    /// Give it the whole screen.
    FullScreen,
    /// A raised hand.
    Hand,
    /// It is not to be seen.
    Hidden,
    /// Good to know.
    Hint,
    /// Leave the call.
    Leave,
    /// Give the whole screen back.
    LeaveFullScreen,
    /// A link.
    Link,
    /// Encrypted.
    Lock,
    /// The microphone is on.
    Microphone,
    /// The microphone is off.
    MicrophoneOff,
    /// What else there is.
    More,
    /// No network.
    Offline,
    /// The people in the call.
    People,
    /// Somebody without a name.
    Person,
    /// Make it large.
    Pin,
    /// How one can react.
    React,
    /// Share a screen.
    Screen,
    /// Send it.
    Send,
    /// Somebody has it.
    Sent,
    /// A small window above all others.
    PictureInPicture,
    /// A QR code.
    QrCode,
    /// The camera on the other side.
    OtherCamera,
    /// What can be set.
    Settings,
    /// Share it with another program.
    Share,
    /// It is to be seen.
    Shown,
    /// Sound.
    Sound,
    /// Share a screen no longer.
    StopScreen,
    /// Make it as large as the others.
    Unpin,
    /// Nobody has it yet.
    Unsent,
}

/// An icon, for the eyes alone: what it stands for is also said in words.
pub fn icon(glyph: Glyph) -> Html {
    let icon = match glyph {
        Glyph::Alert => lucide::LuCircleAlert,
        Glyph::Camera => lucide::LuVideo,
        Glyph::CameraOff => lucide::LuVideoOff,
        Glyph::Chat => lucide::LuMessageCircle,
        Glyph::Close => lucide::LuX,
        Glyph::Delivered => lucide::LuCheckCheck,
        Glyph::FullScreen => lucide::LuMaximize,
        Glyph::Hand => lucide::LuHand,
        Glyph::Hidden => lucide::LuEyeOff,
        Glyph::Hint => lucide::LuInfo,
        Glyph::Leave => lucide::LuPhoneOff,
        Glyph::LeaveFullScreen => lucide::LuMinimize,
        Glyph::Link => lucide::LuLink,
        Glyph::Lock => lucide::LuLock,
        Glyph::Microphone => lucide::LuMic,
        Glyph::MicrophoneOff => lucide::LuMicOff,
        Glyph::More => lucide::LuEllipsis,
        Glyph::Offline => lucide::LuWifiOff,
        Glyph::People => lucide::LuUsers,
        Glyph::Person => lucide::LuUser,
        Glyph::Pin => lucide::LuPin,
        Glyph::React => lucide::LuSmilePlus,
        Glyph::Screen => lucide::LuScreenShare,
        Glyph::Send => lucide::LuSendHorizontal,
        Glyph::PictureInPicture => lucide::LuPictureInPicture2,
        Glyph::QrCode => lucide::LuQrCode,
        Glyph::Sent => lucide::LuCheck,
        Glyph::OtherCamera => lucide::LuSwitchCamera,
        Glyph::Settings => lucide::LuSettings,
        Glyph::Share => lucide::LuShare2,
        Glyph::Shown => lucide::LuEye,
        Glyph::Sound => lucide::LuVolume2,
        Glyph::StopScreen => lucide::LuScreenShareOff,
        Glyph::Unpin => lucide::LuPinOff,
        Glyph::Unsent => lucide::LuClock,
    };
    html! {
        <span class="icon" aria-hidden="true">
            <svg viewBox={icon.view_box} fill={icon.fill} stroke={icon.stroke} stroke-width={icon.stroke_width}
                stroke-linecap={icon.stroke_linecap} stroke-linejoin={icon.stroke_linejoin}>
                {for shapes(icon.data)}
            </svg>
        </span>
    }
}

/// The elements of `<path d="M1 1"/><circle r="3"/>`. The page's policy forbids to have the browser
/// read them: `require-trusted-types-for`.
fn shapes(data: &'static str) -> impl Iterator<Item = Html> {
    data.split('<').filter_map(|shape| {
        let (name, mut rest) = shape.split_once(' ')?;
        let mut tag = VTag::new(name);
        while let Some((attribute, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"')?;
            tag.add_attribute(attribute.trim(), value);
            rest = after;
        }
        Some(tag.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_an_icon_is_drawn_with_its_attributes() {
        let mut path = VTag::new("path");
        path.add_attribute("d", "M1 1");
        let mut circle = VTag::new("circle");
        circle.add_attribute("cx", "1");
        circle.add_attribute("r", "3");
        let data = "<path d=\"M1 1\" />\n<circle cx=\"1\" r=\"3\"/>";
        let drawn: Vec<Html> = shapes(data).collect();
        assert_eq!(drawn, [Html::from(path), Html::from(circle)]);
    }
}
