//! A guest's WebSocket and UDP socket, and all that goes over them.

mod talk;

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use protocol::{
    ChatText, ClientMessage, Control, LeaveReason, Peer, PeerId, Rejection, ServerMessage,
};
use tokio::{net::UdpSocket, sync::mpsc, time::sleep_until};

use super::{
    GuestEvent, Invitation, Record,
    chat::{Author, Log, Taken},
    pair::{Output, Pair},
    signaling::Signaling,
};
use crate::Result;

/// How often a page tells what it has of the chat.
const CHAT_ROUND: Duration = Duration::from_secs(15);
/// No datagram is longer.
const DATAGRAM: usize = 2048;

/// What the person wants.
#[derive(Debug)]
pub(super) enum Word {
    Say(ChatText),
    Leave,
}

pub(super) struct Session {
    server: Signaling,
    datagrams: UdpSocket,
    address: SocketAddr,
    own: Author,
    pairs: BTreeMap<PeerId, Pair>,
    log: Log,
    next_round: Instant,
    /// When each may be answered next.
    answers: BTreeMap<PeerId, Instant>,
    events: mpsc::Sender<GuestEvent>,
    record: Option<Record>,
}

enum Happened {
    Spoken(Option<Word>),
    Told(Result<Option<ServerMessage>>),
    Received(io::Result<(usize, SocketAddr)>),
    Due,
}

impl Session {
    /// Opens both sockets, and is let in.
    pub(super) async fn join(
        invitation: &Invitation,
        events: mpsc::Sender<GuestEvent>,
    ) -> Result<Self> {
        let datagrams = UdpSocket::bind((own_address().await?, 0)).await?;
        let mut server = Signaling::open(&invitation.origin, invitation.record.clone()).await?;
        let (id, peers) = server.join(invitation).await?;
        let (own, now) = ((id, invitation.incarnation), Instant::now());
        let mut session = Self {
            server,
            address: datagrams.local_addr()?,
            datagrams,
            own,
            pairs: BTreeMap::new(),
            log: Log::new(own, invitation.name.clone(), now),
            next_round: now + CHAT_ROUND,
            answers: BTreeMap::new(),
            events,
            record: invitation.record.clone(),
        };
        session.report(GuestEvent::Joined(id));
        peers.iter().for_each(|peer| session.meet(peer));
        Ok(session)
    }

    fn meet(&mut self, peer: &Peer) {
        let pair = self.pairs.get_mut(&peer.id);
        match pair.filter(|pair| pair.peer.incarnation == peer.incarnation) {
            Some(pair) => pair.rejoined(),
            None => {
                let pair = self.pair(peer);
                self.pairs.insert(peer.id, pair);
            }
        }
    }

    fn pair(&self, peer: &Peer) -> Pair {
        let (record, now) = (self.record.clone(), Instant::now());
        Pair::new(self.own, peer.clone(), (self.address, record), now)
    }

    /// Until the person leaves, or the WebSocket ends.
    pub(super) async fn run(mut self, mut spoken: mpsc::Receiver<Word>) -> Result<()> {
        let mut datagram = [0; DATAGRAM];
        loop {
            self.flush().await?;
            match self.next(&mut spoken, &mut datagram).await {
                Happened::Spoken(Some(Word::Say(text))) => self.say(text),
                Happened::Spoken(Some(Word::Leave) | None) => return self.leave().await,
                Happened::Told(Ok(Some(message))) => self.told(message).await?,
                Happened::Told(Ok(None)) => {}
                Happened::Told(Err(error)) => return Err(error),
                Happened::Received(Ok((length, from))) => self.receive(from, &datagram[..length]),
                // Somebody's socket refused a datagram; the next one may arrive.
                Happened::Received(Err(_)) => {}
                Happened::Due => self.advance(),
            }
        }
    }

    async fn next(&mut self, spoken: &mut mpsc::Receiver<Word>, datagram: &mut [u8]) -> Happened {
        let deadlines = self.pairs.values().filter_map(Pair::deadline);
        let deadline = deadlines.fold(self.next_round, Instant::min);
        tokio::select! {
            word = spoken.recv() => Happened::Spoken(word),
            message = self.server.next() => Happened::Told(message),
            received = self.datagrams.recv_from(datagram) => Happened::Received(received),
            () = sleep_until(deadline.into()) => Happened::Due,
        }
    }

    fn receive(&mut self, from: SocketAddr, datagram: &[u8]) {
        let now = Instant::now();
        self.pairs
            .values_mut()
            .any(|pair| pair.receive(from, datagram, now));
    }

