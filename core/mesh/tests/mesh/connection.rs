//! How two pages are connected, and what becomes of their connection.

use std::time::Duration;

use mesh::{
    Channel, ConnectionCommand, ConnectionEvent, ConnectionId, ConnectionState, Description, Input,
    LinkState, Output, SdpKind, SocketEvent,
};
use protocol::{Control, IceServer, ServerMessage, encode};

use crate::{
    story::{count, ends, link, three_people, two_people},
    world::{ALICE, BOB, CAROL, World},
};

#[test]
fn two_people_are_connected_with_one_negotiation() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.join(BOB);
    world.settle();
    let pair = world.connections_between(ALICE, BOB);
    assert_eq!(pair.len(), 2);
    assert_eq!(world.connections.len(), 2, "no connection was made in vain");
    assert!(
        pair.iter()
            .all(|end| world.connections[*end].negotiations == 1)
    );
    assert!(
        world
            .pages
            .iter()
            .all(|page| count(&page.outputs, &ConnectionCommand::SetLocalDescription) == 1)
    );
}

#[test]
fn eight_people_who_come_at_once_are_all_connected() {
    let mut world = World::calm(8);
    (0..8).for_each(|person| world.join(person));
    assert!(world.settle() < Duration::from_secs(10));
    assert_eq!(world.connections.len(), 56);
}

#[test]
fn no_page_has_many_handshakes_at_once() {
    let mut world = World::calm(8);
    (0..8).for_each(|person| world.join(person));
    world.settle();
    let most = world
        .pages
        .iter()
        .map(|page| page.most_handshakes)
        .max()
        .unwrap();
    assert!(
        (2..=4).contains(&most),
        "two of one's own and two of others, but {most}"
    );
}

#[test]
fn the_polite_side_rolls_back_on_glare() {
    let mut world = two_people();
    world.restart_ice(ALICE, BOB, 2);
    world.advance_secs(5);
    let [initiator, responder] = ends(&world);
    assert_eq!([initiator.rollbacks, responder.rollbacks], [0, 1]);
    assert_eq!(
        [initiator.negotiations, responder.negotiations],
        [2, 2],
        "one for both wishes"
    );
    let pages = [initiator, responder].map(|end| world.pages[end.page].person);
    let [impolite, polite] = pages.map(|person| descriptions(&mut world, person));
    assert_eq!(impolite, ["local", "remote answer"]);
    assert_eq!(polite, ["local", "remote offer", "local"]);
    world.settle();
}

/// Which descriptions a page has set since the last time somebody asked.
fn descriptions(world: &mut World, person: usize) -> Vec<&'static str> {
    let outputs = world.outputs(person).into_iter();
    let set = outputs.filter_map(|output| match output {
        Output::Connection(_, ConnectionCommand::SetLocalDescription) => Some("local"),
        Output::Connection(_, ConnectionCommand::SetRemoteDescription(description)) => {
            Some(match description.kind {
                SdpKind::Offer => "remote offer",
                SdpKind::Answer => "remote answer",
            })
        }
        _ => None,
    });
    set.collect()
}

#[test]
fn either_side_may_negotiate_again() {
    for side in [0, 1] {
        let mut world = two_people();
        world.restart_ice(ALICE, BOB, side);
        world.settle();
        assert_eq!(
            ends(&world).map(|end| (end.negotiations, end.rollbacks)),
            [(2, 0), (2, 0)]
        );
    }
}

#[test]
fn whose_page_nobody_sees_is_away_when_it_falls_silent() {
    for hidden in [true, false] {
        let mut world = two_people();
        world.hide(BOB, hidden);
        world.settle();
        assert_eq!(link(&world, ALICE, "Bob"), LinkState::Connected);
        world.sleep(BOB, Duration::from_secs(15));
        world.advance_secs(10);
        let silent = if hidden {
            LinkState::Away
        } else {
            LinkState::Reconnecting
        };
        assert_eq!(link(&world, ALICE, "Bob"), silent);
        world.settle();
        assert_eq!(link(&world, ALICE, "Bob"), LinkState::Connected);
        world.hide(BOB, false);
        world.settle();
    }
}

#[test]
fn a_connection_that_dies_is_replaced() {
    for is_silent in [true, false] {
        let mut world = three_people();
        let untouched = world.connections_between(ALICE, CAROL);
        let dead = world.connections_between(ALICE, BOB);
        world.kill(ALICE, BOB, is_silent);
        world.advance_secs(10);
        assert_eq!(link(&world, ALICE, "Bob"), LinkState::Reconnecting);
        world.settle();
        assert!(
            world
                .connections_between(ALICE, BOB)
                .iter()
                .all(|end| !dead.contains(end))
        );
        assert_eq!(world.connections_between(ALICE, CAROL), untouched);
    }
}

#[test]
fn a_short_cut_heals_without_a_new_connection() {
    let mut world = two_people();
    let before = world.connections_between(ALICE, BOB);
    world.cut(ALICE, BOB);
    world.advance_secs(9);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::Reconnecting);
    world.heal(ALICE, BOB);
    world.advance_secs(3);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::Connected);
    assert_eq!(world.connections_between(ALICE, BOB), before);
    world.settle();
}

#[test]
fn people_are_told_when_it_does_not_work() {
    let mut world = three_people();
    world.cut(ALICE, BOB);
    world.advance_secs(240);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::CannotConnect);
    assert_eq!(link(&world, BOB, "Alice"), LinkState::CannotConnect);
    assert_eq!(link(&world, CAROL, "Alice"), LinkState::Connected);
    world.heal(ALICE, BOB);
    world.settle();
}

