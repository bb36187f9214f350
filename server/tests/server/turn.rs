//! A real coturn with `deploy/turnserver.conf`, and the credentials that the server hands out.

mod client;

use std::{
    fs::{self, File},
    net::{IpAddr, Ipv4Addr, UdpSocket},
    os::unix::net::UnixDatagram,
    process::{Child, Command, Stdio, id},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use server::ice::{Access, Ice, Secret, Turn};
use tempfile::TempDir;
use turn_types::{AddressFamily, stun::message::LongTermCredentials};

use client::Client;

/// First and last of what is not public, and what surrounds it.
const DENIED_IPV4: &str = "
    0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1 127.255.255.255
    169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.255 192.0.2.0 192.0.2.255
    192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255
    203.0.113.0 203.0.113.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255";
const PUBLIC_IPV4: &str = "
    1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0
    172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255";
const DENIED_IPV6: &str = "
    :: ::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::10.0.0.1 100::1 1fff:ffff::1
    2001:: 2001::1 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff
    2002:a00:1:: 2002:ffff::1 3fff::1 3fff:fff:ffff::1 4000:: 5f00::1 fc00:: fd00:ec2::254
    fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:: fe80::1 febf::1 fec0::1 ff02::1";
const PUBLIC_IPV6: &str = "
    2000::1 2001:200:: 2001:db7:ffff::1 2001:db9::1 2003::1 2606:4700:4700::1111 2a00::1 3ffe::1 3fff:1000::1";

const SECRET: &str = "the secret of this test";
const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(3600);
/// Long enough for any machine; nothing here waits so long unless it is broken.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn coturn_takes_every_line_of_the_configuration() {
    let coturn = Coturn::start(&[]);
    let log = coturn.log();
    assert!(log.contains("Default realm: turn.example.org"), "{log}");
    for complaint in ["ERROR", "WARNING", "ALERT", "Bad configuration", "ignored"] {
        assert!(!log.contains(complaint), "{complaint} in:\n{log}");
    }
}

#[test]
fn a_fresh_credential_gets_a_relay() {
    let coturn = Coturn::start(&[]);
    let relay = coturn.client("alice").allocate().unwrap();
    assert_eq!(relay.ip(), IpAddr::V4(coturn.address));
    assert!((49152..=65535).contains(&relay.port()));
}

#[test]
fn an_expired_credential_gets_none() {
    refused(credential(SECRET, "alice", now() - TTL - SECOND));
}

#[test]
fn a_credential_that_was_made_with_another_secret_gets_none() {
    refused(credential("a guess", "mallory", now()));
}

#[test]
fn an_expiry_that_was_put_off_gets_none() {
    let expired = credential(SECRET, "mallory", now() - TTL - SECOND);
    let fresh = credential(SECRET, "mallory", now());
    let (username, password) = (fresh.username().to_owned(), expired.password().to_owned());
    refused(LongTermCredentials::new(username, password));
}

/// One address is sixteen users, as `rooms` has it. Seven of them that take all they can leave a
/// tenth for everybody else.
#[test]
fn the_quotas_leave_room_on_an_attacked_day() {
    let address = 16 * setting::<u32>("user-quota");
    let total: u32 = setting("total-quota");
    let ports = setting::<u32>("max-port") - setting::<u32>("min-port") + 1;
    assert!(7 * address <= total * 9 / 10, "{address} of {total}");
    assert!(total < ports, "{total} relays on {ports} ports");
}

/// Counted by user, whatever the expiry of the credential.
#[test]
fn the_last_allocation_of_a_persons_quota_is_granted_and_the_next_is_not() {
    let coturn = Coturn::start(&[]);
    let quota: u32 = setting("user-quota");
    let credentials =
        (0..=quota).map(|number| credential(SECRET, "alice", now() - SECOND * number));
    let clients: Vec<Client> = credentials
        .map(|credential| coturn.client_with(credential))
        .collect();
    let mut outcomes: Vec<_> = clients
        .iter()
        .map(|client| client.allocate().map(drop))
        .collect();
    assert_eq!(outcomes.pop(), Some(Err(486)));
    assert_eq!(outcomes, vec![Ok(()); quota as usize]);
    coturn.client("bob").allocate().unwrap();
}

#[test]
fn nobody_reaches_a_private_address_through_the_relay() {
    let coturn = Coturn::start(&[]);
    let client = coturn.client("mallory");
    client.allocate().unwrap();
    reaches_only(&client, PUBLIC_IPV4, DENIED_IPV4);
}

#[test]
fn nobody_reaches_a_private_ipv6_address_through_the_relay() {
    let coturn = Coturn::start(&["--relay-ip=::1"]);
    let client = coturn.client("mallory");
    client.allocate_in(AddressFamily::IPV6).unwrap();
    reaches_only(&client, PUBLIC_IPV6, DENIED_IPV6);
}

/// So that it is the list that denies, and not something else.
#[test]
fn an_address_that_is_allowed_by_name_is_no_longer_denied() {
    let coturn = Coturn::start(&["--allowed-peer-ip=10.0.0.7"]);
    let client = coturn.client("alice");
    client.allocate().unwrap();
    assert_eq!(client.permit("10.0.0.7"), Ok(()));
    assert_eq!(client.permit("10.0.0.8"), Err(403));
}

