//! This page and one other: their connection, and the next one when it breaks.

use std::time::Duration;

use protocol::{Chat, Control, Generation, Signal, Step};

pub(crate) use crate::connection::{Context, Output};
use crate::{
    connection::Connection,
    event::{
        Channel, ConnectionCommand, ConnectionEvent, ConnectionId, ConnectionState, Role, Sending,
    },
    health::{self, Health, Repair},
    negotiation::{self, Gathering},
    random::Random,
    source::PerSource,
    steps::{Inbox, Outbox},
    view::{LinkState, NoSound, Side},
};

/// This page and one other.
#[derive(Debug)]
pub(crate) struct Pair {
    role: Role,
    /// The newest connection's, be it alive or given up.
    generation: Generation,
    link: Link,
    /// Connections that came to nothing, in a row.
    failures: u32,
    was_connected: bool,
    began: Duration,
    /// Whose browser found no way out, as far as is known: further attempts do not unsay it before
    /// they find one.
    no_way_out: Option<Side>,
}

#[derive(Debug)]
enum Link {
    /// The initiator waits for `ready`, the responder for an offer. The responder asks again then,
    /// and has done so this often: that the other side has not begun yet is nobody's failure.
    Asking { again: Duration, asked: u32 },
    /// The other side said goodbye; perhaps it comes back.
    HungUp,
    /// The initiator waits until then, and opens a connection.
    Backoff { until: Duration },
    /// The responder was offered a connection and has its hands full.
    Offered { inbox: Inbox, steps: Vec<Step> },
    /// There is a connection.
    Open(Box<Connection>),
}

impl Link {
    fn asking(now: Duration) -> Self {
        Self::Asking {
            again: now + Pair::READY,
            asked: 0,
        }
    }
}

impl Pair {
    /// The responder repeats `ready` after this, and then ever more rarely.
    const READY: Duration = Duration::from_secs(5);
    const MAX_PAUSE: Duration = Duration::from_secs(20);
    /// Between an initiator's attempts, doubled by each failure, up to the former.
    const PAUSE: Duration = Duration::from_millis(500);
    /// Until what the server had no room for is said again, and up to twice that: a slow line takes
    /// what waits in a few seconds.
    const CONGESTION: Duration = Duration::from_secs(1);
    /// What is kept of an offer that has to wait, with its candidates: five times what browsers
    /// say.
    const MAX_OFFERED: usize = 64 * 1024;
    /// After so many attempts people are told that it may not work at all.
    const MANY_FAILURES: u32 = 3;
    /// The same after so often asked without an offer, in two minutes: nobody's hands are full of
    /// others for so long.
    const MANY_QUESTIONS: u32 = 8;

    /// A pair of pages that just learned of each other.
    pub(crate) fn new(role: Role, now: Duration) -> Self {
        Self {
            role,
            generation: Generation(0),
            link: Link::asking(now),
            failures: 0,
            was_connected: false,
            began: now,
            no_way_out: None,
        }
    }

    /// The way to the server was dead, so perhaps the address is another: what was begun with the
    /// old one leads nowhere.
    pub(crate) fn path_lost(&mut self, ctx: &mut Context<'_>) {
        if self.is_handshaking() {
            self.give_up(ctx);
        }
        // Nor does it say anything of the new one what was found out with the old one.
        self.no_way_out = None;
    }

    /// The server has brought the two pages together again: say again what may be lost, and wait no
    /// longer for what is dead.
    pub(crate) fn path_restored(&mut self, ctx: &mut Context<'_>) {
        if self
            .connection()
            .is_some_and(|connection| connection.health.is_given_up(ctx.now))
        {
            self.give_up(ctx);
        }
        match &mut self.link {
            Link::Open(connection) => connection.repeat(ctx),
            Link::Asking { .. } => self.ask(ctx),
            Link::Backoff { until } => *until = ctx.now.min(*until),
            Link::HungUp => {
                self.link = Link::asking(ctx.now);
                self.ask(ctx);
            }
            Link::Offered { .. } => {}
        }
    }

