//! What people write to each other.

use std::rc::Rc;

use mesh::{ChatLine, PeerView, Provenance, Undelivered};
use protocol::{ChatKey, ChatText, PeerId};
use yew::prelude::*;

use crate::{
    browser,
    components::{
        class::class,
        composer::{Composer, Draft},
        delivery::{Delivery, delivery},
        hooks::{use_boxed_effect, use_flag},
        label::Numbers,
        language::{use_language, use_text},
        panel::panel,
        phrase::phrase,
        words::use_words,
    },
    text::{Sentence, Text},
};

/// What has been written.
#[derive(Properties, PartialEq)]
pub struct ChatProps {
    /// All messages, in order.
    pub lines: Rc<[ChatLine]>,
    /// Older messages were dropped.
    pub was_full: bool,
    /// Which of one's own have not reached everybody, in order.
    pub undelivered: Rc<[Undelivered]>,
    /// One's own id.
    pub own: Option<PeerId>,
    /// Everybody else who is here.
    pub peers: Vec<PeerView>,
    /// Who of one name is which.
    pub numbers: Rc<Numbers>,
    /// Who of them writes at this moment.
    pub writing: Vec<PeerId>,
    /// What was begun and not sent.
    pub draft: Draft,
    /// Messages reach the others.
    pub is_open: bool,
    /// The person writes to all.
    pub onsay: Callback<ChatText>,
    /// The person closes the panel.
    pub onclose: Callback<()>,
}

/// The log and the field below it. Who writes stands between them, and nobody is told aloud: it
/// would be without end.
#[component]
pub fn Chat(props: &ChatProps) -> Html {
    let text = use_text();
    let log = use_log(props, text);
    let children = html! {
        <>
            {log}
            <p class="writing">
                if let Some(words) = text.who_writes(&writers(props, text)) {
                    {phrase(words)}
                }
            </p>
            <Composer draft={props.draft.clone()} is_open={props.is_open} onsay={&props.onsay} />
        </>
    };
    panel(
        text.chat_panel,
        text.chat,
        text.close_chat,
        &props.onclose,
        children,
    )
}

/// What those are called who write.
fn writers(props: &ChatProps, text: &Text) -> Vec<String> {
    let writes = |peer: &&PeerView| props.writing.contains(&peer.id);
    let label = |peer: &PeerView| props.numbers.label(peer.id, &peer.name, text);
    props.peers.iter().filter(writes).map(label).collect()
}

/// All messages. It stays at its end while one is there or writes, and stands still while one reads
/// further up; then a button says that something came below, and leads there.
#[hook]
fn use_log(props: &ChatProps, text: &Text) -> Html {
    let node = use_node_ref();
    let (below, onscroll, onfold) = use_end(&node, props.own, &props.lines);
    let to_end = {
        let node = node.clone();
        move |_: MouseEvent| {
            if let Some(log) = node.get() {
                browser::scroll_to_end(&log);
                // The button goes; whoever pressed it goes on in the log.
                browser::focus(&log);
            }
        }
    };
    let line = |line: &ChatLine| {
        let own = is_own(line, props.own);
        let author = props
            .numbers
            .author(&line.message, props.own, &props.peers, text);
        let delivery = || {
            let (undelivered, peers) = (&props.undelivered, &props.peers);
            Delivery::of(line, undelivered, peers, &props.numbers, text)
        };
        let delivery = own.then(delivery).flatten();
        html! { <Line key={place(line.message.key)} line={line.clone()} {author} {own} {delivery} onfold={&onfold} /> }
    };
    html! {
        <>
            <div class="log" role="log" aria-label={text.chat} tabindex="0" ref={node} {onscroll}>
                if props.lines.is_empty() {
                    <p class="nothing">{phrase(text.chat_empty)}</p>
                }
                if props.was_full {
                    <p class="nothing">{phrase(text.chat_dropped)}</p>
                }
                // Apart: beside what has no key, keys count for nothing, and each message that
                // comes draws all others anew.
                <>{for props.lines.iter().map(line)}</>
            </div>
            <div class="below">
                if below {
                    <button type="button" class="button primary slim" onclick={to_end}>{phrase(text.new_below)}</button>
                }
            </div>
        </>
    }
}

