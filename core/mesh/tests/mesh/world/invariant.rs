//! What has to be true: always, and once the world has calmed down.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

use mesh::{
    ChatLine, Device, LinkState, LinkView, PeerView, PerSource, Phase, Sending, Server, Source,
    View,
};
use protocol::{LinkStatus, MediaState, PeerId};

use super::{
    World,
    connection::{Connection, SignalingState, Transport},
    page::{Page, Track},
};

/// What is remembered about a run.
#[derive(Default)]
pub struct Record {
    /// What must not happen and did.
    pub faults: Vec<String>,
    /// Pairs of pages to which something happened that may cost them their connection.
    disturbed: BTreeSet<(usize, usize)>,
    /// With which connections pairs of pages were open for the first time, and when.
    first: BTreeMap<(usize, usize), ([usize; 2], Duration)>,
    /// Somebody's browser finds no way out, or found none while nothing told it that it had no
    /// network.
    pub is_shut_in: bool,
    /// Sound was lost between somebody.
    pub is_deafened: bool,
    /// What the author of a message had before its eyes.
    pub read: BTreeMap<String, Rc<[ChatLine]>>,
}

impl World {
    /// Longer than anything may take that is nobody's fault.
    const PATIENCE: u64 = 120;
    /// What was true at last has to stay so.
    const PROBATION: u64 = 20;
    /// Until the server lets somebody in that nothing happened to: six ways to it and back.
    pub(super) const ENTRY: Duration = Duration::from_secs(4);
    /// Until two people are connected in a room where everybody connects at once and nothing
    /// happened to anybody; and where handshakes with others that lead nowhere may come first.
    const HANDSHAKE: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

    /// In bits a second: what a home's line takes, whatever the number of people.
    const UPLINK: u32 = 3_000_000;

    pub(super) fn fault(&mut self, fault: impl std::fmt::Display) {
        self.trace(|| format!("   !!! {fault}"));
        if self.record.faults.len() < 20 {
            self.record
                .faults
                .push(format!("{:.3} s: {fault}", self.now.as_secs_f64()));
        }
    }

    /// Where every browser finds a way out, nobody reads of one that does not.
    pub(super) fn check_ways_out(&mut self, page: usize, view: &View) {
        if self.record.is_shut_in {
            return;
        }
        let is_shut_in = |peer: &PeerView| matches!(peer.link, LinkState::NoWayOut(_));
        if view.peers.iter().any(is_shut_in) {
            self.fault(format!("page {page} reads of a browser without a way out"));
        }
    }

    /// Where nothing happened to anybody, sound gets through.
    pub(super) fn check_sound(&mut self, page: usize, view: &View) {
        let is_calm = !self.record.is_deafened && self.record.disturbed.is_empty();
        if !is_calm || self.hostile.is_some() {
            return;
        }
        let is_lost = |peer: &&PeerView| matches!(peer.link, LinkState::NoSound(_));
        if let Some(peer) = view.peers.iter().find(is_lost) {
            self.fault(format!("page {page} reads {:?} for nothing", peer.link));
        }
    }

    pub(super) fn note_trouble(&mut self, page: usize) {
        self.pages[page].trouble.get_or_insert(self.now);
    }

    pub(super) fn note_disturbance(&mut self, a: usize, b: usize) {
        self.record.disturbed.insert((a.min(b), a.max(b)));
    }

    pub(super) fn note_disturbances(&mut self, page: usize) {
        (0..self.pages.len()).for_each(|other| self.note_disturbance(page, other));
    }

    pub(super) fn note_open(&mut self, a: usize, b: usize) {
        let (a, b) = if self.connections[a].page < self.connections[b].page {
            (a, b)
        } else {
            (b, a)
        };
        let pages = (self.connections[a].page, self.connections[b].page);
        self.record.first.entry(pages).or_insert(([a, b], self.now));
    }

    /// Lets time pass until everything is as it should be, and says how long it took.
    pub fn settled(&mut self) -> Result<Duration, String> {
        let begin = self.now;
        let mut complaints = self.complaints();
        for _ in 0..Self::PATIENCE {
            if complaints.is_empty() || !self.record.faults.is_empty() {
                break;
            }
            self.advance_secs(1);
            complaints = self.complaints();
        }
        let took = self.now - begin;
        if complaints.is_empty() {
            self.advance_secs(Self::PROBATION);
            complaints = self.complaints();
        }
        complaints.extend(self.history());
        complaints.extend(self.record.faults.clone());
        if complaints.is_empty() {
            Ok(took)
        } else {
            Err(complaints.join("\n  "))
        }
    }

