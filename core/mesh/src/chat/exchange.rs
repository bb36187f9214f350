//! Who is told what of the chat, and when.

use std::{rc::Rc, time::Duration};

use protocol::{Chat, ChatText, Name, Seen};

use super::{Author, Log, Moment, Said};
use crate::{allowance::Allowance, view::ChatLine};

/// The log, and what is said about it.
#[derive(Debug)]
pub(crate) struct Exchange {
    log: Log,
    next_round: Duration,
}

impl Exchange {
    /// How often a page tells what it has of the chat.
    const ROUND: Duration = Duration::from_secs(15);

    pub(crate) fn new() -> Self {
        Self {
            log: Log::default(),
            next_round: Self::ROUND,
        }
    }

    pub(crate) fn shown(&self) -> Rc<[ChatLine]> {
        self.log.shown()
    }

    /// When everybody is to be asked next.
    pub(crate) fn next_round(&self) -> Duration {
        self.next_round
    }

    /// Whether everybody is to be asked now.
    pub(crate) fn begins_round(&mut self, now: Duration) -> bool {
        let is_due = self.next_round <= now;
        if is_due {
            self.next_round = now + Self::ROUND;
        }
        is_due
    }

    /// Writes a message; returns what to tell everybody.
    pub(crate) fn say(
        &mut self,
        author: Author,
        name: Name,
        text: ChatText,
        moment: Moment,
    ) -> Chat {
        let message = self.log.say(author, name, text, moment);
        Chat::Said { message }
    }

    /// Asks a peer what this page lacks.
    pub(crate) fn question(&self, peer: Author) -> Chat {
        self.log.have(peer)
    }

    /// A peer said something, as far as its allowance goes; returns what to tell it. `is_present`:
    /// who speaks for itself, over a link of its own.
    pub(crate) fn heard(
        &mut self,
        chat: Chat,
        from: Author,
        allowance: &mut Allowance,
        is_present: impl Fn(Author) -> bool,
        moment: Moment,
    ) -> Vec<Chat> {
        let now = moment.now;
        match chat {
            Chat::Said { message } => {
                let is_own = (message.key.author, message.key.incarnation) == from;
                let has_more = is_own
                    && allowance.hears(now)
                    && self.log.hear(message, moment) == Said::Ahead
                    && allowance.asks(now);
                let question = has_more.then(|| self.question(from));
                Vec::from_iter(question)
            }
            Chat::Have { clock, seen } if allowance.answers(now) => {
                self.log.follow(clock, now);
                self.log.vouched(from, &seen);
                self.answer(&seen, allowance, now)
            }
            Chat::Have { .. } => Vec::new(),
            Chat::Missed { messages } => {
                let messages = messages.into_iter();
                messages
                    .take_while(|_| allowance.is_told(now))
                    .for_each(|message| self.log.told(message, from, &is_present, moment));
                Vec::new()
            }
        }
    }

    /// Tells what is missing there, as far as that is not too much.
    fn answer(&self, seen: &[Seen], allowance: &mut Allowance, now: Duration) -> Vec<Chat> {
        let is_allowed = |portion: &Chat| allowance.tells(protocol::encode(portion).len(), now);
        self.log.missed(seen).take_while(is_allowed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{CHAT, says};

    #[test]
    fn everybody_is_asked_as_often_as_the_essay_says() {
        let round = Exchange::ROUND.as_secs();
        says(CHAT, &format!("every {round} seconds, and"));
    }
}
