//! The connections to peers, and what is sent through each.

use std::rc::Rc;

use litemap::LiteMap;
use mesh::{ConnectionCommand, ConnectionEvent, ConnectionId, PerSource, Role, Sending, Source};
use protocol::{IceServer, PeerId};

use super::{Event, Queue, devices::Devices};
use crate::browser::{self, Connection, Stream, connection};

#[derive(Default)]
pub(super) struct Connections(LiteMap<ConnectionId, Link>);

/// A connection to a peer.
struct Link {
    peer: PeerId,
    connection: Connection,
    sound_blocked: PerSource<bool>,
    speaks: bool,
    sends: PerSource<Sending>,
}

impl Connections {
    pub(super) fn command(
        &mut self,
        id: ConnectionId,
        command: ConnectionCommand,
        devices: &Devices,
        queue: &Queue,
    ) {
        match (command, self.0.get_mut(&id)) {
            (
                ConnectionCommand::Open {
                    peer,
                    role,
                    ice_servers,
                },
                _,
            ) => self.open(id, peer, role, &ice_servers, queue.clone()),
            (ConnectionCommand::Close, _) => drop(self.0.remove(&id)),
            (ConnectionCommand::Send(source, sending), Some(_)) => {
                self.send(id, source, sending, devices);
            }
            (command, Some(link)) => link.command(command),
            (_, None) => {}
        }
    }

    fn open(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        role: Role,
        ice_servers: &[IceServer],
        queue: Queue,
    ) {
        let report: connection::Report =
            Rc::new(move |event| queue.push(Event::Connection(id, event)));
        match Connection::open(role, ice_servers, &report) {
            Ok(connection) => {
                let link = Link {
                    peer,
                    connection,
                    sound_blocked: PerSource::default(),
                    speaks: false,
                    sends: PerSource::default(),
                };
                self.0.insert(id, link);
            }
            Err(error) => {
                browser::warn(&error);
                report(connection::Event::Happened(ConnectionEvent::OpenFailed));
            }
        }
    }

    fn send(&mut self, id: ConnectionId, source: Source, sending: Sending, devices: &Devices) {
        if let Some(link) = self.0.get_mut(&id) {
            link.sends[source] = sending;
        }
        let Some(link) = self.0.get(&id) else {
            return;
        };
        match sending {
            Sending::SoundOf(other) if let Some(other) = self.0.get(&other) => {
                link.connection.pass(source, &other.connection);
            }
            _ => link.connection.send(source, sending, devices.track(source)),
        }
    }

    /// A source is given by another device, or how far its pictures have to be scaled down has
    /// changed.
    pub(super) fn changed(&self, source: Source, devices: &Devices) {
        let track = devices.track(source);
        for link in self.0.values() {
            let is_own = !matches!(link.sends[source], Sending::Nothing | Sending::SoundOf(_));
            if track.is_some() && is_own {
                link.connection.send(source, link.sends[source], track);
            }
        }
    }

    pub(super) fn sound_blocked(&mut self, id: ConnectionId, source: Source, blocked: bool) {
        if let Some(link) = self.0.get_mut(&id) {
            link.sound_blocked[source] = blocked;
        }
    }

    pub(super) fn is_sound_blocked(&self) -> bool {
        let none = PerSource::default();
        self.0.values().any(|link| link.sound_blocked != none)
    }

    pub(super) fn speaking(&mut self, id: ConnectionId, speaks: bool) {
        if let Some(link) = self.0.get_mut(&id) {
            link.speaks = speaks;
        }
    }

    /// Who speaks.
    pub(super) fn speakers(&self) -> impl Iterator<Item = PeerId> {
        let links = self.0.values();
        links.filter(|link| link.speaks).map(|link| link.peer)
    }

    pub(super) fn play_sound(&self) {
        let links = self.0.values();
        links.for_each(|link| link.connection.play_sound());
    }

    pub(super) fn choose_speaker(&self) {
        let links = self.0.values();
        links.for_each(|link| link.connection.choose_speaker());
    }

    /// The peers' cameras or screens, whether they are on or not.
    pub(super) fn pictures(&self, source: Source) -> LiteMap<PeerId, Stream> {
        let links = self.0.values();
        let picture = |link: &Link| Some((link.peer, link.connection.picture(source)?.clone()));
        let mut pictures = LiteMap::new();
        for (peer, picture) in links.filter_map(picture) {
            pictures.insert(peer, picture);
        }
        pictures
    }
}

impl Link {
    fn command(&self, command: ConnectionCommand) {
        let connection = &self.connection;
        match command {
            ConnectionCommand::Open { .. }
            | ConnectionCommand::Close
            | ConnectionCommand::Send(..) => {}
            ConnectionCommand::SetLocalDescription => connection.set_local_description(),
            ConnectionCommand::SetRemoteDescription(description) => {
                connection.set_remote_description(description);
            }
            ConnectionCommand::AddIceCandidate(candidate) => {
                connection.add_ice_candidate(candidate);
            }
            ConnectionCommand::SendText(channel, text) => connection.send_text(channel, &text),
        }
    }
}
