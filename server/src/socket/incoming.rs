//! What a page says, and how much of it is taken.

use std::{sync::Arc, time::Duration};

use hyper_tungstenite::tungstenite::Message;
use protocol::{ClientMessage, CloseCode, Rejection, SignalRef};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, timeout},
};

use super::life::Life;
use crate::{
    bucket::{Bucket, Rate},
    frames::End,
};

/// Messages of one page. Joining a full room takes 150 at once.
pub(super) const MESSAGES: Rate = Rate {
    burst: 400.0,
    per_second: 50.0,
};
/// Pings and pongs of one page: one pong for each ping of ours, and browsers send no pings.
pub(super) const CONTROLS: Rate = Rate {
    burst: 30.0,
    per_second: 10.0,
};

/// Rooms that one page enters or looks into, be it the same one again and again: each costs
/// everybody there a message.
pub(super) const ENTRIES: Rate = Rate {
    burst: 12.0,
    per_second: 0.5,
};
/// How long a page waits for its address's turn; its own patience ends after ten seconds.
pub(super) const TURN: Duration = Duration::from_secs(8);

/// What is left of what a page may say.
pub(super) struct Allowance {
    messages: Bucket,
    controls: Bucket,
    entries: Bucket,
    /// Messages in a row that were none.
    mistakes: u32,
}

impl Allowance {
    /// All of it.
    pub(super) fn full(now: Instant) -> Self {
        Self {
            messages: Bucket::full(MESSAGES, now),
            controls: Bucket::full(CONTROLS, now),
            entries: Bucket::full(ENTRIES, now),
            mistakes: 0,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Life<S> {
    /// So many messages in a row that are none are no accident.
    pub(super) const MAX_MISTAKES: u32 = 5;

    /// Takes what came in.
    pub(super) fn take(&mut self, message: Message) -> Result<(), End> {
        let now = Instant::now();
        self.pinged = None;
        match message {
            Message::Text(text) if self.allowance.messages.take(MESSAGES, now) => {
                self.hear(&text, now)
            }
            Message::Text(_) => Err(self.refuse("message-rate")),
            Message::Binary(_) => Err(End::Close(CloseCode::UNSUPPORTED)),
            _ if self.allowance.controls.take(CONTROLS, now) => Ok(()),
            _ => Err(self.refuse("control-rate")),
        }
    }

    fn hear(&mut self, text: &str, now: Instant) -> Result<(), End> {
        if let Some(signal) = SignalRef::decode(text) {
            self.allowance.mistakes = 0;
            self.signals += 1;
            self.socket.seat.signal(signal, now);
            return Ok(());
        }
        match protocol::decode(text) {
            Some(message) => {
                self.allowance.mistakes = 0;
                self.obey(message, now);
                Ok(())
            }
            None => self.forgive(),
        }
    }

    fn obey(&mut self, message: ClientMessage, now: Instant) {
        self.socket.metrics.message(kind(&message));
        match &message {
            ClientMessage::Watch { room } | ClientMessage::Join { room, .. } => {
                self.has_spoken = true;
                let room = room.clone();
                if !self.allowance.entries.take(ENTRIES, now) {
                    return self.turn_away();
                }
                let place = Arc::clone(&self.socket.share.place);
                let entering = async move { timeout(TURN, place.enter(&room)).await };
                self.entering = Some(Box::pin(
                    async move { entering.await.ok().map(|()| message) },
                ));
            }
            ClientMessage::Leave => {
                self.entering = None;
                self.socket.seat.say(message, now);
            }
            ClientMessage::Signal { .. } | ClientMessage::Ping => {
                self.socket.seat.say(message, now);
            }
        }
    }

    /// It is the address's turn, or was not in time.
    pub(super) fn enter(&mut self, turn: Option<ClientMessage>) -> Result<(), End> {
        self.entering = None;
        let Some(message) = turn else {
            self.turn_away();
            return Ok(());
        };
        if matches!(message, ClientMessage::Join { .. }) {
            self.refresh = self.socket.refresh.map(|period| Instant::now() + period);
        }
        self.socket.seat.say(message, Instant::now());
        Ok(())
    }

    /// Too many come from there.
    fn turn_away(&self) {
        self.socket.metrics.refusal("join-rate");
        let seat = &self.socket.seat;
        seat.dismiss(Rejection::overloaded(), CloseCode::OVERLOADED);
    }

    fn forgive(&mut self) -> Result<(), End> {
        self.allowance.mistakes += 1;
        if self.allowance.mistakes == Self::MAX_MISTAKES {
            return Err(self.refuse("bad-messages"));
        }
        self.socket.seat.refuse(Rejection::BadMessage);
        Ok(())
    }
}

fn kind(message: &ClientMessage) -> &'static str {
    match message {
        ClientMessage::Watch { .. } => "watch",
        ClientMessage::Join { .. } => "join",
        ClientMessage::Signal { .. } => "signal",
        ClientMessage::Leave => "leave",
        ClientMessage::Ping => "ping",
    }
}