/// Since it has too many, say.
#[test]
fn a_connection_that_the_browser_does_not_make_is_not_taken_for_one_without_a_way_out() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.join(BOB);
    while world.connections.is_empty() {
        world.advance(Duration::from_millis(1));
    }
    let (page, id) = (world.connections[0].page, world.connections[0].id);
    world.handle(page, Input::Connection(id, ConnectionEvent::OpenFailed));
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::Connecting);
    assert_eq!(link(&world, BOB, "Alice"), LinkState::Connecting);
    world.advance_secs(3);
    assert_eq!(world.complaints(), [""; 0]);
}

/// Whoever has left has none, and whoever is connected anew has the next one.
#[test]
fn late_events_of_closed_connections_do_no_harm() {
    let mut world = two_people();
    let id = |world: &World| world.connections[world.connections_between(ALICE, BOB)[0]].id;
    let old = id(&world);
    world.kill(ALICE, BOB, false);
    world.settle();
    let next = id(&world);
    assert_ne!(old, next);
    nothing_comes_of_events(&mut world, old);
    world.settle();
    assert_eq!(id(&world), next);
    world.leave(ALICE);
    world.advance_secs(1);
    nothing_comes_of_events(&mut world, next);
}

/// Whatever is said of this connection of Alice's.
fn nothing_comes_of_events(world: &mut World, id: ConnectionId) {
    let (page, now, view) = (world.page(ALICE), world.now, world.view(ALICE));
    let description = |kind| Description {
        kind,
        sdp: String::new(),
    };
    let messages = [
        (Channel::Control, encode(&Control::Bye)),
        (Channel::Chat, "{}".into()),
    ];
    let events = [
        ConnectionEvent::NegotiationNeeded,
        ConnectionEvent::LocalDescriptionSet(description(SdpKind::Offer)),
        ConnectionEvent::RemoteDescriptionSet,
        ConnectionEvent::OpenFailed,
        ConnectionEvent::DescriptionFailed("late".into()),
        ConnectionEvent::StateChanged(ConnectionState::Failed),
        ConnectionEvent::ChannelOpened(Channel::Chat),
        ConnectionEvent::ChannelClosed(Channel::Control),
    ];
    let messages = messages.map(|(channel, text)| ConnectionEvent::Message(channel, text));
    for event in events.into_iter().chain(messages) {
        let mesh = &mut world.pages[page].mesh;
        let outputs = mesh.handle(Input::Connection(id, event.clone()), now, 0);
        assert_eq!(outputs, [], "{event:?}");
        assert_eq!(mesh.view(), view, "{event:?}");
    }
}

/// What opens a relay is told while somebody else is there, and may have ended when nobody is.
#[test]
fn the_servers_to_test_are_those_told_last_and_alone_they_are_addresses() {
    let mut world = World::calm(3);
    world.load(ALICE);
    let page = world.page(ALICE);
    let address = IceServer {
        urls: vec!["turn:turn.example.org".to_owned()],
        username: None,
        credential: None,
    };
    let turn = IceServer {
        username: Some("ada".to_owned()),
        credential: Some("secret".to_owned().into()),
        ..address.clone()
    };
    let tell = |world: &mut World, told| {
        let now = world.now;
        let mesh = &mut world.pages[page].mesh;
        mesh.handle(Input::Socket(SocketEvent::Received(told)), now, 0);
        mesh.ice_servers()
    };
    assert_eq!(world.pages[page].mesh.ice_servers(), None);
    world.settle();
    let watching = ServerMessage::Watching {
        peers: Vec::new(),
        capacity: 12,
        ice_servers: vec![address.clone()],
    };
    assert_eq!(tell(&mut world, watching), Some(vec![address.clone()]));
    world.join(ALICE);
    world.join(BOB);
    world.settle();
    let told = ServerMessage::IceServers {
        ice_servers: vec![turn.clone()],
    };
    assert_eq!(tell(&mut world, told), Some(vec![turn]));
    world.leave(BOB);
    world.settle();
    assert_eq!(world.pages[page].mesh.ice_servers(), Some(vec![address]));
}

/// A connection keeps the credentials that it began with; the next one needs new ones.
#[test]
fn new_credentials_are_for_the_next_connection() {
    let mut world = World::calm(3);
    world.join(ALICE);
    world.join(BOB);
    world.settle();
    world.outputs(ALICE);
    let page = world.page(ALICE);
    let turn = IceServer {
        urls: vec!["turn:turn.example.org".to_owned()],
        username: Some("1700000600:ada".to_owned()),
        credential: Some("new".to_owned().into()),
    };
    let told = ServerMessage::IceServers {
        ice_servers: vec![turn.clone()],
    };
    let now = world.now;
    let outputs = world.pages[page]
        .mesh
        .handle(Input::Socket(SocketEvent::Received(told)), now, 0);
    assert_eq!(outputs, []);
    world.join(CAROL);
    world.settle();
    let outputs = world.outputs(ALICE);
    let opened = outputs.iter().find_map(|output| match output {
        Output::Connection(_, ConnectionCommand::Open { ice_servers, .. }) => Some(ice_servers),
        _ => None,
    });
    assert_eq!(opened, Some(&vec![turn]));
}
