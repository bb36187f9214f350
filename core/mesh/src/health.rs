//! How a connection is: whether anything may still come of it, whether anything is heard over it,
//! and what repairs it.

use std::time::Duration;

use crate::{event::ConnectionState, timer::TimerTable};

/// What repairs a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// To close it and open another.
    Replace,
}

/// What is tried after so long a silence, one after the other. Browsers notice a dead path after 15
/// to 30 seconds.
const LADDER: &[(Duration, Repair)] = &[(Duration::from_secs(20), Repair::Replace)];

/// How one connection is.
#[derive(Debug)]
pub(crate) struct Health {
    /// When the other page was last heard, once the control channel is open.
    heard: Option<Duration>,
    /// Which repair is the next to be tried.
    rung: usize,
    state: ConnectionState,
    /// When it was last looked at.
    was_well: bool,
    timers: TimerTable<Timer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// Nothing has happened in the handshake.
    Patience,
    /// Nothing is heard: the next repair.
    Repair,
    /// To say that one is alive.
    Alive,
    /// Others wait for this handshake no longer.
    Hope,
    /// Nothing is heard, and people are told.
    Silence,
    /// Pictures may follow the sound.
    Pictures,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Alive,
    Repair(Repair),
}

impl Health {
    /// A connection attempt without any progress for this long is given up. Eight people on one
    /// slow machine need twenty seconds.
    const PATIENCE: Duration = Duration::from_secs(30);
    /// A handshake keeps others waiting for so long, whatever happens in it: far longer than one
    /// takes that leads somewhere, on most machines.
    pub(crate) const HOPE: Duration = Duration::from_secs(8);
    /// How often a page says that it is alive.
    const ALIVE: Duration = Duration::from_secs(2);
    /// By how much later a hidden page does: its timers are rounded up to seconds.
    const LATENESS: Duration = Duration::from_secs(1);
    /// Three such messages missing in a row, and a bit.
    pub(crate) const SILENCE: Duration = Duration::from_secs(8);
    /// A pair whose way through the server was lost and is back waits no longer than this for what
    /// it has not heard: one such message of a hidden page, and half a second for its way. Who has
    /// got another address waits so long for the first new connection.
    pub(crate) const DOUBT: Duration = Self::ALIVE
        .saturating_add(Self::LATENESS)
        .saturating_add(Duration::from_millis(500));
    /// Sound goes first; pictures follow when all are connected, or after this. Encoding pictures
    /// is what keeps a slow machine from connecting the rest.
    const SOUND_FIRST: Duration = Duration::from_secs(10);

    /// A handshake begins.
    pub(crate) fn new(now: Duration) -> Self {
        let mut timers = TimerTable::new();
        timers.set(Timer::Patience, now + Self::PATIENCE);
        timers.set(Timer::Hope, now + Self::HOPE);
        Self {
            heard: None,
            rung: 0,
            state: ConnectionState::Connecting,
            was_well: false,
            timers,
        }
    }

    /// Something happened in the handshake, if it is one.
    pub(crate) fn progress(&mut self, now: Duration) {
        if self.is_handshaking() {
            self.timers.set(Timer::Patience, now + Self::PATIENCE);
        }
    }

    /// The control channel is open.
    pub(crate) fn establish(&mut self, now: Duration) {
        self.timers = TimerTable::new();
        self.timers.set(Timer::Alive, now);
        self.timers.set(Timer::Pictures, now + Self::SOUND_FIRST);
        self.heard = Some(now);
        self.hear(now);
    }

    /// Something was heard over a channel.
    pub(crate) fn hear(&mut self, now: Duration) {
        if self.heard.is_some() {
            self.heard = Some(now);
            self.rung = 0;
            self.timers.set(Timer::Silence, now + Self::SILENCE);
            self.set_repair(now);
        }
    }

    fn set_repair(&mut self, heard: Duration) {
        match LADDER.get(self.rung) {
            Some((after, _)) => self.timers.set(Timer::Repair, heard + *after),
            None => self.timers.stop(Timer::Repair),
        }
    }

    pub(crate) fn change(&mut self, state: ConnectionState) {
        self.state = state;
    }

    /// When the other page was last heard, if the two are connected.
    pub(crate) fn heard(&self) -> Option<Duration> {
        self.heard
    }

    pub(crate) fn is_handshaking(&self) -> bool {
        self.heard.is_none()
    }

    /// Whether others wait for this handshake.
    pub(crate) fn is_hopeful(&self, now: Duration) -> bool {
        self.timers.get(Timer::Hope).is_some_and(|end| now < end)
    }

