//! Microphones and cameras in a call.

use std::time::Duration;

use mesh::{
    Announcement, CaptureError, ConnectionCommand, Device, DeviceCommand, DeviceEvent, Output,
    PerSource, Sending, SocketCommand, Source,
};
use protocol::{MediaState, Name};

use crate::{
    story::{announcements, ends, is_question, peer, two_people},
    world::{ALICE, BOB, CAROL, World, page::Track},
};

#[test]
fn a_toggle_makes_no_negotiation() {
    let mut world = two_people();
    world.turn(ALICE, &Source::DEVICES, true);
    world.settle();
    assert_eq!(
        media(&world, BOB, "Alice"),
        MediaState {
            microphone: true,
            camera: true,
            ..MediaState::default()
        }
    );
    world.turn(ALICE, &[Source::Camera], false);
    world.settle();
    assert_eq!(
        media(&world, BOB, "Alice"),
        MediaState {
            microphone: true,
            ..MediaState::default()
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
            camera: true,
            ..MediaState::default()
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
            ..MediaState::default()
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
            ..MediaState::default()
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
        ..MediaState::default()
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
fn who_wants_voices_alone_is_sent_no_picture_and_sends_none() {
    let mut world = two_people();
    for person in [ALICE, BOB] {
        world.turn(person, &Source::DEVICES, true);
    }
    world.settle();
    world.voice_only(ALICE, true);
    world.turn(ALICE, &[Source::Camera], true);
    world.settle();
    let told = MediaState {
        microphone: true,
        voice_only: true,
        ..MediaState::default()
    };
    assert_eq!(media(&world, BOB, "Alice"), told);
    assert_eq!(world.view(ALICE).devices[Source::Camera], Device::Off);
    assert_eq!(world.view(BOB).devices[Source::Camera], Device::On);
    for person in [ALICE, BOB] {
        assert_eq!(last_shown(&mut world, person), Some(Sending::Nothing));
    }
    world.voice_only(ALICE, false);
    world.turn(ALICE, &[Source::Camera], true);
    world.settle();
    for person in [ALICE, BOB] {
        let sending = last_shown(&mut world, person);
        assert!(matches!(sending, Some(Sending::Picture(_))));
    }
    assert_eq!(ends(&world).map(|end| end.negotiations), [1, 1]);
}

#[test]
fn who_comes_for_voices_alone_is_never_sent_a_picture() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.turn(ALICE, &Source::DEVICES, true);
    world.load(BOB);
    world.voice_only(BOB, true);
    world.join(BOB);
    world.settle();
    assert!(media(&world, ALICE, "Bob").voice_only);
    let is_picture = |output: &&Output| {
        matches!(
            output,
            Output::Connection(_, ConnectionCommand::Send(_, Sending::Picture(_)))
        )
    };
    assert_eq!(world.outputs(ALICE).iter().find(is_picture), None);
}

/// What was said last of sending a camera's pictures, since that was asked last.
fn last_shown(world: &mut World, person: usize) -> Option<Sending> {
    let outputs = world.outputs(person);
    let mut sent = outputs.iter().filter_map(|output| match output {
        Output::Connection(_, ConnectionCommand::Send(Source::Camera, sending)) => Some(*sending),
        _ => None,
    });
    sent.next_back()
}

#[test]
fn a_screen_is_shared_beside_the_face_and_the_others_make_room_for_it() {
    let mut world = two_people();
    world.turn(ALICE, &Source::DEVICES, true);
    world.turn(BOB, &[Source::Camera], true);
    world.settle();
    let before = sent(&world, BOB, Source::Camera);
    world.turn(ALICE, &[Source::Screen], true);
    world.settle();
    let all = MediaState {
        microphone: true,
        camera: true,
        screen: true,
        screen_sound: true,
        ..MediaState::default()
    };
    assert_eq!(media(&world, BOB, "Alice"), all);
    let beside = sent(&world, BOB, Source::Camera);
    assert!(
        beside < before,
        "{beside} beside a screen, {before} without"
    );
    assert!(sent(&world, ALICE, Source::Screen) > beside);

    // The browser's own stop.
    world.unplug(ALICE, Source::Screen);
    world.settle();
    assert!(!media(&world, BOB, "Alice").screen && !media(&world, BOB, "Alice").screen_sound);
    assert_eq!(world.view(ALICE).devices[Source::Screen], Device::Off);
    assert_eq!(sent(&world, BOB, Source::Camera), before);
    assert_eq!(ends(&world).map(|end| end.negotiations), [1, 1]);
}

#[test]
fn who_comes_later_sees_the_screen_and_who_comes_back_chooses_one_anew() {
    let mut world = World::calm(2);
    world.join(ALICE);
    world.turn(ALICE, &[Source::Screen], true);
    world.join(BOB);
    world.settle();
    assert!(media(&world, BOB, "Alice").screen);
    world.leave(ALICE);
    world.join(ALICE);
    world.settle();
    assert!(!media(&world, BOB, "Alice").screen);
    assert_eq!(world.pages[ALICE].tracks, PerSource::default());
}

#[test]
fn a_screen_is_announced_when_it_comes_and_when_it_goes_to_who_comes_later_too() {
    let mut world = two_people();
    let alice = (world.people[ALICE].id(), Name::new("Alice"));
    let shared = Announcement::ScreenShared(alice.0, alice.1.clone());
    let ended = Announcement::ScreenEnded(alice.0, alice.1);
    world.turn(ALICE, &[Source::Screen], true);
    world.settle();
    let told = [shared];
    assert_eq!(announcements(&mut world, BOB), told);
    world.people.push(World::calm(3).people.remove(CAROL));
    world.join(CAROL);
    world.settle();
    assert_eq!(announcements(&mut world, CAROL), told);
    world.unplug(ALICE, Source::Screen);
    world.settle();
    for person in [BOB, CAROL] {
        let last = announcements(&mut world, person).pop();
        assert_eq!(last, Some(ended.clone()));
    }
    // Who shares knows it.
    let own = announcements(&mut world, ALICE);
    assert!(
        own.iter()
            .all(|own| matches!(own, Announcement::Joined(..))),
        "{own:?}"
    );
}

#[test]
fn a_screen_that_flaps_is_announced_now_and_then_and_the_last_word_holds() {
    let mut world = two_people();
    let mut told = Vec::new();
    // Twenty seconds, and a second more in which it is there.
    for number in 0..=40 {
        world.turn(ALICE, &[Source::Screen], number % 2 == 0);
        world.advance(Duration::from_millis(500));
        told.extend(announcements(&mut world, BOB));
    }
    assert!((3..=5).contains(&told.len()), "{told:?}");
    world.advance_secs(6);
    told.extend(announcements(&mut world, BOB));
    let last = told.last();
    assert!(
        matches!(last, Some(Announcement::ScreenShared(..))),
        "{told:?}"
    );
    // Whoever goes with the screen has left, and that is all.
    world.leave(ALICE);
    world.settle();
    let left = announcements(&mut world, BOB);
    assert!(matches!(left[..], [Announcement::Left(..)]), "{left:?}");
}

/// How many bits a second a person sends of a source to the only other one, at most.
fn sent(world: &World, person: usize, source: Source) -> u32 {
    match ends(world)[person].sends[source] {
        Sending::Picture(encoding) => encoding.bitrate,
        Sending::Sound | Sending::SoundOf(_) | Sending::Nothing => 0,
    }
}

fn media(world: &World, person: usize, name: &str) -> MediaState {
    peer(world, person, name).media
}