    /// For tests of what should settle.
    #[track_caller]
    pub fn settle(&mut self) -> Duration {
        self.settled()
            .unwrap_or_else(|complaints| panic!("not settled:\n  {complaints}"))
    }

    /// What is not as it should be now.
    pub fn complaints(&self) -> Vec<String> {
        let pages: Vec<usize> = self
            .people
            .iter()
            .filter_map(|person| person.page)
            .filter(|page| !self.is_hostile(*page))
            .collect();
        let views: BTreeMap<usize, View> = pages
            .iter()
            .map(|page| (*page, self.pages[*page].mesh.view()))
            .collect();
        let mut complaints = Vec::new();
        for (page, view) in &views {
            let mut complain = |what: String| complaints.push(format!("page {page}: {what}"));
            self.check_phase(*page, view, &mut complain);
            self.check_devices(*page, view, &mut complain);
            self.check_peers(*page, view, &mut complain);
            self.check_hands(*page, view, &views, &mut complain);
            self.check_links(*page, view, &mut complain);
            Self::check_passing(view, &mut complain);
            self.check_connections(*page, &mut complain);
            self.check_chat(*page, view, &views, &mut complain);
        }
        complaints
    }

    /// The pages of those who want to be in the call.
    pub(super) fn inside(&self) -> Vec<usize> {
        self.people
            .iter()
            .filter(|person| person.is_in)
            .filter_map(|person| person.page)
            .collect()
    }

    pub(super) fn is_hostile(&self, page: usize) -> bool {
        self.hostile == Some(self.pages[page].person)
    }

    pub(super) fn is_inside(&self, page: usize) -> bool {
        self.people[self.pages[page].person].is_in
    }

    fn check_phase(&self, page: usize, view: &View, complain: &mut impl FnMut(String)) {
        if self.pages[page].asleep > self.now {
            complain("sleeps".into());
        }
        if self.is_inside(page) != (view.phase == Phase::InCall) {
            complain(format!("phase is {:?}", view.phase));
        }
        if self.is_inside(page) && view.server != Server::Online {
            complain(format!("server is {:?}", view.server));
        }
        if self.is_inside(page) && self.pages[page].announced.is_reconnecting {
            complain("was not told that the server is back".into());
        }
    }

    fn check_devices(&self, page: usize, view: &View, complain: &mut impl FnMut(String)) {
        for (source, device) in view.devices.iter() {
            let (is_on, track) = (*device == Device::On, self.pages[page].tracks[source]);
            let is_over = matches!(view.phase, Phase::Left(_)) && track != Track::None;
            let is_asked = track == Track::Asked || *device == Device::Starting;
            if is_over || is_asked || is_on != (track == Track::On) {
                complain(format!("{source:?} is {device:?} and {track:?}"));
            }
        }
    }

    fn check_peers(&self, page: usize, view: &View, complain: &mut impl FnMut(String)) {
        let inside = self.inside();
        let others = inside
            .iter()
            .filter(|other| self.is_inside(page) && **other != page && !self.is_hostile(**other));
        let mut expected: Vec<PeerView> = others
            .map(|other| {
                let (other, person) =
                    (&self.pages[*other], &self.people[self.pages[*other].person]);
                let [microphone, camera, screen_sound, screen] =
                    Source::ALL.map(|source| other.tracks[source] == Track::On);
                let media = MediaState {
                    microphone,
                    camera,
                    screen,
                    screen_sound,
                    voice_only: other.voice_only,
                    hidden: other.hidden,
                };
                PeerView {
                    id: person.id(),
                    name: protocol::Name::new(person.name),
                    link: LinkState::Connected,
                    media,
                    through: None,
                }
            })
            .collect();
        let mut peers = if self.is_inside(page) {
            view.peers.clone()
        } else {
            Vec::new()
        };
        let hostile = self.hostile.map(|person| self.people[person].id());
        peers.retain(|peer| Some(peer.id) != hostile);
        expected.sort_by_key(|peer| peer.id);
        peers.sort_by_key(|peer| peer.id);
        if peers != expected {
            complain(format!("peers are {peers:?}, not {expected:?}"));
        }
    }

    /// All others hear each other, as this page knows.
    fn check_links(&self, page: usize, view: &View, complain: &mut impl FnMut(String)) {
        if !self.is_inside(page) {
            return;
        }
        let hostile = self.hostile.map(|person| self.people[person].id());
        let is_hostile = |id: &PeerId| Some(*id) == hostile;
        let peers = view.peers.iter().map(|peer| peer.id);
        let honest = peers.filter(|id| !is_hostile(id)).count();
        let mut links = view.links.clone();
        links.retain(|link| !link.ends.iter().any(is_hostile));
        let is_whole = |link: &LinkView| link.status == LinkStatus::Connected;
        if links.len() != honest * honest.saturating_sub(1) / 2 || !links.iter().all(is_whole) {
            complain(format!("the others' links are {links:?}"));
        }
    }

