//! The server that ships.

use std::path::{Path, PathBuf};

use crate::{Machine, Result, process::Process};

/// A running `target/release/madang`, with the page in `dist/`.
#[derive(Debug)]
pub struct TestServer {
    process: Process,
    port: u16,
    origin: String,
    flags: Vec<String>,
}

impl TestServer {
    /// Starts one on a free port, without STUN.
    ///
    /// # Errors
    /// When it was not built, or does not start.
    pub async fn start(flags: &[&str]) -> Result<Self> {
        Self::start_at(0, flags.iter().map(ToString::to_string).collect()).await
    }

    /// Starts one on a machine of its own, with a certificate that nobody vouches for.
    ///
    /// # Errors
    /// When it was not built, or does not start.
    pub async fn start_on(machine: &Machine, folder: &Path) -> Result<Self> {
        let (listen, dist) = (format!("{}:0", machine.address()), project().join("dist"));
        let (dist, folder) = (dist.display().to_string(), folder.display().to_string());
        let own = ["--listen", &listen, "--dist", &dist];
        let flags = ["--tls-self-signed", &folder, "--metrics-listen", "none"];
        let arguments = [&own[..], &flags, &["--stun-url", "none"]].concat();
        let program = project().join("target/release/madang");
        let (program, arguments) = machine.on_it(&program, &arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut process = Process::start(&program, &arguments, &[])?;
        let host = format!("https://{}:", machine.address());
        let port = process.number_after(&host).await?;
        Ok(Self {
            process,
            port,
            origin: format!("{host}{port}"),
            flags: Vec::new(),
        })
    }

    async fn start_at(port: u16, flags: Vec<String>) -> Result<Self> {
        let (listen, dist) = (format!("127.0.0.1:{port}"), project().join("dist"));
        let dist = dist.display().to_string();
        let mut arguments = vec![
            "--listen",
            &listen,
            "--metrics-listen",
            "none",
            "--dist",
            &dist,
            "--stun-url",
            "none",
        ];
        arguments.extend(flags.iter().map(String::as_str));
        let program = project().join("target/release/madang");
        let mut process = Process::start(&program, &arguments, &[])?;
        let port = process.number_after("http://localhost:").await?;
        Ok(Self {
            process,
            port,
            origin: format!("http://localhost:{port}"),
            flags,
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(self) -> Result<StoppedServer> {
        self.process.end().await?;
        Ok(StoppedServer {
            port: self.port,
            flags: self.flags,
        })
    }

    /// Ends it as a crash does.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn crash(self) -> Result<StoppedServer> {
        self.process.crash().await?;
        Ok(StoppedServer {
            port: self.port,
            flags: self.flags,
        })
    }

    /// The address of a path. Browsers trust `localhost` with cameras.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Where it listens at loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many files it has open, connections included.
    ///
    /// # Errors
    /// When it has ended.
    pub fn open_files(&self) -> Result<usize> {
        self.process.open_files()
    }

    /// What it has printed.
    pub fn printed(&self) -> String {
        self.process.printed()
    }
}

/// A server that was ended.
#[derive(Debug)]
pub struct StoppedServer {
    port: u16,
    flags: Vec<String>,
}

impl StoppedServer {
    /// Starts it again where it was.
    ///
    /// # Errors
    /// When somebody else took the port.
    pub async fn start(self) -> Result<TestServer> {
        TestServer::start_at(self.port, self.flags).await
    }
}

/// The project's folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
