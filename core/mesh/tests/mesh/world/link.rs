//! What happens between connections: operations take their time, candidates lead to paths, paths
//! carry texts and break.

use std::{ops::Range, time::Duration};

use mesh::{Channel, ConnectionEvent, ConnectionState, Input};
use protocol::IceCandidate;

use super::{
    Loss, Search, World,
    connection::{Connection, Effect, Operation, Transport},
};

const CHANNELS: [Channel; 2] = [Channel::Control, Channel::Chat];

/// Milliseconds as measured in browsers: until a lost path is noticed, given up, and an attempt
/// without luck is given up.
const DISCONNECTED_AFTER: Range<u64> = 5000..8000;
const FAILED_AFTER: Range<u64> = 10_000..19_000;
const ATTEMPT_FAILED_AFTER: Range<u64> = 15_000..30_000;

impl World {
    /// The page made a connection, and its two channels in the same breath.
    pub(super) fn opened(&mut self, connection: usize) {
        let page = self.connections[connection].page;
        let is_handshaking = |index: &&usize| {
            !self.connections[**index]
                .open_as_told
                .contains(&Channel::Control)
        };
        let handshakes = self.pages[page]
            .connections
            .values()
            .filter(is_handshaking)
            .count();
        let most = &mut self.pages[page].most_handshakes;
        *most = handshakes.max(*most);
        self.check_need(connection);
        self.watch_sound(connection);
    }

    /// Both channels are open.
    pub fn is_open(&self, connection: usize) -> bool {
        self.connections[connection].open_as_told.len() == CHANNELS.len()
    }

    pub(super) fn enqueue(&mut self, connection: usize, operation: Operation) {
        let chain = &mut self.connections[connection].chain;
        chain.push_back(operation);
        if chain.len() == 1 {
            self.start_operation(connection);
        }
    }

    fn start_operation(&mut self, connection: usize) {
        let delay = self.random.between(self.weather.operation.clone());
        self.after(delay, move |world| {
            // What is pending when a connection is closed never settles.
            if world.connections[connection].is_closed {
                return;
            }
            let had_negotiations = world.connections[connection].negotiations;
            let effects = world.connections[connection].operate();
            for effect in effects {
                world.apply(connection, effect);
            }
            if had_negotiations == 0 && world.connections[connection].negotiations == 1 {
                world.give_up_later(connection);
            }
            if !world.connections[connection].chain.is_empty() {
                world.start_operation(connection);
            } else if world.connections[connection].take_due_check() {
                world.check_need(connection);
            }
            world.try_to_connect(connection);
        });
    }

    fn apply(&mut self, connection: usize, effect: Effect) {
        match effect {
            Effect::Tell(event) => self.tell(connection, event),
            Effect::Gather(ufrag) => self.gather(connection, &ufrag),
            Effect::Check => self.check_need(connection),
            Effect::Fault(fault) => {
                let page = self.connections[connection].page;
                self.fault(format!("connection {connection} of page {page}: {fault}"));
            }
        }
    }

    pub(super) fn tell(&mut self, connection: usize, event: ConnectionEvent) {
        let told = &self.connections[connection];
        if !told.is_closed {
            self.report(told.page, None, Input::Connection(told.id, event));
        }
    }

    /// Browsers wish to negotiate by themselves, because a network interface came, say: that of the
    /// first person (0), of the second (1), or both at once (2).
    pub fn restart_ice(&mut self, a: usize, b: usize, whose: usize) {
        self.trace(|| format!("       -- ICE restarts between {a} and {b}, {whose}"));
        for (side, connection) in self.connections_between(a, b).into_iter().enumerate() {
            if whose == 2 || whose == side {
                self.note_disturbance_of(connection);
                self.connections[connection].restart_ice();
                self.check_need(connection);
            }
        }
    }

    pub(super) fn check_need(&mut self, connection: usize) {
        if !self.connections[connection].has_to_check() {
            return;
        }
        let delay = self.random.between(self.weather.task.clone());
        self.after(delay, move |world| {
            if world.connections[connection].check() {
                world.tell(connection, ConnectionEvent::NegotiationNeeded);
            }
        });
    }

    fn gather(&mut self, connection: usize, ufrag: &str) {
        let person = self.pages[self.connections[connection].page].person;
        let (search, is_away) = (self.people[person].search, self.people[person].is_away);
        if search != Search::Finds {
            self.note_disturbance_of(connection);
            self.record.is_shut_in = true;
        }
        let count = match search {
            Search::Finds if is_away => 0,
            Search::Finds => 1 + self.random.below(3),
            Search::Ends => 0,
            Search::Fails => return self.fail(connection),
        };
        let mut last = match search {
            Search::Ends => self.random.between(self.weather.gathering.clone()),
            _ => Duration::ZERO,
        };
        for number in 0..count {
            let host = connection % 256;
            let candidate = format!("candidate:{number} 1 udp 1 192.0.2.{host} 9 typ host");
            let delay = self.random.between(self.weather.gathering.clone());
            last = last.max(delay);
            self.find(connection, delay, ufrag, candidate);
        }
        self.find(connection, last, ufrag, String::new());
    }

