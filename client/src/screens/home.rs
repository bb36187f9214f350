//! The first page: a name and a room.

use protocol::{RoomId, Stray, is_invisible};
use yew::prelude::*;

use crate::{
    browser::{self, location},
    components::{
        field::Field,
        icon::{Glyph, icon},
        language::use_text,
        page::page,
        phrase::phrase,
        support_notice::support_notice,
    },
    text::{Sentence, Text, fill},
};

/// What the page knows of the person.
#[derive(Properties, PartialEq)]
pub struct HomeProps {
    /// What the person was called last.
    pub name: AttrValue,
    /// This page's address.
    pub home: AttrValue,
    /// The person wants into this room's lobby, under this name.
    pub onenter: Callback<(String, RoomId)>,
}

/// What is wrong with the room field.
#[derive(Clone, PartialEq)]
enum Problem {
    Blank,
    Stray(Stray),
}

impl Problem {
    fn words(&self, text: &Text) -> Sentence {
        match self {
            Self::Blank => text.room_blank.into(),
            Self::Stray(Stray::Invalid(error)) => text.room_error(*error),
            Self::Stray(Stray::Garbled) => text.garbled_link.into(),
            Self::Stray(Stray::Elsewhere(host)) => fill(text.room_elsewhere, &[host]),
        }
    }
}

/// Create a room, or join one. No permission is asked here.
#[component]
pub fn Home(props: &HomeProps) -> Html {
    let text = use_text();
    let form = use_form(props, text);
    let children = html! {
        <>
            {support_notice(text, false)}
            <section>
                <h1 tabindex="-1">{phrase(text.home_title)}</h1>
                <p class="lead">{phrase(text.home_lead)}</p>
                <ul class="points">
                    <li>{icon(Glyph::Link)}{phrase(text.home_link)}</li>
                    <li>{icon(Glyph::Lock)}{phrase(text.home_encrypted)}</li>
                    <li>{icon(Glyph::Chat)}{phrase(text.home_serverless)}</li>
                </ul>
            </section>
            {form}
        </>
    };
    page("home", &props.home, text, children)
}

/// The two fields and the two ways in. Enter in a field creates, which with an ID is the same as
/// joining.
#[hook]
fn use_form(props: &HomeProps, text: &Text) -> Html {
    let name = use_state(|| props.name.to_string());
    let room = use_state(String::new);
    let problem = use_state_eq(|| None);
    let field = use_node_ref();
    let enter = |blank: fn() -> Result<RoomId, Problem>| {
        let (name, room, problem, field) =
            (name.clone(), room.clone(), problem.setter(), field.clone());
        let onenter = props.onenter.clone();
        move || match room_of(&room, blank) {
            Ok(room) => onenter.emit(((*name).clone(), room)),
            Err(wrong) => {
                problem.set(Some(wrong));
                if let Some(field) = field.get() {
                    browser::focus(&field);
                }
            }
        }
    };
    let create = enter(|| Ok(RoomId::generate(browser::random_bytes())));
    let join = enter(|| Err(Problem::Blank));
    let type_room = {
        let (room, problem) = (room.clone(), problem.clone());
        move |typed| {
            room.set(typed);
            problem.set(None);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        create();
    };
    let name_field = Field {
        id: "name",
        label: text.your_name,
        value: (*name).clone(),
        autocomplete: "nickname",
        oninput: Callback::from(move |typed| name.set(typed)),
        ..Field::default()
    };
    let room_field = Field {
        id: "room",
        label: text.room_id,
        value: (*room).clone(),
        placeholder: text.room_id_hint,
        autocomplete: "off",
        node: field,
        error: problem.as_ref().map(|problem| problem.words(text)),
        oninput: type_room.into(),
    };
    html! {
        <form class="card" onsubmit={submit} novalidate=true>
            {name_field.draw()}
            {room_field.draw()}
            <div class="pair">
                <button class="button primary">{phrase(text.create_room)}</button>
                <button type="button" class="button" onclick={move |_| join()}>{phrase(text.join_room)}</button>
            </div>
            <p class="hint">{phrase(text.home_camera)}</p>
        </form>
    }
}

/// The room that was typed or pasted; a field with nothing to see in it counts as blank.
fn room_of(typed: &str, blank: fn() -> Result<RoomId, Problem>) -> Result<RoomId, Problem> {
    if typed.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        blank()
    } else {
        protocol::room_of(typed, &location::host()).map_err(Problem::Stray)
    }
}
