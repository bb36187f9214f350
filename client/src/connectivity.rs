//! Whether calls get out of here, as told from what a browser gathers.
//!
//! Each address of a STUN or TURN server is tried by itself, so that it is known what a candidate
//! or an error is due to, and over which transport it came: that is in the address (RFC 7064, RFC
//! 7065). **A TURN server that refuses somebody without a password has answered**: that is how a
//! lobby, which is told none, finds out.

use std::rc::Rc;

use mesh::Server;
use protocol::{Credential, IceServer};

/// More than any server is known to have; what goes beyond is not tried.
const MAX_ADDRESSES: usize = 8;

/// What STUN and TURN servers say (RFC 8489, section 14.8). What is beyond, browsers say of servers
/// that say nothing.
const SAID: std::ops::Range<u16> = 300..600;

/// Something that a browser tells while it gathers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A candidate of one's own: `host`, `srflx` or `prflx`.
    Own {
        /// Somebody outside has seen it.
        reflexive: bool,
    },
    /// A candidate at a relay.
    Relayed,
    /// An `icecandidateerror` with this code.
    Error(u16),
    /// Nothing more will come.
    End,
}

impl Sighting {
    /// What a candidate line tells (RFC 8839, section 5.1); an empty one is the end.
    pub fn of_candidate(candidate: &str) -> Self {
        let kind = candidate.split(" typ ").nth(1).unwrap_or_default();
        match kind.as_bytes() {
            [b'r', ..] => Self::Relayed,
            [] => Self::End,
            [b'h', ..] => Self::Own { reflexive: false },
            _ => Self::Own { reflexive: true },
        }
    }
}

/// What an attempt is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// No server at all.
    Open,
    Stun,
    Udp,
    /// A relay over TCP, in the clear or in TLS.
    Tcp,
}

/// One attempt to gather, and what has come of it so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    way: Way,
    server: Option<IceServer>,
    /// Somebody told what opens the relay.
    has_password: bool,
    own: bool,
    reflexive: bool,
    relayed: bool,
    /// What the server said instead.
    refused: Option<u16>,
    /// The browser says that the server says nothing.
    failed: bool,
    ended: bool,
}

/// How a relay answers. What is best of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Relay {
    /// It cannot be told.
    Unknown,
    Silent,
    Refuses(u16),
    RefusesPassword,
    Works,
}

impl Attempt {
    /// Everything to try: without a server, and with each address of these.
    pub fn all(servers: &[IceServer]) -> Vec<Self> {
        let mut attempts = vec![Self::new(Way::Open, None, false)];
        for server in servers {
            for url in &server.urls {
                if attempts.len() <= MAX_ADDRESSES {
                    attempts.extend(Self::at(server, url));
                }
            }
        }
        attempts
    }

    /// With this address of a server alone; `None` if it is neither STUN nor TURN.
    fn at(server: &IceServer, url: &str) -> Option<Self> {
        let way = match url.split_once(':')?.0 {
            "stun" | "stuns" => Way::Stun,
            "turn" if !url.ends_with("transport=tcp") => Way::Udp,
            "turn" | "turns" => Way::Tcp,
            _ => return None,
        };
        // Browsers want something there.
        let given = |value: Option<&String>| match way {
            Way::Open | Way::Stun => None,
            Way::Udp | Way::Tcp => Some(value.map_or_else(|| "none".to_owned(), Clone::clone)),
        };
        let password = server.credential.as_ref().map(|it| &it.0);
        let alone = IceServer {
            urls: vec![url.to_owned()],
            username: given(server.username.as_ref()),
            credential: given(password).map(Credential),
        };
        Some(Self::new(way, Some(alone), password.is_some()))
    }

    fn new(way: Way, server: Option<IceServer>, has_password: bool) -> Self {
        Self {
            way,
            server,
            has_password,
            own: false,
            reflexive: false,
            relayed: false,
            refused: None,
            failed: false,
            ended: false,
        }
    }

    /// The one address to gather with.
    pub fn server(&self) -> Option<&IceServer> {
        self.server.as_ref()
    }

    /// Whether candidates at relays are all that is wanted.
    pub fn is_of_relay(&self) -> bool {
        matches!(self.way, Way::Udp | Way::Tcp)
    }

    /// The browser told this.
    pub fn saw(&mut self, sighting: Sighting) {
        match sighting {
            Sighting::Own { reflexive } => {
                self.own = true;
                self.reflexive |= reflexive;
            }
            Sighting::Relayed => self.relayed = true,
            Sighting::Error(code) if SAID.contains(&code) => self.refused = Some(code),
            Sighting::Error(_) => self.failed = true,
            Sighting::End => self.ended = true,
        }
    }

