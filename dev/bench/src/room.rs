//! Pages in one room.

use futures_util::{StreamExt, future::try_join_all, stream::FuturesUnordered};

use crate::{
    Result,
    client::Client,
    rivals::{Rival, ServerEvent},
    server::RunningServer,
    user::{User, fresh_room},
    with_timeout,
};

/// What a newcomer says to everybody in the room where the server does not.
const GREETING: &str = r#"{"name":"Person"}"#;

/// A room with those who are in it, in the order in which they came.
#[derive(Debug)]
pub struct Room {
    /// Who is in.
    pub people: Vec<Client>,
    name: String,
}

impl Room {
    /// A room that nobody was in yet.
    pub fn new() -> Self {
        Self {
            people: Vec::new(),
            name: fresh_room(),
        }
    }

    /// Rooms that this many join one after the other.
    ///
    /// # Errors
    /// When a join fails.
    pub async fn several(
        server: &RunningServer,
        rival: &'static dyn Rival,
        rooms: usize,
        people: usize,
    ) -> Result<Vec<Self>> {
        let mut several = Vec::with_capacity(rooms);
        for _ in 0..rooms {
            let mut room = Self::new();
            for _ in 0..people {
                room.admit(server, rival, 1).await?;
            }
            several.push(room);
        }
        Ok(several)
    }

    /// So many join at once; done when each that is in knows of all that came later.
    ///
    /// # Errors
    /// When a join fails, or word of it does not arrive.
    pub async fn admit(
        &mut self,
        server: &RunningServer,
        rival: &'static dyn Rival,
        people: usize,
    ) -> Result<()> {
        let before = self.people.len();
        let users = (0..people).map(|_| User::new(&self.name));
        let newcomers = users.map(|user| Client::join(server, rival, user));
        self.people.extend(try_join_all(newcomers).await?);
        if !rival.tells_of_joins() {
            self.greet(before).await?;
        }
        // Of each pair with a newcomer, one came first and hears of the other.
        let now = self.people.len();
        let pairs = now * now.saturating_sub(1) / 2 - before * before.saturating_sub(1) / 2;
        with_timeout("word of a join", self.hear_of(pairs)).await
    }

    /// Those from this place on tell everybody who was there before them.
    async fn greet(&mut self, first: usize) -> Result<()> {
        let ids: Vec<String> = self.people.iter().map(|one| one.id.clone()).collect();
        let greetings = self.people.iter_mut().enumerate().skip(first);
        try_join_all(greetings.map(async |(place, newcomer)| {
            for id in &ids[..place] {
                let words = newcomer.rival.signal(id, GREETING);
                newcomer.say(&words).await?;
            }
            Result::Ok(())
        }))
        .await?;
        Ok(())
    }

    /// Waits until those in the room have heard of so many joins in all.
    async fn hear_of(&mut self, joins: usize) -> Result<()> {
        let mut heard = 0;
        let mut hearing: FuturesUnordered<_> = self.people.iter_mut().map(hear).collect();
        while heard < joins {
            let Some((client, event)) = hearing.next().await else {
                return Err("nobody is in the room".into());
            };
            match event? {
                ServerEvent::PeerJoined | ServerEvent::Signal { .. } => heard += 1,
                other => return Err(format!("{other:?} while others join").into()),
            }
            hearing.push(hear(client));
        }
        Ok(())
    }

    /// Two different people of the room.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn pair(&mut self, one: usize, other: usize) -> Result<[&mut Client; 2]> {
        let pair = self.people.get_disjoint_mut([one, other]);
        pair.map_err(|error| format!("no pair {one}, {other}: {error}").into())
    }

    /// All leave.
    ///
    /// # Errors
    /// When the server does not end a connection.
    pub async fn leave(self) -> Result<()> {
        for client in self.people {
            client.leave().await?;
        }
        Ok(())
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

async fn hear(client: &mut Client) -> (&mut Client, Result<ServerEvent>) {
    let event = client.hear().await;
    (client, event)
}
