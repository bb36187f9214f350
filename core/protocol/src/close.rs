//! Why a WebSocket ends.

/// The code of a WebSocket's close frame (RFC 6455, section 7.4), and what each asks of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// The same page joined over another WebSocket; nothing is lost.
    pub const REPLACED: Self = Self(1000);
    /// A frame breaks the rules of WebSocket.
    pub const PROTOCOL: Self = Self(1002);
    /// Messages are text.
    pub const UNSUPPORTED: Self = Self(1003);
    /// No close frame came: the connection broke, or was never there. Never sent.
    pub const ABNORMAL: Self = Self(1006);
    /// A text is not UTF-8.
    pub const INVALID: Self = Self(1007);
    /// Too many messages, or one that took too long: come back much later.
    pub const POLICY: Self = Self(1008);
    /// A message is larger than [`crate::MAX_MESSAGE`].
    pub const TOO_BIG: Self = Self(1009);
    /// The server restarts; come back soon.
    pub const RESTART: Self = Self(1012);
    /// The server, or what it grants one address, is used up; come back later.
    pub const OVERLOADED: Self = Self(1013);
    /// No `watch` or `join` came in time.
    pub const SILENT: Self = Self(4001);
    /// See [`crate::Rejection::Superseded`]. Coming back would start a quarrel.
    pub const SUPERSEDED: Self = Self(4003);
    /// The page did not read what it was sent.
    pub const TOO_SLOW: Self = Self(4006);
    /// The page answered no ping.
    pub const TIMED_OUT: Self = Self(4007);
}
