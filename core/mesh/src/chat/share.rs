//! Who has how much of the log, and who gives way when it is full.
//!
//! What others told gives way first, of the teller who told most; then what was heard, of the
//! author who wrote most. So nobody erases the others' messages, and pages that heard the same keep
//! the same.

use litemap::LiteMap;

use protocol::{ChatKey, ChatMessage, PeerId};

use crate::view::{ChatLine, Provenance};

/// A long meeting's worth; it is what a latecomer is told at most.
pub(super) const MAX_BYTES: usize = 1024 * 1024;
pub(super) const MAX_LINES: usize = 2000;
/// The shortest message counts as much: a line to draw, a key, a place.
const LEAST: usize = 512;

/// Who is made to give way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Heard(PeerId),
    Told(PeerId),
}

impl Owner {
    fn of(line: &ChatLine) -> Self {
        match line.provenance {
            Provenance::Said | Provenance::Earlier => Self::Heard(line.message.key.author),
            Provenance::Told(teller) => Self::Told(teller),
        }
    }

    fn is_told(self) -> bool {
        matches!(self, Self::Told(_))
    }
}

/// What to forget next; the lines come in order.
pub(super) fn next_to_go<'a>(lines: impl Iterator<Item = &'a ChatLine> + Clone) -> Option<ChatKey> {
    let mut shares: LiteMap<Owner, usize> = LiteMap::new();
    for line in lines.clone() {
        *shares.entry(Owner::of(line)).or_default() += weight(&line.message);
    }
    let (most, _) = shares
        .into_iter()
        .max_by_key(|(owner, share)| (owner.is_told(), *share))?;
    let mut lines = lines.filter(|line| Owner::of(line) == most);
    lines.next().map(|line| line.message.key)
}

/// What a message counts for.
pub(super) fn weight(message: &ChatMessage) -> usize {
    let text = message.text.as_str().len() + message.name.as_str().len();
    (text + size_of::<ChatKey>()).max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{CHAT, says};

    #[test]
    fn a_log_keeps_what_the_essay_says() {
        let kept = format!(
            "keeps {MAX_LINES} messages and {MAX_BYTES} bytes, a message counting {LEAST} at least"
        );
        says(CHAT, &kept);
    }
}
