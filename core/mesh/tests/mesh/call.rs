//! Calls as stories: who does what, and what must come of it.

use std::time::Duration;

use mesh::{
    Announcement, CaptureError, ConnectionCommand, ConnectionEvent, Device, DeviceCommand,
    DeviceEvent, Input, LinkState, Output, PerSource, Phase, Provenance, Server, SocketCommand,
    SocketEvent, Source, WhyLeft,
};
use protocol::{
    ClientMessage, Control, IceServer, MediaState, Name, RoomId, ServerMessage, encode,
};

use crate::world::{ALICE, BOB, CAROL, DAVE, World, page::Track};

/// Alice and Bob are in a call, and their outputs so far are forgotten.
fn two_people() -> World {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.join(BOB);
    world.settle();
    world.outputs(ALICE);
    world.outputs(BOB);
    world
}

fn three_people() -> World {
    let mut world = World::calm(3);
    (0..3).for_each(|person| world.join(person));
    world.settle();
    world
}

#[test]
fn the_page_watches_the_room_before_it_joins() {
    let mut world = World::calm(2);
    world.load(ALICE);
    world.advance_secs(1);
    let room: RoomId = "test".parse().unwrap();
    assert_eq!(
        world.outputs(ALICE),
        [
            Output::Socket(SocketCommand::Open),
            Output::Socket(SocketCommand::Send(ClientMessage::Watch { room }))
        ]
    );
    world.join(BOB);
    world.advance_secs(1);
    let view = world.view(ALICE);
    assert_eq!(
        (view.phase, view.server, view.capacity),
        (Phase::Lobby, Server::Online, Some(8))
    );
    assert_eq!(
        view.peers
            .iter()
            .map(|peer| peer.name.as_str())
            .collect::<Vec<_>>(),
        ["Bob"]
    );
    world.close_page(BOB, true);
    world.advance_secs(1);
    assert!(world.view(ALICE).peers.is_empty());
}

#[test]
fn whoever_joins_before_the_server_has_answered_does_not_wait() {
    let mut world = World::calm(1);
    world.weather.signaling = Duration::from_millis(500)..Duration::from_millis(501);
    world.load(ALICE);
    // The WebSocket is open after one second, and `watch` is answered one second later.
    world.advance(Duration::from_millis(1500));
    world.join(ALICE);
    world.advance(Duration::from_millis(1600));
    assert_eq!(world.view(ALICE).phase, Phase::InCall);
}

/// However long the answer takes.
#[test]
fn whoever_joins_from_the_lobby_reads_nothing_of_a_server_that_was_lost() {
    let mut world = World::calm(1);
    world.load(ALICE);
    world.advance_secs(5);
    world.freeze_server(Duration::from_secs(8));
    world.join(ALICE);
    while world.view(ALICE).phase != Phase::InCall {
        assert_eq!(world.view(ALICE).server, Server::Online);
        world.advance(Duration::from_millis(5));
    }
    assert_eq!(announcements(&mut world, ALICE), []);

    world.leave(ALICE);
    world.advance_secs(1);
    world.freeze_server(Duration::from_secs(60));
    world.join(ALICE);
    world.advance_secs(20);
    assert_eq!(world.view(ALICE).server, Server::Offline);
}

/// Pages number those of one name so, and the same people everywhere.
#[test]
fn who_is_inside_stands_in_order_of_arrival_in_the_lobby_and_in_the_call() {
    for [first, second] in [[ALICE, BOB], [BOB, ALICE]] {
        let mut world = World::calm(3);
        world.join(first);
        world.settle();
        world.join(second);
        world.settle();
        let arrived = names(&world, second);
        world.load(CAROL);
        world.advance_secs(1);
        assert_eq!(names(&world, CAROL)[..1], arrived);
        let seen = names(&world, CAROL);
        world.join(CAROL);
        world.settle();
        assert_eq!(names(&world, CAROL), seen);
    }
}

