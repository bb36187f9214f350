//! Somebody in the room who means harm: a page like any other, whose person also says whatever
//! comes to mind over its links and through the server.

use mesh::{Channel, ConnectionEvent, ConnectionState};
use protocol::{
    Chat, ChatKey, ChatMessage, ClientMessage, Control, Envelope, Generation, Incarnation, Link,
    LinkStatus, MediaState, Name, PeerId, Reaction, Seen, Signal, Step, encode,
};

use super::{Person, World, random::Random, server::Frame};

/// What somebody who stalls does to have a handshake go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Nothing.
    Never,
    /// Has things happen in it.
    SameOne,
    /// Begins another.
    NewOne,
}

/// What a hostile person does to somebody.
pub const ATTACKS: [fn(&mut World, usize, usize, &mut Random); 15] = [
    great_numbers,
    small_numbers,
    words_in_others_mouths,
    words_in_your_mouth,
    flood,
    invented_history,
    questions,
    junk,
    offers,
    flapping,
    hands,
    reactions,
    writing,
    lies,
    claims,
];

fn great_numbers(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..20 {
        let highest = world.highest(to);
        let step = [1, 1000, 1 << 20, (1 << 20) + 1, 1 << 50, u64::MAX][random.below(6)];
        let message = world.forged(who, world.author(who), highest.saturating_add(step), random);
        world.chat(who, to, &Chat::Said { message });
    }
}

fn small_numbers(world: &mut World, who: usize, to: usize, random: &mut Random) {
    let message = world.forged(who, world.author(who), random.below(3) as u64, random);
    world.chat(who, to, &Chat::Said { message });
}

fn words_in_others_mouths(world: &mut World, who: usize, to: usize, random: &mut Random) {
    let victim = random.below(world.people.len());
    let Some(author) = world.people[victim].page.map(|_| world.author(victim)) else {
        return;
    };
    for _ in 0..10 {
        let clock = world.highest(to) + random.below(1 << 20) as u64;
        let message = world.forged(who, author, clock, random);
        let chat = if random.percent(50) {
            Chat::Said { message }
        } else {
            let messages = vec![message];
            Chat::Missed { messages }
        };
        world.chat(who, to, &chat);
    }
}

fn words_in_your_mouth(world: &mut World, who: usize, to: usize, random: &mut Random) {
    let message = world.forged(who, world.author(to), 1, random);
    let messages = vec![message];
    world.chat(who, to, &Chat::Missed { messages });
}

fn flood(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..700 {
        let message = world.forged(who, world.author(who), world.highest(to) + 1, random);
        world.chat(who, to, &Chat::Said { message });
    }
}

fn invented_history(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..20 {
        let messages = (0..40).map(|_| {
            let author = (PeerId(random.bytes()), Incarnation(1));
            let clock = world.highest(to) + random.below(1 << 21) as u64;
            world.forged(who, author, clock, random)
        });
        let messages = messages.collect();
        world.chat(who, to, &Chat::Missed { messages });
    }
}

fn questions(world: &mut World, who: usize, to: usize, _: &mut Random) {
    let (author, incarnation) = world.author(to);
    let runs = (0..2500).map(|run| (2 * run, 2 * run)).collect();
    let seen = vec![Seen {
        author,
        incarnation,
        runs,
    }];
    for _ in 0..50 {
        world.question(who, to);
        world.chat(
            who,
            to,
            &Chat::Have {
                clock: u64::MAX,
                seen: seen.clone(),
            },
        );
    }
}

fn junk(world: &mut World, who: usize, to: usize, _: &mut Random) {
    for text in [
        "",
        "{}",
        "[]",
        "\u{0}",
        r#"{"type":"said"}"#,
        r#"{"type":"alive","ack":4294967295}"#,
    ] {
        world.whisper(who, to, Channel::Control, text);
        world.whisper(who, to, Channel::Chat, text);
    }
    world.whisper(who, to, Channel::Chat, &"[".repeat(60_000));
}