    /// Whether it is known what comes of it.
    pub fn is_over(&self) -> bool {
        self.ended || self.reflexive || self.relayed || self.refused.is_some()
    }

    fn gets_out(&self) -> bool {
        self.own || self.relayed || self.refused.is_some()
    }

    /// Whether a STUN server answers, if that can be told. Where nothing translates addresses, its
    /// answer is no candidate; but then the browser ends without an error.
    fn stun_answers(&self, tells_errors: bool) -> Option<bool> {
        if self.reflexive || self.refused.is_some() {
            Some(true)
        } else if self.failed || !self.ended {
            Some(false)
        } else {
            (tells_errors && self.own).then_some(true)
        }
    }

    fn relay(&self, tells_errors: bool) -> Relay {
        match self.refused {
            _ if self.relayed => Relay::Works,
            Some(_) if !self.has_password => Relay::Works,
            Some(401 | 441) => Relay::RefusesPassword,
            Some(code) => Relay::Refuses(code),
            None if tells_errors || self.has_password || !self.ended => Relay::Silent,
            None => Relay::Unknown,
        }
    }
}

/// The test that a person asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ConnectionTest {
    /// Not yet.
    #[default]
    NotAsked,
    /// It runs.
    Running,
    /// It found this.
    Done(Rc<[Finding]>),
}

/// Something that people should know of their connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The server is there.
    Server,
    /// The server is not there.
    NoServer,
    /// Candidates of one's own come.
    Direct,
    /// Nothing but a relay's answer comes.
    NoDirect,
    /// Nothing comes at all.
    NoWayOut,
    /// STUN answers.
    Stun,
    /// No STUN answer, and nothing tells that UDP gets out.
    StunSilent,
    /// No STUN answer, though UDP gets out.
    StunDown,
    /// The relay answers.
    Relay,
    /// The relay answers over TCP, and not over UDP.
    RelayByTcp,
    /// The relay wants another password than the server told.
    RelayRefusesPassword,
    /// The relay answers with this error.
    RelayRefuses(u16),
    /// The relay does not answer.
    RelaySilent,
    /// There is no relay.
    NoRelay,
    /// There is neither STUN nor a relay.
    NoServers,
}

impl Finding {
    /// Whether something may go wrong by it.
    pub fn is_trouble(self) -> bool {
        !matches!(self, Self::Server | Self::Direct | Self::Stun | Self::Relay)
    }
}

