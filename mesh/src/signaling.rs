//! The way to the server: one WebSocket, opened again when it breaks, and asked for a sign of life
//! when it may have.

use std::time::Duration;

use protocol::close;

use crate::{random::Random, view::Server};

/// What is to be done about the WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Open,
    /// Ask whether the server is there.
    Ask,
    /// It neither opened nor failed, or the server does not answer: close it. Another is due later.
    GiveUp,
    /// It is dead, and the network is there as far as one knows: close it, and open another at
    /// once.
    Replace,
}

/// The state of the WebSocket.
#[derive(Debug)]
pub(crate) struct Signaling {
    socket: Socket,
    /// Attempts without success, in a row.
    failures: u32,
    was_online: bool,
    /// No pause between attempts is longer.
    spread: Duration,
    /// The server has too much to do, and said when to come again.
    is_turned_away: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    /// None, and one is wanted from then on.
    Closed { retry: Duration },
    /// None, since the server asked for patience until then.
    TurnedAway { until: Duration },
    /// Opening, or open and without an answer to `watch` or `join` until then; what to do in that
    /// case.
    Asking { give_up: Duration, then: Due },
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
    /// nobody anything.
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
            failures: 0,
            was_online: false,
            spread: Self::SPREAD,
            is_turned_away: false,
        }
    }

    pub(crate) fn server(&self) -> Server {
        match self.socket {
            _ if self.is_online() => Server::Online,
            _ if self.is_turned_away => Server::Busy,
            _ if self.failures == 0 && !self.was_online => Server::Connecting,
            _ => Server::Offline,
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        matches!(self.socket, Socket::Online { .. } | Socket::Doubted { .. })
    }

    /// Whether a WebSocket exists, be it of use or not.
    pub(crate) fn has_socket(&self) -> bool {
        self.is_online() || matches!(self.socket, Socket::Asking { .. })
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.socket {
            Socket::Closed { retry: due }
            | Socket::TurnedAway { until: due }
            | Socket::Asking { give_up: due, .. }
            | Socket::Online { ask: due }
            | Socket::Doubted { give_up: due, .. } => Some(due),
            Socket::Ended => None,
        }
    }

    pub(crate) fn advance(&mut self, now: Duration, random: &mut Random) -> Option<Due> {
        let late = now.checked_sub(self.deadline()?)?;
        let due = match self.socket {
            Socket::Closed { .. } | Socket::TurnedAway { .. } => Due::Open,
            Socket::Asking { then, .. } => then,
            Socket::Online { .. } => Due::Ask,
            Socket::Doubted {
                chance: Chance::First,
                ..
            } if late > Self::LATE => Due::Ask,
            Socket::Doubted { .. } => Due::Replace,
            Socket::Ended => return None,
        };
        match due {
            Due::Open | Due::Replace => self.asked(now),
            Due::Ask => self.doubt(now),
            Due::GiveUp => self.closed(now, 1006, random),
        }
        Some(due)
    }

    fn doubt(&mut self, now: Duration) {
        let chance = match self.socket {
            Socket::Doubted { .. } => Chance::Last,
            _ => Chance::First,
        };
        let give_up = now + Self::ANSWER;
        self.socket = Socket::Doubted { give_up, chance };
    }

    /// Something was asked of the server that it has to answer.
    pub(crate) fn asked(&mut self, now: Duration) {
        self.socket = Socket::Asking {
            give_up: now + Self::PATIENCE,
            then: Due::GiveUp,
        };
    }

    /// The server answered.
    pub(crate) fn answered(&mut self, now: Duration) {
        self.failures = 0;
        self.was_online = true;
        self.is_turned_away = false;
        self.socket = Socket::Online {
            ask: now + Self::QUIET,
        };
    }

    /// The server said something, be it an answer or not.
    pub(crate) fn heard(&mut self, now: Duration) {
        if self.is_online() {
            self.answered(now);
        }
    }

    /// The server advises over how long to spread a reconnection.
    pub(crate) fn advised(&mut self, spread: Duration) {
        self.spread = spread.clamp(Self::SPREAD, Self::MAX_SPREAD);
    }

    /// The WebSocket closed with this code.
    pub(crate) fn closed(&mut self, now: Duration, code: u16, random: &mut Random) {
        // The server asks for patience: hurrying would make it worse.
        let patience = match code {
            close::OVERLOADED => Some(Self::AFTER_OVERLOADED),
            close::POLICY => Some(Self::AFTER_POLICY),
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
        self.is_turned_away = code == close::OVERLOADED;
    }

    /// The server asks to come again after this time. Those who were told the same do not come all
    /// at once.
    pub(crate) fn turned_away(&mut self, now: Duration, wait: Duration, random: &mut Random) {
        let wait = wait.clamp(Self::MIN_PAUSE, Self::MAX_WAIT);
        self.failures += 1;
        self.is_turned_away = true;
        self.socket = Socket::TurnedAway {
            until: now + random.between(wait, wait * 2),
        };
    }

    /// As short as the others allow who were lost with this page: they all come back at once.
    fn pause(&self, code: u16, random: &mut Random) -> Duration {
        let most = match code {
            close::RESTART => self.spread,
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

    /// Something happened after which the WebSocket may be dead without knowing it, or may be had
    /// again: find out at once.
    pub(crate) fn check(&mut self, now: Duration) {
        self.hurry(now);
        match &mut self.socket {
            Socket::Online { ask } => *ask = now,
            // Begun before, it may lead nowhere.
            Socket::Asking { give_up, then } if now + Self::ANSWER < *give_up => {
                (*give_up, *then) = (now + Self::ANSWER, Due::Replace);
            }
            _ => {}
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
mod tests {
    use super::*;
    use crate::essay::{SERVER, START, says};

    #[test]
    fn pauses_grow_to_what_the_server_advised() {
        for (advice, most) in [
            (None, 1.5),
            (Some(0), 1.5),
            (Some(20), 20.0),
            (Some(3600), 60.0),
        ] {
            let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
            if let Some(seconds) = advice {
                signaling.advised(Duration::from_secs(seconds));
            }
            let pauses = pauses(&mut signaling, &mut random);
            let longest = pauses.iter().copied().fold(0.0, f64::max);
            assert!(
                longest > 0.9 * most && longest <= most,
                "{longest} of {most}"
            );
            assert!(pauses[..2].iter().all(|pause| *pause <= 1.0), "{pauses:?}");
        }
    }

    /// Between two hundred attempts without success, in seconds.
    fn pauses(signaling: &mut Signaling, random: &mut Random) -> Vec<f64> {
        let mut now = Duration::ZERO;
        let mut pause = || {
            assert_eq!(signaling.advance(now, random), Some(Due::Open));
            signaling.closed(now, 1006, random);
            let retry = signaling.deadline().unwrap();
            let pause = retry - now;
            now = retry;
            pause.as_secs_f64()
        };
        (0..200).map(|_| pause()).collect()
    }

    /// Online since the beginning, and asked for a sign of life at this second.
    fn doubted(second: u64) -> (Signaling, Random) {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        signaling.advance(Duration::ZERO, &mut random);
        signaling.answered(Duration::ZERO);
        let now = Duration::from_secs(second);
        signaling.check(now);
        assert_eq!(signaling.advance(now, &mut random), Some(Due::Ask));
        (signaling, random)
    }

    #[test]
    fn a_server_that_says_nothing_is_asked_and_then_replaced() {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        signaling.advance(Duration::ZERO, &mut random);
        signaling.answered(Duration::ZERO);
        assert_eq!(signaling.deadline(), Some(Signaling::QUIET));
        assert_eq!(
            signaling.advance(Signaling::QUIET, &mut random),
            Some(Due::Ask)
        );
        assert_eq!(signaling.server(), Server::Online);
        let end = Signaling::QUIET + Signaling::ANSWER;
        assert_eq!(signaling.deadline(), Some(end));
        assert_eq!(signaling.advance(end, &mut random), Some(Due::Replace));
        assert_eq!(signaling.server(), Server::Offline);
    }

    #[test]
    fn any_word_of_the_server_is_a_sign_of_life() {
        let (mut signaling, mut random) = doubted(5);
        let now = Duration::from_secs(6);
        signaling.heard(now);
        assert_eq!(signaling.deadline(), Some(now + Signaling::QUIET));
        assert_eq!(signaling.advance(now, &mut random), None);
    }

    #[test]
    fn asked_again_and_again_the_first_question_counts() {
        let (mut signaling, mut random) = doubted(5);
        for second in [6, 7] {
            let now = Duration::from_secs(second);
            signaling.check(now);
            assert_eq!(signaling.advance(now, &mut random), None);
        }
        let now = Duration::from_secs(8);
        assert_eq!(signaling.advance(now, &mut random), Some(Due::Replace));
    }

    #[test]
    fn a_page_that_slept_asks_once_more_before_it_judges() {
        let (mut signaling, mut random) = doubted(5);
        let woken = Duration::from_secs(3600);
        assert_eq!(signaling.advance(woken, &mut random), Some(Due::Ask));
        assert_eq!(signaling.server(), Server::Online);
        let again = Duration::from_secs(7200);
        assert_eq!(signaling.advance(again, &mut random), Some(Due::Replace));
    }

    #[test]
    fn an_attempt_that_began_before_the_network_changed_has_three_seconds_left() {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        signaling.advance(Duration::ZERO, &mut random);
        let now = Duration::from_secs(1);
        signaling.check(now);
        let end = now + Signaling::ANSWER;
        assert_eq!(signaling.deadline(), Some(end));
        assert_eq!(signaling.advance(end, &mut random), Some(Due::Replace));
        assert_eq!(signaling.deadline(), Some(end + Signaling::PATIENCE));
    }

    #[test]
    fn nothing_hurries_whom_the_server_asked_for_patience() {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        signaling.closed(Duration::ZERO, close::OVERLOADED, &mut random);
        signaling.check(Duration::ZERO);
        assert!(signaling.deadline() > Some(Duration::from_secs(5)));
        signaling.closed(Duration::ZERO, 1006, &mut random);
        signaling.check(Duration::ZERO);
        assert_eq!(signaling.deadline(), Some(Duration::ZERO));
    }

    #[test]
    fn who_is_asked_for_patience_waits_longer() {
        let mut random = Random::new(7);
        for (code, least, most) in [
            (close::RESTART, 0.05, 1.5),
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
    fn who_is_turned_away_comes_when_the_server_says() {
        let mut random = Random::new(7);
        for (wait, least, most) in [(5.0, 5.0, 10.0), (0.0, 0.0, 0.1), (4e6, 60.0, 120.0)] {
            for _ in 0..100 {
                let mut signaling = Signaling::new();
                signaling.advance(Duration::ZERO, &mut random);
                let wait = Duration::from_secs_f64(wait);
                signaling.turned_away(Duration::ZERO, wait, &mut random);
                let retry = signaling.deadline().unwrap();
                assert!((least..=most).contains(&retry.as_secs_f64()), "{retry:?}");
                assert_eq!(signaling.server(), Server::Busy);
                assert_eq!(signaling.advance(retry, &mut random), Some(Due::Open));
                assert_eq!(signaling.server(), Server::Busy, "until it answers");
                signaling.answered(retry);
                assert_eq!(signaling.server(), Server::Online);
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

    #[test]
    fn the_server_is_asked_and_come_back_to_as_the_essay_says() {
        let seconds = |time: Duration| time.as_secs();
        let [quiet, answer] = [Signaling::QUIET, Signaling::ANSWER].map(seconds);
        says(START, &format!("heard nothing for {quiet} seconds"));
        says(
            START,
            &format!("after {answer} seconds without any message"),
        );
        let patience = seconds(Signaling::PATIENCE);
        let policy = seconds(Signaling::AFTER_POLICY);
        let overloaded = seconds(Signaling::AFTER_OVERLOADED);
        says(
            SERVER,
            &format!("does not answer `watch` or `join`, after {patience} seconds"),
        );
        says(
            SERVER,
            &format!("| after {policy} to {} seconds: sooner", policy + patience),
        );
        says(
            SERVER,
            &format!(
                "after 1013 without one, {overloaded} to {} seconds",
                overloaded + patience
            ),
        );
        let [least, first, spread, most] = [
            Signaling::MIN_PAUSE,
            Signaling::FIRST_PAUSE,
            Signaling::SPREAD,
            Signaling::MAX_SPREAD,
        ]
        .map(|time| time.as_millis());
        says(SERVER, &format!("between {least} milliseconds and a bound"));
        says(SERVER, &format!("{spread} at least, {most} at most"));
        says(SERVER, &format!("it is {first} milliseconds, doubled"));
        says(SERVER, &format!("({spread} before the first `pong`)"));
        let wait = seconds(Signaling::MAX_WAIT);
        says(
            SERVER,
            &format!("of more than {wait} seconds counts as that"),
        );
    }
}