#[test]
fn whoever_leaves_before_being_let_in_leaves_nothing_behind() {
    for at in (0..60).map(Duration::from_millis) {
        let mut world = World::calm(2);
        world.join(BOB);
        world.load(ALICE);
        world.settle();
        world.join(ALICE);
        world.advance(at);
        world.leave(ALICE);
        world.advance(Duration::from_millis(50));
        assert_eq!(names(&world, BOB), [""; 0], "{at:?}");
    }
}

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
fn latecomers_meet_everybody() {
    let mut world = World::calm(5);
    for person in 0..5 {
        world.join(person);
        world.advance_secs(20);
    }
    world.settle();
    assert_eq!(world.connections.len(), 20);
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
fn whoever_leaves_may_come_back_again_and_again() {
    let mut world = three_people();
    for _ in 0..4 {
        world.leave(BOB);
        world.settle();
        world.join(BOB);
        world.settle();
    }
    world.leave(BOB);
    world.join(BOB);
    world.settle();
}

#[test]
fn leaving_removes_only_that_tile_and_at_once() {
    let mut world = three_people();
    world.outputs(ALICE);
    let untouched = world.connections_between(ALICE, CAROL);
    let bob = world.people[BOB].id();
    world.leave(BOB);
    world.advance(Duration::from_millis(100));
    assert_eq!(names(&world, ALICE), ["Carol"]);
    let left = Output::Announce(Announcement::Left(bob, Name::new("Bob")));
    assert_eq!(
        world
            .outputs(ALICE)
            .iter()
            .filter(|output| **output == left)
            .count(),
        1
    );
    world.settle();
    assert_eq!(world.connections_between(ALICE, CAROL), untouched);
    assert_eq!(world.view(BOB).phase, Phase::Left(WhyLeft::Asked));
}

#[test]
fn closing_the_tab_removes_that_tile_at_once() {
    for says_so in [true, false] {
        let mut world = three_people();
        world.close_page(BOB, says_so);
        world.advance(Duration::from_millis(100));
        assert_eq!(names(&world, ALICE), ["Carol"], "says so: {says_so}");
        world.settle();
    }
}

#[test]
fn a_crash_is_gone_within_twenty_seconds() {
    for server_notices in [0, 10] {
        let mut world = three_people();
        world.weather.server_notices =
            Duration::from_secs(server_notices)..Duration::from_secs(server_notices);
        let untouched = world.connections_between(ALICE, CAROL);
        world.crash(BOB);
        world.advance(Duration::from_millis(9900));
        let links: Vec<LinkState> = world
            .view(ALICE)
            .peers
            .iter()
            .map(|peer| peer.link)
            .collect();
        assert!(
            links.len() == 1 || links.contains(&LinkState::Reconnecting),
            "silence shows: {links:?}"
        );
        world.advance_secs(10);
        assert_eq!(names(&world, ALICE), ["Carol"]);
        world.settle();
        assert_eq!(world.connections_between(ALICE, CAROL), untouched);
    }
}

#[test]
fn a_reload_leaves_no_ghost() {
    for server_notices in [0, 15] {
        let mut world = three_people();
        world.weather.server_notices =
            Duration::from_secs(server_notices)..Duration::from_secs(server_notices);
        world.reload(BOB);
        world.advance_secs(2);
        let mut peers = names(&world, ALICE);
        peers.sort();
        assert_eq!(peers, ["Bob", "Carol"]);
        world.settle();
    }
}

#[test]
fn whoever_comes_back_after_a_crash_takes_the_old_place() {
    let mut world = three_people();
    world.weather.server_notices = Duration::from_secs(15)..Duration::from_secs(15);
    world.crash(BOB);
    world.advance_secs(1);
    world.join(BOB);
    world.advance_secs(2);
    assert_eq!(names(&world, ALICE).len(), 2);
    world.settle();
}

#[test]
fn a_socket_drop_leaves_the_media_alone() {
    let mut world = two_people();
    let before = world.connections_between(ALICE, BOB);
    world.weather.server_notices = Duration::from_secs(5)..Duration::from_secs(5);
    world.drop_socket(BOB);
    world.advance_secs(1);
    assert_eq!(names(&world, ALICE), ["Bob"]);
    world.settle();
    assert_eq!(world.connections_between(ALICE, BOB), before);
    assert!(
        world
            .outputs(ALICE)
            .iter()
            .all(|output| is_text(output) || is_camera(output) || is_question(output)),
        "Alice saw nothing of it"
    );
}

#[test]
fn a_call_outlives_its_server() {
    let mut world = three_people();
    let before = world.connections.len();
    world.outputs(ALICE);
    world.restart_server(Duration::from_secs(40));
    world.advance_secs(30);
    assert_eq!(
        (world.view(ALICE).server, names(&world, ALICE).len()),
        (Server::Offline, 2)
    );
    assert!(
        world
            .view(ALICE)
            .peers
            .iter()
            .all(|peer| peer.link == LinkState::Connected)
    );
    world.settle();
    assert_eq!(world.connections.len(), before);
    assert_eq!(
        announcements(&mut world, ALICE),
        [Announcement::Reconnecting, Announcement::BackOnline]
    );
}

/// The server passes on every second signal only, since too much waits for the receiver.
#[test]
fn what_the_server_had_no_room_for_is_said_again() {
    let mut world = World::calm(3);
    world.server.is_congested = true;
    for person in [ALICE, BOB, CAROL] {
        world.join(person);
    }
    world.advance_secs(25);
    for (person, name) in [(ALICE, "Bob"), (BOB, "Carol"), (CAROL, "Alice")] {
        assert_eq!(link(&world, person, name), LinkState::Connected);
    }
    assert_eq!(
        world.connections.len(),
        6,
        "both ends of three, and none anew"
    );
}

/// Who says goodbye to the others and not to the server goes on holding a place in the room: nobody
/// is there unseen.
#[test]
fn who_hangs_up_and_stays_in_the_room_is_seen_until_the_server_says_so() {
    let mut world = two_people();
    let connection = world.pages[world.page(ALICE)].connections.keys().next();
    let bye = ConnectionEvent::Message(mesh::Channel::Control, encode(&Control::Bye));
    let bye = Input::Connection(*connection.unwrap(), bye);
    // And does nothing after it.
    world.sleep(BOB, Duration::from_secs(10));
    world.tell_page(ALICE, bye);
    world.advance_secs(5);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::HungUp);
    // Whoever comes back is connected again.
    world.advance_secs(60);
    assert_eq!(link(&world, ALICE, "Bob"), LinkState::Connected);
    world.leave(BOB);
    world.advance_secs(2);
    assert_eq!(names(&world, ALICE), [""; 0]);
}

