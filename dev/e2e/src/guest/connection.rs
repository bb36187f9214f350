//! One connection, as str0m has it.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use protocol::{IceCandidate, Step};
use str0m::{
    Candidate, Event, Input, Output, Rtc, RtcConfig,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    channel::{ChannelConfig, ChannelId},
    media::{Direction, MediaKind},
    net::{Protocol, Receive},
};

use crate::Result;

/// The channels both sides have, by their ids on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Ctl = 0,
    Chat = 1,
}

impl Channel {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Ctl => "ctl",
            Self::Chat => "chat",
        }
    }
}

/// What comes of a connection.
#[derive(Debug)]
pub(super) enum Outcome {
    Datagram(SocketAddr, Vec<u8>),
    Opened(Channel),
    Text(Channel, String),
    /// It is of no more use.
    Broken,
}

pub(super) struct Connection {
    rtc: Rtc,
    address: SocketAddr,
    /// Until it is answered.
    pending: Option<SdpPendingOffer>,
    channels: [ChannelId; 2],
    outcomes: Vec<Outcome>,
    /// When it wants to be woken.
    timeout: Instant,
}

/// Microphone, camera, screen sound, screen picture.
const SECTIONS: [MediaKind; 4] = [
    MediaKind::Audio,
    MediaKind::Video,
    MediaKind::Audio,
    MediaKind::Video,
];

impl Connection {
    /// As initiator; with what to say first.
    pub(super) fn offer(address: SocketAddr, now: Instant) -> Result<(Self, Vec<Step>)> {
        let mut rtc = rtc(now);
        let mut changes = rtc.sdp_api();
        for kind in SECTIONS {
            changes.add_media(kind, Direction::SendRecv, None, None, None);
        }
        let channels =
            [Channel::Ctl, Channel::Chat].map(|it| changes.add_channel_with_config(config(it)));
        let (offer, pending) = changes.apply().ok_or("there is nothing to offer")?;
        let mut connection = Self::new(rtc, address, channels, now);
        connection.pending = Some(pending);
        let offer = Step::Offer {
            negotiation: 1,
            sdp: offer.to_sdp_string(),
        };
        let steps = connection.with_candidates(offer)?;
        Ok((connection, steps))
    }

    /// As responder; with what to say first.
    pub(super) fn answer(
        address: SocketAddr,
        (negotiation, sdp): (u32, &str),
        now: Instant,
    ) -> Result<(Self, Vec<Step>)> {
        let mut rtc = rtc(now);
        let sdp = answer(&mut rtc, sdp)?;
        let mut changes = rtc.sdp_api();
        let channels =
            [Channel::Ctl, Channel::Chat].map(|it| changes.add_channel_with_config(config(it)));
        if changes.apply().is_some() {
            return Err("the offer has no section for data channels".into());
        }
        let mut connection = Self::new(rtc, address, channels, now);
        let steps = connection.with_candidates(Step::Answer { negotiation, sdp })?;
        Ok((connection, steps))
    }

    fn new(rtc: Rtc, address: SocketAddr, channels: [ChannelId; 2], now: Instant) -> Self {
        Self {
            rtc,
            address,
            pending: None,
            channels,
            outcomes: Vec::new(),
            timeout: now,
        }
    }

    /// The description, the only candidate there is, and that there are no more.
    fn with_candidates(&mut self, description: Step) -> Result<Vec<Step>> {
        let found = Candidate::host(self.address, "udp")?;
        let found = self.rtc.add_local_candidate(found);
        let found = found.ok_or("the address is of no use")?.to_sdp_string();
        self.drain();
        let candidates = [found, String::new()].map(|candidate| {
            Step::Candidate(IceCandidate {
                candidate,
                sdp_mid: None,
                sdp_m_line_index: Some(0),
                username_fragment: None,
            })
        });
        Ok([description].into_iter().chain(candidates).collect())
    }

    /// Takes a step of the other side; with what to answer.
    pub(super) fn take(&mut self, step: Step) -> Result<Option<Step>> {
        let answer = match step {
            // The impolite side's own offer goes before.
            Step::Offer { .. } if self.pending.is_some() => None,
            Step::Offer { negotiation, sdp } => {
                let sdp = answer(&mut self.rtc, &sdp)?;
                Some(Step::Answer { negotiation, sdp })
            }
            Step::Answer { sdp, .. } => {
                if let Some(pending) = self.pending.take() {
                    let answer = SdpAnswer::from_sdp_string(&sdp)?;
                    self.rtc.sdp_api().accept_answer(pending, answer)?;
                }
                None
            }
            Step::Candidate(candidate) => {
                // Whatever it cannot read is not missed: names instead of addresses, TCP, the end
                // of candidates.
                if let Ok(candidate) = Candidate::from_sdp_string(&candidate.candidate) {
                    self.rtc.add_remote_candidate(candidate);
                }
                None
            }
        };
        self.drain();
        Ok(answer)
    }

