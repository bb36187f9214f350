//! The guest's WebSocket.

use futures_util::{SinkExt, StreamExt};
use http::Uri;
use protocol::{ClientMessage, Peer, PeerId, ServerMessage, VERSION, decode, encode};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Message},
};

use super::{Invitation, Record};
use crate::Result;

pub(super) struct Signaling {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    record: Option<Record>,
}

impl Signaling {
    pub(super) async fn open(origin: &str, record: Option<Record>) -> Result<Self> {
        let address: Uri = format!("{}/ws", origin.replacen("http", "ws", 1)).parse()?;
        let request = ClientRequestBuilder::new(address).with_header("Origin", origin);
        let (socket, _) = connect_async(request).await?;
        Ok(Self { socket, record })
    }

    /// Asks to be let in; under which id, and who else is there.
    pub(super) async fn join(&mut self, invitation: &Invitation) -> Result<(PeerId, Vec<Peer>)> {
        self.say(&ClientMessage::Join {
            version: VERSION,
            room: invitation.room.clone(),
            name: invitation.name.clone(),
            secret: invitation.secret,
            incarnation: invitation.incarnation,
        })
        .await?;
        loop {
            match self.next().await? {
                Some(ServerMessage::Joined { id, peers, .. }) => return Ok((id, peers)),
                Some(ServerMessage::Rejected { rejection }) => {
                    return Err(format!("not let in: {rejection:?}").into());
                }
                _ => {}
            }
        }
    }

    /// What it says next; `None` for what is no message that the guest knows. It can be given up
    /// and asked again.
    pub(super) async fn next(&mut self) -> Result<Option<ServerMessage>> {
        match self.socket.next().await {
            Some(Ok(Message::Close(frame))) => Err(format!("the server closed: {frame:?}").into()),
            Some(Ok(Message::Text(text))) => {
                self.write('<', &text);
                Ok(decode(&text))
            }
            Some(message) => message.map(|_| None).map_err(Into::into),
            None => Err("the server is gone".into()),
        }
    }

    pub(super) async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        let text = encode(message);
        self.write('>', &text);
        Ok(self.socket.send(Message::text(text)).await?)
    }

    fn write(&self, direction: char, text: &str) {
        if let Some(record) = &self.record {
            record.write(format!("{direction} {text}"));
        }
    }

    pub(super) async fn close(mut self) -> Result<()> {
        Ok(self.socket.close(None).await?)
    }
}