    /// What was shown for a while is over.
    fn check_passing(view: &View, complain: &mut impl FnMut(String)) {
        let View {
            reactions, writing, ..
        } = view;
        if !reactions.is_empty() || !writing.is_empty() {
            complain(format!("{reactions:?} and {writing:?} do not end"));
        }
    }

    /// Nobody is shown to do something who is not there, or to do it twice.
    pub(super) fn check_people(&mut self, page: usize, view: &View) {
        let peers: BTreeSet<_> = view.peers.iter().map(|peer| peer.id).collect();
        let is_there = |id| peers.contains(&id) || view.id == Some(id);
        let reacting: Vec<_> = view.reactions.iter().map(|(id, _)| *id).collect();
        let is_once = |ids: &[PeerId]| BTreeSet::from_iter(ids).len() == ids.len();
        let reacting_is_right = is_once(&reacting) && reacting.iter().all(|id| is_there(*id));
        let writing_is_right =
            is_once(&view.writing) && view.writing.iter().all(|id| peers.contains(id));
        if !reacting_is_right || !writing_is_right {
            let writing = &view.writing;
            self.fault(format!(
                "page {page} shows that {reacting:?} react and {writing:?} write"
            ));
        }
    }

    /// Who raised a hand has it up, for all in one order.
    fn check_hands(
        &self,
        page: usize,
        view: &View,
        views: &BTreeMap<usize, View>,
        complain: &mut impl FnMut(String),
    ) {
        let hostile = self.hostile.map(|person| self.people[person].id());
        let hands = |view: &View| {
            let mut hands = view.hands.clone();
            hands.retain(|id| Some(*id) != hostile);
            hands
        };
        let inside = if self.is_inside(page) {
            self.inside()
        } else {
            Vec::new()
        };
        let inside = inside.into_iter().filter(|page| !self.is_hostile(*page));
        let raised = inside
            .clone()
            .map(|page| &self.people[self.pages[page].person]);
        let raised = raised.filter(|person| person.is_hand_up);
        let ours = hands(view);
        if BTreeSet::from_iter(ours.clone()) != raised.map(super::Person::id).collect() {
            complain(format!("hands are {ours:?}"));
        }
        for other in inside.filter_map(|page| views.get(&page)) {
            if hands(other) != ours {
                complain(format!(
                    "hands are {ours:?}, and for others {:?}",
                    hands(other)
                ));
            }
        }
    }

    fn check_connections(&self, page: usize, complain: &mut impl FnMut(String)) {
        let hostile = self.hostile.map(|person| self.people[person].id());
        let open = self.pages[page].connections.values();
        let open: Vec<usize> = open
            .copied()
            .filter(|open| Some(self.connections[*open].peer) != hostile)
            .collect();
        let count = if self.is_inside(page) {
            let inside = self.inside().into_iter();
            inside
                .filter(|other| *other != page && !self.is_hostile(*other))
                .count()
        } else {
            0
        };
        if open.len() != count {
            complain(format!("{} connections instead of {count}", open.len()));
        }
        let uplink: u32 = open.iter().map(|open| self.bitrate(*open)).sum();
        if uplink > Self::UPLINK {
            complain(format!("sends pictures of {uplink} bits a second"));
        }
        for index in open {
            if let Some(what) = self.complaint_about(index) {
                complain(format!("connection {index}: {what}"));
            }
        }
    }

    /// How much of pictures goes over a connection, at most.
    fn bitrate(&self, index: usize) -> u32 {
        let sends = self.connections[index].sends.iter();
        let bitrates = sends.map(|(_, sending)| match sending {
            Sending::Picture(encoding) => encoding.bitrate,
            Sending::Sound | Sending::SoundOf(_) | Sending::Nothing => 0,
        });
        bitrates.sum()
    }

    /// Whether something is sent, apart from what is passed on of somebody hostile: whoever says to
    /// send a microphone and sends nothing may be asked for.
    fn is_something(&self, page: &Page, sending: Sending) -> bool {
        let hostile = self.hostile.map(|person| self.people[person].id());
        match sending {
            Sending::Nothing => false,
            Sending::SoundOf(id) => {
                let of = page.connections.get(&id);
                of.is_none_or(|of| Some(self.connections[*of].peer) != hostile)
            }
            Sending::Sound | Sending::Picture(_) => true,
        }
    }

