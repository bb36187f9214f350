//! Who a connection is from, and how much one address may take.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;

use crate::bucket::{Bucket, Rate};

/// An IP address as far as it tells people apart: the whole of IPv4, the network half of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(ip) => {
                let network = u128::from(ip) >> 64 << 64;
                Self(Ipv6Addr::from(network).into())
            }
            ip => Self(ip),
        }
    }
}

/// What one address may take.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Connections at the same time.
    pub connections: u32,
    /// New connections.
    pub connects: Rate,
    /// Attempts to watch or join a room: more would be guessing room IDs.
    pub joins: Rate,
}

/// What every address takes now.
#[derive(Clone, Debug)]
pub struct Addresses {
    allowance: Allowance,
    table: Arc<Mutex<Table>>,
}

#[derive(Debug, Default)]
struct Table {
    usages: HashMap<Address, Usage>,
    /// So many were left when the idle ones were last forgotten.
    kept: usize,
}

#[derive(Debug)]
struct Usage {
    connections: u32,
    connects: Bucket,
    joins: Bucket,
}

/// One connection of an address. Dropping it ends the connection's share.
#[derive(Debug)]
pub struct Visit {
    addresses: Addresses,
    address: Address,
}

impl Addresses {
    /// Addresses without a connection that are remembered for what they used up; the others are as many as connections.
    pub const MAX_IDLE: usize = 65_536;

    /// Nobody is here yet.
    pub fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            table: Arc::default(),
        }
    }

    /// One more connection, unless the address has had enough.
    pub fn enter(&self, address: Address) -> Option<Visit> {
        let Allowance {
            connections,
            connects,
            joins,
        } = self.allowance;
        let now = Instant::now();
        let mut table = self.lock();
        table.forget_the_idle(&self.allowance, now);
        let usage = table.usages.entry(address).or_insert_with(|| Usage {
            connections: 0,
            connects: Bucket::full(connects, now),
            joins: Bucket::full(joins, now),
        });
        if usage.connections >= connections || !usage.connects.take(connects, now) {
            return None;
        }
        usage.connections += 1;
        Some(Visit {
            addresses: self.clone(),
            address,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Now and then, so that it costs each newcomer next to nothing.
    fn forget_the_idle(&mut self, allowance: &Allowance, now: Instant) {
        const STEP: usize = 1024;
        if self.usages.len() < STEP + 2 * self.kept {
            return;
        }
        self.usages.retain(|_, usage| {
            usage.connections > 0
                || !usage.connects.is_full(allowance.connects, now)
                || !usage.joins.is_full(allowance.joins, now)
        });
        // Who comes from so many addresses at once could as well use fresh ones.
        if self.usages.len() > Addresses::MAX_IDLE {
            self.usages.retain(|_, usage| usage.connections > 0);
        }
        self.kept = self.usages.len();
        self.usages.shrink_to(2 * self.kept);
    }
}

impl Visit {
    /// Whether the address may try one more room.
    pub fn may_join(&self) -> bool {
        let joins = self.addresses.allowance.joins;
        let mut table = self.addresses.lock();
        let usage = table.usages.get_mut(&self.address);
        usage.is_some_and(|usage| usage.joins.take(joins, Instant::now()))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(usage) = self.addresses.lock().usages.get_mut(&self.address) {
            usage.connections -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const ALLOWANCE: Allowance = Allowance {
        connections: 2,
        connects: Rate {
            burst: 3.0,
            per_second: 1.0,
        },
        joins: Rate {
            burst: 1.0,
            per_second: 1.0,
        },
    };

    fn address(ip: &str) -> Address {
        ip.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn one_household_is_one_address() {
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:2"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_takes_its_share_and_no_more() {
        let addresses = Addresses::new(ALLOWANCE);
        let here = address("192.0.2.1");
        let first = addresses.enter(here).unwrap();
        let _second = addresses.enter(here).unwrap();
        assert!(addresses.enter(here).is_none(), "two at a time");
        assert!(addresses.enter(address("192.0.2.2")).is_some());
        drop(first);
        let third = addresses.enter(here).unwrap();
        drop(third);
        assert!(addresses.enter(here).is_none(), "three at once");
        tokio::time::advance(Duration::from_secs(1)).await;
        let fourth = addresses.enter(here).unwrap();
        assert_eq!([fourth.may_join(), fourth.may_join()], [true, false]);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(fourth.may_join());
    }

    #[tokio::test(start_paused = true)]
    async fn idle_addresses_are_forgotten() {
        let addresses = Addresses::new(ALLOWANCE);
        let stays = addresses.enter(address("192.0.2.1")).unwrap();
        for number in 0..3 * Addresses::MAX_IDLE as u32 {
            let ip = IpAddr::from(std::net::Ipv4Addr::from(0x0a00_0000 + number));
            drop(addresses.enter(ip.into()));
        }
        assert!(addresses.lock().usages.len() <= 3 * Addresses::MAX_IDLE);
        tokio::time::advance(Duration::from_secs(10)).await;
        for number in 0..4 * Addresses::MAX_IDLE as u32 {
            let ip = IpAddr::from(std::net::Ipv4Addr::from(0x0b00_0000 + number));
            drop(addresses.enter(ip.into()));
            tokio::time::advance(Duration::from_millis(10)).await;
        }
        assert!(addresses.lock().usages.len() <= 2048);
        assert!(stays.may_join());
    }
}
