//! One WebSocket's life.

use std::{
    future::pending,
    mem,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use hyper_tungstenite::tungstenite::{Bytes, Message};
use protocol::{ClientMessage, Rejection, SignalRef, close};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep_until, timeout},
};
use tracing::debug;

use crate::{
    bucket::{Bucket, Rate},
    frames::{End, Frames},
    hub::Seat,
    limits::Admission,
    metrics::Metrics,
    queue::{Portion, Subject},
    visit,
};

/// How long a WebSocket may take for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To say the first word; then it ends with [`close::SILENT`].
    pub first_word: Duration,
    /// Between two pings of ours.
    pub ping: Duration,
    /// After a ping of ours without any sign of life, pongs included; then it ends with
    /// [`close::TIMED_OUT`].
    pub silence: Duration,
    /// Without taking anything of what is sent; then it ends with [`close::TOO_SLOW`].
    pub stall: Duration,
    /// From a signal's arrival until it was taken; then it ends with [`close::TOO_SLOW`]. Who takes
    /// a little now and then, and never comes to the end, does not read.
    pub lag: Duration,
    /// From the first byte of a message to its last; then it ends with [`close::POLICY`].
    pub message: Duration,
}

impl Default for Patience {
    /// People whose machine vanished shall be gone within twenty seconds: here after a ping's pause
    /// and its silence.
    fn default() -> Self {
        Self {
            first_word: Duration::from_secs(10),
            ping: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            stall: Duration::from_secs(10),
            lag: Duration::from_secs(60),
            message: Duration::from_secs(30),
        }
    }
}

/// Messages of one page. Joining a full room takes 150 at once.
const MESSAGES: Rate = Rate {
    burst: 400.0,
    per_second: 50.0,
};
/// Pings and pongs of one page: one pong for each ping of ours, and browsers send no pings.
const CONTROLS: Rate = Rate {
    burst: 30.0,
    per_second: 10.0,
};

/// Rooms that one page enters or looks into, be it the same one again and again: each costs
/// everybody there a message.
const ENTRIES: Rate = Rate {
    burst: 12.0,
    per_second: 0.5,
};
/// How long a page waits for its address's turn; its own patience ends after ten seconds.
const TURN: Duration = Duration::from_secs(8);

