//! Who is told what of the chat, and when.

use std::{rc::Rc, time::Duration};

use protocol::{Chat, ChatText, Name, PeerId, Seen};

use super::{Author, Log, Moment, Said, delivery::Readers};
use crate::{
    allowance::Allowance,
    view::{ChatLine, Undelivered},
};

/// The log, and what is said about it.
#[derive(Debug)]
pub(crate) struct Exchange {
    log: Log,
    readers: Readers,
    next_round: Duration,
}

impl Exchange {
    /// How often a page tells what it has of the chat.
    const ROUND: Duration = Duration::from_secs(15);
    /// Of one answer, in bytes: a slow line has other things to carry. Whoever lacks more asks
    /// again.
    const MAX_ANSWER: usize = 256 * 1024;

    /// `kept`: of an earlier load of the page.
    pub(crate) fn new(kept: Vec<ChatLine>) -> Self {
        Self {
            log: Log::restored(kept),
            readers: Readers::default(),
            next_round: Self::ROUND,
        }
    }

    pub(crate) fn shown(&self) -> Rc<[ChatLine]> {
        self.log.shown()
    }

    /// Whether older messages were dropped for want of room.
    pub(crate) fn was_full(&self) -> bool {
        self.log.was_full()
    }

    /// Which of this person's messages have not reached everybody.
    pub(crate) fn undelivered(&self, own: PeerId) -> Rc<[Undelivered]> {
        self.readers.undelivered(self.log.own(own))
    }

    /// These are here now.
    pub(crate) fn meet(&mut self, own: PeerId, here: &[Author]) {
        self.readers.meet(own, here);
    }

    /// When somebody is to be told something next.
    pub(crate) fn next_timeout(&self) -> Duration {
        let owed = self.readers.next_timeout();
        owed.map_or(self.next_round, |owed| owed.min(self.next_round))
    }

    /// What to tell whom now: each what came of it, and from time to time everybody what is there.
    pub(crate) fn advance(&mut self, here: &[Author], now: Duration) -> Vec<(PeerId, Chat)> {
        let owed = self.readers.due(now).into_iter();
        let mut told: Vec<_> = owed
            .map(|author| (author.0, self.log.got(author)))
            .collect();
        let mut asked = self.readers.questions(now);
        if self.next_round <= now {
            self.next_round = now + Self::ROUND;
            asked = here.to_vec();
        }
        let questions = asked.into_iter();
        told.extend(questions.map(|author| (author.0, self.question(author))));
        told
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
        self.readers.change();
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
        self.readers.change();
        match chat {
            Chat::Said { message } => {
                let is_own = super::author(&message.key) == from;
                if !is_own || !allowance.hears(now) {
                    return Vec::new();
                }
                if self.log.hear(message, moment) == Said::Taken {
                    self.readers.owe(from);
                    return Vec::new();
                }
                let question = allowance.asks(now).then(|| self.question(from));
                Vec::from_iter(question)
            }
            Chat::Have { clock, seen } if allowance.answers(now) => {
                self.log.follow(clock, now);
                self.log.vouched(from, &seen);
                self.readers.believe(from, &seen);
                self.answer(&seen, allowance, now)
            }
            Chat::Have { .. } => Vec::new(),
            Chat::Missed { messages } => {
                for message in messages.into_iter().take_while(|_| allowance.is_told(now)) {
                    if message.key.author == from.0 {
                        self.readers.owe(from);
                    }
                    if self.log.told(message, from, &is_present, moment) {
                        self.readers.ask_again(from, now);
                    }
                }
                Vec::new()
            }
            Chat::Got { seen } => {
                if allowance.confirms(now) {
                    self.readers.believe(from, &seen);
                }
                Vec::new()
            }
        }
    }

    /// Tells what is missing there, as far as that is not too much.
    fn answer(&self, seen: &[Seen], allowance: &mut Allowance, now: Duration) -> Vec<Chat> {
        let mut left = Self::MAX_ANSWER;
        let is_allowed = |portion: &Chat| {
            let length = protocol::encode(portion).len();
            let fits = length <= left && allowance.tells(length, now);
            left = left.saturating_sub(length);
            fits
        };
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
        let answer = Exchange::MAX_ANSWER;
        says(CHAT, &format!("{answer} bytes in one answer"));
    }
}
