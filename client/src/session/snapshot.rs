//! What the page draws, published when it has changed.

use std::rc::Rc;

use litemap::LiteMap;
use mesh::{Announcement, View};
use protocol::PeerId;

use crate::{browser::Stream, choice::Choices, connectivity::ConnectionTest};

/// More at once nobody listens to.
pub const MAX_ANNOUNCEMENTS: usize = 8;

/// What a visit looks like at one moment: all that the page draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The call.
    pub view: View,
    /// One's own camera, while it is on.
    pub own_camera: Option<Stream>,
    /// One's own screen, while it is shared.
    pub own_screen: Option<Stream>,
    /// The others' cameras, whether they are on or not; [`mesh::PeerView::media`] says that.
    pub cameras: LiteMap<PeerId, Stream>,
    /// The others' screens, likewise.
    pub screens: LiteMap<PeerId, Stream>,
    /// The devices that there are to choose from.
    pub choices: Rc<Choices>,
    /// The browser plays no sound before the person clicks somewhere:
    /// [`Session::turn_on_sound`](super::Session::turn_on_sound).
    pub sound_blocked: bool,
    /// Who speaks, oneself too.
    pub speaking: Vec<PeerId>,
    /// One speaks and is muted, and wants to be told.
    pub speaks_muted: bool,
    /// Whether the connection was tested, and how that went.
    pub test: ConnectionTest,
    /// What a screen reader should say: the last [`MAX_ANNOUNCEMENTS`], the oldest first, each with
    /// its number. The first number is 1.
    pub announcements: Vec<(u64, Announcement)>,
}

/// Takes each new snapshot.
pub(super) type Publish = Box<dyn Fn(Rc<Snapshot>)>;

pub(super) struct Publisher {
    publish: Publish,
    last: Option<Rc<Snapshot>>,
}

impl Publisher {
    pub(super) fn new(publish: Publish) -> Self {
        Self {
            publish,
            last: None,
        }
    }

    pub(super) fn publish(&mut self, snapshot: Snapshot) {
        if self.last.as_deref() != Some(&snapshot) {
            let snapshot = Rc::new(snapshot);
            self.last = Some(snapshot.clone());
            (self.publish)(snapshot);
        }
    }
}

/// The last announcements.
#[derive(Default)]
pub(super) struct Announcements(Vec<(u64, Announcement)>);

impl Announcements {
    pub(super) fn add(&mut self, announcement: Announcement) {
        let last = self.0.last().map_or(0, |(number, _)| *number);
        self.0.push((last + 1, announcement));
        let gone = self.0.len().saturating_sub(MAX_ANNOUNCEMENTS);
        self.0.drain(..gone);
    }

    pub(super) fn all(&self) -> Vec<(u64, Announcement)> {
        self.0.clone()
    }
}
