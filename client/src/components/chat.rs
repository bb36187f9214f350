//! What people write to each other.

use std::rc::Rc;

use mesh::{ChatLine, Source, View};
use protocol::{ChatKey, ChatText};
use yew::prelude::*;

use crate::{
    browser,
    components::{
        composer::Composer,
        label::Numbers,
        language::{Speech, use_text},
        linkify::{Piece, pieces},
        panel::Panel,
    },
};

/// What has been written.
#[derive(Properties, PartialEq)]
pub struct ChatProps {
    /// The call.
    pub view: View,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// What was begun and not sent.
    pub draft: AttrValue,
    /// The person types; this is the whole new text.
    pub ondraft: Callback<String>,
    /// The person writes to all.
    pub onsay: Callback<ChatText>,
    /// The person closes the panel.
    pub onclose: Callback<()>,
}

/// The log and the field below it.
#[component]
pub fn Chat(props: &ChatProps) -> Html {
    let text = use_text();
    html! {
        <Panel label={text.chat_panel} title={text.chat} close={text.close_chat} onclose={&props.onclose}>
            <Log view={props.view.clone()} numbers={props.numbers.clone()} />
            <Composer draft={&props.draft} ondraft={&props.ondraft} onsay={&props.onsay} />
        </Panel>
    }
}

#[derive(Properties, PartialEq)]
struct LogProps {
    view: View,
    numbers: Rc<Numbers>,
}

/// All messages. It stays at its end while one is there or writes, and stands still while one reads further up.
#[component]
fn Log(props: &LogProps) -> Html {
    let text = use_text();
    let node = use_node_ref();
    let at_end = use_mut_ref(|| true);
    {
        let (node, at_end) = (node.clone(), at_end.clone());
        let own = props.view.id;
        use_effect_with(props.view.chat.clone(), move |chat| {
            let wrote = chat
                .last()
                .is_some_and(|line| own == Some(line.message.key.author) && line.source.is_heard());
            if let Some(log) = node.get().filter(|_| wrote || *at_end.borrow()) {
                browser::scroll_to_end(&log);
            }
        });
    }
    let scrolled = {
        let node = node.clone();
        move |_: Event| {
            let is_at_end = node.get().is_none_or(|log| browser::is_at_end(&log));
            *at_end.borrow_mut() = is_at_end;
        }
    };
    let line = |line: &ChatLine| {
        let own = is_own(line, &props.view);
        let author = props.numbers.author(&line.message, &props.view, text);
        html! { <Line key={place(line.message.key)} line={line.clone()} {author} {own} /> }
    };
    html! {
        <div class="log" role="log" aria-label={text.chat} tabindex="0" ref={node} onscroll={scrolled}>
            if props.view.chat.is_empty() {
                <p class="nothing">{text.chat_empty}</p>
            }
            {for props.view.chat.iter().map(line)}
        </div>
    }
}

/// What others told in one's own name may be of an earlier load of the page, and may be invented.
fn is_own(line: &ChatLine, view: &View) -> bool {
    view.id == Some(line.message.key.author) && line.source.is_heard()
}

fn place(key: ChatKey) -> String {
    format!("{}-{}-{}", key.author, key.incarnation.0, key.seq)
}

#[derive(Properties, PartialEq)]
struct LineProps {
    line: ChatLine,
    author: AttrValue,
    own: bool,
}

/// One message: who, when, and the words as they were written.
#[component]
fn Line(props: &LineProps) -> Html {
    let text = use_text();
    let language = use_context::<Speech>()
        .map(|speech| speech.language)
        .unwrap_or_default();
    let ChatLine { message, source } = &props.line;
    let source = match source {
        Source::Said => None,
        Source::Earlier => Some(text.earlier),
        Source::Told(_) => Some(text.told_by_others),
    };
    html! {
        <div class={classes!("line", props.own.then_some("own"))}>
            <p class="who">
                <span translate="no">{&props.author}</span>
                <time translate="no">{browser::clock_time(message.time, language.tag())}</time>
                if let Some(source) = source {
                    <span class="source">{source}</span>
                }
            </p>
            <p class="words" dir="auto" translate="no">{for pieces(message.text.as_str()).into_iter().map(piece)}</p>
        </div>
    }
}

fn piece(piece: Piece<'_>) -> Html {
    match piece {
        Piece::Plain(text) => html! { {text} },
        Piece::Link(link) => {
            html! { <a href={link.to_owned()} target="_blank" rel="noopener noreferrer nofollow">{link}</a> }
        }
    }
}
