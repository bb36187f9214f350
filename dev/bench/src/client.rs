//! A page that is connected to a server.

use crate::{
    Result,
    guest::Guest,
    patiently,
    rivals::{Event, Rival},
    server::Server,
    wire::Wire,
};

/// A page in a room. Dropping it breaks the connection.
#[derive(Debug)]
pub struct Client {
    /// What the server calls it.
    pub id: String,
    /// Which server it speaks to.
    pub rival: &'static dyn Rival,
    guest: Guest,
    wire: Wire,
}

impl Client {
    /// Connects and joins.
    ///
    /// # Errors
    /// When the server does not let it in, or takes too long.
    pub async fn join(server: &Server, rival: &'static dyn Rival, guest: Guest) -> Result<Self> {
        patiently("a join", Self::come_in(server, rival, guest)).await
    }

    async fn come_in(server: &Server, rival: &'static dyn Rival, guest: Guest) -> Result<Self> {
        let path = rival.path(&guest);
        let mut wire = Wire::connect(guest.address, server.address(), path.as_deref()).await?;
        if let Some(hello) = rival.hello(&guest) {
            wire.send(&hello).await?;
        }
        let mut client = Self {
            id: String::new(),
            rival,
            guest,
            wire,
        };
        match client.hear().await? {
            Event::Joined { id } => client.id = id,
            other => return Err(format!("{}: {other:?} before joined", rival.name()).into()),
        }
        Ok(client)
    }

    /// Says this to the server, in the server's words.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn say(&mut self, words: &str) -> Result<()> {
        patiently("a word", self.wire.send(words)).await
    }

    /// What the server says next. Nothing is lost if this is given up.
    ///
    /// # Errors
    /// When the server ends the connection or refuses something.
    pub async fn next(&mut self) -> Result<Event> {
        let name = self.rival.name();
        let text = self.wire.next().await?;
        let text = text.ok_or_else(|| format!("{name} ended a connection"))?;
        match self.rival.hear(&self.guest, &text) {
            Event::Refused => Err(format!("{name} refused something: {text}").into()),
            event => Ok(event),
        }
    }

    /// The next event that is more than a formality; formalities are answered.
    ///
    /// # Errors
    /// When the server ends the connection or refuses something.
    pub async fn hear(&mut self) -> Result<Event> {
        loop {
            match self.next().await? {
                Event::Formality { answer: None } => {}
                Event::Formality {
                    answer: Some(answer),
                } => self.say(&answer).await?,
                event => return Ok(event),
            }
        }
    }

    /// Waits for a message of this sender and size.
    ///
    /// # Errors
    /// When something else arrives, or nothing in time.
    pub async fn receive(&mut self, sender: &str, size: usize) -> Result<()> {
        match patiently("a message", self.hear()).await? {
            Event::Signal { from, bytes } if from == sender && bytes == size => Ok(()),
            other => {
                let name = self.rival.name();
                Err(format!("{name}: not {size} bytes of {sender} but {other:?}").into())
            }
        }
    }

    /// Ends the connection, as a page does that is closed.
    ///
    /// # Errors
    /// When the server does not end it too.
    pub async fn leave(self) -> Result<()> {
        patiently("a farewell", self.wire.close()).await
    }
}
