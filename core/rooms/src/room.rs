//! One room.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{CloseCode, Incarnation, Name, Peer, PeerId, PeerSecret, Rejection, ServerMessage};
use sha2::{Digest, Sha256};

use super::{ConnectionKey, Delivery};

/// Who is in it, and who watches it.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) members: BTreeMap<PeerId, Member>,
    pub(super) watchers: BTreeSet<ConnectionKey>,
    /// How many have come so far.
    arrivals: u64,
}

/// Somebody in a room.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) connection: ConnectionKey,
    pub(super) incarnation: Incarnation,
    pub(super) name: Name,
    /// Its number in the order of arrival.
    arrival: u64,
}

impl Room {
    /// In order of arrival, in which pages number those of one name.
    pub(super) fn peers(&self) -> impl Iterator<Item = Peer> {
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, member)| member.arrival);
        members.into_iter().map(|(id, member)| Peer {
            id: *id,
            incarnation: member.incarnation,
            name: member.name.clone(),
        })
    }

    /// Lets somebody in. Returns the member that this connection replaces, whose place in the order
    /// it takes.
    pub(super) fn let_in(&mut self, connection: ConnectionKey, peer: &Peer) -> Option<Member> {
        let replaced = self.members.remove(&peer.id);
        self.arrivals += 1;
        let member = Member {
            connection,
            incarnation: peer.incarnation,
            name: peer.name.clone(),
            arrival: replaced.as_ref().map_or(self.arrivals, |it| it.arrival),
        };
        self.members.insert(peer.id, member);
        replaced
    }

    /// The member who was alone until this one came.
    pub(super) fn alone_but_for(&self, newcomer: PeerId) -> Option<(ConnectionKey, PeerId)> {
        let mut others = self.members.iter().filter(|(id, _)| **id != newcomer);
        let (id, other) = others.next()?;
        others.next().is_none().then_some((other.connection, *id))
    }

    /// All members but this one, and all who watch, if there is anybody.
    pub(super) fn others(&self, but: PeerId) -> Option<Vec<ConnectionKey>> {
        let members = self.members.iter().filter(|(id, _)| **id != but);
        let members = members.map(|(_, member)| member.connection);
        let others: Vec<_> = members.chain(self.watchers.iter().copied()).collect();
        (!others.is_empty()).then_some(others)
    }
}

impl Member {
    /// Makes way for another connection under the same id. Of one page's own two WebSockets the
    /// older may well come in later, and is no second tab: that page is not told to stop.
    pub(super) fn give_way(&self, to: Incarnation) -> Vec<Delivery> {
        if self.incarnation == to {
            return vec![Delivery::End(self.connection, CloseCode::REPLACED)];
        }
        vec![
            reject(self.connection, Rejection::Superseded),
            Delivery::End(self.connection, CloseCode::SUPERSEDED),
        ]
    }
}

/// Says that what was asked for is not done.
pub(super) fn reject(connection: ConnectionKey, rejection: Rejection) -> Delivery {
    Delivery::Send(vec![connection], ServerMessage::Rejected { rejection })
}

/// Who proves to be whom with this secret: the first 128 bits of its SHA-256.
pub fn peer_id(secret: PeerSecret) -> PeerId {
    let digest: [u8; 32] = Sha256::digest(secret.0).into();
    PeerId(std::array::from_fn(|index| digest[index]))
}