    fn advance(&mut self) {
        let now = Instant::now();
        self.pairs.values_mut().for_each(|pair| pair.advance(now));
        if self.next_round <= now {
            self.next_round = now + CHAT_ROUND;
            let all: Vec<PeerId> = self.pairs.keys().copied().collect();
            all.into_iter().for_each(|id| self.compare(id));
        }
    }

    async fn told(&mut self, message: ServerMessage) -> Result<()> {
        let now = Instant::now();
        match message {
            ServerMessage::PeerJoined { peer } => self.meet(&peer),
            ServerMessage::PeerLeft {
                id,
                reason: LeaveReason::Left,
            } => self.part(id).await?,
            ServerMessage::PeerLeft { id, .. }
            | ServerMessage::Rejected {
                rejection: Rejection::NoSuchPeer { to: id },
            } => self.lose(id).await?,
            ServerMessage::Signal { from, payload } => {
                if let Some(pair) = self.pairs.get_mut(&from) {
                    pair.hear(&payload, now);
                }
            }
            ServerMessage::Rejected {
                rejection: Rejection::Congested { to },
            } => {
                if let Some(pair) = self.pairs.get_mut(&to) {
                    pair.congested(now);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The server no longer knows somebody. A connection that lives goes on.
    async fn lose(&mut self, id: PeerId) -> Result<()> {
        match self.pairs.get(&id) {
            Some(pair) if !pair.is_connected() => self.part(id).await,
            _ => Ok(()),
        }
    }

    /// Somebody is gone.
    async fn part(&mut self, id: PeerId) -> Result<()> {
        if let Some(mut pair) = self.pairs.remove(&id) {
            pair.close();
            let outputs = pair.outputs(Instant::now());
            self.report(GuestEvent::Gone(pair.peer.name.clone()));
            for output in outputs {
                self.transmit(output).await?;
            }
        }
        Ok(())
    }

    /// Does what the pairs ask for, until they ask for nothing more.
    async fn flush(&mut self) -> Result<()> {
        loop {
            let now = Instant::now();
            let outputs: Vec<(PeerId, Output)> = self
                .pairs
                .iter_mut()
                .flat_map(|(id, pair)| pair.outputs(now).into_iter().map(|output| (*id, output)))
                .collect();
            if outputs.is_empty() {
                return Ok(());
            }
            for (id, output) in outputs {
                self.perform(id, output).await?;
            }
        }
    }

    async fn perform(&mut self, id: PeerId, output: Output) -> Result<()> {
        let Some(pair) = self.pairs.get(&id) else {
            return Ok(());
        };
        let name = pair.peer.name.clone();
        match output {
            Output::ChatOpened => {
                self.compare(id);
                self.report(GuestEvent::Met(name));
            }
            Output::Control(Control::Alive { .. }) => self.report(GuestEvent::Alive(name)),
            Output::Control(Control::Media(state)) => self.report(GuestEvent::Media(name, state)),
            Output::Control(Control::Bye) => self.part(id).await?,
            Output::Chat(chat) => self.read(id, chat),
            output => self.transmit(output).await?,
        }
        Ok(())
    }

    async fn transmit(&mut self, output: Output) -> Result<()> {
        match output {
            Output::Send(message) => self.server.say(&message).await?,
            Output::Datagram(to, datagram) => {
                // What the network does not take is as good as lost on it.
                let _ = self.datagrams.send_to(&datagram, to).await;
            }
            _ => {}
        }
        Ok(())
    }

    async fn leave(mut self) -> Result<()> {
        self.pairs
            .values_mut()
            .for_each(|pair| pair.tell(&Control::Bye));
        self.flush().await?;
        self.server.say(&ClientMessage::Leave).await?;
        self.pairs.values_mut().for_each(Pair::close);
        self.flush().await?;
        self.server.close().await
    }

    fn report(&self, event: GuestEvent) {
        // What nobody reads for so long is of no interest.
        let _ = self.events.try_send(event);
    }
}

/// Of the network that leads to others; nothing is sent.
async fn own_address() -> Result<IpAddr> {
    let probe = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    // An address for examples (RFC 5737). Without a network there is still this machine.
    let is_connected = probe
        .connect((Ipv4Addr::new(203, 0, 113, 1), 9))
        .await
        .is_ok();
    Ok(if is_connected {
        probe.local_addr()?.ip()
    } else {
        Ipv4Addr::LOCALHOST.into()
    })
}