    /// Whether pictures may go over it. `calm`: nobody is being connected for the first time.
    pub(crate) fn may_show(&self, calm: bool, now: Duration) -> bool {
        let waits = self.timers.get(Timer::Pictures).is_some_and(|at| now < at);
        !self.is_handshaking() && (calm || !waits)
    }

    pub(crate) fn is_well(&self, now: Duration) -> bool {
        self.state != ConnectionState::Disconnected
            && self.heard.is_some_and(|heard| now < heard + Self::SILENCE)
    }

    /// Since when there was no word, if people are told of that.
    pub(crate) fn silent(&self, now: Duration) -> Option<Duration> {
        self.heard.filter(|heard| *heard + Self::SILENCE <= now)
    }

    /// Whether it was well, and now nothing is heard.
    pub(crate) fn falls_silent(&mut self, now: Duration) -> bool {
        let is_well = self.is_well(now);
        std::mem::replace(&mut self.was_well, is_well) && !is_well
    }

    /// The way to the server was lost and is back: this way may be dead as well. Whether to wait no
    /// longer.
    pub(crate) fn is_given_up(&mut self, now: Duration) -> bool {
        let patience = match self.state {
            ConnectionState::Disconnected => Duration::ZERO,
            _ => Self::DOUBT,
        };
        if let Some((heard, repair)) = self.heard.zip(self.timers.get(Timer::Repair)) {
            let repair = repair.min(heard + patience);
            self.timers.set(Timer::Repair, repair);
        }
        let ends = [Timer::Patience, Timer::Repair].map(|timer| self.timers.get(timer));
        ends.into_iter().flatten().any(|end| end <= now)
    }

    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        self.timers.next_timeout()
    }

    /// What is due by now, the most urgent first.
    pub(crate) fn advance(&mut self, now: Duration) -> Option<Output> {
        while let Some(timer) = self.timers.expire(now) {
            match timer {
                Timer::Patience => return Some(Output::Repair(Repair::Replace)),
                Timer::Repair => {
                    let repair = LADDER.get(self.rung).map(|(_, repair)| *repair);
                    self.rung += 1;
                    self.set_repair(self.heard.unwrap_or(now));
                    return repair.map(Output::Repair);
                }
                Timer::Alive => {
                    self.timers.set(Timer::Alive, now + Self::ALIVE);
                    return Some(Output::Alive);
                }
                // Whoever looks sees the time.
                Timer::Hope | Timer::Silence | Timer::Pictures => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, START, says};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_timers_of_a_connection_are_the_essays() {
        let timers = [
            ("PATIENCE", Health::PATIENCE),
            ("HOPE", Health::HOPE),
            ("ALIVE", Health::ALIVE),
            ("SILENCE", Health::SILENCE),
            ("DEAD", LADDER[0].0),
            ("DOUBT", Health::DOUBT),
        ];
        for (name, timer) in timers {
            says(PAIR, &format!("| `{name}` | {} |", timer.as_secs_f32()));
        }
        assert_eq!(Health::SILENCE.as_secs(), 8);
        says(START, "once nothing was heard of it for eight seconds");
    }

    #[test]
    fn a_silence_is_repaired_step_by_step_and_a_word_begins_anew() {
        let mut health = Health::new(Duration::ZERO);
        health.establish(SECOND);
        assert_eq!(health.advance(SECOND), Some(Output::Alive));
        let (first, repair) = LADDER[0];
        health.hear(5 * SECOND);
        let due = 5 * SECOND + first;
        let all = |health: &mut Health, now| -> Vec<Output> {
            std::iter::from_fn(|| health.advance(now)).collect()
        };
        let before = all(&mut health, due - Duration::from_millis(1));
        assert_eq!(before, [Output::Alive]);
        assert_eq!(health.advance(due), Some(Output::Repair(repair)));
        assert!(!health.is_well(due));
        health.hear(due);
        assert!(health.is_well(due));
        assert_eq!(health.advance(due + SECOND), None);
    }

    #[test]
    fn a_handshake_in_which_nothing_happens_is_given_up() {
        let mut health = Health::new(Duration::ZERO);
        health.progress(10 * SECOND);
        assert!(health.is_hopeful(7 * SECOND) && !health.is_hopeful(8 * SECOND));
        assert_eq!(health.advance(39 * SECOND), None);
        let replace = Some(Output::Repair(Repair::Replace));
        assert_eq!(health.advance(40 * SECOND), replace);
    }
}
