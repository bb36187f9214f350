//! The way to the server: one WebSocket, opened again when it breaks.

use std::time::Duration;

use protocol::close;

use crate::{random::Random, view::Server};

/// What is to be done about the WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Open,
    /// It neither opened nor failed, or the server does not answer: close it. Another is due later.
    GiveUp,
}

/// The state of the WebSocket.
#[derive(Debug)]
pub(crate) struct Signaling {
    socket: Socket,
    /// Attempts without success, in a row.
    failures: u32,
    was_online: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    /// None, and one is wanted from then on.
    Closed { retry: Duration },
    /// Opening, or open and without an answer to `watch` or `join` until then.
    Asking { give_up: Duration },
    /// The server answered.
    Online,
    /// None is wanted.
    Ended,
}

impl Signaling {
    /// Longer than a slow phone network takes to open one and to answer.
    const PATIENCE: Duration = Duration::from_secs(10);
    const MIN_PAUSE: Duration = Duration::from_millis(50);
    /// Pauses between attempts are drawn from that up to half a second, doubled by each failure, up to this.
    const MAX_PAUSE: Duration = Duration::from_secs(10);

    pub(crate) fn new() -> Self {
        Self {
            socket: Socket::Closed {
                retry: Duration::ZERO,
            },
            failures: 0,
            was_online: false,
        }
    }

    pub(crate) fn server(&self) -> Server {
        match self.socket {
            Socket::Online => Server::Online,
            _ if self.failures == 0 && !self.was_online => Server::Connecting,
            _ => Server::Offline,
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        self.socket == Socket::Online
    }

    /// Whether a WebSocket exists, be it of use or not.
    pub(crate) fn has_socket(&self) -> bool {
        matches!(self.socket, Socket::Asking { .. } | Socket::Online)
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.socket {
            Socket::Closed { retry } => Some(retry),
            Socket::Asking { give_up } => Some(give_up),
            Socket::Online | Socket::Ended => None,
        }
    }

    pub(crate) fn advance(&mut self, now: Duration, random: &mut Random) -> Option<Due> {
        match self.socket {
            Socket::Closed { retry } if retry <= now => {
                self.socket = Socket::Asking {
                    give_up: now + Self::PATIENCE,
                };
                Some(Due::Open)
            }
            Socket::Asking { give_up } if give_up <= now => {
                self.closed(now, 1006, random);
                Some(Due::GiveUp)
            }
            _ => None,
        }
    }

    /// Something was asked of the server that it has to answer.
    pub(crate) fn asked(&mut self, now: Duration) {
        self.socket = Socket::Asking {
            give_up: now + Self::PATIENCE,
        };
    }

    /// The server answered.
    pub(crate) fn answered(&mut self) {
        self.socket = Socket::Online;
        self.failures = 0;
        self.was_online = true;
    }

    /// The WebSocket closed with this code.
    pub(crate) fn closed(&mut self, now: Duration, code: u16, random: &mut Random) {
        let pause = match code {
            close::RESTART => random.between(Duration::from_millis(200), Duration::from_secs(3)),
            // The server asks for patience: hurrying would make it worse.
            close::OVERLOADED => random.between(Duration::from_secs(5), Duration::from_secs(15)),
            close::POLICY => random.between(Duration::from_secs(10), Duration::from_secs(20)),
            _ => {
                let most = Duration::from_millis(500) * (1 << self.failures.min(5));
                random.between(Self::MIN_PAUSE, most.min(Self::MAX_PAUSE))
            }
        };
        self.failures += 1;
        self.socket = Socket::Closed { retry: now + pause };
    }

    /// Do not wait any longer.
    pub(crate) fn hurry(&mut self, now: Duration) {
        if let Socket::Closed { retry } = &mut self.socket {
            *retry = now.min(*retry);
        }
    }

    /// Wait for good.
    pub(crate) fn end(&mut self) {
        *self = Self {
            socket: Socket::Ended,
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
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        let mut now = Duration::ZERO;
        let mut longest = Duration::ZERO;
        for _ in 0..200 {
            assert_eq!(signaling.advance(now, &mut random), Some(Due::Open));
            signaling.closed(now, 1006, &mut random);
            let retry = signaling.deadline().unwrap();
            longest = longest.max(retry - now);
            now = retry;
        }
        assert!(longest > Duration::from_secs(5) && longest <= Signaling::MAX_PAUSE);
    }

    #[test]
    fn who_is_asked_for_patience_waits_longer() {
        let mut random = Random::new(7);
        for (code, least, most) in [
            (close::RESTART, 0.2, 3.0),
            (close::OVERLOADED, 5.0, 15.0),
            (close::POLICY, 10.0, 20.0),
        ] {
            for _ in 0..100 {
                let mut signaling = Signaling::new();
                signaling.advance(Duration::ZERO, &mut random);
                signaling.closed(Duration::ZERO, code, &mut random);
                let pause = signaling.deadline().unwrap().as_secs_f64();
                assert!((least..=most).contains(&pause), "{code}: {pause}");
            }
        }
    }

    #[test]
    fn a_server_that_does_not_answer_is_given_up() {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        signaling.advance(Duration::ZERO, &mut random);
        assert_eq!(signaling.server(), Server::Connecting);
        assert_eq!(signaling.deadline(), Some(Signaling::PATIENCE));
        assert_eq!(
            signaling.advance(Signaling::PATIENCE, &mut random),
            Some(Due::GiveUp)
        );
        assert_eq!(signaling.server(), Server::Offline);
    }
}
