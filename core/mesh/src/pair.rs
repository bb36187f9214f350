//! This page and one other: their connection, and the next one when it breaks.

use std::time::Duration;

use protocol::{Chat, Control, Generation, Signal, Step};

use crate::{
    event::{
        Channel, ConnectionCommand, ConnectionEvent, ConnectionId, ConnectionState, Role, Sending,
    },
    health::{self, Health, Repair},
    negotiation::{self, Gathering, Negotiation},
    random::Random,
    source::{PerSource, Source},
    steps::{Inbox, Outbox},
    view::{LinkState, Side},
};

/// What a pair needs of its surroundings, and what it puts out.
pub(crate) struct Context<'a> {
    pub(crate) now: Duration,
    /// Whether a signal can reach the peer.
    pub(crate) reachable: bool,
    /// Whether the server is there without a doubt, and so is the network.
    pub(crate) answered: bool,
    pub(crate) random: &'a mut Random,
    pub(crate) outputs: Vec<Output>,
}

/// Do this, or know this, in this order.
#[derive(Debug)]
pub(crate) enum Output {
    Command(ConnectionId, ConnectionCommand),
    /// Say this to the other page through the server.
    Signal(Signal),
    /// A connection falls silent or comes to nothing: perhaps it is this page that nobody hears, and
    /// nothing is opened, and nobody blamed, before the server has answered.
    Doubt,
    /// For whoever looks for a fault.
    Log(String),
    /// The other page can hear this channel now.
    Opened(Channel),
    /// The other page said this.
    Control(Control),
    Chat(Chat),
}

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
    /// The initiator opens a connection from then on.
    Due { from: Duration },
    /// The responder was offered a connection and has its hands full.
    Offered { inbox: Inbox, steps: Vec<Step> },
    /// There is a connection.
    Live(Box<Live>),
}

