//! `madang`: reads the configuration, listens, and stops when it is told to.

use std::{io::Write, net::SocketAddr, process::ExitCode, sync::Arc};

use clap::Parser;
use sd_notify::NotifyState;
use server::{
    Config, Listeners, Server, Timeouts, log,
    tls::{Tls, local_addresses, local_names},
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::sleep,
};
use tracing::{error, info};

#[tokio::main]
async fn main() -> ExitCode {
    let config = Config::parse();
    let _log = log::begin(config.log, config.log_format);
    match start(&config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be listening.
            let _ = writeln!(std::io::stderr(), "madang: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start(config: &Config) -> Result<(), String> {
    let variables = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    config.check(variables)?;
    let public = public(config).await?;
    let address = address_of(&public)?;
    config.check_address(address)?;
    let operations = match config.metrics_listen.0 {
        None => None,
        Some(address) => Some(listen(address, "metrics-listen").await?),
    };
    let listeners = Listeners {
        public,
        operations,
        tls: tls(config)?,
    };
    let [terminate, interrupt, hangup] = signals().map_err(|error| error.to_string())?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(stop_when_told(terminate, interrupt, stop));
    tokio::spawn(reload_when_told(hangup, listeners.tls.clone()));
    let greeting = greeting(config, address, &listeners)?;
    let server = Server::new(listeners, config, Timeouts::default())?;
    greet(&greeting);
    server.run(stopped).await;
    Ok(())
}

/// The socket that systemd opened, or one of our own.
async fn public(config: &Config) -> Result<TcpListener, String> {
    let failed = |error| format!("cannot use the socket that was passed on: {error}");
    let inherited = listenfd::ListenFd::from_env().take_tcp_listener(0);
    let Some(inherited) = inherited.map_err(failed)? else {
        return listen(config.listen, "listen").await;
    };
    inherited.set_nonblocking(true).map_err(failed)?;
    TcpListener::from_std(inherited).map_err(failed)
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, String> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| format!("cannot listen on {address}: {error}; --{flag} says where"))
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, String> {
    listener.local_addr().map_err(|error| error.to_string())
}

fn tls(config: &Config) -> Result<Option<Arc<Tls>>, String> {
    if let Some(folder) = &config.tls_self_signed {
        return Tls::self_signed(folder, &local_names()).map(Some);
    }
    let files = config.tls_cert.as_ref().zip(config.tls_key.as_ref());
    files.map(|(cert, key)| Tls::read(cert, key)).transpose()
}

fn signals() -> std::io::Result<[Signal; 3]> {
    Ok([
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
        signal(SignalKind::hangup())?,
    ])
}

/// Says that it is there: to people, to the log and to systemd. Perhaps nobody listens.
fn greet(greeting: &str) {
    let _ = writeln!(std::io::stdout(), "{greeting}");
    info!(version = env!("CARGO_PKG_VERSION"), "ready");
    let _ = sd_notify::notify(&[NotifyState::Ready]);
}

/// Where it is, and by what people tell its own certificate from another.
fn greeting(config: &Config, address: SocketAddr, listeners: &Listeners) -> Result<String, String> {
    let mut lines = vec![format!("Madang is at {}", url(config, address))];
    let own = listeners.tls.as_ref();
    if let Some(tls) = own.filter(|_| config.tls_self_signed.is_some()) {
        let ips = local_addresses().into_iter().filter(|ip| !ip.is_loopback());
        lines.extend(
            ips.map(|ip| format!("and at https://{}", SocketAddr::new(ip, address.port()))),
        );
        if lines.len() == 1 {
            lines.push(
                "This machine has no other address, or does not tell it to the server.".to_owned(),
            );
        }
        lines.push("Browsers warn of its certificate once; its SHA-256 fingerprint is".to_owned());
        lines.push(tls.fingerprint());
    }
    if let Some(operations) = &listeners.operations {
        lines.push(format!(
            "Metrics are at http://{}/metrics",
            address_of(operations)?
        ));
    }
    Ok(lines.join("\n"))
}

fn url(config: &Config, address: SocketAddr) -> String {
    let path = match config.base_path.is_root() {
        true => "",
        false => config.base_path.as_str(),
    };
    format!("{}{path}", origin(config, address))
}

fn origin(config: &Config, address: SocketAddr) -> String {
    if let Some(url) = &config.public_url {
        return url.as_str().to_owned();
    }
    let scheme = if config.speaks_tls() { "https" } else { "http" };
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        return format!("{scheme}://localhost:{}", address.port());
    }
    format!("{scheme}://{address}")
}

/// The first signal lets pages move elsewhere, the second ends at once.
async fn stop_when_told(mut terminate: Signal, mut interrupt: Signal, stop: watch::Sender<bool>) {
    let mut next = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    next().await;
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    let _ = stop.send(true);
    next().await;
    std::process::exit(1);
}

/// Certificates are renewed every few months, and calls shall not notice.
async fn reload_when_told(mut hangup: Signal, tls: Option<Arc<Tls>>) {
    loop {
        let is_told = tokio::select! {
            told = hangup.recv() => told.is_some(),
            () = sleep(Tls::LOOK) => false,
        };
        let Some(tls) = tls.as_ref().filter(|tls| is_told || tls.has_changed()) else {
            continue;
        };
        match tls.reload() {
            Ok(()) => info!(
                fingerprint = tls.fingerprint(),
                "the certificate was read again"
            ),
            Err(reason) => error!(
                reason,
                "the new certificate is of no use; the old one stays"
            ),
        }
    }
}
