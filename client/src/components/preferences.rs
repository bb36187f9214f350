//! What a person turns on and off.

use yew::prelude::*;

use crate::{
    browser::{self, Chime, Preference},
    components::{icon::Glyph, notice::Notice, phrase::phrase},
    text::Text,
};

/// What is on, and how to turn it on and off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preferences {
    /// What is on.
    pub on: Vec<Preference>,
    /// The person turns something on or off.
    pub onturn: Callback<(Preference, bool)>,
}

impl Preferences {
    /// Whether this is on.
    pub fn has(&self, preference: Preference) -> bool {
        self.on.contains(&preference)
    }

    /// A box to tick for each.
    pub fn draw(&self, text: &Text) -> Html {
        let line = |preference: Preference| {
            let checked = self.has(preference);
            let onchange = self.onturn.reform(move |_: Event| (preference, !checked));
            html! {
                <label class="tick" key={format!("{preference:?}")}>
                    <input type="checkbox" {checked} {onchange} />{phrase(words(preference, text))}
                </label>
            }
        };
        let onchime = |_: MouseEvent| browser::chime(Chime::Test);
        html! {
            <>
                <button type="button" class="button" onclick={onchime}>{phrase(text.test_sound)}</button>
                <div class="ticks">{for Preference::ALL.into_iter().map(line)}</div>
            </>
        }
    }

    /// Says that there are no pictures and why, with the way back.
    pub fn voice_only_notice(&self, text: &Text) -> Html {
        if !self.has(Preference::VoiceOnly) {
            return Html::default();
        }
        let onclick = self
            .onturn
            .reform(|_: MouseEvent| (Preference::VoiceOnly, false));
        html! {
            <Notice key="voice" glyph={Glyph::Hint} words={text.voice_only_is_on}>
                <button type="button" class="button slim" {onclick}>{phrase(text.show_pictures)}</button>
            </Notice>
        }
    }
}

fn words(preference: Preference, text: &Text) -> &'static str {
    match preference {
        Preference::VoiceOnly => text.voice_only,
        Preference::Mirror => text.mirror,
        Preference::Speaker => text.speaker_large,
        Preference::JoinSound => text.join_sound,
        Preference::LeaveSound => text.leave_sound,
        Preference::HandSound => text.hand_sound,
        Preference::MessageSound => text.message_sound,
        Preference::MutedHint => text.muted_hint,
        Preference::Reactions => text.show_reactions,
        Preference::Writing => text.show_writing,
        Preference::Shortcuts => text.shortcuts_on,
        Preference::PushToTalk => text.push_to_talk,
    }
}