    /// The server did not pass on what was said last, since too much of it waits for the other
    /// page.
    pub(crate) fn congested(&mut self, ctx: &mut Context<'_>) {
        let pause = ctx.random.between(Self::CONGESTION, 2 * Self::CONGESTION);
        let due = ctx.now + pause;
        match &mut self.link {
            Link::Open(connection) => connection.repeat_at(due),
            Link::Asking { again, .. } => *again = due.min(*again),
            Link::Backoff { .. } | Link::Offered { .. } | Link::HungUp => {}
        }
    }

    /// Asks for a connection, if that is this side's part.
    pub(crate) fn ask(&self, ctx: &mut Context<'_>) {
        if self.role == Role::Responder {
            ctx.signal(Signal::Ready {
                after: self.generation,
            });
        }
    }

    /// The other page said this through the server.
    pub(crate) fn signalled(&mut self, signal: Signal, ctx: &mut Context<'_>) {
        match (signal, self.role) {
            (Signal::Ready { after }, Role::Initiator) => self.asked(after, ctx),
            (Signal::Ready { .. }, Role::Responder) => {}
            (
                Signal::Step {
                    generation,
                    seq,
                    ack,
                    step,
                },
                role,
            ) => {
                if role == Role::Responder && generation > self.generation && seq == 0 {
                    self.close(ctx);
                    self.generation = generation;
                    self.link = Link::Offered {
                        inbox: Inbox::default(),
                        steps: Vec::new(),
                    };
                }
                if generation == self.generation {
                    self.step(seq, ack, step, ctx);
                }
            }
        }
    }

    /// The responder wants a connection newer than `after`.
    fn asked(&mut self, after: Generation, ctx: &mut Context<'_>) {
        match &self.link {
            Link::Asking { .. } | Link::HungUp => self.link = Link::Backoff { until: ctx.now },
            Link::Backoff { .. } | Link::Offered { .. } => {}
            Link::Open(connection) if after < self.generation && !connection.outbox.was_heard() => {
                connection.repeat(ctx);
            }
            // It gave up this connection, or lost its memory of it.
            Link::Open(_) => self.give_up(ctx),
        }
        self.generation = self.generation.max(after);
    }

    fn step(&mut self, seq: u32, ack: u32, step: Step, ctx: &mut Context<'_>) {
        match &mut self.link {
            Link::Offered { inbox, steps } => {
                let length: usize = steps.iter().map(length).sum();
                let fits = length < Self::MAX_OFFERED && steps.len() < Outbox::MAX_WAITING;
                if fits && inbox.take(seq) {
                    steps.push(step);
                }
            }
            Link::Open(connection) => {
                connection.outbox.acknowledge(ack);
                if connection.inbox.take(seq) {
                    let actions = connection.negotiation.heard(step);
                    self.perform(actions, ctx);
                }
            }
            Link::Asking { .. } | Link::Backoff { .. } | Link::HungUp => {}
        }
    }

    fn is_handshaking(&self) -> bool {
        matches!(&self.link, Link::Open(connection) if connection.health.is_handshaking())
    }

    /// Whether a handshake is under way that others have to wait for, since it may soon be over.
    pub(crate) fn is_hopeful(&self, now: Duration) -> bool {
        self.no_way_out.is_none()
            && matches!(&self.link, Link::Open(connection) if connection.health.is_hopeful(now))
    }

    /// Whether the first connection takes longer than most do.
    pub(crate) fn is_slow(&self, now: Duration) -> bool {
        self.began + Health::HOPE <= now
    }

