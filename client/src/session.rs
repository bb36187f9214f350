//! One visit to a room: between the core, which decides, and the browser, which does.

mod actor;
mod capturing;
mod choosing;
mod connection_test;
mod connections;
mod devices;
mod in_call;
mod meter;
mod resumption;
mod signaling;
mod snapshot;
mod timer;

use std::rc::Rc;

use futures_channel::mpsc::{UnboundedSender, unbounded};
use mesh::{CaptureError, ConnectionId, PerSource, Source, UserCommand};
use protocol::{Name, RoomId};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

pub use self::snapshot::{MAX_ANNOUNCEMENTS, Snapshot};
use crate::{
    browser::{
        Answer, LifecycleEvent, MediaSessionAction, Track, TrackEvent, capture::CaptureResult,
        connection, reload::Resume, socket,
    },
    choice::{DeviceKind, MediaDevice},
    connectivity::Sighting,
};

/// One visit to a room. Clones are the same visit; when the last one is dropped, everything is
/// closed.
#[derive(Clone)]
pub struct Session(Rc<Queue>);

impl Session {
    /// Goes to a room's lobby, or straight back into the call that a reload interrupted. `publish`
    /// gets the first snapshot soon, and then one whenever something has changed; it is never
    /// called from within another function of this type.
    pub fn open(
        room: RoomId,
        name: Name,
        resume: Option<Resume>,
        publish: impl Fn(Rc<Snapshot>) + 'static,
    ) -> Self {
        let (sender, events) = unbounded();
        let resume = resume.filter(|resume| resume.room == room);
        let actor = actor::Actor::new(room, name, resume, Queue(sender.clone()), Box::new(publish));
        spawn_local(actor.run(events));
        Self(Rc::new(Queue(sender)))
    }

    /// The person does something: joins, leaves, writes, or switches a device.
    pub fn send(&self, command: UserCommand) {
        self.0.push(Event::User(command));
    }

    /// Tells how loud one's own microphone is, from 0 to 5, whenever that changes: in the lobby
    /// alone, and to the last who asked. It is no part of the snapshot, since it changes some times
    /// a second.
    pub fn tell_level(&self, told: Callback<u8>) {
        self.0.push(Event::TellLevel(told));
    }

    /// The person chose the device of this `deviceId`.
    pub fn choose(&self, kind: DeviceKind, id: String) {
        self.0.push(Event::Chosen(kind, id));
    }

    /// The person wants to know whether calls get out of here: [`Snapshot::test`].
    pub fn test_connection(&self) {
        self.0.push(Event::Test);
    }

    /// Plays what the browser held back. To be called while a click is handled.
    pub fn turn_on_sound(&self) {
        self.0.push(Event::TurnOnSound);
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if Rc::strong_count(&self.0) == 1 {
            self.0.push(Event::Closed);
        }
    }
}

/// Everything that happens to a visit.
enum Event {
    /// The person does something.
    User(UserCommand),
    /// The person wants to hear.
    TurnOnSound,
    /// Somebody wants to be told how loud the microphone is.
    TellLevel(Callback<u8>),
    /// The person wants the connection tested.
    Test,
    /// The browser told something of this attempt of this test.
    Sighting(u32, usize, Sighting),
    /// There is no more time for this test.
    TestEnds(u32),
    /// Nobody looks at this visit any more.
    Closed,
    /// The page wants to know whether the visit goes on.
    Asked(Answer),
    /// The deadline has passed.
    Tick,
    /// Something happened to the page.
    Lifecycle(LifecycleEvent),
    /// The person asks for something outside of the page.
    MediaSession(MediaSessionAction),
    /// Something happened at the socket of this number.
    Socket(u32, socket::Event),
    /// Something happened at a connection.
    Connection(ConnectionId, connection::Event),
    /// Devices were captured or not.
    Captured(Vec<CaptureResult>),
    /// Another device was captured, or not, to take the place of the one that is held.
    Exchanged(Source, (String, Result<Track, CaptureError>)),
    /// A device that was lost was captured again, or not.
    Retaken(Source, Result<Track, CaptureError>),
    /// It is time to ask again for a device that was lost.
    Retake(Source),
    /// The person chose a device.
    Chosen(DeviceKind, String),
    /// Devices were plugged in or out.
    DevicesChanged,
    /// These devices are there.
    Listed(Vec<MediaDevice>),
    /// The browser did something to this source's track.
    Track(Source, TrackEvent),
    /// This source's track ended, for this reason.
    Ended(Source, CaptureError),
    /// What may be captured without asking.
    Permitted(PerSource<bool>),
    /// One's own microphone became louder or quieter.
    Level(u8),
    /// The person begins to speak, or stops.
    Speaking(bool),
    /// This source gives pictures of another size now.
    Changed(Source),
}

/// Where everything that happens waits for the one loop that takes it. It has no bound of its own,
/// since the loop empties it as soon as the callback that filled it has returned.
#[derive(Clone)]
struct Queue(UnboundedSender<Event>);

impl Queue {
    fn push(&self, event: Event) {
        // After the end nothing matters any more.
        let _ = self.0.unbounded_send(event);
    }
}
