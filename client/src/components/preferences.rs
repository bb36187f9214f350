//! What a person turns on and off.

use yew::prelude::*;

use crate::{
    browser::{Chime, Preference},
    components::{icon::Glyph, language::use_text, notice::Notice, phrase::phrase},
    text::Text,
};

/// What every settings dialog finds above it.
#[derive(Clone, Debug, PartialEq)]
pub struct PreferenceContext {
    /// What is on.
    pub on: Vec<Preference>,
    /// The person turns something on or off.
    pub onturn: Callback<(Preference, bool)>,
    /// The person wants to hear this.
    pub onchime: Callback<Chime>,
}

/// Whether something is on.
#[hook]
pub fn use_preference(preference: Preference) -> bool {
    let context = use_context::<PreferenceContext>();
    context.is_some_and(|context| context.on.contains(&preference))
}

/// A box to tick for each.
#[component]
pub fn Preferences() -> Html {
    let text = use_text();
    let Some(PreferenceContext {
        on,
        onturn,
        onchime,
    }) = use_context::<PreferenceContext>()
    else {
        return Html::default();
    };
    let line = |preference: Preference| {
        let checked = on.contains(&preference);
        let onchange = onturn.reform(move |_: Event| (preference, !checked));
        html! {
            <label class="tick" key={format!("{preference:?}")}>
                <input type="checkbox" {checked} {onchange} />{phrase(words(preference, text))}
            </label>
        }
    };
    html! {
        <>
            <button type="button" class="button" onclick={onchime.reform(|_: MouseEvent| Chime::Test)}>{phrase(text.test_sound)}</button>
            <div class="ticks">{for Preference::ALL.into_iter().map(line)}</div>
        </>
    }
}

/// Says that there are no pictures and why, with the way back.
pub fn voice_only_notice(context: Option<&PreferenceContext>, text: &Text) -> Html {
    let is_on = |context: &&PreferenceContext| context.on.contains(&Preference::VoiceOnly);
    let Some(context) = context.filter(is_on) else {
        return Html::default();
    };
    let onclick = context
        .onturn
        .reform(|_: MouseEvent| (Preference::VoiceOnly, false));
    html! {
        <Notice key="voice" glyph={Glyph::Hint} words={text.voice_only_is_on}>
            <button type="button" class="button slim" {onclick}>{phrase(text.show_pictures)}</button>
        </Notice>
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
