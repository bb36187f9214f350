//! A participant with another client: it joins calls as the essay in [`protocol`] says, and shares
//! no code with the page's own core.
//!
//! 1. [`Guest`]: its interface.
//! 2. `session`: the WebSocket (`signaling`), a UDP socket, and who else is in the room.
//! 3. `pair`: one other page; `live`: the connection to it, with steps and silences.
//! 4. `connection`: WebRTC as str0m does it: four sections that carry nothing, two data channels.
//! 5. `chat`: the log, and `clock`, which orders it.
//!
//! It has no devices and uses no relay. It reads all that it is told instead of a share, keeps the
//! newest of the chat instead of everybody's part, and ends when its WebSocket does.

mod chat;
mod clock;
mod connection;
mod live;
mod pair;
mod session;
mod signaling;

use std::sync::{Arc, Mutex};

use protocol::{ChatMessage, ChatText, Incarnation, MediaState, Name, PeerId, PeerSecret, RoomId};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::Result;
use session::{Session, Word};

/// What waits to be read or said; more than a person does at once.
const WAITING: usize = 256;

/// Where to go, and as whom.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// `http://localhost:8080`: of the page, and so what `Origin` says.
    pub origin: String,
    /// Which room.
    pub room: RoomId,
    /// What the others are to call the guest.
    pub name: Name,
    /// Whose hash the id is.
    pub secret: PeerSecret,
    /// Which run of the program this is; to be drawn at random.
    pub incarnation: Incarnation,
    /// Where to write down all that is said and heard, if anywhere.
    pub record: Option<Record>,
}

/// What was said (`>`) and heard (`<`), a message a line, with the data channel's name before it.
#[derive(Clone, Debug, Default)]
pub struct Record(Arc<Mutex<Vec<String>>>);

impl Record {
    /// All of it.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().map(|lines| lines.clone()).unwrap_or_default()
    }

    fn write(&self, line: String) {
        if let Ok(mut lines) = self.0.lock() {
            lines.push(line);
        }
    }
}

/// What a guest hears.
#[derive(Clone, Debug, PartialEq)]
pub enum GuestEvent {
    /// The server let it in under this id.
    Joined(PeerId),
    /// Both channels to somebody are open.
    Met(Name),
    /// Somebody's page said that it lives.
    Alive(Name),
    /// Somebody's devices went on or off.
    Media(Name, MediaState),
    /// This came into the chat.
    Read(ChatMessage),
    /// Somebody left, or is gone.
    Gone(Name),
}

/// A guest in a call.
#[derive(Debug)]
pub struct Guest {
    words: mpsc::Sender<Word>,
    events: mpsc::Receiver<GuestEvent>,
    session: JoinHandle<Result<()>>,
}

impl Guest {
    /// Joins the call.
    ///
    /// # Errors
    /// When there is no server, or it lets nobody in.
    pub async fn join(invitation: &Invitation) -> Result<Self> {
        let (words, spoken) = mpsc::channel(WAITING);
        let (heard, events) = mpsc::channel(WAITING);
        let session = Session::join(invitation, heard).await?;
        Ok(Self {
            words,
            events,
            session: tokio::spawn(session.run(spoken)),
        })
    }

    /// Writes to all.
    ///
    /// # Errors
    /// When the call is over.
    pub async fn say(&self, text: ChatText) -> Result<()> {
        Ok(self.words.send(Word::Say(text)).await?)
    }

    /// What happens next. It can be given up and asked again.
    ///
    /// # Errors
    /// When the call is over.
    pub async fn next(&mut self) -> Result<GuestEvent> {
        let over = "the guest's call is over";
        self.events.recv().await.ok_or_else(|| over.into())
    }

    /// Leaves as the essay asks: a word to each page, a word to the server, and then the
    /// connections.
    ///
    /// # Errors
    /// Why the call was over before.
    pub async fn leave(mut self) -> Result<()> {
        // Whoever is gone already says why below.
        let _ = self.words.send(Word::Leave).await;
        self.events.close();
        self.session.await?
    }
}
