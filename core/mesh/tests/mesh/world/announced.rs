//! What people are told for a moment: the same as what they see.

use std::collections::BTreeSet;

use mesh::{Announcement, Input, Output, Phase, SocketEvent, View};
use protocol::{PeerId, ServerMessage};

use super::World;

/// What a page's person was told so far.
#[derive(Default)]
pub struct Announced {
    /// Who was in the call when the page was last looked at.
    seen: BTreeSet<PeerId>,
    /// Of whom the last word was that they share a screen.
    sharers: BTreeSet<PeerId>,
    /// The server is out of reach, and that was the last word on it.
    pub is_reconnecting: bool,
}

impl World {
    /// Who comes and goes is announced once, and nobody else is.
    pub(super) fn check_announcements(
        &mut self,
        page: usize,
        arrived: Option<PeerId>,
        outputs: &[Output],
        view: &View,
    ) {
        let seen: BTreeSet<PeerId> = match view.phase {
            Phase::InCall => view.peers.iter().map(|peer| peer.id).collect(),
            _ => BTreeSet::new(),
        };
        let announced = &mut self.pages[page].announced;
        let before = std::mem::replace(&mut announced.seen, seen.clone());
        let mut faults = Vec::new();
        let (mut joined, mut left) = (Vec::new(), Vec::new());
        for output in outputs {
            match output {
                Output::Announce(Announcement::Joined(id, _)) => joined.push(*id),
                Output::Announce(Announcement::Left(id, _)) => left.push(*id),
                Output::Announce(Announcement::ScreenShared(id, _)) => {
                    let is_news = announced.sharers.insert(*id);
                    faults.extend((!is_news).then_some("says twice that somebody shares"));
                }
                Output::Announce(Announcement::ScreenEnded(id, _)) => {
                    let is_news = announced.sharers.remove(id);
                    faults.extend((!is_news).then_some("says that nobody shares who did not"));
                }
                Output::Announce(Announcement::Reconnecting) => {
                    faults.extend(announced.is_reconnecting.then_some("is lost twice"));
                    announced.is_reconnecting = true;
                }
                Output::Announce(Announcement::BackOnline) => announced.is_reconnecting = false,
                _ => {}
            }
        }
        let came = arrived.filter(|id| seen.contains(id) && !before.contains(id));
        if joined != Vec::from_iter(came) {
            faults.push("says that others came than did");
        }
        let is_over = matches!(view.phase, Phase::Left(_));
        announced.is_reconnecting &= !is_over;
        announced.sharers.retain(|id| seen.contains(id));
        // One may leave in the very moment when another is taken for gone.
        left.sort();
        let gone: Vec<PeerId> = before.difference(&seen).copied().collect();
        if left != if is_over { Vec::new() } else { gone } {
            faults.push("says that others left than did");
        }
        for fault in faults {
            self.fault(format!("page {page} {fault}"));
        }
    }
}

/// Of whom the server says that they joined.
pub(super) fn arrived(input: &Input) -> Option<PeerId> {
    match input {
        Input::Socket(SocketEvent::Received(ServerMessage::PeerJoined { peer })) => Some(peer.id),
        _ => None,
    }
}
