//! A limited number of things, shared fairly between networks.

use std::collections::HashMap;

use crate::address::Network;

/// How many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    /// For everybody together.
    pub all: usize,
    /// For one address.
    pub each: usize,
}

/// How many each network has.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    taken: usize,
    by: HashMap<Network, usize>,
}

impl Pool {
    /// A household always gets this many as long as there are any. Whoever has more gets no more
    /// than what is then left, so that any number of greedy networks leave some for those that have
    /// none yet.
    const FEW: usize = 16;

    /// Takes one for all of these networks, each of which may have so many times what one address
    /// may. Says whether there was one.
    pub(crate) fn acquire(&mut self, networks: &[(Network, u32)], quota: Quota) -> bool {
        let fair = quota.all.saturating_sub(self.taken + 1).max(Self::FEW);
        let is_granted = networks.iter().all(|(network, times)| {
            let has = self.by.get(network).copied().unwrap_or(0);
            has < fair.min(quota.each.saturating_mul(*times as usize))
        });
        if is_granted {
            self.taken += 1;
            for (network, _) in networks {
                *self.by.entry(*network).or_default() += 1;
            }
        }
        is_granted
    }

    /// Gives one back.
    pub(crate) fn release(&mut self, networks: &[(Network, u32)]) {
        self.taken -= 1;
        for (network, _) in networks {
            let Some(has) = self.by.get_mut(network) else {
                continue;
            };
            *has -= 1;
            if *has == 0 {
                self.by.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::address::Address;

    fn networks(ip: &str) -> Vec<(Network, u32)> {
        Address::from(ip.parse::<IpAddr>().unwrap()).networks()
    }

    fn as_many_as_there_are(pool: &mut Pool, ip: IpAddr, quota: Quota) -> usize {
        let networks = Address::from(ip).networks();
        (0..).take_while(|_| pool.acquire(&networks, quota)).count()
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_again() {
        let (mut pool, quota) = (Pool::default(), Quota { all: 1000, each: 2 });
        let here = networks("192.0.2.1");
        assert!(pool.acquire(&here, quota) && pool.acquire(&here, quota));
        assert!(!pool.acquire(&here, quota));
        assert!(pool.acquire(&networks("192.0.2.2"), quota));
        pool.release(&here);
        assert!(pool.acquire(&here, quota) && !pool.acquire(&here, quota));
    }

    /// Of 65,536 households with two each.
    #[test]
    fn a_customer_with_many_networks_has_four_times_the_share() {
        let (mut pool, quota) = (Pool::default(), Quota { all: 1000, each: 2 });
        let mut taken = 0;
        for household in 0..=u16::MAX {
            let ip = format!("2001:db8:0:{household:x}::1").parse().unwrap();
            taken += as_many_as_there_are(&mut pool, ip, quota);
        }
        assert_eq!(taken, 8);
        let neighbour = "2001:db8:1::1".parse().unwrap();
        assert_eq!(as_many_as_there_are(&mut pool, neighbour, quota), 2);
    }

    #[test]
    fn many_who_take_all_they_can_leave_some_for_who_has_none() {
        let quota = Quota {
            all: 10_000,
            each: 512,
        };
        let mut pool = Pool::default();
        for hog in 0..200 {
            let ip = Ipv4Addr::from(0x0a00_0000 + hog);
            as_many_as_there_are(&mut pool, ip.into(), quota);
        }
        let household = networks("192.0.2.1");
        for _ in 0..Pool::FEW {
            assert!(pool.acquire(&household, quota));
        }
        assert!(pool.taken > 9_500, "{}", pool.taken);
    }
}
