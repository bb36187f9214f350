//! How much one address may take.
//!
//! Scarce things are counted ([`Pool`]), and what only takes time is waited for ([`RateLimiter`]):
//! a school has one address, and one of its pupils may be greedy.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use protocol::RoomId;

use crate::{
    address::{Address, Network},
    bucket::Rate,
    memory::Used,
    pool::{Pool, Quota},
    rate_limiter::RateLimiter,
};

/// What one address may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// TCP connections at the same time.
    pub connections: Quota,
    /// WebSockets at the same time.
    pub websockets: Quota,
    /// New connections: a TLS handshake is the most that a stranger can make the server do at once.
    pub connects: Rate,
    /// Requests, each by the weight of its answer.
    pub requests: Rate,
    /// Rooms in which nobody from this address is: more would be guessing room IDs.
    pub rooms: Rate,
}

/// What every address takes now.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    allowance: Allowance,
    /// Makes a number of a room ID; nobody outside can choose it.
    hasher: RandomState,
    table: Arc<Mutex<Table>>,
}

#[derive(Debug, Default)]
struct Table {
    connections: Pool,
    websockets: Pool,
    usages: HashMap<Network, Usage>,
    /// How many were left when the idle ones were last forgotten.
    kept: usize,
}

/// What one network takes.
#[derive(Debug)]
struct Usage {
    limiters: Arc<RateLimiters>,
    /// Bytes of what waits there.
    used: Used,
    /// The rooms where somebody from this network is, and how many are.
    rooms: HashMap<u64, u32>,
}

#[derive(Debug)]
struct RateLimiters {
    connects: RateLimiter,
    requests: RateLimiter,
    rooms: RateLimiter,
}

/// One address that somebody is here from.
#[derive(Debug)]
pub(crate) struct AddressSlot {
    addresses: Addresses,
    networks: Vec<(Network, u32)>,
    limiters: Vec<Arc<RateLimiters>>,
    /// Bytes of what waits for this customer.
    pub used: Used,
    address: Address,
}

/// What is limited in number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A TCP connection.
    Connection,
    /// A WebSocket.
    WebSocket,
}

/// One of these, counted for its address. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Permit {
    slot: Arc<AddressSlot>,
    kind: Kind,
    /// Where the WebSocket is.
    room: Mutex<Option<u64>>,
}

impl Addresses {
    /// How many networks without anybody are remembered for what they used up. Those with somebody
    /// are at most three to a connection.
    pub(crate) const MAX_IDLE: usize = 65_536;

