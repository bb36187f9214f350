//! A room from the lobby to the end: one session, drawn as its snapshot says.

use std::rc::Rc;

use mesh::{Phase, UserCommand, Wish};
use protocol::{ChatText, Name, Reaction, RoomId, Route};
use yew::prelude::*;

use crate::{
    browser::{self, Preference, draft, location, reload::Resume, storage},
    choice::DeviceKind,
    components::{
        composer::Draft, hooks::use_boxed_effect, label::use_numbers, language::use_text,
        unread::Unread,
    },
    screens::{
        call::Call,
        left::{left, use_back},
        lobby::Lobby,
        preferences::{use_chimes, use_preferences},
        status::{status, use_status},
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
    let text = use_text();
    let name = use_state(|| first_name(props.resume.as_ref()));
    let (visit, snapshot) = use_visit(props, &name);
    let announcements = snapshot
        .as_deref()
        .map_or(&[][..], |now| &now.announcements);
    let numbers = use_numbers(snapshot.as_deref().map(|now| &now.view), announcements);
    let (said, say) = use_status(announcements, &numbers);
    let preferences = use_preferences(&visit.session);
    use_chimes(snapshot.as_deref());
    let onjoin = use_callback(
        (visit.session.clone(), (*name).clone()),
        |(), (session, name)| {
            storage::remember(storage::Key::Name, name);
            session.send(UserCommand::Join(Name::new(name)));
        },
    );
    let screen = snapshot.as_deref().map(|now| Screen::of(now.view.phase));
    use_focus(screen, props.moved);
    use_back((screen == Some(Screen::Left)).then_some(&props.onlobby));
    let Some(snapshot) = snapshot else {
        return Html::default();
    };
    let screen = match snapshot.view.phase {
        Phase::Lobby => html! {
            <Lobby {snapshot} {numbers} {preferences} name={(*name).clone()} home={&props.home} onmeter={&visit.onmeter}
                onname={name.setter()} onwant={&visit.onwant} {onjoin} onchoose={&visit.onchoose} ontest={&visit.ontest} />
        },
        Phase::Joining | Phase::InCall => html! {
            <Call {snapshot} {numbers} {preferences} seen={visit.seen.clone()} address={&props.address} link={link_to(&props.room)}
                onwant={&visit.onwant} onhand={&visit.onhand} onreact={&visit.onreact} draft={visit.draft.clone()}
                onsay={&visit.onsay} onleave={&visit.onleave} onsound={&visit.onsound} onsaid={say} onchoose={&visit.onchoose}
                ontest={&visit.ontest} />
        },
        Phase::Left(why) => left(why, &props.home, &props.onhome, &onjoin, text),
    };
    html! { <>{screen}{status(&said)}</> }
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

/// What is there for as long as one room is visited: its session, what was begun to write, what was
/// looked at, and what asks the session for something.
struct Visit {
    session: Session,
    draft: Draft,
    seen: Unread,
    onmeter: Callback<Callback<u8>>,
    onsound: Callback<()>,
    ontest: Callback<()>,
    onchoose: Callback<(DeviceKind, String)>,
    onwant: Callback<Wish>,
    onhand: Callback<bool>,
    onreact: Callback<Reaction>,
    onsay: Callback<ChatText>,
    onleave: Callback<()>,
}

impl Visit {
    fn new(session: Session, draft: Draft) -> Self {
        Self {
            onmeter: asks(&session, Session::tell_level),
            onsound: asks(&session, |session, ()| session.turn_on_sound()),
            ontest: asks(&session, |session, ()| session.test_connection()),
            onchoose: asks(&session, |session, (kind, id)| session.choose(kind, id)),
            onwant: asks(&session, |session, wish| {
                session.send(UserCommand::Want(wish));
            }),
            onhand: asks(&session, |session, up| {
                session.send(UserCommand::RaiseHand(up));
            }),
            onreact: asks(&session, |session, reaction| {
                session.send(UserCommand::React(reaction));
            }),
            onsay: asks(&session, |session, text| {
                session.send(UserCommand::Say(text));
            }),
            onleave: {
                let draft = draft.clone();
                asks(&session, move |session, ()| {
                    draft.set("");
                    session.send(UserCommand::Leave);
                })
            },
            session,
            draft,
            seen: Unread::default(),
        }
    }
}

/// What asks the session for something.
fn asks<T: 'static>(session: &Session, ask: impl Fn(&Session, T) + 'static) -> Callback<T> {
    let session = session.clone();
    Callback::from(move |value| ask(&session, value))
}

#[hook]
fn use_visit(props: &RoomProps, name: &str) -> (Rc<Visit>, Option<Rc<Snapshot>>) {
    let snapshot = use_state_eq(|| None);
    let visit = {
        let (name, resume, snapshot) = (Name::new(name), props.resume.clone(), snapshot.setter());
        let publish = move |now| snapshot.set(Some(now));
        use_memo(props.room.clone(), move |room| {
            let session = Session::open(room.clone(), name, resume, publish);
            let draft = begun(room, &session);
            Visit::new(session, draft)
        })
    };
    (visit, (*snapshot).clone())
}

/// What was begun to write and not sent. What is typed draws nothing anew.
fn begun(room: &RoomId, session: &Session) -> Draft {
    let begun = draft::recall(room);
    let (room, session) = (room.clone(), session.clone());
    let onchange = move |typed: String| {
        draft::remember(&room, &typed);
        if Preference::Writing.is_on() {
            session.send(UserCommand::Write(!typed.trim().is_empty()));
        }
    };
    Draft::new(begun, onchange.into())
}
