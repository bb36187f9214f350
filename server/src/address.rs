//! Whom a connection is from, as far as addresses tell people apart.

use std::net::{IpAddr, Ipv6Addr};

/// The whole of an IPv4 address, the /64 of a household in IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address(IpAddr);

/// What people are counted by: an IPv4 address, or an IPv6 prefix of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr, u8);

/// The IPv6 prefixes that one customer may have, and how many times the allowance of a household
/// each gets. Only a provider has more than a /48.
const PREFIXES: [(u8, u32); 3] = [(64, 1), (56, 2), (48, 4)];

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(ip) => Self(prefix(ip, 64).into()),
            ip => Self(ip),
        }
    }
}

impl Address {
    /// All networks that it counts for, the narrowest first, and how many times the allowance each
    /// has.
    pub(crate) fn networks(self) -> Vec<(Network, u32)> {
        match self.0 {
            IpAddr::V4(_) => vec![(Network(self.0, 32), 1)],
            IpAddr::V6(ip) => PREFIXES
                .map(|(length, times)| (Network(prefix(ip, length).into(), length), times))
                .to_vec(),
        }
    }

    /// The widest network that one customer may have, in bytes.
    pub(crate) fn customer(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => prefix(ip, 48).octets().to_vec(),
        }
    }
}

fn prefix(ip: Ipv6Addr, length: u8) -> Ipv6Addr {
    let rest = 128 - length;
    Ipv6Addr::from(u128::from(ip) >> rest << rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::essay::{SERVER, says};

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

    #[test]
    fn the_prefixes_of_one_customer_are_counted_together() {
        let shared = |a: &str, b: &str| {
            let (a, b) = (address(a).networks(), address(b).networks());
            let shared = a.iter().filter(|network| b.contains(network));
            shared
                .map(|(network, times)| (network.1, *times))
                .collect::<Vec<_>>()
        };
        let here = "2001:db8:0:100::1";
        assert_eq!(shared(here, "2001:db8:0:100::2"), PREFIXES);
        assert_eq!(shared(here, "2001:db8:0:1ff::2"), PREFIXES[1..]);
        assert_eq!(shared(here, "2001:db8:0:200::2"), PREFIXES[2..]);
        assert_eq!(shared(here, "2001:db8:1:100::2"), []);
        assert_eq!(shared("192.0.2.1", "192.0.2.1"), [(32, 1)]);
        let customer = |ip: &str| address(ip).customer();
        assert_eq!(customer(here), customer("2001:db8:0:ffff::"));
        assert_ne!(customer(here), customer("2001:db8:1::"));
        assert_ne!(customer("192.0.2.1"), customer("192.0.2.2"));
    }

    #[test]
    fn networks_have_what_the_essay_says() {
        let [(once, 1), (more, times), (most, most_times)] = PREFIXES else {
            panic!("{PREFIXES:?}");
        };
        let told =
            format!("a /{once} has it once, a /{more} {times} times, a /{most} {most_times} times");
        says(SERVER, &told);
    }
}
