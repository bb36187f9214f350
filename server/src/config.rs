//! What the operator can set, on the command line or in the environment.

mod value;

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{CommandFactory, Parser};
use ipnet::IpNet;
use protocol::{Base, Credential};

use crate::{
    ice::{Access, Ice, Secret, Turn},
    log,
    origin::Origin,
};

pub(crate) use value::Maybe;
use value::{ice_url, maybe, network};

/// Introduces browsers to each other and serves the page.
///
/// Every setting can be given as a flag or as a variable; flags win.
#[derive(Clone, Debug, Parser)]
#[command(name = "madang", version, next_line_help = true)]
pub struct Config {
    /// Address and port for browsers
    #[arg(long, env = "MADANG_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// Address and port for /metrics, /healthz and /readyz; `none` for none
    #[arg(long, env = "MADANG_METRICS_LISTEN", default_value = "127.0.0.1:9090", value_parser = maybe::<SocketAddr>)]
    pub metrics_listen: Maybe<SocketAddr>,

    /// Folder of the built page; `none` where something else serves it
    #[arg(long, env = "MADANG_DIST", default_value = "dist", value_parser = maybe::<PathBuf>)]
    pub dist: Maybe<PathBuf>,

    /// Where people find the page, like `https://calls.example.org`; then it answers to no other
    /// name
    #[arg(long, env = "MADANG_PUBLIC_URL")]
    pub public_url: Option<Origin>,

    /// Below which path of its host the page is, like `/madang/` where it shares the host with
    /// others
    #[arg(long, env = "MADANG_BASE_PATH", default_value = "/")]
    pub base_path: Base,

    /// Other origins whose pages may connect, like `https://calls.example.org`
    #[arg(long, env = "MADANG_ORIGIN", value_delimiter = ',')]
    pub origin: Vec<Origin>,

    /// Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, like
    /// `10.0.0.0/8`
    #[arg(long, env = "MADANG_TRUSTED_PROXY", value_delimiter = ',', value_parser = network)]
    pub trusted_proxy: Vec<IpNet>,

    /// Listen to the network without TLS, though browsers then refuse camera and microphone
    #[arg(long, env = "MADANG_ALLOW_PLAIN_HTTP")]
    pub allow_plain_http: bool,

    /// Certificate chain, PEM; read again on SIGHUP and when it changes
    #[arg(long, env = "MADANG_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// Key of the certificate, PEM
    #[arg(long, env = "MADANG_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Folder for a certificate of the server's own, for a network without names; browsers warn of
    /// it once
    #[arg(
        long,
        env = "MADANG_TLS_SELF_SIGNED",
        value_name = "FOLDER",
        conflicts_with = "tls_cert"
    )]
    pub tls_self_signed: Option<PathBuf>,

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
        value_parser = |url: &str| ice_url(url, &["turn:", "turns:"])
    )]
    pub turn_url: Vec<String>,

    /// File with the secret shared with the TURN servers (coturn's static-auth-secret), for
    /// credentials that end soon
    #[arg(
        long,
        env = "MADANG_TURN_SECRET_FILE",
        requires = "turn_url",
        conflicts_with = "turn_username"
    )]
    pub turn_secret_file: Option<PathBuf>,

    /// How long such a credential opens relays, in seconds
    #[arg(
        long,
        env = "MADANG_TURN_TTL",
        default_value_t = 3600,
        value_parser = clap::value_parser!(u32).range(60..=86_400)
    )]
    pub turn_ttl: u32,

    /// User name for the TURN servers, the same for everybody
    #[arg(
        long,
        env = "MADANG_TURN_USERNAME",
        requires = "turn_credential",
        requires = "turn_url"
    )]
    pub turn_username: Option<String>,

    /// Password for the TURN servers, the same for everybody; every participant sees it
    #[arg(
        long,
        env = "MADANG_TURN_CREDENTIAL",
        hide_env_values = true,
        requires = "turn_username"
    )]
    pub turn_credential: Option<Credential>,

    /// People that a room takes
    #[arg(
        long,
        env = "MADANG_MAX_PEERS",
        default_value_t = 12,
        value_parser = clap::value_parser!(u32).range(2..=16)
    )]
    pub max_peers: u32,

    /// WebSockets in all; there are no more rooms than these
    #[arg(
        long,
        env = "MADANG_MAX_CONNECTIONS",
        default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections: u32,

    /// WebSockets of one address at a time (of one /64 in IPv6; of a /56 twice, of a /48 four times
    /// as many)
    #[arg(
        long,
        env = "MADANG_MAX_CONNECTIONS_PER_ADDRESS",
        default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections_per_address: u32,

    /// Rooms with nobody of that address in them that it may enter or look into each minute, and as
    /// many at once
    #[arg(
        long,
        env = "MADANG_ROOMS_PER_MINUTE",
        default_value_t = 240,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub rooms_per_minute: u32,

    /// Requests of one address that are answered each second, a long answer counting for several;
    /// eight times as many at once
    #[arg(
        long,
        env = "MADANG_REQUESTS_PER_SECOND",
        default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub requests_per_second: u32,

    /// Seconds that pages have to move elsewhere when the server stops
    #[arg(
        long,
        env = "MADANG_DRAIN",
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(0..=120)
    )]
    pub drain: u32,

    /// How much is logged; never addresses, names, room IDs or signals
    #[arg(long, env = "MADANG_LOG", default_value = "info")]
    pub log: log::Level,

    /// How a line of the log looks
    #[arg(long, env = "MADANG_LOG_FORMAT", default_value = "text")]
    pub log_format: log::Format,
}

