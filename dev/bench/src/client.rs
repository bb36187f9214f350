//! A page that is connected to a server.

use crate::{
    Result,
    rivals::{Rival, ServerEvent},
    server::RunningServer,
    user::User,
    wire::Wire,
    with_timeout,
};

/// A page in a room. Dropping it breaks the connection.
#[derive(Debug)]
pub struct Client {
    /// What the server calls it.
    pub id: String,
    /// Which server it speaks to.
    pub rival: &'static dyn Rival,
    user: User,
    wire: Wire,
}

impl Client {
    /// Connects and joins.
    ///
    /// # Errors
    /// When the server does not let it in, or takes too long.
    pub async fn join(
        server: &RunningServer,
        rival: &'static dyn Rival,
        user: User,
    ) -> Result<Self> {
        with_timeout("a join", Self::come_in(server, rival, user)).await
    }

    async fn come_in(
        server: &RunningServer,
        rival: &'static dyn Rival,
        user: User,
    ) -> Result<Self> {
        let path = rival.path(&user);
        let mut wire = Wire::connect(user.address, server.address(), path.as_deref()).await?;
        if let Some(hello) = rival.hello(&user) {
            wire.send(&hello).await?;
        }
        let mut client = Self {
            id: String::new(),
            rival,
            user,
            wire,
        };
        match client.hear().await? {
            ServerEvent::Joined { id } => client.id = id,
            other => return Err(format!("{}: {other:?} before joined", rival.name()).into()),
        }
        Ok(client)
    }

    /// Says this to the server, in the server's words.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn say(&mut self, words: &str) -> Result<()> {
        with_timeout("a word", self.wire.send(words)).await
    }

    /// What the server says next. Nothing is lost if this is given up.
    ///
    /// # Errors
    /// When the server ends the connection or refuses something.
    pub async fn next(&mut self) -> Result<ServerEvent> {
        let name = self.rival.name();
        let text = self.wire.next().await?;
        let text = text.ok_or_else(|| format!("{name} ended a connection"))?;
        match self.rival.hear(&self.user, &text) {
            ServerEvent::Refused => Err(format!("{name} refused something: {text}").into()),
            event => Ok(event),
        }
    }

    /// The next event that is more than a formality; formalities are answered.
    ///
    /// # Errors
    /// When the server ends the connection or refuses something.
    pub async fn hear(&mut self) -> Result<ServerEvent> {
        loop {
            match self.next().await? {
                ServerEvent::Formality { answer: None } => {}
                ServerEvent::Formality {
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
        match with_timeout("a message", self.hear()).await? {
            ServerEvent::Signal { from, bytes } if from == sender && bytes == size => Ok(()),
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
        with_timeout("a farewell", self.wire.close()).await
    }
}
