//! The test of the connection that a person asks for.

use gloo_timers::callback::Timeout;
use mesh::{Phase, Server};
use protocol::IceServer;

use super::{Event, Queue};
use crate::{
    browser::{self, Gathering},
    connectivity::{self, Attempt, ConnectionTest, Sighting},
};

/// As long as people wait. Browsers try somewhat longer to reach a server that says nothing.
const LIMIT: u32 = 8_000;

/// What is under way, and what was found last. **It touches no connection of the call**, and leaves
/// none of its own behind.
#[derive(Default)]
pub(super) struct Testing {
    running: Option<Run>,
    shown: ConnectionTest,
    /// Where the person asked.
    phase: Option<Phase>,
    /// Which of the runs so far counts.
    number: u32,
}

struct Run {
    /// Each gathers until it is over.
    attempts: Vec<Attempt>,
    gatherings: Vec<Option<Gathering>>,
    /// The server has told its STUN and TURN servers.
    are_told: bool,
    _limit: Timeout,
}

impl Testing {
    /// The person asks, in this phase.
    pub(super) fn begin(&mut self, phase: Phase, ice_servers: Option<&[IceServer]>, queue: &Queue) {
        if self.running.is_some() {
            return;
        }
        self.number = self.number.wrapping_add(1);
        let number = self.number;
        let attempts = Attempt::all(ice_servers.unwrap_or_default());
        let begin = |(place, attempt)| {
            let report = queue.clone();
            let report = move |sighting| report.push(Event::Sighting(number, place, sighting));
            let gathering = Gathering::begin(attempt, report.clone());
            if gathering.is_err() {
                report(Sighting::End);
            }
            gathering.ok()
        };
        let limit = queue.clone();
        self.running = Some(Run {
            gatherings: attempts.iter().enumerate().map(begin).collect(),
            attempts,
            are_told: ice_servers.is_some(),
            _limit: Timeout::new(LIMIT, move || limit.push(Event::TestEnds(number))),
        });
        self.phase = Some(phase);
        self.shown = ConnectionTest::Running;
    }

    /// The browser told something of this attempt of this run. Once all are over, so is the test.
    pub(super) fn saw(&mut self, number: u32, place: usize, sighting: Sighting, server: Server) {
        let Some(run) = self.running.as_mut().filter(|_| number == self.number) else {
            return;
        };
        if let Some(attempt) = run.attempts.get_mut(place) {
            attempt.saw(sighting);
            if attempt.is_over() {
                run.gatherings[place] = None;
            }
        }
        if run.attempts.iter().all(Attempt::is_over) {
            self.end(number, server);
        }
    }

    /// This run ends with what it has found.
    pub(super) fn end(&mut self, number: u32, server: Server) {
        if number != self.number {
            return;
        }
        if let Some(run) = self.running.take() {
            let tells_errors = browser::tells_errors();
            let found = connectivity::findings(server, &run.attempts, run.are_told, tells_errors);
            self.shown = ConnectionTest::Done(found.into());
        }
    }

    /// Who goes elsewhere takes no test along.
    pub(super) fn settle(&mut self, phase: Phase) {
        if self.phase.is_some_and(|asked| asked != phase) {
            (self.running, self.phase) = (None, None);
            self.shown = ConnectionTest::NotAsked;
        }
    }

    pub(super) fn shown(&self) -> ConnectionTest {
        self.shown.clone()
    }
}
