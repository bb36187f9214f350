//! Perfect negotiation (W3C WebRTC, section 10.7) of one connection, with the offers counted.
//!
//! In Madang the initiator offers once and that is all. Browsers may still ask for a negotiation
//! (`restartIce`), on both sides at once; then the polite side gives way.
//!
//! What differs from the W3C's example: the browser's events reach this state machine a little
//! late, so the signaling state is followed here and not read from the browser; and candidates are
//! held until the description they belong to is in place.

use std::collections::VecDeque;

use protocol::{IceCandidate, Step};

use crate::event::{Description, Role, SdpKind};

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// `setLocalDescription()`
    SetLocal,
    /// `setRemoteDescription(description)`
    SetRemote(Description),
    /// `addIceCandidate(candidate)`
    Add(IceCandidate),
    /// Tell the other side.
    Say(Step),
}

/// What one side's search for ways out has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Gathering {
    /// It goes on, and has found nothing yet.
    #[default]
    Searching,
    Found,
    /// It ended, and there is none.
    Nothing,
    /// It may have been without a network, and has found nothing: that is no browser's fault.
    Excused,
}

impl Gathering {
    fn learn(&mut self, candidate: &str) {
        if is_way(candidate) {
            *self = Self::Found;
        } else if candidate.is_empty() && *self == Self::Searching {
            *self = Self::Nothing;
        }
    }

    fn learn_all(&mut self, sdp: &str) {
        let lines = sdp.lines().filter_map(|line| line.strip_prefix("a="));
        lines
            .filter(|line| line.starts_with("candidate:"))
            .for_each(|candidate| self.learn(candidate));
    }
}

/// No browser listens on a TCP port, so that one which can only open such connections finds nobody.
fn is_way(candidate: &str) -> bool {
    !candidate.is_empty() && !candidate.contains("tcptype active")
}

/// The state of one connection's negotiation.
#[derive(Debug)]
pub(crate) struct Negotiation {
    polite: bool,
    /// The responder's own channels make its browser ask for a negotiation that is not its to
    /// begin.
    may_offer: bool,
    /// Our offers so far.
    offers: u32,
    /// `setLocalDescription` is under way for an offer.
    making_offer: bool,
    /// Our offer of this number is out and unanswered: `have-local-offer`.
    open_offer: Option<u32>,
    /// `setRemoteDescription` is under way for these, in this order: an answer, an offer of a
    /// number, or both.
    applying: VecDeque<Applying>,
    /// `setLocalDescription` is under way for the answer to this offer.
    answering: Option<u32>,
    /// `a=ice-ufrag` of the remote description that is in place.
    ufrags: Vec<String>,
    /// Remote candidates that wait for a description.
    early: Vec<IceCandidate>,
    /// Local candidates that wait until the description was said.
    unsaid: Vec<IceCandidate>,
    /// Remote candidates so far.
    candidates: usize,
    ours: Gathering,
    theirs: Gathering,
    /// Offers of the other side that were applied.
    applied: usize,
}

#[derive(Debug)]
struct Applying {
    offer: Option<u32>,
    ufrags: Vec<String>,
}

impl Negotiation {
    /// More candidates than any machine has addresses; the rest is dropped.
    const MAX_CANDIDATES: usize = 64;
    /// More offers than a day of changing networks brings about; each costs a description on both
    /// sides.
    const MAX_OFFERS: usize = 100;

    pub(crate) fn new(role: Role) -> Self {
        Self {
            polite: role == Role::Responder,
            may_offer: role == Role::Initiator,
            offers: 0,
            making_offer: false,
            open_offer: None,
            applying: VecDeque::new(),
            answering: None,
            ufrags: Vec::new(),
            early: Vec::new(),
            unsaid: Vec::new(),
            candidates: 0,
            ours: Gathering::default(),
            theirs: Gathering::default(),
            applied: 0,
        }
    }

    /// What our search for candidates has come to, and theirs.
    pub(crate) fn gathering(&self) -> [Gathering; 2] {
        [self.ours, self.theirs]
    }

    /// The browser wants to negotiate. While the other side's offer is being answered that wish is
    /// void: the browser repeats it once it is stable, if there is still something to say.
    pub(crate) fn needed(&mut self) -> Vec<Output> {
        let busy = self.making_offer || self.open_offer.is_some() || self.is_answering();
        if busy || !self.may_offer {
            return Vec::new();
        }
        self.making_offer = true;
        vec![Output::SetLocal]
    }

    /// `setLocalDescription` is done.
    pub(crate) fn local_set(&mut self, description: Description) -> Vec<Output> {
        self.ours.learn_all(&description.sdp);
        let step = match (description.kind, self.answering) {
            (SdpKind::Answer, Some(negotiation)) => {
                self.answering = None;
                Step::Answer {
                    negotiation,
                    sdp: description.sdp,
                }
            }
            (SdpKind::Answer, None) => return Vec::new(),
            (SdpKind::Offer, _) => {
                self.making_offer = false;
                if self.is_answering() {
                    // The other side's offer is about to roll this one back.
                    return Vec::new();
                }
                self.offers += 1;
                self.open_offer = Some(self.offers);
                Step::Offer {
                    negotiation: self.offers,
                    sdp: description.sdp,
                }
            }
        };
        let candidates = self.unsaid.drain(..).map(Step::Candidate);
        std::iter::once(step)
            .chain(candidates)
            .map(Output::Say)
            .collect()
    }