/// What others told in one's own name may be of an earlier load of the page, and may be invented.
fn is_own(line: &ChatLine, own: Option<PeerId>) -> bool {
    own == Some(line.message.key.author) && line.provenance.is_heard()
}

/// Keeps a log at its end; whether something came below of what one reads, and what to do when it
/// is scrolled, and when a message in it is folded or unfolded.
#[hook]
fn use_end(
    node: &NodeRef,
    own: Option<PeerId>,
    chat: &Rc<[ChatLine]>,
) -> (bool, Callback<Event>, Callback<()>) {
    let at_end = use_mut_ref(|| true);
    let last = use_mut_ref(|| None);
    let below = use_flag(false);
    {
        let (node, at_end, below) = (node.clone(), at_end.clone(), below.setter());
        use_boxed_effect(chat.clone(), move |chat| {
            let now = chat.last().map(|line| line.message.key);
            let before = last.replace(now);
            let wrote = chat.last().is_some_and(|line| is_own(line, own));
            match node.get() {
                Some(log) if wrote || *at_end.borrow() => browser::scroll_to_end(&log),
                _ if now != before => below.set(true),
                _ => {}
            }
        });
    }
    // A keyboard that comes up takes of the log's height; its end stays in sight. What the browser
    // scrolls by itself meanwhile says nothing of what the person reads.
    let size = use_mut_ref(|| None);
    {
        let (node, at_end, size) = (node.clone(), at_end.clone(), size.clone());
        use_boxed_effect((), move |()| {
            let watch = node.get().and_then(|log| {
                let resized = log.clone();
                browser::watch_size(&log, move |_| {
                    size.replace(browser::inner_size(&resized));
                    if *at_end.borrow() {
                        browser::scroll_to_end(&resized);
                    }
                })
            });
            move || drop(watch)
        });
    }
    let look = {
        let (node, below) = (node.clone(), below.setter());
        use_callback((), move |(), ()| {
            let is_at_end = node.get().is_none_or(|log| browser::is_at_end(&log));
            at_end.replace(is_at_end);
            if is_at_end {
                below.set(false);
            }
        })
    };
    let onscroll = {
        let (node, look) = (node.clone(), look.clone());
        Callback::from(move |_: Event| {
            if node.get().and_then(|log| browser::inner_size(&log)) == *size.borrow() {
                look.emit(());
            }
        })
    };
    (*below, onscroll, look)
}

fn place(key: ChatKey) -> String {
    format!("{}-{}-{}", key.author, key.incarnation.0, key.seq)
}

#[derive(Properties, PartialEq)]
struct LineProps {
    line: ChatLine,
    author: AttrValue,
    own: bool,
    delivery: Option<Delivery>,
    onfold: Callback<()>,
}

/// One message: who, when, and the words as they were written.
#[component]
fn Line(props: &LineProps) -> Html {
    let language = use_language();
    let text = language.text();
    let ChatLine {
        message,
        provenance,
    } = &props.line;
    let time = browser::clock_time(message.time, language.tag());
    let said = use_words(message.text.as_str(), &props.onfold, text);
    let words = match provenance {
        Provenance::Said => None,
        Provenance::Earlier => Some(text.earlier),
        Provenance::Told(_) => Some(text.told_by_others),
    };
    html! {
        <div class={class("line", props.own.then_some("own"))}>
            <p class="who">
                <span>{phrase(Sentence::value(&*props.author))}</span>
                <time>{phrase(Sentence::value(time))}</time>
                if let Some(words) = words {
                    <span class="source">{phrase(words)}</span>
                }
                if let Some(own) = &props.delivery {
                    {delivery(own)}
                }
            </p>
            {said}
        </div>
    }
}