/// A page's WebSocket, with all that it needs.
#[derive(Debug)]
pub struct Socket<S> {
    /// The way to the page.
    pub frames: Frames<S>,
    /// The way to the others.
    pub seat: Seat,
    /// Its share of all connections.
    pub share: Share,
    /// How long it may take for what.
    pub patience: Patience,
    /// How often those who joined need new TURN credentials, if ever.
    pub refresh: Option<Duration>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

/// A connection's share of what the server and its address may have; dropping it gives it back.
#[derive(Debug)]
pub struct Share {
    /// Of its address's WebSockets.
    pub place: Arc<visit::Share>,
    /// Of all connections.
    pub admission: Arc<Admission>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// Serves it until it ends.
    // There may be ten thousand of these futures: what is rarely awaited is in a box.
    pub fn serve(self) -> impl Future<Output = ()> {
        let mut life = Life::new(self);
        async move {
            debug!(number = life.socket.seat.number(), "opened");
            let end = life.run().await;
            Box::pin(life.end(end)).await;
        }
    }
}

/// A WebSocket with what it has done so far.
struct Life<S> {
    socket: Socket<S>,
    messages: Bucket,
    controls: Bucket,
    entries: Bucket,
    /// What the page may do when it is its address's turn; nothing if it waited in vain.
    entering: Option<Pin<Box<dyn Future<Output = Option<ClientMessage>> + Send>>>,
    /// Messages in a row that were none.
    mistakes: u32,
    began: Instant,
    /// The first ping since the last sign of life went out then.
    pinged: Option<Instant>,
    has_spoken: bool,
    /// Bytes that had come in when that was last looked at.
    received: u64,
    ping: Instant,
    /// When new credentials are due.
    refresh: Option<Instant>,
    /// Signals that are not counted in the metrics yet: all processors share those.
    signals: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Life<S> {
    const TEXT_ONLY: u16 = 1003;
    /// Even a busy machine wakes its tasks within this time.
    const ABSENCE: Duration = Duration::from_secs(1);
    /// So many messages in a row that are none are no accident.
    const MAX_MISTAKES: u32 = 5;

    fn new(socket: Socket<S>) -> Self {
        let now = Instant::now();
        // After a restart all come at once; let their pings not stay together for ever.
        let ping = socket.patience.ping * (90 + (socket.seat.number() % 20) as u32) / 100;
        Self {
            messages: Bucket::full(MESSAGES, now),
            controls: Bucket::full(CONTROLS, now),
            entries: Bucket::full(ENTRIES, now),
            entering: None,
            mistakes: 0,
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

    async fn run(&mut self) -> End {
        let mut alarm = pin!(sleep_until(self.next_alarm()));
        loop {
            let done = tokio::select! {
                biased;
                // In the order of how rarely they come, so that no flood of one holds up the
                // others.
                () = &mut alarm => {
                    self.forgive_own_absence(alarm.deadline());
                    let done = Box::pin(self.wake()).await;
                    alarm.as_mut().reset(self.next_alarm());
                    done
                }
                turn = turn(&mut self.entering) => self.enter(turn),
                incoming = self.socket.frames.next() => incoming.and_then(|message| self.take(message)),
                portion = self.socket.seat.next() => self.send(portion).await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// What comes to be due later is found at the next ping.
    fn next_alarm(&self) -> Instant {
        let silence = self.silence().map(|(silence, _)| silence);
        let due = [silence, self.overdue()].into_iter().flatten();
        due.fold(self.ping, Instant::min)
    }

    /// When the page will have been silent for too long, and how that is called.
    fn silence(&self) -> Option<(Instant, u16)> {
        let patience = &self.socket.patience;
        if self.has_spoken {
            let pinged = self.pinged?;
            Some((pinged + patience.silence, close::TIMED_OUT))
        } else {
            Some((self.began + patience.first_word, close::SILENT))
        }
    }

    /// Time in which the machine or this process stood still is no silence of the page.
    fn forgive_own_absence(&mut self, alarm: Instant) {
        let late = alarm.elapsed();
        if late > Self::ABSENCE {
            self.began += late;
            self.pinged = self.pinged.map(|pinged| pinged + late);
            self.socket.frames.forgive(late);
        }
    }

    async fn end(&mut self, end: End) {
        self.count();
        if let End::Close(code) = end {
            self.socket.metrics.close(code);
        }
        debug!(number = self.socket.seat.number(), ?end, "ended");
        // The others are told before the farewell, which may take a moment.
        self.socket.seat.leave();
        self.socket.frames.end(end).await;
    }

    fn count(&mut self) {
        self.socket
            .metrics
            .signals
            .inc_by(mem::take(&mut self.signals));
    }

    /// Does what is due.
    async fn wake(&mut self) -> Result<(), End> {
        self.count();
        let now = Instant::now();
        self.check_unfinished(now)?;
        self.listen();
        if let Some((_, code)) = self.silence().filter(|(silence, _)| *silence <= now) {
            return Err(End::Close(code));
        }
        if self.refresh.is_some_and(|due| due <= now) {
            self.socket.seat.refresh();
            self.refresh = self.socket.refresh.map(|period| now + period);
        }
        if self.ping <= now {
            self.ping = now + self.socket.patience.ping;
            let ping = [Message::Ping(Bytes::new())].into_iter();
            let stall = self.socket.patience.stall;
            self.socket.frames.send(ping, stall).await?;
            self.pinged.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    /// A message that is coming in is a sign of life.
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
        Some(begun + self.socket.patience.message)
    }

    /// Takes what came in.
    fn take(&mut self, message: Message) -> Result<(), End> {
        let now = Instant::now();
        self.pinged = None;
        match message {
            Message::Text(text) if self.messages.take(MESSAGES, now) => self.hear(&text, now),
            Message::Text(_) => Err(self.refuse("message-rate")),
            Message::Binary(_) => Err(End::Close(Self::TEXT_ONLY)),
            _ if self.controls.take(CONTROLS, now) => Ok(()),
            _ => Err(self.refuse("control-rate")),
        }
    }

    fn hear(&mut self, text: &str, now: Instant) -> Result<(), End> {
        if let Some(signal) = SignalRef::decode(text) {
            self.mistakes = 0;
            self.has_spoken = true;
            self.signals += 1;
            self.socket.seat.signal(signal, now);
            return Ok(());
        }
        match protocol::decode(text) {
            Some(message) => {
                self.mistakes = 0;
                self.has_spoken |= message != ClientMessage::Ping;
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
                let room = room.clone();
                if !self.entries.take(ENTRIES, now) {
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
    fn enter(&mut self, turn: Option<ClientMessage>) -> Result<(), End> {
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
        seat.dismiss(Rejection::overloaded(), close::OVERLOADED);
    }

    fn forgive(&mut self) -> Result<(), End> {
        self.mistakes += 1;
        self.has_spoken = true;
        if self.mistakes == Self::MAX_MISTAKES {
            return Err(self.refuse("bad-messages"));
        }
        self.socket.seat.refuse(Rejection::BadMessage);
        Ok(())
    }

    /// Sends what waited longest.
    async fn send(&mut self, portion: Portion) -> Result<(), End> {
        let longest = portion
            .messages
            .iter()
            .find_map(|message| match message.subject {
                Subject::Signal { since, .. } => Some(since),
                _ => None,
            });
        let texts = portion
            .messages
            .into_iter()
            .map(|message| Message::Text(message.text));
        let stall = self.socket.patience.stall;
        self.socket.frames.send(texts, stall).await?;
        if let Some(arrival) = longest {
            let delay = arrival.elapsed();
            self.socket
                .metrics
                .relay_seconds
                .observe(delay.as_secs_f64());
            if delay > self.socket.patience.lag {
                return Err(End::Close(close::TOO_SLOW));
            }
        }
        portion.end.map_or(Ok(()), |code| Err(End::Close(code)))
    }

    fn refuse(&self, reason: &'static str) -> End {
        self.socket.metrics.refusal(reason);
        End::Close(close::POLICY)
    }
}

/// Waits for what is waited for, or for ever. Cancel safe.
async fn turn<T>(waiting: &mut Option<Pin<Box<dyn Future<Output = T> + Send>>>) -> T {
    match waiting {
        Some(waiting) => waiting.await,
        None => pending().await,
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

#[cfg(test)]
mod tests {
    use protocol::MAX_MESSAGE;

    use super::*;
    use crate::{
        essay::{SERVER, START, says},
        queue::{MAX_SIGNAL_BYTES, MAX_SIGNALS},
    };

    #[test]
    fn a_page_may_say_as_much_as_the_essay_says() {
        let row = |what, rate: Rate, end| {
            let Rate { burst, per_second } = rate;
            says(
                SERVER,
                &format!("| {what} | {burst} | {per_second} | {end} |"),
            );
        };
        row("messages of one page", MESSAGES, "1008");
        row("its pings and pongs, as frames", CONTROLS, "1008");
        row("its `watch` and `join`", ENTRIES, "`overloaded`, 1013");
        let turn = format!("(4) | it waits {} seconds, then as above", TURN.as_secs());
        says(SERVER, &turn);
        says(
            SERVER,
            &format!("64 wait for one peer, or {MAX_SIGNAL_BYTES} bytes"),
        );
        assert_eq!((MAX_SIGNALS, MAX_SIGNAL_BYTES), (64, MAX_MESSAGE));
        let mistakes = Life::<tokio::io::Empty>::MAX_MISTAKES;
        says(
            SERVER,
            &format!("after {mistakes} in a row the code is 1008"),
        );
        assert_eq!(mistakes, 5);
        says(START, "closes after five in a row");
        let Rejection::Overloaded { retry_after } = Rejection::overloaded() else {
            unreachable!("that is what it is");
        };
        says(
            SERVER,
            &format!("`retryAfter` is {retry_after} milliseconds"),
        );
    }

    #[test]
    fn a_page_has_as_long_as_the_essay_says() {
        let Patience {
            first_word,
            ping,
            silence,
            stall,
            lag,
            message,
        } = Patience::default();
        for (what, patience, code) in [
            ("its first `watch` or `join`", first_word, close::SILENT),
            (
                "the last byte of a message, after the first",
                message,
                close::POLICY,
            ),
            (
                "any sign of life after a ping of the server",
                silence,
                close::TIMED_OUT,
            ),
            (
                "taking anything of what was sent to it",
                stall,
                close::TOO_SLOW,
            ),
            (
                "taking a signal, after it arrived at the server",
                lag,
                close::TOO_SLOW,
            ),
        ] {
            says(
                SERVER,
                &format!("| {what} | {} | {code} |", patience.as_secs()),
            );
        }
        says(SERVER, &format!("pings every {} seconds", ping.as_secs()));
    }
}
