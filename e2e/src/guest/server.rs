//! The guest's WebSocket.

use futures_util::{SinkExt, StreamExt};
use http::Uri;
use protocol::{ClientMessage, Incarnation, Peer, PeerId, ServerMessage, VERSION, decode, encode};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Message},
};

use super::Invitation;
use crate::Result;

pub(super) struct Server {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Server {
    pub(super) async fn open(origin: &str) -> Result<Self> {
        let address: Uri = format!("{}/ws", origin.replacen("http", "ws", 1)).parse()?;
        let request = ClientRequestBuilder::new(address).with_header("Origin", origin);
        let (socket, _) = connect_async(request).await?;
        Ok(Self { socket })
    }

    /// Asks to be let in; under which id, and who else is there.
    pub(super) async fn join(
        &mut self,
        invitation: &Invitation,
        incarnation: Incarnation,
    ) -> Result<(PeerId, Vec<Peer>)> {
        self.say(&ClientMessage::Join {
            version: VERSION,
            room: invitation.room.clone(),
            name: invitation.name.clone(),
            secret: invitation.secret,
            incarnation,
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

    /// What it says next; `None` for what is no message that the guest knows. It can be given up and
    /// asked again.
    pub(super) async fn next(&mut self) -> Result<Option<ServerMessage>> {
        match self.socket.next().await {
            Some(Ok(Message::Close(frame))) => Err(format!("the server closed: {frame:?}").into()),
            Some(message) => Ok(message?.to_text().ok().and_then(decode)),
            None => Err("the server is gone".into()),
        }
    }

    pub(super) async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        Ok(self.socket.send(Message::text(encode(message))).await?)
    }

    pub(super) async fn close(mut self) -> Result<()> {
        Ok(self.socket.close(None).await?)
    }
}