fn offers(world: &mut World, who: usize, to: usize, random: &mut Random) {
    let newest = random.below(1000) as u32;
    for generation in newest..newest + 100 {
        world.offer(who, to, generation);
        world.wish(who, to, generation);
    }
}

fn flapping(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for number in 0..500 {
        let media = MediaState {
            microphone: number % 2 == 0,
            camera: random.percent(50),
            voice_only: random.percent(50),
            hidden: random.percent(50),
            screen: random.percent(50),
            screen_sound: random.percent(50),
        };
        let control = if number % 3 == 0 {
            Control::Alive { ack: number }
        } else {
            Control::Media(media)
        };
        world.whisper(who, to, Channel::Control, &encode(&control));
    }
}

fn hands(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..500 {
        let turn = [None, Some(0), Some(1 << 20), Some(u32::MAX)][random.below(4)];
        world.whisper(who, to, Channel::Control, &encode(&Control::Hand { turn }));
    }
}

fn reactions(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..500 {
        world.reaction(who, to, Reaction::ALL[random.below(5)]);
    }
}

fn writing(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..500 {
        world.writing(who, to, random.percent(70));
    }
}

/// Of the connections of others, and wishes for their sound.
fn lies(world: &mut World, who: usize, to: usize, random: &mut Random) {
    let mut ids: Vec<PeerId> = world.people.iter().map(Person::id).collect();
    ids.extend((0..60).map(|_| PeerId(random.bytes())));
    for _ in 0..200 {
        let of = Some(ids[random.below(ids.len())]).filter(|_| random.percent(80));
        let status = [
            LinkStatus::Connected,
            LinkStatus::Connecting,
            LinkStatus::Reconnecting,
            LinkStatus::Failed,
        ];
        let worst = random.below(4);
        let links = ids.iter().enumerate().map(|(place, to)| Link {
            to: *to,
            status: status[(worst + place) % 4],
        });
        let lie = match random.below(4) {
            0 => Control::WantSound { of },
            1 => Control::PassSound { of },
            2 => Control::Hearing {
                on: random.percent(30),
            },
            _ => Control::Links {
                links: links.collect(),
            },
        };
        world.whisper(who, to, Channel::Control, &encode(&lie));
    }
}

/// Of what it has of the chat.
fn claims(world: &mut World, who: usize, to: usize, random: &mut Random) {
    for _ in 0..200 {
        world.claim(who, to, random.percent(50));
    }
}

impl World {
    /// Begins every text of a hostile person.
    pub const HOSTILE: &str = "hostile";

    /// Reacts, whatever the person's own page thinks of it.
    pub fn reaction(&mut self, who: usize, to: usize, reaction: Reaction) {
        let said = encode(&Control::Reaction { reaction });
        self.whisper(who, to, Channel::Control, &said);
    }

    /// Says to write, or not to.
    pub fn writing(&mut self, who: usize, to: usize, on: bool) {
        self.whisper(who, to, Channel::Control, &encode(&Control::Writing { on }));
    }

    /// Says to hear, or not to.
    pub fn hearing(&mut self, who: usize, to: usize, on: bool) {
        self.whisper(who, to, Channel::Control, &encode(&Control::Hearing { on }));
    }

    fn author(&self, person: usize) -> (PeerId, Incarnation) {
        let incarnation = self.people[person]
            .page
            .map_or_else(Incarnation::default, |page| self.pages[page].incarnation);
        (self.people[person].id(), incarnation)
    }

    /// The greatest number in somebody's log.
    fn highest(&self, person: usize) -> u64 {
        let page = self.people[person].page;
        let view = page.map(|page| self.pages[page].mesh.view());
        view.and_then(|view| view.chat.last().map(|line| line.message.key.clock))
            .unwrap_or_default()
    }

