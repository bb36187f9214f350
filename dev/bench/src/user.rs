//! Who connects to a server: one of many clients, from one of many addresses.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU64, Ordering},
};

/// A client before it connects. No two in a run are alike.
#[derive(Clone, Debug)]
pub struct User {
    /// Counted from 0.
    pub number: u64,
    /// Where it comes from: each address of 127.0.0.0/8 is this machine.
    pub address: Ipv4Addr,
    /// The room it wants to be in.
    pub room: String,
}

/// Fewer than a server lets one address have at a time.
const USERS_PER_ADDRESS: u64 = 48;

static USERS: AtomicU64 = AtomicU64::new(0);
static ROOMS: AtomicU64 = AtomicU64::new(0);

impl User {
    /// The next one, for this room.
    pub fn new(room: &str) -> Self {
        let number = USERS.fetch_add(1, Ordering::Relaxed);
        Self {
            number,
            address: address(number / USERS_PER_ADDRESS),
            room: room.to_owned(),
        }
    }
}

/// The name of a room that nobody was in yet.
pub fn fresh_room() -> String {
    format!("room-{}", ROOMS.fetch_add(1, Ordering::Relaxed))
}

/// From 127.1.0.0 on, sixteen million of them; then again from the first.
fn address(number: u64) -> Ipv4Addr {
    let [.., second, third, fourth] = (number % (254 << 16) + (1 << 16)).to_be_bytes();
    Ipv4Addr::new(127, second, third, fourth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_guests_and_then_there_is_another() {
        let addresses: Vec<Ipv4Addr> = (0..=100).map(|number| address(number / 48)).collect();
        assert_eq!(addresses[0], Ipv4Addr::new(127, 1, 0, 0));
        assert_eq!(addresses[47], addresses[0]);
        assert_eq!(addresses[48], Ipv4Addr::new(127, 1, 0, 1));
        assert_eq!(address((254 << 16) - 1), Ipv4Addr::new(127, 254, 255, 255));
        assert_eq!(address(254 << 16), addresses[0]);
    }
}
