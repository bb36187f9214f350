//! What whoever hosts it can set, on the command line or in the environment.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use protocol::IceServer;

/// Introduces browsers to each other and serves the page.
#[derive(Clone, Debug, Parser)]
#[command(name = "madang", version)]
pub struct Config {
    /// Address and port to listen on
    #[arg(long, env = "MADANG_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// Folder of the built page
    #[arg(long, env = "MADANG_DIST", default_value = "dist")]
    pub dist: PathBuf,

    /// STUN servers that browsers use to learn their own addresses; `none` for none
    #[arg(
        long,
        env = "MADANG_STUN_URL",
        value_delimiter = ',',
        default_value = "stun:stun.cloudflare.com:3478",
        value_parser = |url: &str| ice_url(url, &["stun:", "stuns:"])
    )]
    pub stun_url: Vec<String>,

    /// TURN servers that relay where no direct connection is possible
    #[arg(
        long,
        env = "MADANG_TURN_URL",
        value_delimiter = ',',
        requires = "turn_username",
        requires = "turn_credential",
        value_parser = |url: &str| ice_url(url, &["turn:", "turns:"])
    )]
    pub turn_url: Vec<String>,

    /// User name for the TURN servers
    #[arg(long, env = "MADANG_TURN_USERNAME")]
    pub turn_username: Option<String>,

    /// Password for the TURN servers
    #[arg(long, env = "MADANG_TURN_CREDENTIAL", hide_env_values = true)]
    pub turn_credential: Option<String>,

    /// People that a room takes
    #[arg(long, env = "MADANG_MAX_PEERS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(2..=16))]
    pub max_peers: u32,

    /// WebSockets in all
    #[arg(
        long,
        env = "MADANG_MAX_CONNECTIONS",
        default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections: u32,

    /// Other origins whose pages may connect, like `https://calls.example.org`
    #[arg(long, env = "MADANG_ORIGIN", value_delimiter = ',')]
    pub origin: Vec<String>,
}

impl Config {
    /// What browsers are told to use.
    pub fn ice_servers(&self) -> Vec<IceServer> {
        let stun: Vec<String> = self
            .stun_url
            .iter()
            .filter(|url| *url != "none")
            .cloned()
            .collect();
        let stun = (!stun.is_empty()).then_some(IceServer {
            urls: stun,
            username: None,
            credential: None,
        });
        let turn = (!self.turn_url.is_empty()).then(|| IceServer {
            urls: self.turn_url.clone(),
            username: self.turn_username.clone(),
            credential: self.turn_credential.clone(),
        });
        stun.into_iter().chain(turn).collect()
    }
}

fn ice_url(url: &str, schemes: &[&str]) -> Result<String, String> {
    let is_fine = url == "none" && schemes.contains(&"stun:")
        || schemes.iter().any(|scheme| {
            url.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        });
    if is_fine {
        Ok(url.to_owned())
    } else {
        Err(format!("it has to begin with {}", schemes.join(" or ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Config, String> {
        Config::try_parse_from([&["madang"], arguments].concat()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_public_stun_server_is_the_default_and_can_be_switched_off() {
        assert_eq!(parse(&[]).unwrap().ice_servers().len(), 1);
        assert_eq!(parse(&["--stun-url", "none"]).unwrap().ice_servers(), []);
    }

    #[test]
    fn a_turn_server_needs_a_name_and_a_password() {
        assert!(
            parse(&["--turn-url", "turn:turn.example.org"])
                .unwrap_err()
                .contains("--turn-credential")
        );
        let config = parse(&[
            "--stun-url=none",
            "--turn-url=turn:turn.example.org,turns:turn.example.org:443",
            "--turn-username=madang",
            "--turn-credential=secret",
        ]);
        let [turn] = &config.unwrap().ice_servers()[..] else {
            panic!()
        };
        assert_eq!(
            turn.urls,
            ["turn:turn.example.org", "turns:turn.example.org:443"]
        );
        assert_eq!(turn.credential.as_deref(), Some("secret"));
    }

    #[test]
    fn nonsense_is_refused_at_the_start() {
        assert!(
            parse(&["--stun-url", "https://example.org"])
                .unwrap_err()
                .contains("stun:")
        );
        assert!(parse(&["--max-peers", "1"]).is_err());
        assert!(parse(&["--listen", "somewhere"]).is_err());
        assert!(parse(&["--unknown"]).is_err());
    }
}