    /// Whether the first connection is still to come, as far as one may hope.
    pub(crate) fn is_new(&self) -> bool {
        let is_asked_again = matches!(self.link, Link::Asking { asked: 1.., .. });
        !self.was_connected && self.failures == 0 && !is_asked_again
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// Whether a connection is to be opened now.
    pub(crate) fn wants_connection(&self, now: Duration) -> bool {
        match self.link {
            Link::Backoff { until } => until <= now,
            Link::Offered { .. } => true,
            Link::Asking { .. } | Link::Open(_) | Link::HungUp => false,
        }
    }

    /// The connection of this id is there.
    pub(crate) fn open(&mut self, id: ConnectionId, ctx: &mut Context<'_>) {
        let (inbox, steps) = match &mut self.link {
            Link::Offered { inbox, steps } => (*inbox, std::mem::take(steps)),
            _ => {
                self.generation = self.generation.next();
                (Inbox::default(), Vec::new())
            }
        };
        let connection = Connection::new(id, self.role, self.generation, inbox, ctx.now);
        self.link = Link::Open(Box::new(connection));
        for step in steps {
            let actions = self
                .connection()
                .map_or_else(Vec::new, |connection| connection.negotiation.heard(step));
            self.perform(actions, ctx);
        }
    }

    /// The connection's id, if there is one.
    pub(crate) fn connection_id(&self) -> Option<ConnectionId> {
        match &self.link {
            Link::Open(connection) => Some(connection.id),
            _ => None,
        }
    }

    /// Something happened at this pair's connection.
    pub(crate) fn happened(&mut self, event: ConnectionEvent, ctx: &mut Context<'_>) {
        let Some(connection) = self.connection() else {
            return;
        };
        connection.health.progress(ctx.now);
        if !ctx.answered {
            connection.negotiation.excuse();
        }
        let actions = match event {
            ConnectionEvent::NegotiationNeeded => connection.negotiation.needed(),
            ConnectionEvent::LocalDescriptionSet(description) => {
                connection.negotiation.local_set(description)
            }
            ConnectionEvent::RemoteDescriptionSet => {
                connection.can_send = true;
                connection.negotiation.remote_set()
            }
            ConnectionEvent::Candidate(candidate) => connection.negotiation.found(candidate),
            ConnectionEvent::StateChanged(ConnectionState::Failed) => {
                let actions = connection.negotiation.failed();
                self.perform(actions, ctx);
                return self.give_up(ctx);
            }
            ConnectionEvent::DescriptionFailed(reason) => {
                ctx.outputs.push(Output::Log(reason));
                return self.give_up(ctx);
            }
            ConnectionEvent::ChannelClosed(channel) if !channel.is_essential() => return,
            ConnectionEvent::OpenFailed | ConnectionEvent::ChannelClosed(_) => {
                return self.give_up(ctx);
            }
            ConnectionEvent::StateChanged(state) => {
                connection.health.change(state);
                return;
            }
            ConnectionEvent::ChannelOpened(channel) => return self.channel_opened(channel, ctx),
            ConnectionEvent::Message(channel, text) => return self.message(channel, &text, ctx),
            ConnectionEvent::Sound(comes) => return connection.hearing.flow(comes, ctx.now),
        };
        self.perform(actions, ctx);
    }

    fn channel_opened(&mut self, channel: Channel, ctx: &mut Context<'_>) {
        let Some(connection) = self.connection() else {
            return;
        };
        match channel {
            Channel::Control => {
                connection.health.establish(ctx.now);
                connection.hearing.establish(ctx.now);
                self.failures = 0;
                self.was_connected = true;
            }
            Channel::Chat => connection.chat_open = true,
        }
        ctx.outputs.push(Output::Opened(channel));
    }

    fn message(&mut self, channel: Channel, text: &str, ctx: &mut Context<'_>) {
        let Some(connection) = self.connection() else {
            return;
        };
        connection.health.hear(ctx.now);
        match channel {
            Channel::Control => match protocol::decode(text) {
                Some(Control::Alive { ack }) => connection.outbox.acknowledge(ack),
                Some(Control::Hearing { on }) => connection.hearing.answer(on),
                control => ctx.outputs.extend(control.map(Output::Control)),
            },
            Channel::Chat => ctx.outputs.extend(protocol::decode(text).map(Output::Chat)),
        }
    }

    fn perform(&mut self, actions: Vec<negotiation::Output>, ctx: &mut Context<'_>) {
        self.look_for_ways_out();
        let Some(connection) = self.connection() else {
            return;
        };
        connection.perform(actions, ctx);
        if connection.outbox.is_overfull() {
            self.give_up(ctx);
        }
    }

    fn look_for_ways_out(&mut self) {
        let Link::Open(connection) = &self.link else {
            return;
        };
        self.no_way_out = match connection.negotiation.gathering() {
            [Gathering::Nothing, _] => Some(Side::Here),
            [Gathering::Found, Gathering::Nothing] => Some(Side::There),
            [Gathering::Found, Gathering::Found] => None,
            // In a new attempt the other side may be ready with its search first: what this one
            // came to before still holds.
            [_, Gathering::Nothing] => self.no_way_out.or(Some(Side::There)),
            _ => self.no_way_out,
        };
    }

    /// Says something on the control channel, if it is open.
    pub(crate) fn tell(&self, control: &Control, ctx: &mut Context<'_>) {
        if let Link::Open(connection) = &self.link {
            connection.tell(control, ctx);
        }
    }

    /// Says something on the chat channel, if it is open.
    pub(crate) fn write(&self, chat: &Chat, ctx: &mut Context<'_>) {
        if let Link::Open(connection) = &self.link {
            connection.write(chat, ctx);
        }
    }

    /// Whether the other page speaks for itself in the chat.
    pub(crate) fn is_heard(&self, now: Duration) -> bool {
        matches!(&self.link, Link::Open(connection) if connection.chat_open && connection.health.is_well(now))
    }

    /// Sends what the devices give. `calm`: nobody is being connected for the first time.
    pub(crate) fn send(
        &mut self,
        sendings: &PerSource<Sending>,
        calm: bool,
        ctx: &mut Context<'_>,
    ) {
        if let Some(connection) = self.connection() {
            connection.send(sendings, calm, ctx);
        }
    }

    /// Does what is due.
    pub(crate) fn advance(&mut self, ctx: &mut Context<'_>) {
        if self
            .connection()
            .is_some_and(|connection| connection.health.falls_silent(ctx.now))
        {
            ctx.outputs.push(Output::Doubt);
        }
        match &mut self.link {
            Link::Asking { again, asked } if self.role == Role::Responder && *again <= ctx.now => {
                *asked += u32::from(ctx.reachable);
                *again = ctx.now + (Self::READY * (1 + *asked)).min(Self::MAX_PAUSE);
                self.ask(ctx);
            }
            Link::Open(connection) => {
                while let Some(due) = connection.health.advance(ctx.now) {
                    match due {
                        health::Output::Repair(Repair::Replace) => return self.give_up(ctx),
                        health::Output::Alive => connection.say_alive(ctx),
                    }
                }
                connection.repeat_if_due(ctx);
            }
            Link::Asking { .. } | Link::Backoff { .. } | Link::Offered { .. } | Link::HungUp => {}
        }
    }

    /// When something is due next.
    pub(crate) fn next_timeout(&self, now: Duration) -> Option<Duration> {
        match &self.link {
            Link::Asking { again, .. } => (self.role == Role::Responder).then_some(*again),
            Link::Backoff { until } => (*until > now).then_some(*until),
            Link::Offered { .. } | Link::HungUp => None,
            Link::Open(connection) => connection.next_timeout(now),
        }
    }

    /// Gives up the connection. The initiator opens the next one after a pause, the responder asks
    /// for it at once.
    fn give_up(&mut self, ctx: &mut Context<'_>) {
        self.close(ctx);
        self.failures += 1;
        // Where a side has no way out, that is why.
        if self.no_way_out.is_none() {
            ctx.outputs.push(Output::Doubt);
        }
        self.link = match self.role {
            Role::Initiator => Link::Backoff {
                until: ctx.now + self.pause(ctx.random),
            },
            Role::Responder => Link::asking(ctx.now),
        };
        self.ask(ctx);
    }

    fn pause(&self, random: &mut Random) -> Duration {
        let most = Self::PAUSE * (1 << self.failures.min(6));
        let most = most.min(Self::MAX_PAUSE);
        random.between(most / 4, most)
    }

    /// Closes the connection, if there is one.
    pub(crate) fn close(&mut self, ctx: &mut Context<'_>) {
        if let Some(id) = self.connection_id() {
            ctx.command(id, ConnectionCommand::Close);
            self.link = Link::asking(ctx.now);
        }
    }

    /// The other side said goodbye. It is not asked for anything, and may still come back.
    pub(crate) fn hung_up(&mut self, ctx: &mut Context<'_>) {
        self.close(ctx);
        self.link = Link::HungUp;
    }

    /// The other side is gone for good: it closed the connection, or never was connected.
    pub(crate) fn was_hung_up(&self) -> bool {
        self.was_connected && !matches!(self.link, Link::Open(_))
    }

    /// When the other page was last heard of, if the two are connected.
    pub(crate) fn heard(&self) -> Option<Duration> {
        match &self.link {
            Link::Open(connection) => connection.health.heard(),
            _ => None,
        }
    }

    /// The other page says whether it sends its microphone.
    pub(crate) fn announce_sound(&mut self, due: bool, now: Duration) {
        if let Some(connection) = self.connection() {
            connection.hearing.announce(due, now);
        }
    }

    /// Tells the other page whether it is heard, if that is new to it.
    pub(crate) fn tell_hearing(&mut self, hears: bool, ctx: &mut Context<'_>) {
        if let Some(connection) = self.connection()
            && !connection.health.is_handshaking()
            && let Some(on) = connection.hearing.tell(hears)
        {
            connection.tell(&Control::Hearing { on }, ctx);
        }
    }

    /// Whether nothing is heard of the other page over a connection that is there.
    pub(crate) fn is_deaf(&self, now: Duration) -> bool {
        matches!(&self.link, Link::Open(connection) if connection.deafness(now).is_some())
    }

    /// Whether nothing is to be sent to the other page, which is not heard.
    pub(crate) fn is_paused(&self, now: Duration) -> bool {
        matches!(&self.link, Link::Open(connection) if connection.is_paused(now))
    }

    /// Whether the other page is heard, word and sound.
    pub(crate) fn hears(&self, now: Duration) -> bool {
        self.state(now) == LinkState::Connected && !self.is_deaf(now)
    }

    /// Which way sound does not get through, if the two are connected.
    pub(crate) fn no_sound(&self, now: Duration) -> Option<NoSound> {
        match &self.link {
            Link::Open(connection) => connection.hearing.view(connection.deafness(now), now),
            _ => None,
        }
    }

    /// How the connection looks to people, apart from its sound.
    pub(crate) fn state(&self, now: Duration) -> LinkState {
        match &self.link {
            Link::Open(connection) if connection.health.is_well(now) => LinkState::Connected,
            Link::HungUp => LinkState::HungUp,
            _ if let Some(side) = self.no_way_out => LinkState::NoWayOut(side),
            _ if self.failures >= Self::MANY_FAILURES => LinkState::CannotConnect,
            Link::Asking { asked, .. } if *asked >= Self::MANY_QUESTIONS => {
                LinkState::CannotConnect
            }
            _ if self.was_connected => LinkState::Reconnecting,
            _ => LinkState::Connecting,
        }
    }

    fn connection(&mut self) -> Option<&mut Connection> {
        match &mut self.link {
            Link::Open(connection) => Some(connection),
            _ => None,
        }
    }
}

/// How long a step is, near enough.
fn length(step: &Step) -> usize {
    match step {
        Step::Offer { sdp, .. } | Step::Answer { sdp, .. } => sdp.len(),
        Step::Candidate(candidate) => candidate.candidate.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{PAIR, says};

    #[test]
    fn the_timers_of_a_pair_are_the_essays() {
        let timers = [
            ("READY", Pair::READY),
            ("MAX_PAUSE", Pair::MAX_PAUSE),
            ("CONGESTION", Pair::CONGESTION),
        ];
        for (name, timer) in timers {
            says(PAIR, &format!("| `{name}` | {} |", timer.as_secs_f32()));
        }
        let of_a_connection = 8;
        let all = PAIR.matches("//! | `").count();
        assert_eq!(all, timers.len() + of_a_connection);
        assert_eq!(2 * Pair::PAUSE, Duration::from_secs(1));
        says(PAIR, "at most a second after the first failure");
    }
}
