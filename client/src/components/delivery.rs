//! Whom a message of one's own has reached.

use std::cmp::Ordering;

use mesh::{ChatLine, PeerView, Undelivered};
use yew::prelude::*;

use crate::{
    components::{
        class::class,
        icon::{Glyph, icon},
        label::Numbers,
    },
    text::{Sentence, Text},
};

/// How far a message of one's own came among those who are here.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    glyph: Glyph,
    words: AttrValue,
}

impl Delivery {
    /// Nothing is said while nobody else is here.
    pub fn of(
        line: &ChatLine,
        undelivered: &[Undelivered],
        peers: &[PeerView],
        numbers: &Numbers,
        text: &Text,
    ) -> Option<Self> {
        if peers.is_empty() {
            return None;
        }
        let place = undelivered.binary_search_by_key(&line.message.key, |message| message.key);
        let to = place.ok().and_then(|place| undelivered.get(place));
        let lacks = |peer: &&PeerView| to.is_some_and(|message| message.to.contains(&peer.id));
        let lacking = peers.iter().filter(lacks);
        let names: Vec<String> = lacking
            .map(|peer| numbers.label(peer.id, &peer.name, text))
            .collect();
        let glyph = match names.len().cmp(&peers.len()) {
            _ if names.is_empty() => Glyph::Delivered,
            Ordering::Less => Glyph::Sent,
            _ => Glyph::Unsent,
        };
        let words = match glyph {
            Glyph::Unsent => text.not_sent.into(),
            _ => text.who_lacks(&names),
        };
        Some(Self::new(glyph, &words))
    }

    fn new(glyph: Glyph, words: &Sentence) -> Self {
        let words = words.to_string().into();
        Self { glyph, words }
    }
}

/// A mark with a name. It stands in the log, which is read aloud as it grows, and is not itself:
/// each message would be told of several times.
pub fn delivery(delivery: &Delivery) -> Html {
    let Delivery { glyph, words } = delivery;
    let waits = (*glyph != Glyph::Delivered).then_some("waits");
    html! {
        <span class={class("delivery", waits)} role="img" aria-live="off" aria-label={words} title={words}>
            {icon(*glyph)}
        </span>
    }
}