/// What the attempts tell, in the order of what a call needs first.
///
/// `are_told`: the attempts are all that this server has. `tells_errors`: this browser has
/// `icecandidateerror`, without which silence and a refusal look the same.
pub fn findings(
    server: Server,
    attempts: &[Attempt],
    are_told: bool,
    tells_errors: bool,
) -> Vec<Finding> {
    let is_there = matches!(server, Server::Online | Server::Busy);
    let mut findings = vec![if is_there {
        Finding::Server
    } else {
        Finding::NoServer
    }];
    // Then nothing is known of what is out there.
    if !attempts.iter().any(Attempt::gets_out) {
        findings.push(Finding::NoWayOut);
        return findings;
    }
    findings.push(if attempts.iter().any(|attempt| attempt.own) {
        Finding::Direct
    } else {
        Finding::NoDirect
    });
    let (mut stun, mut udp, mut tcp) = (None, None, None);
    for attempt in attempts {
        match attempt.way {
            Way::Open => {}
            Way::Stun => stun = stun.max(Some(attempt.stun_answers(tells_errors))),
            Way::Udp => udp = udp.max(Some(attempt.relay(tells_errors))),
            Way::Tcp => tcp = tcp.max(Some(attempt.relay(tells_errors))),
        }
    }
    let of_stun = match stun.flatten() {
        Some(true) => Some(Finding::Stun),
        Some(false) if udp == Some(Relay::Works) => Some(Finding::StunDown),
        Some(false) => Some(Finding::StunSilent),
        None => None,
    };
    let of_relay = match udp.max(tcp) {
        Some(Relay::Works) if udp == Some(Relay::Silent) => Some(Finding::RelayByTcp),
        Some(Relay::Works) => Some(Finding::Relay),
        Some(Relay::RefusesPassword) => Some(Finding::RelayRefusesPassword),
        Some(Relay::Refuses(code)) => Some(Finding::RelayRefuses(code)),
        Some(Relay::Silent) => Some(Finding::RelaySilent),
        Some(Relay::Unknown) => None,
        None if !are_told => None,
        None if stun.is_some() => Some(Finding::NoRelay),
        None => Some(Finding::NoServers),
    };
    for finding in [of_stun, of_relay].into_iter().flatten() {
        findings.push(finding);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Sighting::*, *};

    const HOST: Sighting = Own { reflexive: false };
    const REFLEXIVE: Sighting = Own { reflexive: true };
    const STUN: &str = "stun:a.example";
    const UDP: &str = "turn:a.example?transport=udp";
    const TCP: &str = "turn:a.example?transport=tcp";
    const TLS: &str = "turns:a.example:443";

    fn server(url: &str, password: Option<&str>) -> IceServer {
        IceServer {
            urls: vec![url.to_owned()],
            username: password.map(|_| "ada".to_owned()),
            credential: password.map(|text| Credential(text.to_owned())),
        }
    }

    /// What is found of a server that is there, where the browser gathers a candidate without any
    /// server, and this with each of these addresses.
    fn found(password: Option<&str>, seen: &[(&str, &[Sighting])]) -> Vec<Finding> {
        let servers: Vec<_> = seen.iter().map(|(url, _)| server(url, password)).collect();
        let mut attempts = Attempt::all(&servers);
        let open: &[Sighting] = &[HOST, End];
        let all = std::iter::once(&open).chain(seen.iter().map(|(_, seen)| seen));
        for (attempt, seen) in attempts.iter_mut().zip(all) {
            seen.iter().for_each(|sighting| attempt.saw(*sighting));
        }
        let mut found = findings(Server::Online, &attempts, true, true);
        assert_eq!(
            found.drain(..2).as_slice(),
            [Finding::Server, Finding::Direct]
        );
        found
    }

    #[test]
    fn each_address_is_tried_by_itself_with_what_opens_it() {
        let mut turn = server(UDP, Some("secret"));
        turn.urls.push(TCP.to_owned());
        turn.urls.push("http://a.example".to_owned());
        let attempts = Attempt::all(&[server(STUN, None), turn, server(TLS, None)]);
        let tried: Vec<_> = attempts.iter().map(Attempt::server).collect();
        assert_eq!(
            tried,
            [
                None,
                Some(&server(STUN, None)),
                Some(&server(UDP, Some("secret"))),
                Some(&server(TCP, Some("secret"))),
                // Browsers take no TURN server without a password.
                Some(&IceServer {
                    username: Some("none".to_owned()),
                    ..server(TLS, Some("none"))
                }),
            ]
        );
        let of_relay: Vec<_> = attempts.iter().map(Attempt::is_of_relay).collect();
        assert_eq!(of_relay, [false, false, true, true, true]);
    }

    #[test]
    fn no_more_is_tried_than_any_server_has() {
        let mut many = server(STUN, None);
        many.urls = vec![STUN.to_owned(); 1000];
        assert_eq!(Attempt::all(&[many]).len(), 1 + MAX_ADDRESSES);
    }

    #[test]
    fn candidates_are_told_apart() {
        for (line, sighting) in [
            ("candidate:1 1 udp 2 a.local 9 typ host generation 0", HOST),
            (
                "candidate:1 1 udp 2 192.0.2.1 9 typ srflx raddr 0.0.0.0 rport 0",
                REFLEXIVE,
            ),
            (
                "candidate:1 1 udp 2 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0",
                Relayed,
            ),
            ("", End),
        ] {
            assert_eq!(Sighting::of_candidate(line), sighting);
        }
    }

    #[test]
    fn an_attempt_is_over_as_soon_as_it_tells_what_it_is_for() {
        for (seen, over) in [
            (HOST, false),
            (Error(701), false),
            (REFLEXIVE, true),
            (Relayed, true),
            (Error(401), true),
            (End, true),
        ] {
            let mut attempt = Attempt::all(&[]).remove(0);
            attempt.saw(seen);
            assert_eq!(attempt.is_over(), over, "{seen:?}");
        }
    }

    #[test]
    fn all_is_well() {
        assert_eq!(
            found(
                Some("secret"),
                &[
                    (STUN, &[HOST, REFLEXIVE]),
                    (UDP, &[Relayed]),
                    (TCP, &[Relayed])
                ]
            ),
            [Finding::Stun, Finding::Relay]
        );
    }

    /// One's own address is no second candidate.
    #[test]
    fn stun_answers_where_nothing_translates_addresses() {
        assert_eq!(found(None, &[(STUN, &[HOST, End])])[0], Finding::Stun);
    }

    /// IPv6 leads nowhere, or one of two servers is down.
    #[test]
    fn one_answer_is_enough() {
        assert_eq!(
            found(None, &[(STUN, &[HOST, Error(701), REFLEXIVE])])[0],
            Finding::Stun
        );
        assert_eq!(
            found(
                None,
                &[(STUN, &[HOST, Error(701), End]), (STUN, &[REFLEXIVE])]
            )[0],
            Finding::Stun
        );
        assert_eq!(
            found(
                Some("secret"),
                &[(UDP, &[Error(701), End]), (UDP, &[Error(600), Relayed])]
            ),
            [Finding::Relay]
        );
    }

    #[test]
    fn without_an_answer_udp_may_be_blocked() {
        for silence in [&[HOST, Error(701), End][..], &[HOST]] {
            assert_eq!(
                found(None, &[(STUN, silence)]),
                [Finding::StunSilent, Finding::NoRelay]
            );
        }
    }

    #[test]
    fn udp_that_gets_out_leaves_the_blame_with_the_server() {
        assert_eq!(
            found(
                Some("secret"),
                &[(STUN, &[HOST, Error(701), End]), (UDP, &[Relayed])]
            ),
            [Finding::StunDown, Finding::Relay]
        );
    }

    #[test]
    fn where_udp_is_blocked_a_relay_answers_over_tcp() {
        for (address, password) in [(TCP, Some("secret")), (TLS, None)] {
            let answer = if password.is_some() {
                Relayed
            } else {
                Error(401)
            };
            assert_eq!(
                found(
                    password,
                    &[
                        (STUN, &[HOST]),
                        (UDP, &[Error(701), End]),
                        (address, &[answer])
                    ]
                ),
                [Finding::StunSilent, Finding::RelayByTcp]
            );
        }
        // There is no other way to it.
        assert_eq!(found(None, &[(TLS, &[Error(401)])]), [Finding::Relay]);
    }

    #[test]
    fn a_lobby_has_no_password_and_is_not_blamed_for_it() {
        assert_eq!(found(None, &[(UDP, &[Error(401), End])]), [Finding::Relay]);
        assert_eq!(
            found(Some("wrong"), &[(UDP, &[Error(401), End])]),
            [Finding::RelayRefusesPassword]
        );
    }

    /// A password is refused over each way that is open.
    #[test]
    fn a_refusal_tells_more_than_silence() {
        assert_eq!(
            found(
                Some("wrong"),
                &[(UDP, &[Error(701), End]), (TCP, &[Error(401), End])]
            ),
            [Finding::RelayRefusesPassword]
        );
        assert_eq!(
            found(Some("secret"), &[(UDP, &[Error(486), End]), (TCP, &[End])]),
            [Finding::RelayRefuses(486)]
        );
    }

    #[test]
    fn a_relay_may_be_silent_or_missing() {
        assert_eq!(
            found(None, &[(UDP, &[Error(701), End]), (TCP, &[])]),
            [Finding::RelaySilent]
        );
        assert_eq!(
            found(None, &[(STUN, &[REFLEXIVE])]),
            [Finding::Stun, Finding::NoRelay]
        );
        assert_eq!(found(None, &[]), [Finding::NoServers]);
    }

    #[test]
    fn where_nothing_gets_out_nothing_is_said_of_what_is_there() {
        let mut attempts = Attempt::all(&[server(STUN, None), server(UDP, None)]);
        attempts.iter_mut().for_each(|attempt| attempt.saw(End));
        assert_eq!(
            findings(Server::Online, &attempts, true, true),
            [Finding::Server, Finding::NoWayOut]
        );
        // All but a relay is forbidden.
        attempts[2].saw(Error(401));
        assert_eq!(
            findings(Server::Online, &attempts, true, true),
            [Finding::Server, Finding::NoDirect, Finding::Relay]
        );
    }

    #[test]
    fn a_server_that_was_never_there_told_nothing() {
        let mut attempts = Attempt::all(&[]);
        attempts[0].saw(HOST);
        for server in [Server::Connecting, Server::Offline] {
            assert_eq!(
                findings(server, &attempts, false, true),
                [Finding::NoServer, Finding::Direct]
            );
        }
        assert_eq!(
            findings(Server::Busy, &attempts, true, true),
            [Finding::Server, Finding::Direct, Finding::NoServers]
        );
    }

    /// Firefox before 150.
    #[test]
    fn a_browser_that_tells_no_errors_is_believed_no_more_than_it_tells() {
        let told = |password| {
            let mut attempts = Attempt::all(&[server(STUN, None), server(UDP, password)]);
            attempts.iter_mut().for_each(|attempt| attempt.saw(End));
            attempts[0].saw(HOST);
            findings(Server::Online, &attempts, true, false).split_off(2)
        };
        assert_eq!(told(None), []);
        assert_eq!(told(Some("secret")), [Finding::RelaySilent]);
    }

    #[test]
    fn what_is_well_is_no_trouble() {
        for (finding, trouble) in [
            (Finding::Server, false),
            (Finding::Relay, false),
            (Finding::RelayByTcp, true),
            (Finding::NoRelay, true),
        ] {
            assert_eq!(finding.is_trouble(), trouble);
        }
    }
}
