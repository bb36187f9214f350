//! The way to the server: one WebSocket, opened again when it breaks, and asked for a sign of life
//! when it may have.

use std::time::Duration;

use protocol::CloseCode;

use crate::{random::Random, view::Server};

/// What is to be done about the WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Open,
    /// Ask whether the server is there.
    Ping,
    /// It neither opened nor failed, or the server does not answer: close it. Another is due later.
    Close,
    /// It is dead, and the network is there as far as one knows: close it, and open another at
    /// once.
    Replace,
}

/// The state of the WebSocket.
#[derive(Debug)]
pub(crate) struct Signaling {
    socket: Socket,
    /// What is known of the server. **A question that is outstanding changes nothing of it**, only
    /// one that nobody answered.
    server: Server,
    /// Attempts without success, in a row.
    failures: u32,
    /// No pause between attempts is longer.
    spread: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    /// None, and one is wanted from then on.
    Closed { retry: Duration },
    /// None, since the server asked for patience until then.
    TurnedAway { until: Duration },
    /// Not open until then; what to do in that case.
    Opening { give_up: Duration, then: Output },
    /// Open, and without an answer to `watch` or `join` until then; what to do in that case.
    Asking { give_up: Duration, then: Output },
    /// The server answered. It is asked for a sign of life then.
    Online { ask: Duration },
    /// The server was asked for a sign of life and has until then.
    Doubted { give_up: Duration, chance: Chance },
    /// None is wanted.
    Ended,
}

/// How often a page that slept asks again before it judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chance {
    First,
    Last,
}

impl Signaling {
    /// Longer than a slow phone network takes to open one and to answer.
    const PATIENCE: Duration = Duration::from_secs(10);
    /// Without a word of the server for so long, it is asked. A phone network drops idle
    /// connections after minutes.
    const QUIET: Duration = Duration::from_secs(20);
    /// For the answer to a question of one line. To replace a WebSocket that was only slow costs
    /// the handshakes that are under way, which begin anew, and nothing else.
    const ANSWER: Duration = Duration::from_secs(3);
    /// A tick that comes so late is of a page that slept: what the server said meanwhile may be
    /// read only after it. Hidden pages have timers of one second.
    const LATE: Duration = Duration::from_millis(1500);
    const MIN_PAUSE: Duration = Duration::from_millis(50);
    /// Pauses between attempts are drawn from that up to this, doubled by each failure, up to the
    /// spread.
    const FIRST_PAUSE: Duration = Duration::from_millis(500);
    /// The spread before the server advised one, as for a room of a few: who came so recently is no
    /// crowd.
    const SPREAD: Duration = Duration::from_millis(1500);
    /// No server has pages for a longer one.
    const MAX_SPREAD: Duration = Duration::from_secs(60);
    /// At least, and up to one [`Self::PATIENCE`] more, where the server said no time itself.
    const AFTER_OVERLOADED: Duration = Duration::from_secs(5);
    const AFTER_POLICY: Duration = Duration::from_secs(10);
    /// Nobody waits longer before the next attempt, whatever the server says.
    const MAX_WAIT: Duration = Duration::from_secs(60);

    pub(crate) fn new() -> Self {
        Self {
            socket: Socket::Closed {
                retry: Duration::ZERO,
            },
            server: Server::Connecting,
            failures: 0,
            spread: Self::SPREAD,
        }
    }

    pub(crate) fn server(&self) -> Server {
        self.server
    }

    /// Whether the server has answered what was asked of it.
    pub(crate) fn is_online(&self) -> bool {
        matches!(self.socket, Socket::Online { .. } | Socket::Doubted { .. })
    }

    /// Whether the server was asked for a sign of life and has not given it yet.
    pub(crate) fn is_doubted(&self) -> bool {
        matches!(self.socket, Socket::Doubted { .. })
    }

    /// Whether something can be said to the server.
    pub(crate) fn is_open(&self) -> bool {
        self.is_online() || matches!(self.socket, Socket::Asking { .. })
    }

    /// Whether a WebSocket exists, be it of use or not.
    pub(crate) fn has_socket(&self) -> bool {
        self.is_open() || matches!(self.socket, Socket::Opening { .. })
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.socket {
            Socket::Closed { retry: due }
            | Socket::TurnedAway { until: due }
            | Socket::Opening { give_up: due, .. }
            | Socket::Asking { give_up: due, .. }
            | Socket::Online { ask: due }
            | Socket::Doubted { give_up: due, .. } => Some(due),
            Socket::Ended => None,
        }
    }

    pub(crate) fn advance(&mut self, now: Duration, random: &mut Random) -> Option<Output> {
        let late = now.checked_sub(self.deadline()?)?;
        let due = match self.socket {
            Socket::Closed { .. } | Socket::TurnedAway { .. } => Output::Open,
            Socket::Opening { then, .. } | Socket::Asking { then, .. } => then,
            Socket::Online { .. } => Output::Ping,
            Socket::Doubted {
                chance: Chance::First,
                ..
            } if late > Self::LATE => Output::Ping,
            Socket::Doubted { .. } => Output::Replace,
            Socket::Ended => return None,
        };
        match due {
            Output::Open => self.open(now),
            Output::Replace => {
                // Who waits for a busy server learns nothing from an attempt that was cut short.
                if self.server != Server::Busy {
                    self.server = Server::Offline;
                }
                self.open(now);
            }
            Output::Ping => self.doubt(now),
            Output::Close => self.closed(now, CloseCode::ABNORMAL, random),
        }
        Some(due)
    }

