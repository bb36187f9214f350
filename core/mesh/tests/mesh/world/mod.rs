//! A world in which calls are tested: people with pages, models of their browsers, a server, a
//! network, and a time that passes only when a test says so.

mod announced;
mod chat;
pub mod connection;
pub mod hostile;
pub mod invariant;
pub mod link;
pub mod page;
pub mod random;
pub mod server;
pub mod socket;
mod sound;
pub mod weather;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use mesh::{
    ChatLine, Config, Input, LinkState, Mesh, PerSource, Phase, Source, UserCommand, View, Wish,
};
use protocol::{CloseCode, Incarnation, Name, PeerId, PeerSecret, Reaction, RoomId};

use self::{
    connection::Connection, invariant::Record, page::Page, random::Random, server::Server,
    socket::Socket, weather::Weather,
};

pub const ALICE: usize = 0;
pub const BOB: usize = 1;
pub const CAROL: usize = 2;
pub const DAVE: usize = 3;

const NAMES: [&str; 8] = [
    "Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "하늘",
];

/// Everything there is.
pub struct World {
    pub now: Duration,
    pub random: Random,
    pub weather: Weather,
    pub people: Vec<Person>,
    /// All that were ever loaded.
    pub pages: Vec<Page>,
    pub server: Server,
    pub connections: Vec<Connection>,
    pub record: Record,
    /// Who means harm.
    pub hostile: Option<usize>,
    /// Pairs of people between whom nothing gets through, the smaller first.
    cuts: BTreeSet<(usize, usize)>,
    /// What does not get through from one person to another.
    losses: BTreeMap<(usize, usize), Loss>,
    sockets: Vec<Socket>,
    agenda: BTreeMap<(Duration, u64), Happening>,
    happenings: u64,
    is_traced: bool,
}

type Happening = Box<dyn FnOnce(&mut World)>;

/// Somebody, over any number of page loads.
pub struct Person {
    pub name: &'static str,
    pub secret: PeerSecret,
    /// Which devices there are.
    pub has: PerSource<bool>,
    /// By how many milliseconds the clock is wrong.
    pub skew: i64,
    pub page: Option<usize>,
    /// Has no network.
    pub is_away: bool,
    pub search: Search,
    /// Wants to be in the call.
    pub is_in: bool,
    /// Wants to be asked.
    pub is_hand_up: bool,
    /// What this page said while it was in the call, and the loads before whose chat it kept.
    pub said: Vec<String>,
    /// What the next load of the page finds of the chat.
    pub kept: Vec<ChatLine>,
    /// The browser keeps nothing.
    pub forgets: bool,
}

/// What does not get through in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// No sound and no pictures.
    Media,
    /// Nothing at all.
    All,
}

/// What a browser's search for ways out comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    Finds,
    /// The browser, or an extension, lets no direct connection out: the search ends, as in
    /// Chromium.
    Ends,
    /// The same, and the connection fails without an end of the search, as in Firefox.
    Fails,
}

/// A secret of an id that begins with this byte.
pub fn secret(first: u8) -> PeerSecret {
    let mut secrets = (0_u128..).map(|number| PeerSecret(number.to_be_bytes()));
    let is_it = |secret: &PeerSecret| rooms::peer_id(*secret).0[0] == first;
    secrets.find(is_it).expect("one of 256 is")
}

impl Person {
    pub fn id(&self) -> PeerId {
        rooms::peer_id(self.secret)
    }

    pub fn has_network(&self) -> bool {
        !self.is_away && self.search == Search::Finds
    }
}

impl World {
    /// In milliseconds since 1970.
    const BEGINNING: u64 = 1_800_000_000_000;