    /// Whether pictures are as large as the device gives them, and sound is sound.
    fn is_fitting(page: &Page, source: Source, sending: Sending) -> bool {
        match sending {
            Sending::Nothing => true,
            Sending::Sound => source.is_sound(),
            // All hear each other.
            Sending::SoundOf(_) => false,
            Sending::Picture(_) if source == Source::Screen => true,
            Sending::Picture(encoding) => page.shapes[source] == Some(encoding),
        }
    }

    /// What the devices give and the other side wants.
    fn due(&self, page: &Page, other: usize) -> PerSource<bool> {
        let wants_pictures = !self.pages[other].voice_only;
        PerSource::of(|source| {
            page.tracks[source] == Track::On && (source.is_sound() || wants_pictures)
        })
    }

    fn complaint_about(&self, index: usize) -> Option<String> {
        let connection = &self.connections[index];
        let page = &self.pages[connection.page];
        let Some(other) = self.other_end(index).map(|other| &self.connections[other]) else {
            return Some(format!(
                "has no other end; {:?}, {:?}",
                connection.signaling, connection.transport
            ));
        };
        let facts = [
            (
                connection.peer == self.people[self.pages[other.page].person].id(),
                "is with somebody else",
            ),
            (
                connection.signaling == SignalingState::Stable,
                "is not stable",
            ),
            (
                connection.transport == Transport::Connected,
                "is not connected",
            ),
            (
                connection.sections == Connection::SECTIONS,
                "has not four sections",
            ),
            (self.is_open(index), "has closed channels"),
            (connection.chain.is_empty(), "is busy"),
            (
                (connection.sends).map(|sending| self.is_something(page, sending))
                    == self.due(page, other.page),
                "sends something else than what the devices give",
            ),
            (
                (connection.sends.iter()).all(|(source, sending)| {
                    !self.is_something(page, *sending) || Self::is_fitting(page, source, *sending)
                }),
                "sends pictures of another size than the camera's",
            ),
        ];
        facts
            .iter()
            .find(|(is_true, _)| !is_true)
            .map(|(_, what)| (*what).to_owned())
    }

    /// What should have been otherwise on the way: of pairs that nothing happened to.
    pub fn history(&self) -> Vec<String> {
        let inside = self.inside();
        let inside: Vec<usize> = inside
            .into_iter()
            .filter(|page| !self.is_hostile(*page))
            .collect();
        let pairs = inside
            .iter()
            .flat_map(|a| inside.iter().map(move |b| (*a, *b)))
            .filter(|(a, b)| a < b);
        pairs
            .filter(|pair| !self.record.disturbed.contains(pair))
            .filter_map(|pair| {
                self.complaint_about_history(pair)
                    .map(|what| format!("pages {pair:?}: {what}"))
            })
            .collect()
    }

    fn complaint_about_history(&self, pair: (usize, usize)) -> Option<String> {
        let (first, at) = self.record.first.get(&pair)?;
        if let Some(closed) = first
            .iter()
            .find(|index| self.connections[**index].is_closed)
        {
            return Some(format!("connection {closed} was closed for nothing"));
        }
        let negotiations = first.map(|index| self.connections[index].negotiations);
        if negotiations != [1, 1] {
            return Some(format!("{negotiations:?} negotiations"));
        }
        let was_trouble = [pair.0, pair.1]
            .iter()
            .any(|page| self.pages[*page].trouble.is_some_and(|since| since <= *at));
        let count = self.count_opened(pair.0, pair.1) + self.count_opened(pair.1, pair.0);
        let together = self.pages[pair.0].entered.max(self.pages[pair.1].entered)?;
        let patience = Self::HANDSHAKE[usize::from(!self.record.disturbed.is_empty())];
        if !was_trouble && self.weather.failing == 0 && *at > together + patience {
            return Some(format!("took {:?} to connect", *at - together));
        }
        (!was_trouble && count != 2).then(|| format!("{count} connections without need"))
    }

    /// How many connections a page has opened to another one.
    fn count_opened(&self, page: usize, other: usize) -> usize {
        let (other, id) = (
            &self.pages[other],
            self.people[self.pages[other].person].id(),
        );
        let met = self.pages[page]
            .met
            .get(&(id, other.incarnation))
            .copied()
            .unwrap_or_default();
        self.connections[met..]
            .iter()
            .filter(|connection| connection.page == page && connection.peer == id)
            .count()
    }
}