#[derive(Debug)]
struct Live {
    id: ConnectionId,
    negotiation: Negotiation,
    inbox: Inbox,
    outbox: Outbox,
    health: Health,
    /// Whether there are transceivers to send with: on the responder's side they come of the first
    /// offer.
    can_send: bool,
    sends: PerSource<Sending>,
    chat_open: bool,
    /// The server had no room for a step; say all that is not acknowledged again then.
    repeat: Option<Duration>,
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
            .live()
            .is_some_and(|live| live.health.is_given_up(ctx.now))
        {
            self.give_up(ctx);
        }
        match &mut self.link {
            Link::Live(live) => live.repeat(self.generation, ctx),
            Link::Asking { .. } => self.ask(ctx),
            Link::Due { from } => *from = ctx.now.min(*from),
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
            Link::Live(live) => drop(live.repeat.get_or_insert(due)),
            Link::Asking { again, .. } => *again = due.min(*again),
            Link::Due { .. } | Link::Offered { .. } | Link::HungUp => {}
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
            Link::Asking { .. } | Link::HungUp => self.link = Link::Due { from: ctx.now },
            Link::Due { .. } | Link::Offered { .. } => {}
            Link::Live(live) if after < self.generation && !live.outbox.was_heard() => {
                live.repeat(self.generation, ctx);
            }
            // It gave up this connection, or lost its memory of it.
            Link::Live(_) => self.give_up(ctx),
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
            Link::Live(live) => {
                live.outbox.acknowledge(ack);
                if live.inbox.take(seq) {
                    let actions = live.negotiation.heard(step);
                    self.perform(actions, ctx);
                }
            }
            Link::Asking { .. } | Link::Due { .. } | Link::HungUp => {}
        }
    }

    fn is_handshaking(&self) -> bool {
        matches!(&self.link, Link::Live(live) if live.health.is_handshaking())
    }

    /// Whether a handshake is under way that others have to wait for, since it may soon be over.
    pub(crate) fn is_hopeful(&self, now: Duration) -> bool {
        self.no_way_out.is_none()
            && matches!(&self.link, Link::Live(live) if live.health.is_hopeful(now))
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
            Link::Due { from } => from <= now,
            Link::Offered { .. } => true,
            Link::Asking { .. } | Link::Live(_) | Link::HungUp => false,
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
        self.link = Link::Live(Box::new(Live {
            id,
            negotiation: Negotiation::new(self.role),
            inbox,
            outbox: Outbox::default(),
            health: Health::new(ctx.now),
            can_send: self.role == Role::Initiator,
            sends: PerSource::default(),
            chat_open: false,
            repeat: None,
        }));
        for step in steps {
            let actions = self
                .live()
                .map_or_else(Vec::new, |live| live.negotiation.heard(step));
            self.perform(actions, ctx);
        }
    }

    /// The connection's id, if there is one.
    pub(crate) fn connection(&self) -> Option<ConnectionId> {
        match &self.link {
            Link::Live(live) => Some(live.id),
            _ => None,
        }
    }

    /// Something happened at this pair's connection.
    pub(crate) fn happened(&mut self, event: ConnectionEvent, ctx: &mut Context<'_>) {
        let Some(live) = self.live() else { return };
        live.health.progress(ctx.now);
        if !ctx.answered {
            live.negotiation.excuse();
        }
        let actions = match event {
            ConnectionEvent::NegotiationNeeded => live.negotiation.needed(),
            ConnectionEvent::LocalDescriptionSet(description) => {
                live.negotiation.local_set(description)
            }
            ConnectionEvent::RemoteDescriptionSet => {
                live.can_send = true;
                live.negotiation.remote_set()
            }
            ConnectionEvent::Candidate(candidate) => live.negotiation.found(candidate),
            ConnectionEvent::StateChanged(ConnectionState::Failed) => {
                let actions = live.negotiation.failed();
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
                live.health.change(state);
                return;
            }
            ConnectionEvent::ChannelOpened(channel) => return self.channel_opened(channel, ctx),
            ConnectionEvent::Message(channel, text) => return self.message(channel, &text, ctx),
        };
        self.perform(actions, ctx);
    }

    fn channel_opened(&mut self, channel: Channel, ctx: &mut Context<'_>) {
        let Some(live) = self.live() else { return };
        match channel {
            Channel::Control => {
                live.health.establish(ctx.now);
                self.failures = 0;
                self.was_connected = true;
            }
            Channel::Chat => live.chat_open = true,
        }
        ctx.outputs.push(Output::Opened(channel));
    }

    fn message(&mut self, channel: Channel, text: &str, ctx: &mut Context<'_>) {
        let Some(live) = self.live() else { return };
        live.health.hear(ctx.now);
        match channel {
            Channel::Control => match protocol::decode(text) {
                Some(Control::Alive { ack }) => live.outbox.acknowledge(ack),
                control => ctx.outputs.extend(control.map(Output::Control)),
            },
            Channel::Chat => ctx.outputs.extend(protocol::decode(text).map(Output::Chat)),
        }
    }

    fn perform(&mut self, actions: Vec<negotiation::Output>, ctx: &mut Context<'_>) {
        self.look_for_ways_out();
        let generation = self.generation;
        let Some(live) = self.live() else { return };
        for action in actions {
            let command = match action {
                negotiation::Output::SetLocal => ConnectionCommand::SetLocalDescription,
                negotiation::Output::SetRemote(description) => {
                    ConnectionCommand::SetRemoteDescription(description)
                }
                negotiation::Output::Add(candidate) => {
                    ConnectionCommand::AddIceCandidate(candidate)
                }
                negotiation::Output::Say(step) => {
                    let seq = live.outbox.push(step.clone());
                    let ack = live.inbox.taken();
                    ctx.signal(Signal::Step {
                        generation,
                        seq,
                        ack,
                        step,
                    });
                    continue;
                }
            };
            ctx.command(live.id, command);
        }
        if live.outbox.is_overfull() {
            self.give_up(ctx);
        }
    }

    fn look_for_ways_out(&mut self) {
        let Link::Live(live) = &self.link else { return };
        self.no_way_out = match live.negotiation.gathering() {
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
        if let Link::Live(live) = &self.link
            && !live.health.is_handshaking()
        {
            ctx.command(
                live.id,
                ConnectionCommand::SendText(Channel::Control, protocol::encode(control)),
            );
        }
    }

    /// Says something on the chat channel, if it is open.
    pub(crate) fn write(&self, chat: &Chat, ctx: &mut Context<'_>) {
        if let Link::Live(live) = &self.link
            && live.chat_open
        {
            let text = protocol::encode(chat);
            ctx.command(live.id, ConnectionCommand::SendText(Channel::Chat, text));
        }
    }

    /// Whether the other page speaks for itself in the chat.
    pub(crate) fn is_heard(&self, now: Duration) -> bool {
        matches!(&self.link, Link::Live(live) if live.chat_open && live.health.is_well(now))
    }

    /// Sends what the devices give. `calm`: nobody is being connected for the first time.
    pub(crate) fn send(
        &mut self,
        sendings: &PerSource<Sending>,
        calm: bool,
        ctx: &mut Context<'_>,
    ) {
        let Some(live) = self.live().filter(|live| live.can_send) else {
            return;
        };
        for (source, sending) in sendings.iter() {
            let sending = match sending {
                Sending::Picture(_) if !live.may_show(source, calm, ctx.now) => Sending::Nothing,
                sending => *sending,
            };
            if live.sends[source] != sending {
                live.sends[source] = sending;
                ctx.command(live.id, ConnectionCommand::Send(source, sending));
            }
        }
    }

    /// Does what is due.
    pub(crate) fn advance(&mut self, ctx: &mut Context<'_>) {
        if self
            .live()
            .is_some_and(|live| live.health.falls_silent(ctx.now))
        {
            ctx.outputs.push(Output::Doubt);
        }
        match &mut self.link {
            Link::Asking { again, asked } if self.role == Role::Responder && *again <= ctx.now => {
                *asked += u32::from(ctx.reachable);
                *again = ctx.now + (Self::READY * (1 + *asked)).min(Self::MAX_PAUSE);
                self.ask(ctx);
            }
            Link::Live(live) => {
                while let Some(due) = live.health.advance(ctx.now) {
                    match due {
                        health::Output::Repair(Repair::Replace) => return self.give_up(ctx),
                        health::Output::Alive => live.say_alive(ctx),
                    }
                }
                if live.repeat.is_some_and(|due| due <= ctx.now) {
                    live.repeat = None;
                    live.repeat(self.generation, ctx);
                }
            }
            Link::Asking { .. } | Link::Due { .. } | Link::Offered { .. } | Link::HungUp => {}
        }
    }

    /// When something is due next; `can_open` if a handshake may begin.
    pub(crate) fn deadline(&self, can_open: bool) -> Option<Duration> {
        match &self.link {
            Link::Asking { again, .. } => (self.role == Role::Responder).then_some(*again),
            Link::Due { from } => can_open.then_some(*from),
            Link::Offered { .. } | Link::HungUp => None,
            Link::Live(live) => {
                let deadlines = [live.repeat, live.health.next_timeout()];
                deadlines.into_iter().flatten().min()
            }
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
            Role::Initiator => Link::Due {
                from: ctx.now + self.pause(ctx.random),
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
        if let Some(id) = self.connection() {
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
        self.was_connected && !matches!(self.link, Link::Live(_))
    }

    /// When the other page was last heard of, if the two are connected.
    pub(crate) fn heard(&self) -> Option<Duration> {
        match &self.link {
            Link::Live(live) => live.health.heard(),
            _ => None,
        }
    }

    /// How the connection looks to people.
    pub(crate) fn state(&self, now: Duration) -> LinkState {
        match &self.link {
            Link::Live(live) if live.health.is_well(now) => LinkState::Connected,
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

    fn live(&mut self) -> Option<&mut Live> {
        match &mut self.link {
            Link::Live(live) => Some(live),
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

impl Live {
    fn repeat(&self, generation: Generation, ctx: &mut Context<'_>) {
        let ack = self.inbox.taken();
        for (seq, step) in self.outbox.unacknowledged() {
            ctx.signal(Signal::Step {
                generation,
                seq,
                ack,
                step: step.clone(),
            });
        }
    }

    /// Sound was first, or the picture is there already.
    fn may_show(&self, source: Source, calm: bool, now: Duration) -> bool {
        self.sends[source] != Sending::Nothing || self.health.may_show(calm, now)
    }

    fn say_alive(&self, ctx: &mut Context<'_>) {
        let ack = self.inbox.taken();
        let text = protocol::encode(&Control::Alive { ack });
        ctx.command(self.id, ConnectionCommand::SendText(Channel::Control, text));
    }
}

impl Context<'_> {
    fn signal(&mut self, signal: Signal) {
        if self.reachable {
            self.outputs.push(Output::Signal(signal));
        }
    }

    fn command(&mut self, id: ConnectionId, command: ConnectionCommand) {
        self.outputs.push(Output::Command(id, command));
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
        let of_a_connection = 6;
        let all = PAIR.matches("//! | `").count();
        assert_eq!(all, timers.len() + of_a_connection);
        assert_eq!(2 * Pair::PAUSE, Duration::from_secs(1));
        says(PAIR, "at most a second after the first failure");
    }
}
