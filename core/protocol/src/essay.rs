//! The rest of the essay, by subject. There is no code in it.

pub mod chat;
pub mod handshake;
pub mod pair;
pub mod server;