    fn find(&mut self, connection: usize, delay: Duration, ufrag: &str, candidate: String) {
        let candidate = IceCandidate {
            candidate,
            sdp_mid: Some("0".into()),
            sdp_m_line_index: Some(0),
            username_fragment: Some(ufrag.to_owned()),
        };
        self.after(delay, move |world| {
            world.tell(connection, ConnectionEvent::Candidate(candidate));
        });
    }

    /// An agent that hears nothing from the other side does not look for it for ever.
    fn give_up_later(&mut self, connection: usize) {
        self.tell(
            connection,
            ConnectionEvent::StateChanged(ConnectionState::Connecting),
        );
        let delay = self.random.millis(ATTEMPT_FAILED_AFTER);
        self.after(delay, move |world| {
            if matches!(
                world.connections[connection].transport,
                Transport::New | Transport::Attempting
            ) {
                world.fail(connection);
            }
        });
    }

    pub(super) fn fail(&mut self, connection: usize) {
        self.connections[connection].transport = Transport::Failed;
        self.tell(
            connection,
            ConnectionEvent::StateChanged(ConnectionState::Failed),
        );
    }

    /// The connection at the other end, if both mean each other and something gets through.
    pub(super) fn other_end(&self, connection: usize) -> Option<usize> {
        let ours = &self.connections[connection];
        let theirs = &self.connections[ours.other_end()?];
        let is_mutual =
            theirs.other_end() == Some(connection) && !ours.is_closed && !theirs.is_closed;
        (is_mutual && self.has_path(connection, theirs.index)).then_some(theirs.index)
    }

    fn has_path(&self, ours: usize, theirs: usize) -> bool {
        let ends = [&self.connections[ours], &self.connections[theirs]];
        let pages = ends.map(|end| &self.pages[end.page]);
        let people = (
            pages[0].person.min(pages[1].person),
            pages[0].person.max(pages[1].person),
        );
        ends.iter()
            .all(|end| !end.is_dead && end.transport != Transport::Failed)
            && pages
                .iter()
                .all(|page| page.is_alive && self.people[page.person].has_network())
            && !self.cuts.contains(&people)
    }

    pub(super) fn try_to_connect(&mut self, connection: usize) {
        let Some(other) = self
            .other_end(connection)
            .filter(|_| self.is_whole(connection))
        else {
            return;
        };
        let ends = [connection, other];
        if !self.connections[connection].fits(&self.connections[other])
            || ends
                .iter()
                .any(|end| self.connections[*end].transport != Transport::New)
        {
            return;
        }
        for end in ends {
            self.connections[end].transport = Transport::Attempting;
        }
        if self.random.percent(self.weather.failing) {
            self.note_disturbance_of(connection);
            return ends.into_iter().for_each(|end| {
                let delay = self.random.millis(1000..15_000);
                self.after(delay, move |world| world.fail(end));
            });
        }
        let delay = self.random.between(self.weather.connecting.clone());
        self.after(delay, move |world| world.connect(ends));
    }

    fn connect(&mut self, ends: [usize; 2]) {
        let is_possible = self.other_end(ends[0]) == Some(ends[1]) && self.is_whole(ends[0]);
        for end in ends {
            if !is_possible {
                self.connections[end].transport = Transport::New;
                continue;
            }
            self.connections[end].transport = Transport::Connected;
            self.tell(
                end,
                ConnectionEvent::StateChanged(ConnectionState::Connected),
            );
            let delay = self.random.between(self.weather.path.clone());
            for channel in CHANNELS {
                self.after(delay * 2, move |world| world.open_channel(end, channel));
            }
        }
    }

    fn open_channel(&mut self, connection: usize, channel: Channel) {
        let Some(other) = self.other_end(connection) else {
            return;
        };
        if !self.connections[connection].open.insert(channel) {
            return;
        }
        self.tell(connection, ConnectionEvent::ChannelOpened(channel));
        if [connection, other]
            .iter()
            .all(|end| self.connections[*end].open.len() == CHANNELS.len())
        {
            self.note_open(connection, other);
        }
    }

    pub(super) fn send_text(&mut self, connection: usize, channel: Channel, text: String) {
        if !self.connections[connection].open_as_told.contains(&channel) {
            let page = self.connections[connection].page;
            return self.fault(format!(
                "page {page} sends on {channel:?} before it is open"
            ));
        }
        if text.len() > 64 * 1024 {
            self.fault(format!("a text of {} bytes", text.len()));
        }
        let Some(other) = self.connections[connection].other_end() else {
            return;
        };
        self.connections[other].pipe.push_back((channel, text));
        self.pump_later(other);
    }

    fn pump_later(&mut self, connection: usize) {
        let delay = self.random.between(self.weather.path.clone());
        self.after(delay, move |world| world.pump(connection));
    }

    /// The next text arrives, if there is a path; otherwise it waits for one.
    fn pump(&mut self, connection: usize) {
        if self.other_end(connection).is_none() || self.loss_to(connection) == Some(Loss::All) {
            return;
        }
        let Some((channel, text)) = self.connections[connection].pipe.pop_front() else {
            return;
        };
        CHANNELS
            .into_iter()
            .for_each(|channel| self.open_channel(connection, channel));
        self.tell(connection, ConnectionEvent::Message(channel, text));
    }

