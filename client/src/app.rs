//! The page as a whole: which language, which screen.

use protocol::{RoomId, Route};
use yew::prelude::*;

use crate::{
    browser::{
        self, location,
        reload::{self, Resume},
        storage,
    },
    components::{
        hooks::use_boxed_effect, language::LanguageContext, page::page, phrase::phrase,
        probe::RenderProbe,
    },
    screens::{home::Home, room::Room},
    text::{Language, Sentence, Text, fill},
};

/// The page.
#[component]
pub fn App() -> Html {
    let (language, onswitch) = use_language();
    use_boxed_effect((), |()| browser::apply_preferences());
    let (route, go) = use_route();
    // Of use for the first screen alone.
    let resume = use_state(reload::take);
    let go = {
        let resume = resume.setter();
        Callback::from(move |route| {
            resume.set(None);
            go.emit(route);
        })
    };
    let visits = use_state(|| 0_u32);
    let onlobby = {
        let (resume, visits) = (resume.setter(), visits.clone());
        Callback::from(move |()| {
            resume.set(None);
            visits.set(*visits + 1);
        })
    };
    use_boxed_effect((route.clone(), language), |(route, language)| {
        browser::set_language(language.tag());
        browser::set_title(&title(route, language.text()));
    });
    let moved = use_moved((route.clone(), *visits));
    html! {
        <>
            <ContextProvider<LanguageContext> context={LanguageContext { language, onswitch }}>
                <key={*visits}>{screen(route, &go, onlobby, (resume.as_ref(), moved), language.text())}</>
            </ContextProvider<LanguageContext>>
            <RenderProbe />
        </>
    }
}

/// Whether the person came here from another screen of this page. What had the focus there is gone;
/// whoever comes goes on at the heading.
#[hook]
fn use_moved(place: (Route, u32)) -> bool {
    let first = use_mut_ref(|| Some(place.clone()));
    if first.borrow().as_ref() != Some(&place) {
        first.take();
    }
    let moved = first.borrow().is_none();
    use_boxed_effect(place, move |_| {
        if moved {
            browser::focus_heading();
        }
    });
    moved
}

fn title(route: &Route, text: &Text) -> String {
    match route {
        Route::Room(room) => fill("{} · {}", &[room.as_str(), text.brand]).to_string(),
        _ => text.brand.to_owned(),
    }
}

fn screen(
    route: Route,
    go: &Callback<Route>,
    onlobby: Callback<()>,
    (resume, moved): (Option<&Resume>, bool),
    text: &Text,
) -> Html {
    let home = address(&Route::Home);
    let onhome = go.reform(|()| Route::Home);
    match route {
        Route::Home => {
            let onenter = go.reform(|(name, room): (String, RoomId)| {
                storage::remember(storage::Key::Name, &name);
                Route::Room(room)
            });
            let name = storage::recall(storage::Key::Name).unwrap_or_default();
            html! { <Home {name} {home} {onenter} /> }
        }
        Route::Room(room) => {
            let resume = resume.filter(|resume| resume.room == room).cloned();
            let address = address(&Route::Room(room.clone()));
            html! {
                <Room key={room.to_string()} room={room.clone()} {resume} {moved} {address} {home} {onhome} {onlobby} />
            }
        }
        Route::BadRoom(error) => dead_end(
            text.bad_link,
            Some(text.room_error(error)),
            home,
            &onhome,
            text,
        ),
        Route::Garbled => {
            let reason = text.garbled_link.into();
            dead_end(text.bad_link, Some(reason), home, &onhome, text)
        }
        Route::Unknown => dead_end(text.no_such_page, None, home, &onhome, text),
    }
}

/// A link that leads nowhere, in words, with a way home.
fn dead_end(
    title: &'static str,
    body: Option<Sentence>,
    home: String,
    onhome: &Callback<()>,
    text: &Text,
) -> Html {
    let children = html! {
        <>
            <h1 tabindex="-1">{phrase(title)}</h1>
            if let Some(body) = body {
                <p class="second">{phrase(body)}</p>
            }
            <div class="actions">
                <button type="button" class="button primary" onclick={onhome.reform(|_: MouseEvent| ())}>{phrase(text.go_home)}</button>
            </div>
        </>
    };
    page("message", &home.into(), text, children)
}

/// The address of a screen on this page. A language that the address forces stays forced.
fn address(route: &Route) -> String {
    let path = location::base().join(&route.path());
    match forced_language() {
        Some(language) => format!("{path}?lang={}", language.tag()),
        None => path,
    }
}

fn forced_language() -> Option<Language> {
    location::query("lang")
        .as_deref()
        .and_then(Language::of_tag)
}

/// The language that the address forces, else the one that was chosen, else the first that the
/// browser's reader reads.
fn first_language() -> Language {
    let chosen = || {
        storage::recall(storage::Key::Language)
            .as_deref()
            .and_then(Language::of_tag)
    };
    let read = || Language::first_of(browser::languages().iter().map(String::as_str));
    forced_language().or_else(chosen).unwrap_or_else(read)
}

#[hook]
fn use_language() -> (Language, Callback<Language>) {
    let language = use_state_eq(first_language);
    let switch = {
        let language = language.setter();
        Callback::from(move |chosen: Language| {
            storage::remember(storage::Key::Language, chosen.tag());
            if forced_language().is_some() {
                location::replace(&format!("{}?lang={}", location::path(), chosen.tag()));
            }
            language.set(chosen);
        })
    };
    (*language, switch)
}

/// Where one is, and the way elsewhere.
#[hook]
fn use_route() -> (Route, Callback<Route>) {
    let route = use_state_eq(here);
    {
        let route = route.setter();
        use_boxed_effect((), move |()| {
            canonicalize();
            let listener = location::on_pop(move || route.set(here()));
            move || drop(listener)
        });
    }
    let go = {
        let route = route.setter();
        Callback::from(move |to: Route| {
            location::push(&address(&to));
            route.set(to);
        })
    };
    ((*route).clone(), go)
}

/// Where the address bar leads.
fn here() -> Route {
    Route::of(location::base().strip(&location::path()))
}

/// What leads somewhere has one written form, in the address bar too.
fn canonicalize() {
    let route = here();
    if route.is_found() {
        location::replace(&address(&route));
    }
}