#[test]
fn sockets_that_drop_in_the_middle_of_a_handshake_cost_no_second_connection() {
    for (at, server_notices, person) in
        (0..160).map(|at| (at / 4, at % 2 * 5, [ALICE, BOB][at as usize / 2 % 2]))
    {
        let mut world = World::calm(2);
        world.weather.server_notices =
            Duration::from_secs(server_notices)..Duration::from_secs(server_notices);
        world.weather.gathering = Duration::from_millis(1)..Duration::from_millis(60);
        world.join(ALICE);
        world.join(BOB);
        world.advance(Duration::from_millis(5 * at));
        world.drop_socket(person);
        world.settle();
        assert_eq!(
            world.connections.len(),
            2,
            "{person} dropped after {} ms, seen {server_notices} s later",
            5 * at
        );
    }
}

#[test]
fn whoever_leaves_while_the_server_is_away_is_gone_at_once() {
    let mut world = three_people();
    world.restart_server(Duration::from_secs(60));
    world.advance_secs(1);
    world.leave(BOB);
    world.advance(Duration::from_millis(100));
    assert_eq!(names(&world, ALICE), ["Carol"]);
    world.settle();
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
    world.settle();
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

#[test]
fn a_toggle_makes_no_negotiation() {
    let mut world = two_people();
    world.turn(ALICE, &Source::DEVICES, true);
    world.settle();
    assert_eq!(
        media(&world, BOB, "Alice"),
        MediaState {
            microphone: true,
            camera: true
        }
    );
    world.turn(ALICE, &[Source::Camera], false);
    world.settle();
    assert_eq!(
        media(&world, BOB, "Alice"),
        MediaState {
            microphone: true,
            camera: false
        }
    );
    assert!(
        world.pages[ALICE].tracks[Source::Camera] == Track::None,
        "the light is off"
    );
    assert_eq!(ends(&world).map(|end| end.negotiations), [1, 1]);
    let outputs = world.outputs(ALICE);
    assert!(
        !outputs.iter().any(
            |output| matches!(output, Output::Socket(SocketCommand::Send(_)))
                && !is_question(output)
        ),
        "nothing goes through the server"
    );
    assert_eq!(
        outputs
            .iter()
            .filter(|output| matches!(output, Output::Device(DeviceCommand::Capture(_))))
            .count(),
        1
    );
}

#[test]
fn what_is_toggled_in_the_lobby_is_on_from_the_start() {
    let mut world = World::calm(2);
    world.join(BOB);
    world.load(ALICE);
    world.turn(ALICE, &Source::DEVICES, true);
    world.advance_secs(5);
    world.join(ALICE);
    world.settle();
    assert_eq!(
        media(&world, BOB, "Alice"),
        MediaState {
            microphone: true,
            camera: true
        }
    );
}

#[test]
fn nobody_without_devices_is_kept_out() {
    let mut world = World::calm(3);
    for person in 0..3 {
        world.people[person].has = PerSource::default();
        world.people[person].has[Source::Microphone] = person == CAROL;
        world.join(person);
        world.turn(person, &Source::DEVICES, true);
    }
    world.settle();
    assert_eq!(
        world.view(ALICE).devices[Source::Microphone],
        Device::Blocked(CaptureError::Denied)
    );
    assert_eq!(
        media(&world, ALICE, "Carol"),
        MediaState {
            microphone: true,
            camera: false
        }
    );
}

#[test]
fn a_device_that_is_unplugged_is_off_for_everybody() {
    let mut world = two_people();
    world.turn(ALICE, &Source::DEVICES, true);
    world.settle();
    world.unplug(ALICE, Source::Camera);
    world.settle();
    assert_eq!(
        media(&world, BOB, "Alice"),
        MediaState {
            microphone: true,
            camera: false
        }
    );
}

#[test]
fn a_microphone_that_the_system_mutes_is_muted_for_everybody_until_it_comes_back() {
    let mut world = two_people();
    world.turn(ALICE, &Source::DEVICES, true);
    world.settle();
    let heard = |microphone| MediaState {
        microphone,
        camera: true,
    };
    world.report_device(ALICE, Source::Microphone, DeviceEvent::Muted);
    world.advance_secs(1);
    assert_eq!(world.view(ALICE).devices[Source::Microphone], Device::Muted);
    assert_eq!(media(&world, BOB, "Alice"), heard(false));
    world.report_device(ALICE, Source::Microphone, DeviceEvent::Unmuted);
    world.settle();
    assert_eq!(media(&world, BOB, "Alice"), heard(true));
}

#[test]
fn what_the_system_muted_comes_on_again_for_who_comes_back() {
    let mut world = two_people();
    world.turn(ALICE, &[Source::Microphone], true);
    world.settle();
    world.report_device(ALICE, Source::Microphone, DeviceEvent::Muted);
    world.leave(ALICE);
    world.advance_secs(1);
    world.join(ALICE);
    world.settle();
    assert_eq!(world.view(ALICE).devices[Source::Microphone], Device::On);
}

#[test]
fn leaving_lets_go_of_the_devices() {
    let mut world = two_people();
    world.turn(ALICE, &Source::DEVICES, true);
    world.settle();
    world.leave(ALICE);
    world.settle();
    world.turn(ALICE, &Source::DEVICES, true);
    world.settle();
    assert_eq!(world.pages[ALICE].tracks, PerSource::default());
}

#[test]
fn a_latecomer_finds_earlier_messages() {
    let mut world = two_people();
    world.say(ALICE, "안녕");
    world.say(BOB, "<b>hi</b>");
    world.settle();
    world.people.push(World::calm(3).people.remove(CAROL));
    world.join(CAROL);
    world.settle();
    let chat = world.view(CAROL).chat;
    let lines: Vec<_> = chat
        .iter()
        .map(|line| (line.message.text.as_str(), line.provenance))
        .collect();
    // Each is asked for its own, whoever told it first.
    assert_eq!(
        lines,
        [
            ("안녕", Provenance::Earlier),
            ("<b>hi</b>", Provenance::Earlier)
        ]
    );
}

#[test]
fn the_chat_has_one_order_despite_skewed_clocks() {
    const DAY: i64 = 86_400_000;
    let mut world = World::calm(3);
    world.people[ALICE].skew = DAY;
    world.people[BOB].skew = -DAY;
    (0..3).for_each(|person| world.join(person));
    world.settle();
    for round in 0..5 {
        (0..3).for_each(|person| world.say(person, &format!("{round} of {person}")));
        world.advance(Duration::from_millis(round * 7));
    }
    // Carol answers Alice, whose clock is a day ahead: the log does not follow it that far.
    world.settle();
    assert_eq!(world.view(CAROL).chat.len(), 15);
    assert_eq!(texts(&world, ALICE), texts(&world, BOB));
    assert_eq!(texts(&world, ALICE), texts(&world, CAROL));
}

#[test]
fn messages_reach_those_who_are_not_connected_through_others() {
    let mut world = three_people();
    world.cut(ALICE, BOB);
    world.advance_secs(40);
    world.say(ALICE, "through Carol");
    world.advance_secs(20);
    assert_eq!(texts(&world, BOB), ["through Carol"]);
    world.heal(ALICE, BOB);
    world.settle();
}

#[test]
fn a_full_room_says_so_and_has_room_again_later() {
    let mut world = World::calm(4);
    world.server = crate::world::server::Server::new(3);
    for person in [ALICE, BOB, CAROL] {
        world.join(person);
    }
    world.settle();
    world.join(DAVE);
    world.advance_secs(2);
    assert_eq!(world.view(DAVE).phase, Phase::Left(WhyLeft::RoomFull(3)));
    world.leave(CAROL);
    world.advance_secs(1);
    world.join(DAVE);
    world.settle();
}

#[test]
fn a_second_tab_of_the_same_person_takes_over() {
    let mut world = two_people();
    let old = world.page(ALICE);
    world.load(ALICE);
    world.join(ALICE);
    world.advance_secs(2);
    let view = world.pages[old].mesh.view();
    assert_eq!(view.phase, Phase::Left(WhyLeft::Superseded));
    assert!(world.pages[old].connections.is_empty() && world.pages[old].socket.is_none());
    world.settle();
    world.advance_secs(120);
    assert_eq!(world.view(ALICE).phase, Phase::InCall, "no quarrel");
}

#[test]
fn a_page_that_slept_is_back_in_the_call() {
    let mut world = three_people();
    world.sleep(BOB, Duration::from_secs(60));
    world.drop_socket(BOB);
    world.advance_secs(30);
    assert_eq!(names(&world, ALICE), ["Carol"]);
    world.settle();
}

#[test]
fn late_events_of_closed_connections_do_no_harm() {
    let mut world = two_people();
    let [id, _] = ends(&world).map(|end| end.id);
    world.leave(ALICE);
    world.advance_secs(1);
    world.outputs(ALICE);
    let page = world.page(ALICE);
    let now = world.now;
    for event in [
        ConnectionEvent::NegotiationNeeded,
        ConnectionEvent::RemoteDescriptionSet,
        ConnectionEvent::ChannelOpened(mesh::Channel::Chat),
        ConnectionEvent::Message(mesh::Channel::Control, "{}".into()),
        ConnectionEvent::DescriptionFailed("late".into()),
    ] {
        assert_eq!(
            world.pages[page]
                .mesh
                .handle(Input::Connection(id, event), now, 0),
            []
        );
    }
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

/// The two ends of the connection between Alice and Bob, the initiator's first.
fn ends(world: &World) -> [&crate::world::connection::Connection; 2] {
    let mut ends: Vec<_> = world
        .connections_between(ALICE, BOB)
        .into_iter()
        .map(|end| &world.connections[end])
        .collect();
    ends.sort_by_key(|end| end.role != mesh::Role::Initiator);
    ends.try_into()
        .unwrap_or_else(|_| panic!("not one connection"))
}

fn names(world: &World, person: usize) -> Vec<String> {
    world
        .view(person)
        .peers
        .iter()
        .map(|peer| peer.name.as_str().to_owned())
        .collect()
}

fn link(world: &World, person: usize, name: &str) -> LinkState {
    peer(world, person, name).link
}

fn media(world: &World, person: usize, name: &str) -> MediaState {
    peer(world, person, name).media
}

fn peer(world: &World, person: usize, name: &str) -> mesh::PeerView {
    world
        .view(person)
        .peers
        .into_iter()
        .find(|peer| peer.name.as_str() == name)
        .expect("that peer")
}

fn texts(world: &World, person: usize) -> Vec<String> {
    world
        .view(person)
        .chat
        .iter()
        .map(|line| line.message.text.as_str().to_owned())
        .collect()
}

/// What a person was told since the last time somebody asked.
fn announcements(world: &mut World, person: usize) -> Vec<Announcement> {
    let outputs = world.outputs(person).into_iter();
    let announced = outputs.filter_map(|output| match output {
        Output::Announce(announcement) => Some(announcement),
        _ => None,
    });
    announced.collect()
}

fn count(outputs: &[Output], wanted: &ConnectionCommand) -> usize {
    outputs
        .iter()
        .filter(|output| matches!(output, Output::Connection(_, command) if command == wanted))
        .count()
}

fn is_text(output: &Output) -> bool {
    matches!(
        output,
        Output::Connection(_, ConnectionCommand::SendText(..))
    )
}

fn is_question(output: &Output) -> bool {
    *output == Output::Socket(SocketCommand::Send(ClientMessage::Ping))
}

fn is_camera(output: &Output) -> bool {
    matches!(
        output,
        Output::Connection(_, ConnectionCommand::Send(Source::Camera, _))
    )
}
