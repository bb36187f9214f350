//! A room from the lobby to the end: one session, drawn as its snapshot says.

use std::rc::Rc;

use mesh::{Phase, UserCommand};
use protocol::{Name, RoomId, Route};
use yew::prelude::*;

use crate::{
    browser::{self, Preference, draft, location, reload::Resume, storage},
    components::{
        composer::Draft, effect::use_boxed_effect, label::use_numbers,
        preferences::PreferenceContext, unread::Unread,
    },
    screens::{
        call::Call,
        left::Left,
        lobby::Lobby,
        preferences::{use_chimes, use_preferences},
        status::{Status, use_status},
    },
    session::{Session, Snapshot},
};

/// Which room.
#[derive(Properties, PartialEq)]
pub struct RoomProps {
    /// The room.
    pub room: RoomId,
    /// The call that this page was in before it was reloaded.
    pub resume: Option<Resume>,
    /// The person came from another screen of this page.
    #[prop_or_default]
    pub moved: bool,
    /// The address of the room on this page.
    pub address: AttrValue,
    /// The address of the first page.
    pub home: AttrValue,
    /// The person wants to the first page.
    pub onhome: Callback<()>,
    /// The person wants back to the lobby.
    pub onlobby: Callback<()>,
}

/// Opens the session, which lives as long as this is drawn.
#[component]
pub fn Room(props: &RoomProps) -> Html {
    let name = use_state(|| first_name(props.resume.as_ref()));
    let (session, snapshot) = use_session(props, &name);
    let announcements = snapshot
        .as_deref()
        .map_or(&[][..], |now| &now.announcements);
    let numbers = use_numbers(snapshot.as_deref().map(|now| &now.view), announcements);
    let (said, say) = use_status(announcements, &numbers);
    let preferences = use_preferences(&session);
    use_chimes(snapshot.as_deref());
    let draft = use_draft(&props.room, &session);
    let seen = use_state(Unread::default);
    let onmeter = use_callback(session.clone(), |told, session| session.tell_level(told));
    let onsound = use_callback(session.clone(), |(), session| session.turn_on_sound());
    let ontest = use_callback(session.clone(), |(), session| session.test_connection());
    let onname = use_callback(name.setter(), |typed, name| name.set(typed));
    let onchoose = use_callback(session.clone(), |(kind, id), session| {
        session.choose(kind, id);
    });
    let onwant = use_command(&session, UserCommand::Want);
    let onhand = use_command(&session, UserCommand::RaiseHand);
    let onreact = use_command(&session, UserCommand::React);
    let onsay = use_command(&session, UserCommand::Say);
    let onjoin = use_callback((session.clone(), (*name).clone()), |(), (session, name)| {
        storage::remember(storage::Key::Name, name);
        session.send(UserCommand::Join(Name::new(name)));
    });
    let onleave = use_callback((session.clone(), draft.clone()), |(), (session, draft)| {
        draft.set("");
        session.send(UserCommand::Leave);
    });
    use_focus(
        snapshot.as_deref().map(|now| Screen::of(now.view.phase)),
        props.moved,
    );
    let Some(snapshot) = snapshot else {
        return Html::default();
    };
    let screen = match snapshot.view.phase {
        Phase::Lobby => html! {
            <Lobby {snapshot} {numbers} name={(*name).clone()} home={&props.home} {onmeter} {onname} {onwant} {onjoin}
                {onchoose} {ontest} />
        },
        Phase::Joining | Phase::InCall => html! {
            <Call {snapshot} {numbers} seen={(*seen).clone()} address={&props.address} link={link_to(&props.room)} {onwant}
                {onhand} {onreact} {draft} {onsay} {onleave} {onsound} onsaid={say} {onchoose} {ontest} />
        },
        Phase::Left(why) => {
            html! { <Left {why} home={&props.home} onhome={&props.onhome} onback={&props.onlobby} onrejoin={onjoin} /> }
        }
    };
    html! { <ContextProvider<PreferenceContext> context={preferences}>{screen}<Status {said} /></ContextProvider<PreferenceContext>> }
}

#[derive(Clone, Copy, PartialEq)]
enum Screen {
    Lobby,
    Call,
    Left,
}

impl Screen {
    fn of(phase: Phase) -> Self {
        match phase {
            Phase::Lobby => Self::Lobby,
            Phase::Joining | Phase::InCall => Self::Call,
            Phase::Left(_) => Self::Left,
        }
    }
}

/// What had the focus goes with its screen: who comes to another one goes on at its heading.
#[hook]
fn use_focus(screen: Option<Screen>, moved: bool) {
    let moved = use_mut_ref(|| moved);
    use_boxed_effect(screen, move |screen| {
        if screen.is_some() && moved.replace(true) {
            browser::focus_heading();
        }
    });
}

/// The name to begin with.
fn first_name(resume: Option<&Resume>) -> String {
    match resume {
        Some(resume) => resume.name.to_string(),
        None => storage::recall(storage::Key::Name).unwrap_or_default(),
    }
}

/// The address that leads others here, in whatever language they read.
fn link_to(room: &RoomId) -> String {
    let path = Route::Room(room.clone()).path();
    format!("{}{}", location::origin(), location::base().join(&path))
}

/// What gives the session a command.
#[hook]
fn use_command<T: 'static>(session: &Session, command: fn(T) -> UserCommand) -> Callback<T> {
    use_callback(session.clone(), move |value, session| {
        session.send(command(value));
    })
}

#[hook]
fn use_session(props: &RoomProps, name: &str) -> (Session, Option<Rc<Snapshot>>) {
    let snapshot = use_state_eq(|| None);
    let session = {
        let (name, resume, snapshot) = (Name::new(name), props.resume.clone(), snapshot.setter());
        let publish = move |now| snapshot.set(Some(now));
        use_memo(props.room.clone(), move |room| {
            Session::open(room.clone(), name, resume, publish)
        })
    };
    ((*session).clone(), (*snapshot).clone())
}

/// What was begun to write and not sent. What is typed draws nothing anew.
#[hook]
fn use_draft(room: &RoomId, session: &Session) -> Draft {
    let draft = use_memo((room.clone(), session.clone()), |(room, session)| {
        let begun = draft::recall(room);
        let (room, session) = (room.clone(), session.clone());
        let onchange = move |typed: String| {
            draft::remember(&room, &typed);
            if Preference::Writing.is_on() {
                session.send(UserCommand::Write(!typed.trim().is_empty()));
            }
        };
        Draft::new(begun, onchange.into())
    });
    (*draft).clone()
}
