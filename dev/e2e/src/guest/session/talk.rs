//! What is said in the chat, and what is told of it.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use protocol::{Chat, ChatText, PeerId};

use super::{Author, GuestEvent, Pair, Session, Taken};

/// How rarely somebody is answered.
const PAUSE: Duration = Duration::from_secs(2);

impl Session {
    pub(super) fn say(&mut self, text: ChatText) {
        let said = self.log.say(text);
        self.pairs.values_mut().for_each(|pair| pair.write(&said));
    }

    /// Tells somebody what one has, to be told what is missing.
    pub(super) fn compare(&mut self, id: PeerId) {
        if let Some(pair) = self.pairs.get_mut(&id) {
            pair.write(&self.log.have(pair.author()));
        }
    }

    pub(super) fn read(&mut self, id: PeerId, chat: Chat) {
        let Some(teller) = self.pairs.get(&id).map(Pair::author) else {
            return;
        };
        let now = Instant::now();
        match chat {
            Chat::Said { message } => {
                let taken = self.log.hear(message, teller, now);
                self.took(id, [taken]);
            }
            Chat::Missed { messages } => {
                let connected = self.pairs.values().filter(|pair| pair.is_connected());
                let present: BTreeSet<Author> = connected.map(Pair::author).collect();
                let messages = messages.into_iter();
                let taken: Vec<Taken> = messages
                    .map(|message| self.log.told(message, teller, &present, now))
                    .collect();
                self.took(id, taken);
            }
            Chat::Got { .. } => {}
            Chat::Have { clock, seen } => {
                let missed = self.log.compare((clock, &seen), teller, now);
                self.answer(id, &missed, now);
            }
        }
    }

    fn answer(&mut self, id: PeerId, missed: &[Chat], now: Instant) {
        let may = self.answers.get(&id).is_none_or(|next| *next <= now);
        if let Some(pair) = self.pairs.get_mut(&id).filter(|_| may) {
            self.answers.insert(id, now + PAUSE);
            missed.iter().for_each(|portion| pair.write(portion));
        }
    }

    fn took(&mut self, id: PeerId, taken: impl IntoIterator<Item = Taken>) {
        let mut is_ahead = false;
        for taken in taken {
            match taken {
                Taken::New(message) => self.report(GuestEvent::Read(message)),
                Taken::Ahead => is_ahead = true,
                Taken::Not => {}
            }
        }
        if is_ahead {
            self.compare(id);
        }
    }
}
