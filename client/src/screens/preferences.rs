//! What the person prefers, and what comes of it.

use mesh::{Announcement, UserCommand};
use yew::prelude::*;

use crate::{
    browser::{self, Chime, Preference},
    components::{hooks::use_boxed_effect, preferences::Preferences},
    session::{Session, Snapshot},
};

/// What is on, and how to turn it on and off.
#[hook]
pub fn use_preferences(session: &Session) -> Preferences {
    let on = use_state_eq(preferred);
    let onturn = {
        let on = on.setter();
        use_callback(
            session.clone(),
            move |(preference, is_on): (Preference, bool), session| {
                preference.turn(is_on);
                match preference {
                    Preference::VoiceOnly => session.send(UserCommand::VoiceOnly(is_on)),
                    Preference::Writing => session.send(UserCommand::Write(false)),
                    _ => {}
                }
                on.set(preferred());
            },
        )
    };
    Preferences {
        on: (*on).clone(),
        onturn,
    }
}

fn preferred() -> Vec<Preference> {
    let all = Preference::ALL.into_iter();
    all.filter(|preference| preference.is_on()).collect()
}

/// Tells by sounds what happens in the call.
#[hook]
pub fn use_chimes(snapshot: Option<&Snapshot>) {
    let last = snapshot.and_then(|now| now.announcements.last().cloned());
    use_boxed_effect(last, |last| {
        let sound = last
            .as_ref()
            .and_then(|(_, announcement)| sound(announcement));
        play(sound);
    });
    let own = snapshot.and_then(|now| now.view.id);
    let written = snapshot.map_or(0, |now| {
        let others = |line: &&mesh::ChatLine| Some(line.message.key.author) != own;
        now.view.chat.iter().filter(others).count()
    });
    let before = use_mut_ref(|| written);
    use_boxed_effect(written, move |written| {
        let more = before.replace(*written) < *written;
        play(more.then_some((Preference::MessageSound, Chime::Message)));
    });
}

fn sound(announcement: &Announcement) -> Option<(Preference, Chime)> {
    match announcement {
        Announcement::Joined(..) => Some((Preference::JoinSound, Chime::Join)),
        Announcement::Left(..) => Some((Preference::LeaveSound, Chime::Leave)),
        Announcement::HandRaised(..) => Some((Preference::HandSound, Chime::Hand)),
        _ => None,
    }
}

fn play(sound: Option<(Preference, Chime)>) {
    if let Some((_, chime)) = sound.filter(|(preference, _)| preference.is_on()) {
        browser::chime(chime);
    }
}
