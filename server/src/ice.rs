//! The STUN and TURN servers that pages are told of.
//!
//! TURN costs bandwidth, so its credentials are made for one participant and end soon: the scheme
//! of draft-uberti-behave-turn-rest-00, which coturn calls `use-auth-secret`.

use std::{fmt, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use protocol::{Credential, IceServer, PeerId};
use sha1::Sha1;

/// What pages are told to use.
#[derive(Clone, Debug, Default)]
pub struct Ice {
    /// `stun:` addresses; may be none.
    pub stun: Vec<String>,
    /// The relay, if there is one.
    pub turn: Option<Turn>,
}

/// A TURN server under one or more addresses.
#[derive(Clone, Debug)]
pub struct Turn {
    /// `turn:` or `turns:` addresses.
    pub urls: Vec<String>,
    /// What opens it.
    pub access: Access,
}

/// What opens a TURN server.
#[derive(Clone, Debug)]
pub enum Access {
    /// The same for everybody, and for ever.
    Static {
        /// The user's name.
        username: String,
        /// The password.
        credential: Credential,
    },
    /// Made for each participant.
    Secret {
        /// What the TURN server knows too.
        secret: Secret,
        /// How long a credential opens new relays. A relay that is open stays.
        ttl: Duration,
    },
}

/// A secret that is shared with the TURN server. No log shows it.
#[derive(Clone)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// HMAC-SHA1 of this text.
    fn sign(&self, text: &[u8]) -> [u8; 20] {
        hmac_sha1(self.0.as_bytes(), text)
    }
}

impl Ice {
    /// All people of one customer are so many users for the TURN server, which has a quota for
    /// each.
    const USERS: u8 = 16;

    /// The STUN servers, which cost nothing.
    pub fn stun(&self) -> Vec<IceServer> {
        Vec::from_iter((!self.stun.is_empty()).then(|| at(&self.stun)))
    }

    /// Where the TURN server is, and nothing that opens it.
    pub fn relay(&self) -> Option<IceServer> {
        self.turn.as_ref().map(|turn| at(&turn.urls))
    }

    /// The TURN server for a participant of this customer, at this time since 1970.
    ///
    /// It may know enough of a participant to count relays by. Anybody can have any number of ids,
    /// so each is one of a few users of its customer.
    pub fn turn_server(&self, customer: u32, id: PeerId, now: Duration) -> Option<IceServer> {
        let turn = self.turn.as_ref()?;
        let user = format!("{customer:08x}-{:x}", id.0[0] % Self::USERS);
        let (username, credential) = turn.access.credential(&user, now);
        Some(IceServer {
            urls: turn.urls.clone(),
            username: Some(username),
            credential: Some(credential),
        })
    }

    /// What the TURN server may know of a provider's customer: nothing but whether it is the same
    /// again. It stays the same over restarts, since relays do, too.
    pub fn customer(&self, customer: &[u8]) -> u32 {
        match self.turn.as_ref().map(|turn| &turn.access) {
            Some(Access::Secret { secret, .. }) => {
                let [a, b, c, d, ..] = secret.sign(&[b"customer", customer].concat());
                u32::from_be_bytes([a, b, c, d])
            }
            Some(Access::Static { .. }) | None => 0,
        }
    }

    /// When new credentials are due, so that nobody ever holds one that has ended; `None` if they
    /// never end.
    pub fn refresh(&self) -> Option<Duration> {
        match self.turn.as_ref()?.access {
            Access::Static { .. } => None,
            Access::Secret { ttl, .. } => Some(ttl / 2),
        }
    }
}

/// A server by its addresses alone.
fn at(urls: &[String]) -> IceServer {
    IceServer {
        urls: urls.to_vec(),
        username: None,
        credential: None,
    }
}

impl Access {
    /// User name and password.
    fn credential(&self, user: &str, now: Duration) -> (String, Credential) {
        match self {
            Self::Static {
                username,
                credential,
            } => (username.clone(), credential.clone()),
            Self::Secret { secret, ttl } => {
                let username = format!("{}:{user}", (now + *ttl).as_secs());
                let password = BASE64_STANDARD.encode(secret.sign(username.as_bytes()));
                (username, Credential(password))
            }
        }
    }
}

fn hmac_sha1(key: &[u8], text: &[u8]) -> [u8; 20] {
    // HMAC takes keys of every length, the only cause of an error.
    Hmac::<Sha1>::new_from_slice(key).map_or([0; 20], |mut mac| {
        mac.update(text);
        mac.finalize().into_bytes().into()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use protocol::PeerSecret;

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 2202, section 3, cases 1, 2 and 6.
    #[test]
    fn the_rfc_s_examples_come_out() {
        for (key, text, digest) in [
            (
                &[0x0b; 20][..],
                "Hi There",
                "b617318655057264e28bc0b6fb378c8ef146be00",
            ),
            (
                b"Jefe",
                "what do ya want for nothing?",
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            ),
            (
                &[0xaa; 80],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "aa4ae5e15272d00e95705637ce8a3b55ed402112",
            ),
        ] {
            assert_eq!(hex(&hmac_sha1(key, text.as_bytes())), digest);
        }
    }

    fn ice() -> Ice {
        Ice {
            stun: Vec::new(),
            turn: Some(Turn {
                urls: vec!["turn:turn.example.org".to_owned()],
                access: Access::Secret {
                    secret: Secret("north".to_owned()),
                    ttl: Duration::from_secs(3600),
                },
            }),
        }
    }

    #[test]
    fn credentials_name_their_end_and_their_user_and_nobody_sees_the_secret() {
        let ice = ice();
        let now = Duration::from_secs(1_700_000_000);
        let turn = ice.turn_server(7, PeerId([0x2a; 16]), now).unwrap();
        assert_eq!(turn.username.as_deref(), Some("1700003600:00000007-a"));
        // printf %s 1700003600:00000007-a | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(turn.credential.unwrap().0, "c3Ai+2/xo/N/ysX916zNi8jOVXA=");
        assert_eq!(ice.refresh(), Some(Duration::from_secs(1800)));
        assert!(!format!("{ice:?}").contains("north"));
    }

    /// Whoever says to be a thousand people has the relays of sixteen.
    #[test]
    fn one_customer_is_sixteen_users_of_the_relay() {
        let users = |address: &[u8]| -> BTreeSet<String> {
            let ice = ice();
            let customer = ice.customer(address);
            let ids = (0..1000_u32)
                .map(|person| rooms::peer_id(PeerSecret(u128::from(person).to_be_bytes())));
            let servers = ids.filter_map(|id| ice.turn_server(customer, id, Duration::ZERO));
            servers.filter_map(|server| server.username).collect()
        };
        let (here, there) = (users(&[192, 0, 2, 1]), users(&[192, 0, 2, 2]));
        assert_eq!((here.len(), there.len()), (16, 16));
        assert!(here.is_disjoint(&there));
        assert_eq!(here, users(&[192, 0, 2, 1]), "after a restart, too");
    }
}
