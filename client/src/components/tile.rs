//! One person, or one shared screen, on the stage.

use mesh::{LinkState, NoSound, Side, Source};
use protocol::Reaction;
use yew::prelude::*;

use crate::{
    browser::{self, Stream},
    components::{
        avatar::avatar,
        class::class,
        hand,
        hooks::use_boxed_effect,
        icon::{Glyph, icon},
        language::use_text,
        name::person_name,
        phrase::phrase,
        pins::TileId,
        reactions::reacted,
        video::Video,
    },
    layout::Rect,
    text::{Sentence, Text, fill},
};

/// Who is on the tile.
#[derive(Properties, PartialEq)]
pub struct TileProps {
    /// Which one.
    pub id: TileId,
    /// Where it stands.
    pub place: Rect,
    /// What the person is called, one's own as `NAME (you)`; or whose screen it is.
    pub label: AttrValue,
    /// The name whose initials stand for a missing picture.
    pub name: AttrValue,
    /// The picture.
    pub stream: Option<Stream>,
    /// Whether sound is sent.
    pub microphone: bool,
    /// Whether a picture is sent.
    pub camera: bool,
    /// How the connection stands.
    #[prop_or(LinkState::Connected)]
    pub link: LinkState,
    /// What the person is called who passes the sound on, if it comes that way.
    #[prop_or_default]
    pub through: Option<String>,
    /// The hand's place among those that are up, from 1.
    #[prop_or_default]
    pub hand: Option<usize>,
    /// How the person reacted a moment ago.
    #[prop_or_default]
    pub reaction: Option<Reaction>,
    /// Whether the person speaks.
    #[prop_or_default]
    pub speaking: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The person pins it, or unpins it.
    pub onpin: Callback<TileId>,
}

/// A person's picture, or initials, with the name and what is the matter.
#[component]
pub fn Tile(props: &TileProps) -> Html {
    let text = use_text();
    let is_lost = matches!(
        props.link,
        LinkState::CannotConnect | LinkState::NoWayOut(_) | LinkState::NoSound(_)
    );
    let bad = is_lost && props.through.is_none();
    let known = is_known(props.link);
    let node = use_node_ref();
    {
        let node = node.clone();
        use_boxed_effect(props.place, move |place| {
            if let Some(tile) = node.get() {
                browser::place(&tile, *place);
            }
        });
    }
    let id = props.id;
    let kind = match (id.source, id.person) {
        (Source::Screen, _) => "tile screen",
        (_, None) if !props.stream.as_ref().is_some_and(Stream::looks_away) => "tile own",
        _ => "tile",
    };
    let (pin, glyph) = if props.pinned {
        (text.unpin, Glyph::Unpin)
    } else {
        (text.pin, Glyph::Pin)
    };
    let pin = fill(pin, &[&props.label]).to_string();
    html! {
        <div ref={node} class={class(kind, props.speaking.then_some("speaking"))} role="group" aria-label={&props.label}>
            <Video stream={props.stream.clone()} />
            if !props.camera || !known {
                <div class="cover">{avatar(&props.name)}</div>
            }
            if !props.camera && known {
                <span class="unseen">{phrase(text.camera_off)}</span>
            }
            if let Some(words) = link_words(props.link, &props.label, props.through.as_deref(), text) {
                <p class={class("state", bad.then_some("bad"))}>{phrase(words)}</p>
            }
            if let Some(place) = props.hand {
                {hand::raised(place, text)}
            }
            if let Some(reaction) = props.reaction {
                {reacted(reaction, text)}
            }
            <p class="plate">
                if !props.microphone && known {
                    {icon(Glyph::MicrophoneOff)}<span class="unseen">{phrase(text.muted)}</span>
                }
                {person_name(&props.label)}
            </p>
            <button type="button" class={class("pin", props.pinned.then_some("pinned"))} aria-label={pin.clone()} title={pin}
                onclick={props.onpin.reform(move |_: MouseEvent| id)}>
                {icon(glyph)}
            </button>
        </div>
    }
}

/// Whether a connection tells what the person sends.
pub fn is_known(link: LinkState) -> bool {
    matches!(
        link,
        LinkState::Connected | LinkState::NoSound(_) | LinkState::Reconnecting | LinkState::Away
    )
}

/// What is the matter with a connection to whom one calls so, in words; and who helps out, if
/// somebody does. **Nobody is left in the belief to be heard.**
pub fn link_words(
    link: LinkState,
    label: &str,
    through: Option<&str>,
    text: &Text,
) -> Option<Sentence> {
    let words = match (link, through) {
        (LinkState::Connected, _) => return None,
        (LinkState::NoSound(NoSound::There), _) => text.no_sound_there,
        (_, Some(name)) => return Some(fill(text.heard_through, &[name])),
        (LinkState::NoSound(NoSound::Here), _) => text.no_sound_here,
        (LinkState::NoSound(NoSound::Paused), _) => text.no_sound_paused,
        (LinkState::NoSound(NoSound::Both), _) => text.no_sound,
        (LinkState::Connecting, _) => text.connecting,
        (LinkState::Reconnecting, _) => text.reconnecting,
        (LinkState::Away, _) => text.away,
        (LinkState::CannotConnect, _) => text.cannot_connect,
        (LinkState::NoWayOut(Side::Here), _) => text.no_way_out_here,
        (LinkState::NoWayOut(Side::There), _) => text.no_way_out_there,
        (LinkState::HungUp, _) => text.hung_up,
    };
    Some(fill(words, &[label]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn who_does_not_hear_whom_is_said_in_both_languages() {
        let states = [
            NoSound::Here,
            NoSound::Paused,
            NoSound::There,
            NoSound::Both,
        ];
        let words = |language: Language, through| {
            states.map(|no_sound| {
                let link = LinkState::NoSound(no_sound);
                let words = link_words(link, "Ben", through, language.text());
                words.unwrap().to_string()
            })
        };
        assert_eq!(
            words(Language::English, None),
            [
                "You cannot hear Ben",
                "You cannot hear Ben. Nothing is sent to them until you do",
                "Ben cannot hear you",
                "Ben and you cannot hear each other",
            ]
        );
        assert_eq!(
            words(Language::Korean, None),
            [
                "Ben 님의 소리가 들리지 않습니다",
                "Ben 님의 소리가 들리지 않아 내 소리와 화면도 보내지 않습니다",
                "Ben 님에게 내 소리가 들리지 않습니다",
                "Ben 님과 서로 들을 수 없습니다",
            ]
        );
        let [here, _, there, _] = words(Language::English, Some("Cho"));
        assert_eq!(
            [here, there].map(String::from),
            ["Through Cho: sound only", "Ben cannot hear you"]
        );
    }
}