    fn open(&mut self, now: Duration) {
        self.socket = Socket::Opening {
            give_up: now + Self::PATIENCE,
            then: Output::Close,
        };
    }

    fn doubt(&mut self, now: Duration) {
        let chance = match self.socket {
            Socket::Doubted { .. } => Chance::Last,
            _ => Chance::First,
        };
        let give_up = now + Self::ANSWER;
        self.socket = Socket::Doubted { give_up, chance };
    }

    /// `watch` or `join` was asked of the server, which has to answer. That takes no doubt away:
    /// the sign of life comes first.
    pub(crate) fn asked(&mut self, now: Duration) {
        let (give_up, then) = match self.socket {
            Socket::Doubted { give_up, .. } => (give_up, Output::Replace),
            _ => (now + Self::PATIENCE, Output::Close),
        };
        self.socket = Socket::Asking { give_up, then };
    }

    /// The server answered.
    pub(crate) fn answered(&mut self, now: Duration) {
        self.failures = 0;
        self.server = Server::Online;
        self.socket = Socket::Online {
            ask: now + Self::QUIET,
        };
    }

    /// The server said something, be it an answer or not.
    pub(crate) fn heard(&mut self, now: Duration) {
        match self.socket {
            Socket::Online { .. } | Socket::Doubted { .. } => self.answered(now),
            Socket::Asking {
                then: Output::Replace,
                ..
            } => self.asked(now),
            _ => {}
        }
    }

    /// The server advises over how long to spread a reconnection.
    pub(crate) fn advised(&mut self, spread: Duration) {
        self.spread = spread.clamp(Self::SPREAD, Self::MAX_SPREAD);
    }

    /// The WebSocket closed with this code.
    pub(crate) fn closed(&mut self, now: Duration, code: CloseCode, random: &mut Random) {
        // The server asks for patience: hurrying would make it worse.
        let patience = match code {
            CloseCode::OVERLOADED => Some(Self::AFTER_OVERLOADED),
            CloseCode::POLICY => Some(Self::AFTER_POLICY),
            _ => None,
        };
        self.socket = match patience {
            Some(least) => Socket::TurnedAway {
                until: now + random.between(least, least + Self::PATIENCE),
            },
            None => Socket::Closed {
                retry: now + self.pause(code, random),
            },
        };
        self.failures += 1;
        self.server = match code {
            CloseCode::OVERLOADED => Server::Busy,
            _ => Server::Offline,
        };
    }

    /// The server asks to come again after this time. Those who were told the same do not come all
    /// at once.
    pub(crate) fn turned_away(&mut self, now: Duration, wait: Duration, random: &mut Random) {
        let wait = wait.clamp(Self::MIN_PAUSE, Self::MAX_WAIT);
        self.failures += 1;
        self.server = Server::Busy;
        self.socket = Socket::TurnedAway {
            until: now + random.between(wait, wait * 2),
        };
    }

    /// As short as the others allow who were lost with this page: they all come back at once.
    fn pause(&self, code: CloseCode, random: &mut Random) -> Duration {
        let most = match code {
            CloseCode::RESTART => self.spread,
            _ => (Self::FIRST_PAUSE * (1 << self.failures.min(7))).min(self.spread),
        };
        random.between(Self::MIN_PAUSE, most)
    }

    /// Do not wait any longer, unless the server asked for it.
    pub(crate) fn hurry(&mut self, now: Duration) {
        if let Socket::Closed { retry } = &mut self.socket {
            *retry = now.min(*retry);
        }
    }

    /// Something happened after which the WebSocket may be dead without knowing it: find out at
    /// once.
    pub(crate) fn check(&mut self, now: Duration) {
        if let Socket::Online { ask } = &mut self.socket {
            *ask = now;
        }
    }

    /// The page may have been asleep: the WebSocket may be had again, or be dead, and what the
    /// server said meanwhile may be read only after this.
    pub(crate) fn resumed(&mut self, now: Duration) {
        self.hurry(now);
        self.check(now);
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.wait_no_longer(now);
        }
    }

    /// There is another network: what was begun before may lead nowhere.
    pub(crate) fn network_changed(&mut self, now: Duration) {
        self.resumed(now);
        let answer = now + Self::ANSWER;
        if self.deadline().is_some_and(|deadline| answer < deadline) {
            self.wait_no_longer(now);
        }
    }

    /// For what is outstanding there is the time for an answer, and then another WebSocket.
    fn wait_no_longer(&mut self, now: Duration) {
        if let Socket::Opening { give_up, then } | Socket::Asking { give_up, then } =
            &mut self.socket
        {
            (*give_up, *then) = (now + Self::ANSWER, Output::Replace);
        }
    }

    /// Wait for good.
    pub(crate) fn end(&mut self) {
        *self = Self {
            socket: Socket::Ended,
            spread: self.spread,
            ..Self::new()
        };
    }

    /// Begin anew after the end.
    pub(crate) fn revive(&mut self, now: Duration) {
        if self.socket == Socket::Ended {
            self.socket = Socket::Closed { retry: now };
        }
    }
}

#[cfg(test)]
mod tests;