#[test]
fn two_relayed_people_hear_each_other() {
    let address = fresh_address();
    let coturn = Coturn::at(
        address,
        &[
            "--allow-loopback-peers",
            &format!("--allowed-peer-ip={address}"),
        ],
    );
    let alice = coturn.client("alice");
    let bob = coturn.client("bob");
    let (at_alice, at_bob) = (alice.allocate().unwrap(), bob.allocate().unwrap());
    alice.permit(&at_bob.ip().to_string()).unwrap();
    bob.permit(&at_alice.ip().to_string()).unwrap();
    alice.say(at_bob, b"hello");
    assert_eq!(bob.hear(), (at_alice, b"hello".to_vec()));
    bob.say(at_alice, b"hello yourself");
    assert_eq!(alice.hear(), (at_bob, b"hello yourself".to_vec()));
}

/// As the configuration says beside `external-ip`.
#[test]
fn behind_a_nat_relays_reach_each_other_by_the_public_address() {
    const PUBLIC: &str = "8.8.8.8";
    let address = fresh_address();
    let external = format!("--external-ip={PUBLIC}/{address}");
    let coturn = Coturn::at(address, &["--allow-loopback-peers", &external]);
    let client = coturn.client("alice");
    let relay = client.allocate().unwrap();
    assert_eq!(relay.ip().to_string(), PUBLIC);
    client.permit(PUBLIC).unwrap();
}

fn refused(credential: LongTermCredentials) {
    let coturn = Coturn::start(&[]);
    assert_eq!(coturn.client_with(credential).allocate(), Err(401));
}

fn reaches_only(client: &Client, public: &str, denied: &str) {
    for address in public.split_whitespace() {
        assert_eq!(client.permit(address), Ok(()), "{address}");
    }
    for address in denied.split_whitespace() {
        assert_eq!(client.permit(address), Err(403), "{address}");
    }
}

// coturn

struct Coturn {
    child: Child,
    address: Ipv4Addr,
    folder: TempDir,
}

impl Coturn {
    fn start(flags: &[&str]) -> Self {
        Self::at(fresh_address(), flags)
    }

    /// With the configuration that ships, but for what it leaves to the operator.
    fn at(address: Ipv4Addr, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(file("cert.pem"), certified.cert.pem()).unwrap();
        fs::write(file("key.pem"), certified.signing_key.serialize_pem()).unwrap();
        let ready = UnixDatagram::bind(file("ready")).unwrap();
        let child = Command::new("turnserver")
            .args(["-c", CONFIGURATION])
            .arg(format!("--static-auth-secret={SECRET}"))
            .arg(format!("--listening-ip={address}"))
            .arg(format!("--relay-ip={address}"))
            .arg(format!("--cert={}", file("cert.pem").display()))
            .arg(format!("--pkey={}", file("key.pem").display()))
            .arg(format!("--pidfile={}", file("pid").display()))
            .arg(format!("--userdb={}", file("users").display()))
            .args(flags)
            .env("NOTIFY_SOCKET", file("ready"))
            .stdin(Stdio::null())
            .stdout(File::create(file("log")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .expect("turnserver has to be on the PATH. On Debian: apt-get install coturn");
        let coturn = Self {
            child,
            address,
            folder,
        };
        ready.set_read_timeout(Some(LONG)).unwrap();
        let told = ready.recv(&mut [0; 256]);
        told.unwrap_or_else(|_| panic!("coturn is not ready:\n{}", coturn.log()));
        coturn
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// A client with a fresh credential.
    fn client(&self, person: &str) -> Client {
        self.client_with(credential(SECRET, person, now()))
    }

    fn client_with(&self, credential: LongTermCredentials) -> Client {
        let socket = UdpSocket::bind((self.address, 0)).unwrap();
        let port = setting("listening-port");
        socket.connect((self.address, port)).unwrap();
        socket.set_read_timeout(Some(LONG)).unwrap();
        Client { socket, credential }
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/turnserver.conf");

fn setting<T: std::str::FromStr<Err: std::fmt::Debug>>(name: &str) -> T {
    let configuration = fs::read_to_string(CONFIGURATION).unwrap();
    let value = configuration
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap().parse().unwrap()
}

/// A loopback address that no other test of this machine uses, so that each coturn has all ports to
/// itself.
fn fresh_address() -> Ipv4Addr {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    // 127.0.0.0/9 is left to others.
    let number = (id() << 5 | TAKEN.fetch_add(1, Ordering::Relaxed)) & 0x007f_ffff;
    Ipv4Addr::from(0x7f80_0000 | number)
}

/// What a server with this secret tells this person at this time since 1970.
fn credential(secret: &str, person: &str, time: Duration) -> LongTermCredentials {
    let (secret, ttl) = (Secret(secret.to_owned()), TTL);
    let turn = Turn {
        urls: Vec::new(),
        access: Access::Secret { secret, ttl },
    };
    let ice = Ice {
        turn: Some(turn),
        ..Ice::default()
    };
    let customer = ice.customer(person.as_bytes());
    let server = ice
        .turn_server(customer, protocol::PeerId([0; 16]), time)
        .unwrap();
    LongTermCredentials::new(server.username.unwrap(), server.credential.unwrap().0)
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