    /// Closed by the page, or with it.
    pub(super) fn close(&mut self, connection: usize) {
        let other = self.other_end(connection);
        self.connections[connection].is_closed = true;
        let Some(other) =
            other.filter(|_| self.connections[connection].transport == Transport::Connected)
        else {
            return self.lose_path(connection);
        };
        // What was said last may be lost.
        let is_heard_out = self.random.percent(self.weather.last_words);
        let delay = self.random.between(self.weather.path.clone());
        self.after(delay, move |world| {
            for (channel, text) in std::mem::take(&mut world.connections[other].pipe) {
                if is_heard_out {
                    world.tell(other, ConnectionEvent::Message(channel, text));
                }
            }
            for channel in std::mem::take(&mut world.connections[other].open) {
                world.tell(other, ConnectionEvent::ChannelClosed(channel));
            }
            world.lose_path_at(other);
        });
    }

    /// Whoever is at the other end notices that nothing comes any more.
    pub(super) fn lose_path(&mut self, connection: usize) {
        if let Some(other) = self.connections[connection].other_end() {
            self.lose_path_at(other);
        }
    }

    pub(super) fn lose_path_at(&mut self, connection: usize) {
        let delay = self.random.millis(DISCONNECTED_AFTER);
        self.after(delay, move |world| {
            let has_path = world.other_end(connection).is_some() && world.is_whole(connection);
            if has_path || world.connections[connection].transport != Transport::Connected {
                return;
            }
            world.connections[connection].transport = Transport::Disconnected;
            world.tell(
                connection,
                ConnectionEvent::StateChanged(ConnectionState::Disconnected),
            );
            let delay = world.random.millis(FAILED_AFTER);
            world.after(delay, move |world| {
                if world.connections[connection].transport == Transport::Disconnected {
                    world.fail(connection);
                }
            });
        });
    }

    pub(super) fn regain_path(&mut self, connection: usize) {
        if self.other_end(connection).is_none() || !self.is_whole(connection) {
            return;
        }
        if self.connections[connection].transport == Transport::Disconnected {
            self.connections[connection].transport = Transport::Connected;
            self.tell(
                connection,
                ConnectionEvent::StateChanged(ConnectionState::Connected),
            );
        }
        for _ in 0..self.connections[connection].pipe.len() {
            self.pump_later(connection);
        }
        if self.connections[connection].transport == Transport::Connected {
            CHANNELS
                .into_iter()
                .for_each(|channel| self.open_channel(connection, channel));
        }
        self.try_to_connect(connection);
    }

    /// Nothing gets from one person to the other any more, over no connection.
    pub fn cut(&mut self, a: usize, b: usize) {
        self.trace(|| format!("       -- cut between {a} and {b}"));
        self.cuts.insert((a.min(b), a.max(b)));
        self.note_cut(a, b);
        for connection in self.connections_between(a, b) {
            self.lose_path_at(connection);
        }
    }

    /// Whoever loads the page meanwhile is concerned as well.
    pub(super) fn note_cut(&mut self, a: usize, b: usize) {
        if self.cuts.contains(&(a.min(b), a.max(b)))
            && let Some((a, b)) = self.people[a].page.zip(self.people[b].page)
        {
            self.note_disturbance(a, b);
        }
    }

    pub fn heal(&mut self, a: usize, b: usize) {
        self.trace(|| format!("       -- healed between {a} and {b}"));
        self.cuts.remove(&(a.min(b), a.max(b)));
        self.losses.remove(&(a, b));
        self.losses.remove(&(b, a));
        for connection in self.connections_between(a, b) {
            self.regain_path(connection);
        }
    }

    /// The connections of two people die, for good; others would work. Silently: no browser says
    /// so.
    pub fn kill(&mut self, a: usize, b: usize, is_silent: bool) {
        self.trace(|| format!("       -- the connection of {a} and {b} dies"));
        for connection in self.connections_between(a, b) {
            self.note_disturbance_of(connection);
            self.connections[connection].is_dead = true;
            if !is_silent {
                self.lose_path_at(connection);
            }
        }
    }

    /// All open connections between two people.
    pub fn connections_between(&self, a: usize, b: usize) -> Vec<usize> {
        let towards = |from: usize, to: usize| {
            let page = self.people[from].page.map(|page| &self.pages[page]);
            let open = page.into_iter().flat_map(|page| page.connections.values());
            open.copied()
                .filter(move |index| self.connections[*index].peer == self.people[to].id())
        };
        towards(a, b).chain(towards(b, a)).collect()
    }

    pub(super) fn note_disturbance_of(&mut self, connection: usize) {
        let Connection { page, peer, .. } = self.connections[connection];
        let other = self
            .people
            .iter()
            .find(|person| person.id() == peer)
            .and_then(|person| person.page);
        if let Some(other) = other {
            self.note_disturbance(page, other);
        }
    }
}
