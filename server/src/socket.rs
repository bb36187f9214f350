//! One WebSocket's life.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{CloseFrame, WebSocketConfig},
    },
};
use hyper_util::rt::TokioIo;
use protocol::{MAX_MESSAGE, Rejection, ServerMessage, close};
use tokio::{
    io::AsyncReadExt,
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

use crate::{
    hub::{Order, Seat},
    told,
};

/// A WebSocket of ours.
pub type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// How long a WebSocket may take for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To say the first word; then it ends with [`close::SILENT`].
    pub first_word: Duration,
    /// Between two pings of ours.
    pub ping: Duration,
    /// Without any sign of life, pongs included; then it ends with [`close::TIMED_OUT`].
    pub silence: Duration,
    /// To take what is sent; then it ends with [`close::TOO_SLOW`].
    pub stall: Duration,
}

impl Default for Patience {
    /// People whose machine vanished shall be gone within twenty seconds.
    fn default() -> Self {
        Self {
            first_word: Duration::from_secs(10),
            ping: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            stall: Duration::from_secs(10),
        }
    }
}

/// Small buffers, since there may be ten thousand of them, and a bound on what a page that does not read can pile up.
pub fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(4096)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}

/// Serves a WebSocket until it ends.
pub async fn serve(
    stream: Stream,
    seat: Seat,
    patience: Patience,
    shutdown: watch::Receiver<bool>,
) {
    let mut socket = Socket {
        stream,
        seat,
        patience,
        allowance: Allowance::new(),
        mistakes: 0,
    };
    if let Some(code) = socket.run(shutdown).await {
        socket.close(code).await;
    }
}

struct Socket {
    stream: Stream,
    seat: Seat,
    patience: Patience,
    allowance: Allowance,
    mistakes: u32,
}

/// What is the end of a WebSocket: with a code if it is for us to close it.
type End = Option<u16>;

impl Socket {
    const PROTOCOL_ERROR: u16 = 1002;
    const TEXT_ONLY: u16 = 1003;
    const INVALID_UTF8: u16 = 1007;
    const POLICY: u16 = 1008;
    const TOO_BIG: u16 = 1009;
    /// So many messages in a row that are none are no accident.
    const MAX_MISTAKES: u32 = 5;

    async fn run(&mut self, mut shutdown: watch::Receiver<bool>) -> End {
        let mut pings = interval(self.patience.ping);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut deadline = Instant::now() + self.patience.first_word;
        let mut code = close::SILENT;
        loop {
            tokio::select! {
                incoming = self.stream.next() => {
                    match self.take(incoming?) {
                        Ok(is_word) => {
                            if is_word {
                                code = close::TIMED_OUT;
                            }
                            if code == close::TIMED_OUT {
                                deadline = Instant::now() + self.patience.silence;
                            }
                        }
                        Err(end) => return end,
                    }
                }
                order = self.seat.next() => if let Err(end) = self.obey(order).await { return end },
                _ = pings.tick() => if let Err(end) = self.send(Message::Ping(Vec::new().into())).await { return end },
                () = sleep_until(deadline) => return Some(code),
                () = told(&mut shutdown) => return Some(close::RESTART),
            }
        }
    }

    /// Takes what came in; says whether it was a message of the page.
    fn take(&mut self, incoming: Result<Message, Error>) -> Result<bool, End> {
        if !self.allowance.spend() {
            return Err(Some(Self::POLICY));
        }
        match incoming {
            Ok(Message::Text(text)) => self.hear(text.as_str()).map(|()| true),
            Ok(Message::Binary(_)) => Err(Some(Self::TEXT_ONLY)),
            Ok(Message::Ping(_) | Message::Pong(_)) => Ok(false),
            Ok(Message::Close(_) | Message::Frame(_)) => Err(None),
            Err(Error::Capacity(_)) => Err(Some(Self::TOO_BIG)),
            Err(Error::Utf8(_)) => Err(Some(Self::INVALID_UTF8)),
            Err(Error::Protocol(_)) => Err(Some(Self::PROTOCOL_ERROR)),
            Err(_) => Err(None),
        }
    }

    fn hear(&mut self, text: &str) -> Result<(), End> {
        if let Some(message) = protocol::decode(text) {
            self.mistakes = 0;
            self.seat.say(message);
            return Ok(());
        }
        self.mistakes += 1;
        self.seat.tell(ServerMessage::Rejected {
            rejection: Rejection::BadMessage,
        });
        if self.mistakes < Self::MAX_MISTAKES {
            Ok(())
        } else {
            Err(Some(Self::POLICY))
        }
    }

    /// Sends this and all that waits behind it in one go.
    async fn obey(&mut self, order: Order) -> Result<(), End> {
        let mut order = Some(order);
        let stall = self.patience.stall;
        let writing = async {
            while let Some(next) = order {
                match next {
                    Order::Send(text) => self
                        .stream
                        .feed(Message::text(text))
                        .await
                        .map_err(|_| None)?,
                    Order::Close(code) => return Err(Some(code)),
                }
                order = self.seat.try_next();
            }
            self.stream.flush().await.map_err(|_| None)
        };
        timeout(stall, writing)
            .await
            .unwrap_or(Err(Some(close::TOO_SLOW)))
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let sending = timeout(self.patience.stall, self.stream.send(message));
        sending.await.unwrap_or(Ok(())).map_err(|_| None)
    }

    /// Says why, and reads on for a moment: closing a TCP connection with unread input would destroy what was said.
    async fn close(&mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        let farewell = async {
            let _ = self.stream.close(Some(frame)).await;
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Close(_))) => return,
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                }
            }
            // After a broken or too big message there are no more messages, but there may be bytes.
            let mut rest = [0; 4096];
            while matches!(self.stream.get_mut().read(&mut rest).await, Ok(1..)) {}
        };
        let _ = timeout(Duration::from_secs(1), farewell).await;
    }
}

/// How many messages a page may send: a token bucket.
struct Allowance {
    tokens: f64,
    since: Instant,
}

impl Allowance {
    /// Joining a full room takes 150 at once.
    const BURST: f64 = 400.0;
    const PER_SECOND: f64 = 50.0;

    fn new() -> Self {
        Self {
            tokens: Self::BURST,
            since: Instant::now(),
        }
    }

    fn spend(&mut self) -> bool {
        let now = Instant::now();
        self.tokens = (self.tokens + (now - self.since).as_secs_f64() * Self::PER_SECOND)
            .min(Self::BURST)
            - 1.0;
        self.since = now;
        self.tokens >= 0.0
    }
}