impl Config {
    /// Checks what clap cannot. The names of the environment's variables are searched for misspelt
    /// ones.
    ///
    /// # Errors
    /// In words for the operator.
    pub fn check(&self, mut variables: impl Iterator<Item = String>) -> Result<(), String> {
        let command = Self::command();
        let is_setting = |variable: &str| {
            let mut settings = command.get_arguments().filter_map(clap::Arg::get_env);
            settings.any(|setting| setting == variable)
        };
        let is_unknown = |name: &String| {
            name.starts_with("MADANG_") && !is_setting(name) && !is_of_kubernetes(name)
        };
        let unknown = variables.find(is_unknown);
        if let Some(unknown) = unknown {
            return Err(format!(
                "there is no setting {unknown}; madang --help lists them"
            ));
        }
        let has_access = self.turn_secret_file.is_some() || self.turn_username.is_some();
        if !self.turn_url.is_empty() && !has_access {
            return Err(
                "--turn-url needs --turn-secret-file, or --turn-username and --turn-credential"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Checks that browsers will give the page at this address camera and microphone.
    ///
    /// # Errors
    /// When they would not, in words for the operator.
    pub fn check_address(&self, address: SocketAddr) -> Result<(), String> {
        let is_fine = address.ip().is_loopback()
            || self.allow_plain_http
            || self.speaks_tls()
            || !self.trusted_proxy.is_empty();
        if is_fine {
            return Ok(());
        }
        Err(format!(
            "{address} can be reached from other machines, and browsers give them camera and microphone over HTTPS only.\n\
             Say --tls-cert and --tls-key; or --tls-self-signed FOLDER on a network without names; or, behind a proxy that\n\
             speaks TLS, --trusted-proxy with its network; or --allow-plain-http to do it nonetheless."
        ))
    }

    /// Whether the server itself speaks TLS.
    pub fn speaks_tls(&self) -> bool {
        self.tls_cert.is_some() || self.tls_self_signed.is_some()
    }

    /// The STUN and TURN servers that browsers are told to use.
    ///
    /// # Errors
    /// When the secret cannot be read, in words for the operator.
    pub fn ice(&self) -> Result<Ice, String> {
        let stun = self.stun_url.iter().filter(|url| *url != "none");
        let access = self.turn_access()?;
        Ok(Ice {
            stun: stun.cloned().collect(),
            turn: access.map(|access| Turn {
                urls: self.turn_url.clone(),
                access,
            }),
        })
    }

    fn turn_access(&self) -> Result<Option<Access>, String> {
        let Some(path) = &self.turn_secret_file else {
            let both = self.turn_username.clone().zip(self.turn_credential.clone());
            return Ok(both.map(|(username, credential)| Access::Static {
                username,
                credential,
            }));
        };
        let secret = fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(format!("there is no secret in {}", path.display()));
        }
        Ok(Some(Access::Secret {
            secret: Secret(secret.to_owned()),
            ttl: Duration::from_secs(self.turn_ttl.into()),
        }))
    }
}

/// What Kubernetes tells every process about a service called `madang`.
fn is_of_kubernetes(name: &str) -> bool {
    name.starts_with("MADANG_SERVICE_") || name.starts_with("MADANG_PORT")
}

#[cfg(test)]
mod tests;