    /// The browser found a candidate, or with an empty one the end of them.
    pub(crate) fn found(&mut self, candidate: IceCandidate) -> Vec<Output> {
        self.ours.learn(&candidate.candidate);
        if self.ours == Gathering::Excused {
            return Vec::new();
        }
        if self.making_offer || self.answering.is_some() || self.offers == 0 && !self.may_offer {
            self.unsaid.push(candidate);
            return Vec::new();
        }
        vec![Output::Say(Step::Candidate(candidate))]
    }

    /// Perhaps there is no network now.
    pub(crate) fn excuse(&mut self) {
        if self.ours == Gathering::Searching {
            self.ours = Gathering::Excused;
        }
    }

    /// The connection failed. Firefox does not end a search that finds nothing, but fails at once.
    pub(crate) fn failed(&mut self) -> Vec<Output> {
        if self.ours != Gathering::Searching {
            return Vec::new();
        }
        self.ours = Gathering::Nothing;
        vec![Output::Say(Step::Candidate(IceCandidate {
            candidate: String::new(),
            sdp_mid: None,
            sdp_m_line_index: None,
            username_fragment: None,
        }))]
    }

    /// The other side said something.
    pub(crate) fn heard(&mut self, step: Step) -> Vec<Output> {
        match step {
            Step::Offer { negotiation, sdp } => self.offered(negotiation, sdp),
            Step::Answer { negotiation, sdp } => self.answered(negotiation, sdp),
            Step::Candidate(candidate) => self.add(candidate),
        }
    }

    fn offered(&mut self, negotiation: u32, sdp: String) -> Vec<Output> {
        let collision = self.making_offer || self.open_offer.is_some();
        let is_enough = self.applied == Self::MAX_OFFERS;
        if (collision && !self.polite) || self.is_answering() || is_enough {
            return Vec::new();
        }
        self.applied += 1;
        self.open_offer = None;
        self.apply(
            Some(negotiation),
            Description {
                kind: SdpKind::Offer,
                sdp,
            },
        )
    }

    fn answered(&mut self, negotiation: u32, sdp: String) -> Vec<Output> {
        if self.open_offer != Some(negotiation) {
            return Vec::new();
        }
        self.open_offer = None;
        self.apply(
            None,
            Description {
                kind: SdpKind::Answer,
                sdp,
            },
        )
    }

    fn apply(&mut self, offer: Option<u32>, description: Description) -> Vec<Output> {
        self.theirs.learn_all(&description.sdp);
        self.applying.push_back(Applying {
            offer,
            ufrags: ufrags(&description.sdp),
        });
        vec![Output::SetRemote(description)]
    }

    /// `setRemoteDescription` is done.
    pub(crate) fn remote_set(&mut self) -> Vec<Output> {
        let Some(applied) = self.applying.pop_front() else {
            return Vec::new();
        };
        self.ufrags = applied.ufrags;
        let mut actions = Vec::new();
        if applied.offer.is_some() {
            self.may_offer = true;
            self.answering = applied.offer;
            actions.push(Output::SetLocal);
        }
        for candidate in std::mem::take(&mut self.early) {
            actions.extend(self.place(candidate));
        }
        actions
    }

    fn add(&mut self, candidate: IceCandidate) -> Vec<Output> {
        self.candidates += 1;
        self.theirs.learn(&candidate.candidate);
        // The end of candidates is for people, not for the browser: it may yet be found by those
        // whom it cannot find.
        if self.candidates > Self::MAX_CANDIDATES || candidate.candidate.is_empty() {
            return Vec::new();
        }
        self.place(candidate).into_iter().collect()
    }

    /// Adds a candidate, keeps it for the description to come, or drops it as belonging to an offer
    /// that was ignored.
    fn place(&mut self, candidate: IceCandidate) -> Option<Output> {
        let in_place = match &candidate.username_fragment {
            Some(ufrag) => self.ufrags.contains(ufrag),
            None => !self.ufrags.is_empty() && self.applying.is_empty(),
        };
        if in_place {
            return Some(Output::Add(candidate));
        }
        if self.ufrags.is_empty() || !self.applying.is_empty() {
            self.early.push(candidate);
        }
        None
    }

    fn is_answering(&self) -> bool {
        self.answering.is_some()
            || self
                .applying
                .iter()
                .any(|applying| applying.offer.is_some())
    }
}

fn ufrags(sdp: &str) -> Vec<String> {
    let mut ufrags: Vec<String> = sdp
        .lines()
        .filter_map(|line| line.strip_prefix("a=ice-ufrag:"))
        .map(|ufrag| ufrag.trim().to_owned())
        .collect();
    ufrags.dedup();
    ufrags
}

#[cfg(test)]
mod tests;
