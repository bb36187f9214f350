//! What people say without a word.

use protocol::{PeerId, Reaction};
use yew::prelude::*;

use crate::{
    browser::{self, Key},
    components::{
        hooks::{use_boxed_effect, use_flag},
        icon::{Glyph, icon},
        language::use_text,
        phrase::phrase,
    },
    text::{Sentence, Text},
};

/// Where a reaction goes.
#[derive(Properties, PartialEq)]
pub struct ReactionsProps {
    /// The person reacts.
    pub onreact: Callback<Reaction>,
}

/// A button that offers all reactions. They go when one is chosen, and by Escape; then the button
/// has the focus again.
#[component]
pub fn Reactions(props: &ReactionsProps) -> Html {
    let text = use_text();
    let open = use_flag(false);
    let (button, first) = (use_node_ref(), use_node_ref());
    {
        let first = first.clone();
        use_boxed_effect(*open, move |_| {
            if let Some(first) = first.get() {
                browser::focus(&first);
            }
        });
    }
    let toggle = {
        let (is_open, open) = (*open, open.setter());
        move |_: MouseEvent| open.set(!is_open)
    };
    let close = {
        let (button, open) = (button.clone(), open.setter());
        Callback::from(move |()| {
            open.set(false);
            if let Some(button) = button.get() {
                browser::focus(&button);
            }
        })
    };
    let onkeydown = {
        let (is_open, close) = (*open, close.clone());
        move |event: KeyboardEvent| {
            if is_open && Key::of(&event).key == "Escape" {
                // What else is open stays so.
                event.stop_propagation();
                close.emit(());
            }
        }
    };
    let offer = |(place, reaction): (usize, Reaction)| {
        let name = text.reaction(reaction);
        let node = if place == 0 {
            first.clone()
        } else {
            NodeRef::default()
        };
        let onclick = {
            let (close, onreact) = (close.clone(), props.onreact.clone());
            move |_: MouseEvent| {
                close.emit(());
                onreact.emit(reaction);
            }
        };
        html! {
            <button type="button" ref={node} aria-label={name} title={name} {onclick}>{emoji(reaction)}</button>
        }
    };
    html! {
        <div class="reactions" {onkeydown}>
            <button type="button" ref={button} class="control" aria-label={text.react} title={text.react}
                aria-expanded={open.to_string()} onclick={toggle}>
                {icon(Glyph::React)}
            </button>
            if *open {
                <div class="offered" role="group" aria-label={text.reactions}>
                    {for Reaction::ALL.into_iter().enumerate().map(offer)}
                </div>
            }
        </div>
    }
}

/// How somebody reacted a moment ago.
pub fn reaction_of(reactions: &[(PeerId, Reaction)], id: Option<PeerId>) -> Option<Reaction> {
    let mut reactions = reactions.iter();
    let reaction = reactions.find(|(person, _)| Some(*person) == id);
    reaction.map(|(_, reaction)| *reaction)
}

/// Shows how somebody reacted, and says it.
pub fn reacted(reaction: Reaction, text: &Text) -> Html {
    html! {
        <span key={format!("{reaction:?}")} class="reaction">
            {emoji(reaction)}
            <span class="unseen">{phrase(text.reaction(reaction))}</span>
        </span>
    }
}

/// For the eyes alone, like an icon.
fn emoji(reaction: Reaction) -> Html {
    let emoji = match reaction {
        Reaction::ThumbsUp => "👍",
        Reaction::Heart => "❤️",
        Reaction::Laugh => "😂",
        Reaction::Applause => "👏",
        Reaction::Surprise => "😮",
    };
    html! { <span class="emoji" aria-hidden="true">{phrase(Sentence::value(emoji))}</span> }
}
