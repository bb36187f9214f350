//! How long the server waits.

use std::time::Duration;

/// How long a WebSocket may take for each of these.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until its first `watch` or `join`; then it ends with [`protocol::CloseCode::SILENT`].
    pub first_word: Duration,
    /// Between two pings from the server.
    pub ping: Duration,
    /// After a ping without any sign of life, pongs included; then it ends with
    /// [`protocol::CloseCode::TIMED_OUT`].
    pub silence: Duration,
    /// Without taking anything of what is sent; then it ends with
    /// [`protocol::CloseCode::TOO_SLOW`].
    pub stall: Duration,
    /// From a signal's arrival until it was taken; then it ends with
    /// [`protocol::CloseCode::TOO_SLOW`]. A page that takes a little now and then, and never comes
    /// to the end, does not read.
    pub lag: Duration,
    /// From the first byte of a message to its last; then it ends with
    /// [`protocol::CloseCode::POLICY`].
    pub message: Duration,
}

impl Default for Timeouts {
    /// People whose machine vanished shall be gone within twenty seconds: here, after a ping's
    /// interval and its silence.
    fn default() -> Self {
        Self {
            first_word: Duration::from_secs(10),
            ping: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            stall: Duration::from_secs(10),
            lag: Duration::from_secs(60),
            message: Duration::from_secs(30),
        }
    }
}