    fn forged(
        &self,
        who: usize,
        (author, incarnation): (PeerId, Incarnation),
        clock: u64,
        random: &mut Random,
    ) -> ChatMessage {
        ChatMessage {
            key: ChatKey {
                clock,
                author,
                incarnation,
                seq: 1 + random.below(2000) as u32,
            },
            time: random.next(),
            name: Name::new(self.people[who].name),
            text: format!("{} {}", Self::HOSTILE, random.next())
                .try_into()
                .expect("a text"),
        }
    }

    fn chat(&mut self, who: usize, to: usize, chat: &Chat) {
        self.whisper(who, to, Channel::Chat, &encode(chat));
    }

    /// Says anything over a data channel, if it is open.
    fn whisper(&mut self, who: usize, to: usize, channel: Channel, text: &str) {
        let (page, id) = (self.people[who].page, self.people[to].id());
        let open = page
            .into_iter()
            .flat_map(|page| self.pages[page].connections.values());
        let open: Vec<usize> = open
            .copied()
            .filter(|open| self.connections[*open].peer == id && self.is_open(*open))
            .collect();
        open.into_iter()
            .for_each(|connection| self.send_text(connection, channel, text.to_owned()));
    }

    /// Offers a connection that never comes about.
    pub fn offer(&mut self, who: usize, to: usize, generation: u32) {
        let Some(connection) = self.connections.len().checked_sub(1) else {
            return;
        };
        let sections = "m=audio 9\r\n".repeat(4);
        let sdp = format!("v=0\r\na=fingerprint:{connection}\r\na=ice-ufrag:evil\r\n{sections}");
        let step = Step::Offer {
            negotiation: 1,
            sdp,
        };
        let generation = Generation(generation);
        self.signal(
            who,
            to,
            Signal::Step {
                generation,
                seq: 0,
                ack: 0,
                step,
            },
        );
    }

    /// Wishes for a newer connection.
    pub fn wish(&mut self, who: usize, to: usize, generation: u32) {
        let after = Generation(generation);
        self.signal(who, to, Signal::Ready { after });
    }

    /// Keeps somebody busy with a handshake of which nothing comes.
    pub fn stall(&mut self, who: usize, to: usize, again: Again, number: u32) {
        match again {
            Again::Never => {}
            Again::SameOne => {
                let id = self.people[who].id();
                let theirs = self.connections_between(to, who).into_iter();
                let state = ConnectionEvent::StateChanged(ConnectionState::Connecting);
                theirs
                    .filter(|end| self.connections[*end].peer == id)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|end| self.tell(end, state.clone()));
            }
            Again::NewOne if self.people[who].id() < self.people[to].id() => {
                self.offer(who, to, number);
            }
            Again::NewOne => self.wish(who, to, number),
        }
    }

    /// Claims to have got all that somebody wrote, and all that others did; or none of it.
    pub fn claim(&mut self, who: usize, to: usize, all: bool) {
        let last = if all { u32::MAX } else { 0 };
        let authors = (0..self.people.len()).map(|person| self.author(person));
        let seen = authors.map(|(author, incarnation)| Seen {
            author,
            incarnation,
            runs: vec![(u32::from(all), last)],
        });
        let seen = seen.collect();
        self.chat(who, to, &Chat::Got { seen });
    }

    /// Claims to have nothing.
    pub fn question(&mut self, who: usize, to: usize) {
        self.chat(
            who,
            to,
            &Chat::Have {
                clock: 0,
                seen: Vec::new(),
            },
        );
    }

    /// Says anything through the server.
    fn signal(&mut self, who: usize, to: usize, signal: Signal) {
        let (from, to_page) = (self.author(who).1, self.author(to));
        let payload = encode(&Envelope {
            from,
            to: to_page.1,
            signal,
        });
        let socket = self.people[who]
            .page
            .and_then(|page| self.pages[page].socket);
        if let Some(socket) = socket {
            let message = ClientMessage::Signal {
                to: to_page.0,
                payload,
            };
            self.send_up(socket, Frame::Text(encode(&message)));
        }
    }
}