    /// Says something over a channel that is open.
    pub(super) fn say(&mut self, channel: Channel, text: &str) {
        if let Some(mut channel) = self.rtc.channel(self.channels[channel as usize]) {
            // What there is no room for is told again, as what was lost is.
            let _ = channel.write(false, text.as_bytes());
        }
        self.drain();
    }

    /// Whether a datagram was for this one.
    pub(super) fn receive(&mut self, from: SocketAddr, datagram: &[u8], now: Instant) -> bool {
        let Ok(received) = Receive::new(Protocol::Udp, from, self.address, datagram) else {
            return false;
        };
        let input = Input::Receive(now, received);
        let is_ours = self.rtc.accepts(&input);
        if is_ours {
            self.handle(input);
        }
        is_ours
    }

    /// When it wants to be woken.
    pub(super) fn timeout(&self) -> Instant {
        self.timeout
    }

    /// Time has come.
    pub(super) fn wake(&mut self, now: Instant) {
        if self.timeout <= now {
            self.handle(Input::Timeout(now));
        }
    }

    /// Says goodbye to the other browser; what follows leads nowhere.
    pub(super) fn close(&mut self) {
        // It is closed either way.
        let _ = self.rtc.close();
        self.drain();
    }

    /// What came of it, in order.
    pub(super) fn outcomes(&mut self) -> Vec<Outcome> {
        std::mem::take(&mut self.outcomes)
    }

    fn handle(&mut self, input: Input<'_>) {
        match self.rtc.handle_input(input) {
            Ok(()) => self.drain(),
            Err(_) => self.outcomes.push(Outcome::Broken),
        }
    }

    /// After each change str0m wants to be asked until it has nothing more to say.
    fn drain(&mut self) {
        loop {
            match self.poll() {
                Ok(Some(outcome)) => self.outcomes.push(outcome),
                Ok(None) => {}
                Err(timeout) => {
                    self.timeout = timeout;
                    break;
                }
            }
        }
        if !self.rtc.is_alive() {
            self.outcomes.push(Outcome::Broken);
        }
    }

    /// The next outcome, if this was one; `Err` when all was said until then.
    fn poll(&mut self) -> std::result::Result<Option<Outcome>, Instant> {
        Ok(match self.rtc.poll_output() {
            Ok(Output::Timeout(at)) => return Err(at),
            Ok(Output::Transmit(datagram)) => Some(Outcome::Datagram(
                datagram.destination,
                datagram.contents.to_vec(),
            )),
            Ok(Output::Event(event)) => self.happened(event),
            Err(_) => {
                self.outcomes.push(Outcome::Broken);
                return Err(self.timeout + Duration::from_secs(1));
            }
        })
    }

    fn happened(&self, event: Event) -> Option<Outcome> {
        match event {
            Event::ChannelOpen(id, _) => Some(Outcome::Opened(self.channel(id)?)),
            Event::ChannelData(data) => {
                let text = String::from_utf8(data.data).ok()?;
                Some(Outcome::Text(self.channel(data.id)?, text))
            }
            Event::ChannelClose(_) => Some(Outcome::Broken),
            _ => None,
        }
    }

    fn channel(&self, id: ChannelId) -> Option<Channel> {
        let channels = [Channel::Ctl, Channel::Chat];
        channels
            .into_iter()
            .find(|channel| self.channels[*channel as usize] == id)
    }
}

/// With the codecs that have to be there; nothing is sent with them.
fn rtc(now: Instant) -> Rtc {
    let config = RtcConfig::new().clear_codecs();
    config.enable_opus(true, false).enable_vp8(true).build(now)
}

fn answer(rtc: &mut Rtc, offer: &str) -> Result<String> {
    let offer = SdpOffer::from_sdp_string(offer)?;
    let answer = rtc.sdp_api().accept_offer(offer);
    Ok(answer.map(|answer| answer.to_sdp_string())?)
}

fn config(channel: Channel) -> ChannelConfig {
    ChannelConfig {
        label: channel.label().to_owned(),
        negotiated: Some(channel as u16),
        ..ChannelConfig::default()
    }
}
