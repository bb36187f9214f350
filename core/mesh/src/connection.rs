//! One connection of a pair: what is said and sent over it.

use std::time::Duration;

use protocol::{Chat, Control, Generation, Signal};

use crate::{
    event::{Channel, ConnectionCommand, ConnectionId, Role, Sending},
    health::Health,
    hearing::{Deafness, Hearing},
    negotiation::{self, Negotiation},
    random::Random,
    source::{PerSource, Source},
    steps::{Inbox, Outbox},
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
    /// A connection falls silent or comes to nothing: perhaps it is this page that nobody hears,
    /// and nothing is opened, and nobody blamed, before the server has answered.
    Doubt,
    /// For whoever looks for a fault.
    Log(String),
    /// The other page can hear this channel now.
    Opened(Channel),
    /// The other page said this.
    Control(Control),
    Chat(Chat),
}

/// One connection of a pair.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    generation: Generation,
    pub(crate) negotiation: Negotiation,
    pub(crate) inbox: Inbox,
    pub(crate) outbox: Outbox,
    pub(crate) health: Health,
    pub(crate) hearing: Hearing,
    /// Whether there are transceivers to send with: on the responder's side they come of the first
    /// offer.
    pub(crate) can_send: bool,
    sends: PerSource<Sending>,
    pub(crate) chat_open: bool,
    /// The server had no room for a step; say all that is not acknowledged again then.
    repeat: Option<Duration>,
}

impl Connection {
    pub(crate) fn new(
        id: ConnectionId,
        role: Role,
        generation: Generation,
        inbox: Inbox,
        now: Duration,
    ) -> Self {
        Self {
            id,
            generation,
            negotiation: Negotiation::new(role),
            inbox,
            outbox: Outbox::default(),
            health: Health::new(now),
            hearing: Hearing::default(),
            can_send: role == Role::Initiator,
            sends: PerSource::default(),
            chat_open: false,
            repeat: None,
        }
    }

    /// Does what the negotiation says.
    pub(crate) fn perform(&mut self, actions: Vec<negotiation::Output>, ctx: &mut Context<'_>) {
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
                    let seq = self.outbox.push(step.clone());
                    let ack = self.inbox.taken();
                    ctx.signal(Signal::Step {
                        generation: self.generation,
                        seq,
                        ack,
                        step,
                    });
                    continue;
                }
            };
            ctx.command(self.id, command);
        }
    }

    /// Says all again that is not acknowledged.
    pub(crate) fn repeat(&self, ctx: &mut Context<'_>) {
        let ack = self.inbox.taken();
        for (seq, step) in self.outbox.unacknowledged() {
            ctx.signal(Signal::Step {
                generation: self.generation,
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

    pub(crate) fn say_alive(&self, ctx: &mut Context<'_>) {
        let ack = self.inbox.taken();
        let text = protocol::encode(&Control::Alive { ack });
        ctx.command(self.id, ConnectionCommand::SendText(Channel::Control, text));
    }

    /// Says it all again at this time at the latest.
    pub(crate) fn repeat_at(&mut self, due: Duration) {
        self.repeat.get_or_insert(due);
    }

    pub(crate) fn repeat_if_due(&mut self, ctx: &mut Context<'_>) {
        if self.repeat.is_some_and(|due| due <= ctx.now) {
            self.repeat = None;
            self.repeat(ctx);
        }
    }

    /// Since when this page does not hear the other one, if it is so.
    pub(crate) fn deafness(&self, now: Duration) -> Option<Deafness> {
        self.hearing.deafness(self.health.silent(now), now)
    }

    /// Whether nothing is to be sent to a page that is not heard.
    pub(crate) fn is_paused(&self, now: Duration) -> bool {
        self.hearing.is_paused(self.deafness(now), now)
    }

    pub(crate) fn next_timeout(&self, now: Duration) -> Option<Duration> {
        let heard = self.health.heard();
        let hearing = heard.and_then(|heard| self.hearing.next_timeout(heard, now));
        let timeouts = [self.repeat, self.health.next_timeout(), hearing];
        timeouts.into_iter().flatten().min()
    }

    /// Says something on the control channel, if it is open.
    pub(crate) fn tell(&self, control: &Control, ctx: &mut Context<'_>) {
        if !self.health.is_handshaking() {
            let text = protocol::encode(control);
            ctx.command(self.id, ConnectionCommand::SendText(Channel::Control, text));
        }
    }

    /// Says something on the chat channel, if it is open.
    pub(crate) fn write(&self, chat: &Chat, ctx: &mut Context<'_>) {
        if self.chat_open {
            let text = protocol::encode(chat);
            ctx.command(self.id, ConnectionCommand::SendText(Channel::Chat, text));
        }
    }

    /// Sends what the devices give.
    pub(crate) fn send(
        &mut self,
        sendings: &PerSource<Sending>,
        calm: bool,
        ctx: &mut Context<'_>,
    ) {
        if !self.can_send {
            return;
        }
        for (source, sending) in sendings.iter() {
            let sending = match sending {
                Sending::Picture(_) if !self.may_show(source, calm, ctx.now) => Sending::Nothing,
                sending => *sending,
            };
            if self.sends[source] != sending {
                self.sends[source] = sending;
                ctx.command(self.id, ConnectionCommand::Send(source, sending));
            }
        }
    }
}

impl Context<'_> {
    pub(crate) fn signal(&mut self, signal: Signal) {
        if self.reachable {
            self.outputs.push(Output::Signal(signal));
        }
    }

    pub(crate) fn command(&mut self, id: ConnectionId, command: ConnectionCommand) {
        self.outputs.push(Output::Command(id, command));
    }
}