    pub fn new(people: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let people = NAMES[..people].iter().map(|name| Person {
            name,
            secret: PeerSecret(random.bytes()),
            has: PerSource::only(&Source::ALL, true),
            skew: 0,
            page: None,
            is_away: false,
            search: Search::Finds,
            is_in: false,
            is_hand_up: false,
            said: Vec::new(),
            kept: Vec::new(),
            forgets: false,
        });
        Self {
            now: Duration::ZERO,
            people: people.collect(),
            random,
            weather: Weather::calm(),
            pages: Vec::new(),
            server: Server::new(8),
            connections: Vec::new(),
            record: Record::default(),
            hostile: None,
            cuts: BTreeSet::new(),
            losses: BTreeMap::new(),
            sockets: Vec::new(),
            agenda: BTreeMap::new(),
            happenings: 0,
            is_traced: false,
        }
    }

    /// A good day with these many people.
    pub fn calm(people: usize) -> Self {
        let mut world = Self::new(people, 1);
        world.is_traced = std::env::var_os("MADANG_TRACE").is_some();
        world
    }

    /// From now on everything is printed.
    pub fn trace_all(&mut self) {
        self.is_traced = true;
    }

    pub fn after(&mut self, delay: Duration, happening: impl FnOnce(&mut Self) + 'static) {
        self.happenings += 1;
        self.agenda
            .insert((self.now + delay, self.happenings), Box::new(happening));
    }

    /// Lets time pass.
    pub fn advance(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some(entry) = self
            .agenda
            .first_entry()
            .filter(|entry| entry.key().0 <= end)
        {
            self.now = entry.key().0;
            let happening = entry.remove();
            happening(self);
        }
        self.now = end;
    }

