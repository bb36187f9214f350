//! What goes into one text: measured as it is written, since JSON makes six bytes of a control
//! character.

use protocol::{Chat, ChatMessage, Seen};

/// Of one [`Chat::Missed`] as JSON, in bytes: half of what a page reads. The largest message is 25
/// KB of control characters.
pub(super) const MAX_PORTION: usize = 32 * 1024;

/// Of the text around the messages.
const FRAME: usize = r#"{"type":"missed","messages":[]}"#.len();

/// The messages in as few portions as they fit into, in order.
pub(super) fn portions<'a>(messages: impl Iterator<Item = &'a ChatMessage>) -> Vec<Chat> {
    let mut portions: Vec<Vec<ChatMessage>> = Vec::new();
    let mut room = 0;
    for message in messages {
        let length = with_comma(&protocol::encode(message));
        if length > room {
            portions.push(Vec::new());
            room = MAX_PORTION - FRAME;
        }
        room = room.saturating_sub(length);
        let last = portions.last_mut().into_iter();
        last.for_each(|portion| portion.push(message.clone()));
    }
    let missed = |messages| Chat::Missed { messages };
    portions.into_iter().map(missed).collect()
}

/// The first of these that fit into so many bytes.
pub(super) fn fitting(all: impl Iterator<Item = Seen>, most: usize) -> Vec<Seen> {
    let mut length = 0;
    let fits = |seen: &Seen| {
        length += with_comma(&protocol::encode(seen));
        length <= most
    };
    all.take_while(fits).collect()
}

fn with_comma(text: &str) -> usize {
    text.len() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{CHAT, says};

    #[test]
    fn a_portion_is_as_large_as_the_essay_says() {
        says(
            CHAT,
            &format!("in portions of {MAX_PORTION} bytes of JSON at most"),
        );
    }
}
