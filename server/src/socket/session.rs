//! The session of one WebSocket: what happens, and when.

use std::{
    future::pending,
    mem,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use hyper_tungstenite::tungstenite::{Bytes, Message};
use protocol::{ClientMessage, CloseCode, Rejection, SignalRef};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep_until, timeout},
};
use tracing::debug;

use super::{
    Socket,
    allowance::{Allowance, TURN},
};
use crate::{
    frames::End,
    queue::{Batch, Subject},
};

/// A WebSocket with what it has done so far.
pub(super) struct Session<S> {
    pub(super) socket: Socket<S>,
    allowance: Allowance,
    /// The room that the page may enter when it is its address's turn; nothing if it waited in
    /// vain.
    entering: Option<Pin<Box<dyn Future<Output = Option<ClientMessage>> + Send>>>,
    began: Instant,
    /// When the first ping since the last sign of life went out.
    pinged: Option<Instant>,
    /// It has said which room it wants.
    has_spoken: bool,
    /// Bytes that had come in at the last look.
    received: u64,
    ping: Instant,
    /// When new credentials are due.
    refresh: Option<Instant>,
    /// Signals that are not counted in the metrics yet: all processors share those.
    signals: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// So many unreadable messages in a row are no accident.
    pub(super) const MAX_MISTAKES: u32 = 5;
    /// Even a busy machine wakes its tasks within this time.
    const ABSENCE: Duration = Duration::from_secs(1);

    pub(super) fn new(socket: Socket<S>) -> Self {
        let now = Instant::now();
        // After a restart all pages come at once; their pings shall not stay together for ever.
        let ping = socket.timeouts.ping * (90 + (socket.registration.number() % 20) as u32) / 100;
        Self {
            allowance: Allowance::full(now),
            entering: None,
            began: now,
            pinged: None,
            has_spoken: false,
            received: 0,
            ping: now + ping,
            refresh: None,
            signals: 0,
            socket,
        }
    }

