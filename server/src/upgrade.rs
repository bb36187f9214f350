//! Requests that become WebSockets: those that follow the rules, from our own pages.

use std::{
    mem,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::{
    Method, Request, StatusCode, Version,
    body::{Body, Incoming},
    header,
};
use hyper_tungstenite::{HyperWebsocket, tungstenite::Message};
use hyper_util::rt::TokioIo;
use protocol::{CloseCode, Rejection, ServerMessage};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    address_slot::{AddressSlot, Kind},
    app_state::AppState,
    frames::{self, End, Frames},
    hub::{RegisterError, Registration},
    limits::Admission,
    memory::Memory,
    origin::{Origins, Scheme},
    request::only,
    response::Response,
    socket::{Permits, Socket},
    transport::Transport,
};

/// A response, with the WebSocket that the connection becomes after it.
#[derive(Debug)]
pub(crate) struct Reply {
    /// What the browser gets.
    pub response: Response,
    upgrade: Option<Upgrade>,
}

/// A WebSocket that is about to be.
#[derive(Debug)]
pub(crate) struct Upgrade {
    stream: HyperWebsocket,
    /// Or why there is no place for it.
    registration: Result<(Registration, Permits), &'static str>,
    memory: Memory,
}

/// Where the task of a connection finds the WebSocket that a request made of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingUpgrade(Arc<Mutex<Option<Upgrade>>>);

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self {
            response,
            upgrade: None,
        }
    }
}

impl PendingUpgrade {
    /// Keeps the WebSocket, and returns the response.
    pub(crate) fn keep(&self, reply: Reply) -> Response {
        self.replace(reply.upgrade);
        reply.response
    }

    /// The WebSocket that the connection becomes, if it does.
    pub(crate) fn take(&self) -> Option<Upgrade> {
        self.replace(None)
    }

    fn replace(&self, upgrade: Option<Upgrade>) -> Option<Upgrade> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mem::replace(&mut *slot, upgrade)
    }
}

/// hyper-tungstenite looks at little; the rest of RFC 6455, section 4.2.1, and the origin are
/// checked here.
///
/// # Errors
/// The status of the response in place of the upgrade.
pub(crate) fn check<B: Body>(
    request: &Request<B>,
    origins: &Origins,
    scheme: Scheme,
) -> Result<(), StatusCode> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !hyper_tungstenite::is_upgrade_request(request)
        || only(headers, header::SEC_WEBSOCKET_VERSION) != Some("13")
    {
        return Err(StatusCode::UPGRADE_REQUIRED);
    }
    let key =
        only(headers, header::SEC_WEBSOCKET_KEY).and_then(|key| BASE64_STANDARD.decode(key).ok());
    let (Version::HTTP_11, Some(16), Some(host)) = (
        request.version(),
        key.map(|key| key.len()),
        only(headers, header::HOST),
    ) else {
        return Err(StatusCode::BAD_REQUEST);
    };
    match only(headers, header::ORIGIN) {
        Some(origin) if origins.allow(origin, host, scheme) => Ok(()),
        _ => Err(StatusCode::FORBIDDEN),
    }
}

/// Opens a WebSocket for a request that was checked.
///
/// # Errors
/// The status of the response in place of the upgrade.
pub(crate) fn open(
    state: &AppState,
    admission: &Arc<Admission>,
    slot: &Arc<AddressSlot>,
    mut request: Request<Incoming>,
) -> Result<Reply, StatusCode> {
    let memory = state.hub.memory().of(slot.used.clone());
    let registration = register(state, admission, slot, &memory)?;
    let (response, stream) = hyper_tungstenite::upgrade(&mut request, Some(frames::config()))
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let upgrade = Upgrade {
        stream,
        registration,
        memory,
    };
    Ok(Reply {
        response,
        upgrade: Some(upgrade),
    })
}

/// Registers the WebSocket, and takes its share of the address's; or says why that cannot be.
fn register(
    state: &AppState,
    admission: &Arc<Admission>,
    slot: &Arc<AddressSlot>,
    memory: &Memory,
) -> Result<Result<(Registration, Permits), &'static str>, StatusCode> {
    let Some(address) = slot.permit(Kind::WebSocket) else {
        return Ok(Err("address"));
    };
    let customer = slot.address().customer();
    match state.hub.register(&customer, memory) {
        Err(RegisterError::Closed) => Err(StatusCode::SERVICE_UNAVAILABLE),
        Err(RegisterError::Full) => Ok(Err("full")),
        Ok(registration) => {
            let permits = Permits {
                address: Arc::new(address),
                connection: Arc::clone(admission),
            };
            Ok(Ok((registration, permits)))
        }
    }
}

impl Upgrade {
    /// The session of the WebSocket, in a box that is no larger than it has to be; `None` if it is
    /// over already.
    pub(crate) async fn open<S: Transport>(
        self,
        state: Arc<AppState>,
    ) -> Option<Pin<Box<impl Future<Output = ()> + use<S>>>> {
        let upgraded = self.stream.await.ok()?.into_inner().into_inner();
        let parts = upgraded.downcast::<TokioIo<S>>().ok()?;
        let mut stream = parts.io.into_inner();
        stream.narrow();
        let frames = Frames::new(stream, parts.read_buf, frames::config(), &self.memory).await;
        let (registration, permits) = match self.registration {
            Ok(registration) => registration,
            Err(reason) => {
                turn_away(&state, frames, reason).await;
                return None;
            }
        };
        let socket = Socket {
            frames,
            registration,
            permits,
            timeouts: state.timeouts,
            refresh: state.refresh,
            metrics: Arc::clone(&state.metrics),
        };
        Some(Box::pin(socket.serve()))
    }
}

/// Browsers hide the status of a WebSocket that was refused, and pages would ask again at once. So
/// it is opened, told when to come back, and closed.
async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(
    state: &AppState,
    mut frames: Frames<S>,
    reason: &'static str,
) {
    state.metrics.refusal(reason);
    state.metrics.close(CloseCode::OVERLOADED);
    let rejection = Rejection::overloaded();
    let text = protocol::encode(&ServerMessage::Rejected { rejection });
    let text = [Message::text(text)].into_iter();
    let _ = frames.send(text, state.timeouts.stall).await;
    frames.end(End::Close(CloseCode::OVERLOADED)).await;
}
