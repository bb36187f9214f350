//! What carries a connection's bytes: TCP, or TLS over it.

use rustix::net::sockopt;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

use crate::throttle::Throttled;

/// Bytes that the system takes for a WebSocket, whose messages are smaller than a page's files
/// (Linux doubles it, for what it needs besides). Over a line of 100 ms a page still gets 300 KB of
/// signals a second.
const SEND_BUFFER: usize = 32 * 1024;
/// Bytes that TLS takes before they are encrypted and given to the system: one record.
const TLS_BUFFER: usize = 16 * 1024;

/// The way to a browser.
pub(crate) trait Transport: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// From now on it buffers little that is not read. Where that cannot be set, the bound before
    /// it holds.
    fn narrow(&mut self);
}

impl Transport for Throttled<TcpStream> {
    fn narrow(&mut self) {
        let _ = sockopt::set_socket_send_buffer_size(self.stream(), SEND_BUFFER);
    }
}

impl Transport for TlsStream<Throttled<TcpStream>> {
    fn narrow(&mut self) {
        let (stream, tls) = self.get_mut();
        stream.narrow();
        tls.set_buffer_limit(Some(TLS_BUFFER));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::net::TcpListener;

    use super::*;

    /// In Linux's own counting, with what each byte takes besides.
    #[tokio::test]
    async fn a_websocket_has_small_buffers_in_the_system() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
        let mut stream = Throttled::new(stream.unwrap(), Arc::default());
        assert!(sockopt::socket_send_buffer_size(stream.stream()).unwrap() > 2 * SEND_BUFFER);
        stream.narrow();
        let narrow = sockopt::socket_send_buffer_size(stream.stream()).unwrap();
        assert_eq!(narrow, 2 * SEND_BUFFER);
    }
}
