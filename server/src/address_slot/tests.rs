use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::time::Instant;

use super::*;
use crate::memory::Memory;

const ALLOWANCE: Allowance = Allowance {
    connections: Quota { all: 1000, each: 2 },
    websockets: Quota { all: 1000, each: 3 },
    connects: rate(3.0, 1.0),
    requests: rate(3.0, 1.0),
    rooms: rate(1.0, 1.0),
};

const fn rate(burst: f64, per_second: f64) -> Rate {
    Rate { burst, per_second }
}

fn slot(addresses: &Addresses, ip: &str) -> Arc<AddressSlot> {
    addresses.slot(ip.parse::<IpAddr>().unwrap().into())
}

fn enters_at_once(share: &Permit, room: &str) -> bool {
    share.enter(&room.parse().unwrap()).now_or_never().is_some()
}

#[tokio::test(start_paused = true)]
async fn an_address_takes_its_share_and_no_more() {
    let addresses = Addresses::new(ALLOWANCE);
    let here = slot(&addresses, "192.0.2.1");
    let first = here.permit(Kind::Connection).unwrap();
    let _second = here.permit(Kind::Connection).unwrap();
    assert!(here.permit(Kind::Connection).is_none(), "two at a time");
    assert!(here.permit(Kind::WebSocket).is_some(), "of each kind");
    drop(first);
    assert!(here.permit(Kind::Connection).is_some());
    let begin = Instant::now();
    for _ in 0..5 {
        slot(&addresses, "192.0.2.1").connect().await;
    }
    assert_eq!(begin.elapsed(), Duration::from_secs(2), "three at once");
    slot(&addresses, "192.0.2.2").connect().await;
    assert_eq!(begin.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn only_the_first_of_an_address_in_a_room_pays_for_it() {
    let addresses = Addresses::new(ALLOWANCE);
    let page = || {
        slot(&addresses, "192.0.2.1")
            .permit(Kind::WebSocket)
            .unwrap()
    };
    let (ada, ben, cleo) = (page(), page(), page());
    assert!(enters_at_once(&ada, "tea") && enters_at_once(&ben, "tea"));
    assert!(!enters_at_once(&cleo, "guess"), "one at once");
    assert!(enters_at_once(&cleo, "tea"), "others are there");
    drop((ada, ben));
    assert!(enters_at_once(&cleo, "tea"), "it is there itself");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(enters_at_once(&cleo, "guess"));
    assert!(!enters_at_once(&cleo, "tea"), "nobody is there any more");
}

/// A `/48` has four times the rate of a `/64`, not 65,536 times.
#[tokio::test(start_paused = true)]
async fn a_customer_with_many_networks_waits_like_one() {
    let addresses = Addresses::new(ALLOWANCE);
    let begin = Instant::now();
    for network in 0..40_u128 {
        let ip = 0x2001_0db8 << 96 | network << 72;
        addresses
            .slot(IpAddr::from(Ipv6Addr::from(ip)).into())
            .connect()
            .await;
    }
    assert_eq!(begin.elapsed(), Duration::from_secs((40 - 3 * 4) / 4));
}

#[tokio::test(start_paused = true)]
async fn idle_addresses_are_forgotten() {
    let addresses = Addresses::new(ALLOWANCE);
    let come = async |number: usize| {
        let ip = IpAddr::from(Ipv4Addr::from(0x0a00_0000 + number as u32));
        addresses.slot(ip.into()).connect().await;
    };
    let stays = slot(&addresses, "192.0.2.1")
        .permit(Kind::WebSocket)
        .unwrap();
    assert!(enters_at_once(&stays, "tea"));
    for number in 0..2 * Addresses::MAX_IDLE {
        come(number).await;
    }
    assert!(addresses.lock().usages.len() <= Addresses::MAX_IDLE);
    tokio::time::advance(Duration::from_secs(10)).await;
    for number in 0..8192 {
        come((1 << 24) + number).await;
        tokio::time::advance(Duration::from_millis(10)).await;
    }
    assert!(addresses.lock().usages.len() <= 2048);
    let neighbour = slot(&addresses, "192.0.2.1")
        .permit(Kind::WebSocket)
        .unwrap();
    assert!(enters_at_once(&neighbour, "tea"), "still the same room");
}

#[test]
fn a_customer_is_counted_for_all_that_waits_in_its_networks() {
    let addresses = Addresses::new(ALLOWANCE);
    let here = slot(&addresses, "2001:db8:0:100::1");
    let mut reservation = Memory::new(0).of(here.used.clone()).reserve();
    reservation.resize(5);
    let kept = |ip| slot(&addresses, ip).used.bytes();
    assert_eq!((kept("2001:db8:0:ffff::1"), kept("2001:db8:1::1")), (5, 0));
    assert_eq!(kept("192.0.2.1"), 0);
}
