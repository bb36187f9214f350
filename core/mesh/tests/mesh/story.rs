//! What many stories begin with, and ask.

use mesh::{Announcement, ConnectionCommand, LinkState, Output, PeerView, SocketCommand};
use protocol::ClientMessage;

use crate::world::{ALICE, BOB, World, connection::Connection};

/// Alice and Bob are in a call, and their outputs so far are forgotten.
pub fn two_people() -> World {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.join(BOB);
    world.settle();
    world.outputs(ALICE);
    world.outputs(BOB);
    world
}

pub fn three_people() -> World {
    let mut world = World::calm(3);
    (0..3).for_each(|person| world.join(person));
    world.settle();
    world
}

pub fn names(world: &World, person: usize) -> Vec<String> {
    world
        .view(person)
        .peers
        .iter()
        .map(|peer| peer.name.as_str().to_owned())
        .collect()
}

pub fn link(world: &World, person: usize, name: &str) -> LinkState {
    peer(world, person, name).link
}

pub fn peer(world: &World, person: usize, name: &str) -> PeerView {
    world
        .view(person)
        .peers
        .into_iter()
        .find(|peer| peer.name.as_str() == name)
        .expect("that peer")
}

/// What a person was told since the last time somebody asked.
pub fn announcements(world: &mut World, person: usize) -> Vec<Announcement> {
    let outputs = world.outputs(person).into_iter();
    let announced = outputs.filter_map(|output| match output {
        Output::Announce(announcement) => Some(announcement),
        _ => None,
    });
    announced.collect()
}

pub fn count(outputs: &[Output], wanted: &ConnectionCommand) -> usize {
    outputs
        .iter()
        .filter(|output| matches!(output, Output::Connection(_, command) if command == wanted))
        .count()
}

pub fn is_question(output: &Output) -> bool {
    *output == Output::Socket(SocketCommand::Send(ClientMessage::Ping))
}

/// The two ends of the connection between Alice and Bob, the initiator's first.
pub fn ends(world: &World) -> [&Connection; 2] {
    let mut ends: Vec<_> = world
        .connections_between(ALICE, BOB)
        .into_iter()
        .map(|end| &world.connections[end])
        .collect();
    ends.sort_by_key(|end| end.role != mesh::Role::Initiator);
    ends.try_into()
        .unwrap_or_else(|_| panic!("not one connection"))
}