    pub(super) async fn run(&mut self) -> End {
        let mut alarm = pin!(sleep_until(self.next_alarm()));
        loop {
            let done = tokio::select! {
                biased;
                // The rarest first, so that no flood of one kind holds up the others.
                () = &mut alarm => {
                    self.forgive_own_absence(alarm.deadline());
                    let done = Box::pin(self.wake()).await;
                    alarm.as_mut().reset(self.next_alarm());
                    done
                }
                turn = turn(&mut self.entering) => self.enter(turn),
                incoming = self.socket.frames.next() => incoming.and_then(|message| self.receive(message)),
                batch = self.socket.registration.next() => self.send(batch).await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Anything that becomes due later is found at the next ping.
    fn next_alarm(&self) -> Instant {
        let silence = self.silence().map(|(silence, _)| silence);
        let due = [silence, self.overdue()].into_iter().flatten();
        due.fold(self.ping, Instant::min)
    }

    /// When the page will have been silent for too long, and the close code for that.
    fn silence(&self) -> Option<(Instant, CloseCode)> {
        let timeouts = &self.socket.timeouts;
        if self.has_spoken {
            let pinged = self.pinged?;
            Some((pinged + timeouts.silence, CloseCode::TIMED_OUT))
        } else {
            Some((self.began + timeouts.first_word, CloseCode::SILENT))
        }
    }

    /// Time in which the machine or this process stood still is not the page's silence.
    fn forgive_own_absence(&mut self, alarm: Instant) {
        let late = alarm.elapsed();
        if late > Self::ABSENCE {
            self.began += late;
            self.pinged = self.pinged.map(|pinged| pinged + late);
            self.socket.frames.forgive(late);
        }
    }

    pub(super) async fn end(&mut self, end: End) {
        self.count();
        if let End::Close(code) = end {
            self.socket.metrics.close(code);
        }
        debug!(number = self.socket.registration.number(), ?end, "ended");
        // The others are told before the farewell, which may take a moment.
        self.socket.registration.leave();
        self.socket.frames.end(end).await;
    }

    fn count(&mut self) {
        self.socket
            .metrics
            .signals
            .inc_by(mem::take(&mut self.signals));
    }

    /// Does whatever is due.
    async fn wake(&mut self) -> Result<(), End> {
        self.count();
        let now = Instant::now();
        self.check_unfinished(now)?;
        self.listen();
        if let Some((_, code)) = self.silence().filter(|(silence, _)| *silence <= now) {
            return Err(End::Close(code));
        }
        if self.refresh.is_some_and(|due| due <= now) {
            self.socket.registration.refresh();
            self.refresh = self.socket.refresh.map(|period| now + period);
        }
        if self.ping <= now {
            self.ping = now + self.socket.timeouts.ping;
            let ping = [Message::Ping(Bytes::new())].into_iter();
            let stall = self.socket.timeouts.stall;
            self.socket.frames.send(ping, stall).await?;
            self.pinged.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    /// A message that is coming in is a sign of session.
    fn listen(&mut self) {
        let received = self.socket.frames.received();
        let before = mem::replace(&mut self.received, received);
        if received > before && self.socket.frames.unfinished().is_some() {
            self.pinged = None;
        }
    }

    /// A message may come in slowly, but not for ever, whatever else the page says in between.
    fn check_unfinished(&mut self, now: Instant) -> Result<(), End> {
        let overdue = self.overdue().is_some_and(|overdue| overdue <= now);
        if overdue {
            return Err(self.refuse("slow-message"));
        }
        Ok(())
    }

    /// When a message that began should be complete.
    fn overdue(&self) -> Option<Instant> {
        let begun = self.socket.frames.unfinished()?;
        Some(begun + self.socket.timeouts.message)
    }

    /// Sends a batch.
    async fn send(&mut self, batch: Batch) -> Result<(), End> {
        let longest = batch
            .messages
            .iter()
            .find_map(|message| match message.subject {
                Subject::Signal { since, .. } => Some(since),
                _ => None,
            });
        let texts = batch
            .messages
            .into_iter()
            .map(|message| Message::Text(message.text));
        let stall = self.socket.timeouts.stall;
        self.socket.frames.send(texts, stall).await?;
        if let Some(arrival) = longest {
            let delay = arrival.elapsed();
            self.socket
                .metrics
                .relay_seconds
                .observe(delay.as_secs_f64());
            if delay > self.socket.timeouts.lag {
                return Err(End::Close(CloseCode::TOO_SLOW));
            }
        }
        batch.end.map_or(Ok(()), |code| Err(End::Close(code)))
    }

    /// Handles what came in.
    fn receive(&mut self, message: Message) -> Result<(), End> {
        let now = Instant::now();
        self.pinged = None;
        match message {
            Message::Text(text) if self.allowance.message(now) => self.handle_text(&text, now),
            Message::Text(_) => Err(self.refuse("message-rate")),
            Message::Binary(_) => Err(End::Close(CloseCode::UNSUPPORTED)),
            _ if self.allowance.control(now) => Ok(()),
            _ => Err(self.refuse("control-rate")),
        }
    }

    fn handle_text(&mut self, text: &str, now: Instant) -> Result<(), End> {
        if let Some(signal) = SignalRef::decode(text) {
            self.allowance.mistakes = 0;
            self.signals += 1;
            self.socket.registration.signal(signal, now);
            return Ok(());
        }
        match protocol::decode(text) {
            Some(message) => {
                self.allowance.mistakes = 0;
                self.handle(message, now);
                Ok(())
            }
            None => self.reject(),
        }
    }

    fn handle(&mut self, message: ClientMessage, now: Instant) {
        self.socket.metrics.message(kind(&message));
        match &message {
            ClientMessage::Watch { room } | ClientMessage::Join { room, .. } => {
                self.has_spoken = true;
                let room = room.clone();
                if !self.allowance.entry(now) {
                    return self.refuse_entry();
                }
                let permit = Arc::clone(&self.socket.permits.address);
                let entering = async move { timeout(TURN, permit.enter(&room)).await };
                self.entering = Some(Box::pin(
                    async move { entering.await.ok().map(|()| message) },
                ));
            }
            ClientMessage::Leave => {
                self.entering = None;
                self.socket.registration.say(message, now);
            }
            ClientMessage::Signal { .. } | ClientMessage::Ping => {
                self.socket.registration.say(message, now);
            }
        }
    }

    /// It is the address's turn, or it was not in time.
    fn enter(&mut self, turn: Option<ClientMessage>) -> Result<(), End> {
        self.entering = None;
        let Some(message) = turn else {
            self.refuse_entry();
            return Ok(());
        };
        if matches!(message, ClientMessage::Join { .. }) {
            self.refresh = self.socket.refresh.map(|period| Instant::now() + period);
        }
        self.socket.registration.say(message, Instant::now());
        Ok(())
    }

    /// Too many come from that address.
    fn refuse_entry(&self) {
        self.socket.metrics.refusal("join-rate");
        let registration = &self.socket.registration;
        registration.dismiss(Rejection::overloaded(), CloseCode::OVERLOADED);
    }

    fn reject(&mut self) -> Result<(), End> {
        self.allowance.mistakes += 1;
        if self.allowance.mistakes == Self::MAX_MISTAKES {
            return Err(self.refuse("bad-messages"));
        }
        self.socket.registration.refuse(Rejection::BadMessage);
        Ok(())
    }

    fn refuse(&self, reason: &'static str) -> End {
        self.socket.metrics.refusal(reason);
        End::Close(CloseCode::POLICY)
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

/// Awaits this future, or for ever if there is none. Cancel safe.
async fn turn<T>(waiting: &mut Option<Pin<Box<dyn Future<Output = T> + Send>>>) -> T {
    match waiting {
        Some(waiting) => waiting.await,
        None => pending().await,
    }
}
