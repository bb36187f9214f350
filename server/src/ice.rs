//! The STUN and TURN servers that pages are told of.
//!
//! TURN costs bandwidth, so its credentials are made for one participant and end soon: the scheme
//! of draft-uberti-behave-turn-rest-00, which coturn calls `use-auth-secret`.

use std::{fmt, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use protocol::IceServer;
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
#[derive(Clone)]
pub enum Access {
    /// The same for everybody and for ever.
    Static {
        /// The user's name.
        username: String,
        /// The password.
        credential: String,
    },
    /// Made for each participant.
    Secret {
        /// What the TURN server knows too.
        secret: Vec<u8>,
        /// How long a credential opens new relays. A relay that is open stays.
        ttl: Duration,
    },
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Static { .. } => "Static(..)",
            Self::Secret { .. } => "Secret(..)",
        })
    }
}

impl Ice {
    /// Those that cost nothing.
    pub fn stun(&self) -> Vec<IceServer> {
        let stun = (!self.stun.is_empty()).then(|| IceServer {
            urls: self.stun.clone(),
            username: None,
            credential: None,
        });
        stun.into_iter().collect()
    }

    /// For this user, at this time since 1970.
    pub fn servers(&self, user: &str, now: Duration) -> Vec<IceServer> {
        let turn = self.turn.as_ref().map(|turn| {
            let (username, credential) = turn.access.credential(user, now);
            IceServer {
                urls: turn.urls.clone(),
                username: Some(username),
                credential: Some(credential),
            }
        });
        self.stun().into_iter().chain(turn).collect()
    }

    /// What the TURN server may know of this customer of a provider: nothing, but whether it is the
    /// same again. It stays the same over restarts, since relays do, too.
    pub fn tag(&self, customer: &[u8]) -> u32 {
        match self.turn.as_ref().map(|turn| &turn.access) {
            Some(Access::Secret { secret, .. }) => {
                let [a, b, c, d, ..] = hmac_sha1(secret, &[b"customer", customer].concat());
                u32::from_be_bytes([a, b, c, d])
            }
            Some(Access::Static { .. }) | None => 0,
        }
    }

    /// When new credentials are due, so that nobody ever holds one that ended; `None` if they never
    /// end.
    pub fn refresh(&self) -> Option<Duration> {
        match self.turn.as_ref()?.access {
            Access::Static { .. } => None,
            Access::Secret { ttl, .. } => Some(ttl / 2),
        }
    }
}

impl Access {
    /// User name and password.
    fn credential(&self, user: &str, now: Duration) -> (String, String) {
        match self {
            Self::Static {
                username,
                credential,
            } => (username.clone(), credential.clone()),
            Self::Secret { secret, ttl } => {
                let username = format!("{}:{user}", (now + *ttl).as_secs());
                let credential = BASE64_STANDARD.encode(hmac_sha1(secret, username.as_bytes()));
                (username, credential)
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

    #[test]
    fn credentials_name_their_end_and_their_user_and_nobody_sees_the_secret() {
        let ice = Ice {
            stun: vec!["stun:stun.example.org".to_owned()],
            turn: Some(Turn {
                urls: vec!["turn:turn.example.org".to_owned()],
                access: Access::Secret {
                    secret: b"north".to_vec(),
                    ttl: Duration::from_secs(3600),
                },
            }),
        };
        let [stun, turn] = &ice.servers("ada", Duration::from_secs(1_700_000_000))[..] else {
            panic!()
        };
        assert_eq!((&stun.username, &stun.credential), (&None, &None));
        assert_eq!(turn.username.as_deref(), Some("1700003600:ada"));
        // printf %s 1700003600:ada | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(
            turn.credential.as_deref(),
            Some("xnSlQG4JwD6eDlwPBFdbTt6sTJk=")
        );
        assert_eq!(ice.refresh(), Some(Duration::from_secs(1800)));
        assert!(!format!("{ice:?}").contains("north"));
    }
}