    /// Nobody is here yet.
    pub(crate) fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            hasher: RandomState::new(),
            table: Arc::default(),
        }
    }

    /// Somebody comes from there.
    pub(crate) fn slot(&self, address: Address) -> Arc<AddressSlot> {
        let networks = address.networks();
        let mut table = self.lock();
        table.forget_the_idle();
        let mut used = Used::default();
        let limiters = networks.iter().map(|(network, times)| {
            let usage = table.usages.entry(*network);
            let usage = usage.or_insert_with(|| Usage::new(&self.allowance, *times));
            // The widest network comes last, and is the customer's.
            used = usage.used.clone();
            Arc::clone(&usage.limiters)
        });
        let limiters = limiters.collect();
        drop(table);
        Arc::new(AddressSlot {
            addresses: self.clone(),
            networks,
            limiters,
            used,
            address,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn pool(&mut self, kind: Kind) -> &mut Pool {
        match kind {
            Kind::Connection => &mut self.connections,
            Kind::WebSocket => &mut self.websockets,
        }
    }

    /// Does so now and then only, so that it costs each newcomer next to nothing.
    fn forget_the_idle(&mut self) {
        const STEP: usize = 1024;
        if self.usages.len() < STEP + 2 * self.kept {
            return;
        }
        self.usages.retain(|_, usage| !usage.is_idle());
        // An attacker with so many addresses could as well use fresh ones.
        if self.usages.len() > Addresses::MAX_IDLE {
            self.usages.retain(|_, usage| usage.is_here());
        }
        self.kept = self.usages.len();
        self.usages.shrink_to(2 * self.kept);
    }

    fn leave(&mut self, networks: &[(Network, u32)], room: u64) {
        for (network, _) in networks {
            let Some(usage) = self.usages.get_mut(network) else {
                continue;
            };
            let count = usage.rooms.entry(room).or_default();
            *count = count.saturating_sub(1);
            if *count == 0 {
                usage.rooms.remove(&room);
            }
        }
    }
}

impl Usage {
    fn new(allowance: &Allowance, times: u32) -> Self {
        let limiters = RateLimiters {
            connects: RateLimiter::new(allowance.connects * times),
            requests: RateLimiter::new(allowance.requests * times),
            rooms: RateLimiter::new(allowance.rooms * times),
        };
        Self {
            limiters: Arc::new(limiters),
            used: Used::default(),
            rooms: HashMap::new(),
        }
    }

    /// Whether anybody from it is here.
    fn is_here(&self) -> bool {
        Arc::strong_count(&self.limiters) > 1
    }

    /// Whether forgetting it loses nothing.
    fn is_idle(&self) -> bool {
        let RateLimiters {
            connects,
            requests,
            rooms,
        } = &*self.limiters;
        !self.is_here() && connects.is_idle() && requests.is_idle() && rooms.is_idle()
    }
}

impl AddressSlot {
    /// From where.
    pub(crate) fn address(&self) -> Address {
        self.address
    }

    /// Waits until one more connection may go on.
    pub(crate) async fn connect(&self) {
        for limiters in &self.limiters {
            limiters.connects.acquire(|| 1.0).await;
        }
    }

    /// Waits until a request of this weight may be answered.
    pub(crate) async fn request(&self, weight: f64) {
        for limiters in &self.limiters {
            limiters.requests.acquire(|| weight).await;
        }
    }

    /// One more, unless the address has had enough.
    pub(crate) fn permit(self: &Arc<Self>, kind: Kind) -> Option<Permit> {
        let allowance = &self.addresses.allowance;
        let quota = match kind {
            Kind::Connection => allowance.connections,
            Kind::WebSocket => allowance.websockets,
        };
        let mut table = self.addresses.lock();
        let is_granted = table.pool(kind).acquire(&self.networks, quota);
        is_granted.then(|| Permit {
            slot: Arc::clone(self),
            kind,
            room: Mutex::default(),
        })
    }

    fn knows(&self, network: Network, room: u64) -> bool {
        let table = self.addresses.lock();
        let usage = table.usages.get(&network);
        usage.is_some_and(|usage| usage.rooms.contains_key(&room))
    }
}

impl Permit {
    /// Waits until the address may look into this room, and then counts as being there. Where
    /// others from that address are, it is no guess and costs nothing. Cancel safe.
    pub(crate) async fn enter(&self, room: &RoomId) {
        let room = self.slot.addresses.hasher.hash_one(room.as_str());
        for ((network, _), limiters) in self.slot.networks.iter().zip(&self.slot.limiters) {
            let cost = || f64::from(!self.slot.knows(*network, room));
            if cost() > 0.0 {
                limiters.rooms.acquire(cost).await;
            }
        }
        let mut table = self.slot.addresses.lock();
        for (network, _) in &self.slot.networks {
            if let Some(usage) = table.usages.get_mut(network) {
                *usage.rooms.entry(room).or_default() += 1;
            }
        }
        if let Some(before) = self.room().replace(room) {
            table.leave(&self.slot.networks, before);
        }
    }

    fn room(&self) -> MutexGuard<'_, Option<u64>> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let room = mem::take(&mut *self.room());
        let mut table = self.slot.addresses.lock();
        table.pool(self.kind).release(&self.slot.networks);
        if let Some(room) = room {
            table.leave(&self.slot.networks, room);
        }
    }
}

#[cfg(test)]
mod tests;