    pub fn advance_secs(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Opens the page, which goes to the lobby.
    pub fn load(&mut self, person: usize) -> usize {
        let incarnation = Incarnation(self.random.next() as u32);
        let someone = &self.people[person];
        let mesh = Mesh::new(Config {
            room: "test".parse::<RoomId>().expect("a room"),
            name: Name::new(someone.name),
            secret: someone.secret,
            incarnation,
            seed: self.random.next(),
            chat: someone.kept.clone(),
        });
        let page = self.pages.len();
        self.trace(|| format!("{page:>6} is a page of {person}"));
        self.pages
            .push(Page::new(person, incarnation, mesh, self.now));
        self.people[person].page = Some(page);
        for other in 0..self.people.len() {
            self.note_cut(person, other);
            self.note_loss(person, other);
        }
        if self.people[person].is_away {
            self.note_disturbances(page);
        }
        if self.people[person].is_away || self.server.thaw > self.now {
            self.note_trouble(page);
        }
        self.report(page, None, Input::Tick);
        page
    }

    /// Goes into the call, loading the page if need be.
    pub fn join(&mut self, person: usize) {
        if self.people[person].page.is_none() {
            self.load(person);
        }
        self.people[person].is_in = true;
        let name = Name::new(self.people[person].name);
        self.command(person, UserCommand::Join(name));
    }

    /// Raises the hand or lowers it, if that person is in the call.
    pub fn raise_hand(&mut self, person: usize, up: bool) {
        self.command(person, UserCommand::RaiseHand(up));
    }

    /// Reacts, if that person is in the call.
    pub fn react(&mut self, person: usize, reaction: Reaction) {
        self.command(person, UserCommand::React(reaction));
    }

    /// Presses a key in the message field, if that person is in the call; is there text after it?
    pub fn write(&mut self, person: usize, is_text: bool) {
        self.command(person, UserCommand::Write(is_text));
    }

    pub fn leave(&mut self, person: usize) {
        self.people[person].is_in = false;
        self.note_disturbances(self.page(person));
        self.command(person, UserCommand::Leave);
    }

    pub fn say(&mut self, person: usize, text: &str) {
        let text = text.to_owned().try_into().expect("a text");
        self.command(person, UserCommand::Say(text));
    }

    pub fn want(&mut self, person: usize, wish: Wish) {
        self.command(person, UserCommand::Want(wish));
    }

    /// Turns these sources on or off.
    pub fn turn(&mut self, person: usize, sources: &[Source], on: bool) {
        self.want(person, PerSource::only(sources, Some(on)));
    }

    pub fn voice_only(&mut self, person: usize, on: bool) {
        self.command(person, UserCommand::VoiceOnly(on));
    }

    /// Nobody can see the page, or somebody can again.
    pub fn hide(&mut self, person: usize, hidden: bool) {
        self.tell_page(person, Input::Hidden(hidden));
    }

    fn command(&mut self, person: usize, command: UserCommand) {
        self.tell_page(person, Input::User(command));
    }

    /// The page closes, and may have the time to say that it leaves.
    pub fn close_page(&mut self, person: usize, says_so: bool) {
        let page = self.page(person);
        self.keep_chat(person);
        if says_so {
            self.handle(page, Input::User(UserCommand::Leave));
        }
        self.end(person);
        for connection in std::mem::take(&mut self.pages[page].connections).into_values() {
            self.close(connection);
        }
        self.pages[page].is_alive = false;
        if let Some(socket) = self.pages[page].socket {
            self.send_up(socket, server::Frame::Close(CloseCode(1001)));
        }
    }

    pub fn reload(&mut self, person: usize) {
        self.close_page(person, false);
        self.join(person);
    }

    /// The page is gone without a word.
    pub fn crash(&mut self, person: usize) {
        let page = self.page(person);
        self.trace(|| format!("{page:>6} crashes"));
        self.keep_chat(person);
        self.end(person);
        self.pages[page].is_alive = false;
        for connection in std::mem::take(&mut self.pages[page].connections).into_values() {
            self.lose_path(connection);
        }
        if let Some(socket) = self.pages[page].socket {
            self.break_socket(socket);
        }
    }

    /// The page ends now, in the call or not.
    fn keep_chat(&mut self, person: usize) {
        let view = self.view(person);
        let someone = &mut self.people[person];
        someone.kept = match view.phase {
            Phase::Joining | Phase::InCall if !someone.forgets => view.chat.to_vec(),
            _ => Vec::new(),
        };
        let kept = &someone.kept;
        let is_kept = |said: &String| {
            let mut texts = kept.iter().map(|line| line.message.text.as_str());
            texts.any(|text| text == said)
        };
        someone.said.retain(is_kept);
    }

    /// What the clock on somebody's wall shows.
    pub fn wall_clock(&self, person: usize) -> u64 {
        let now = Self::BEGINNING + self.now.as_millis() as u64;
        now.saturating_add_signed(self.people[person].skew)
    }

    fn end(&mut self, person: usize) {
        self.note_disturbances(self.page(person));
        let ended = &mut self.people[person];
        ended.page = None;
        ended.is_in = false;
        ended.is_hand_up = false;
    }

    /// The page does nothing for a while.
    pub fn sleep(&mut self, person: usize, duration: Duration) {
        let page = self.page(person);
        self.note_disturbances(page);
        self.note_trouble(page);
        self.pages[page].asleep = self.now + duration;
    }

    pub fn tell_page(&mut self, person: usize, input: Input) {
        let page = self.page(person);
        self.report(page, None, input);
    }

    /// The page of somebody who has one.
    pub fn page(&self, person: usize) -> usize {
        self.people[person].page.expect("a page")
    }

    pub fn view(&self, person: usize) -> View {
        self.pages[self.page(person)].mesh.view()
    }

    /// How one person's connection to another stands, by what the first reads.
    pub fn link(&self, person: usize, other: usize) -> LinkState {
        let (peers, id) = (self.view(person).peers, self.people[other].id());
        let links = peers.iter().filter(|peer| peer.id == id);
        links.map(|peer| peer.link).next().expect("that peer")
    }

    /// What a page has put out since the last time somebody asked.
    pub fn outputs(&mut self, person: usize) -> Vec<mesh::Output> {
        let page = self.page(person);
        std::mem::take(&mut self.pages[page].outputs)
    }

    fn trace(&self, line: impl FnOnce() -> String) {
        if self.is_traced {
            println!("{:>10.3} {}", self.now.as_secs_f64(), line());
        }
    }
}
