//! The server that ships.

use std::path::{Path, PathBuf};

use crate::{Machine, Result, process::Process};

/// A running `target/release/madang`, with the page in `dist/` or another one.
#[derive(Debug)]
pub struct TestServer {
    process: Process,
    port: u16,
    origin: String,
    place: Place,
}

/// Where one runs, and how.
#[derive(Clone, Debug)]
struct Place {
    /// None is the one that the tests run on.
    machine: Option<Machine>,
    dist: PathBuf,
    flags: Vec<String>,
}

impl TestServer {
    /// Starts one on a free port, without STUN.
    ///
    /// # Errors
    /// When it was not built, or does not start.
    pub async fn start(flags: &[&str]) -> Result<Self> {
        let place = Place {
            machine: None,
            dist: project().join("dist"),
            flags: flags.iter().map(ToString::to_string).collect(),
        };
        place.start(0).await
    }

    /// Starts one on a machine of its own, with a certificate that nobody vouches for.
    ///
    /// # Errors
    /// When it was not built, or does not start.
    pub async fn start_on(machine: &Machine, folder: &Path) -> Result<Self> {
        Self::start_with(&project().join("dist"), machine, folder).await
    }

    /// The same with the page in `dist`.
    ///
    /// # Errors
    /// When it was not built, or does not start.
    pub async fn start_with(dist: &Path, machine: &Machine, folder: &Path) -> Result<Self> {
        let place = Place {
            machine: Some(machine.clone()),
            dist: dist.to_owned(),
            flags: vec!["--tls-self-signed".to_owned(), folder.display().to_string()],
        };
        place.start(0).await
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(self) -> Result<StoppedServer> {
        self.process.end().await?;
        Ok(StoppedServer {
            port: self.port,
            place: self.place,
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
            place: self.place,
        })
    }

    /// The address of a path.
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

impl Place {
    /// On a free port, if it is 0.
    async fn start(self, port: u16) -> Result<TestServer> {
        // Browsers trust `localhost` with cameras, and otherwise TLS alone.
        let (listen, host) = match &self.machine {
            None => (format!("127.0.0.1:{port}"), "http://localhost:".to_owned()),
            Some(machine) => {
                let address = machine.address();
                (format!("{address}:{port}"), format!("https://{address}:"))
            }
        };
        let dist = self.dist.display().to_string();
        let own = ["--listen", &listen, "--dist", &dist];
        let without = ["--metrics-listen", "none", "--stun-url", "none"];
        let mut arguments = [own, without].concat();
        arguments.extend(self.flags.iter().map(String::as_str));
        let program = project().join("target/release/madang");
        let mut process = match &self.machine {
            None => Process::start(&program, &arguments, &[])?,
            Some(machine) => {
                let (program, arguments) = machine.on_it(&program, &arguments);
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                Process::start(&program, &arguments, &[])?
            }
        };
        let port = process.number_after(&host).await?;
        Ok(TestServer {
            process,
            port,
            origin: format!("{host}{port}"),
            place: self,
        })
    }
}

/// A server that was ended.
#[derive(Debug)]
pub struct StoppedServer {
    port: u16,
    place: Place,
}

impl StoppedServer {
    /// Starts it again where it was.
    ///
    /// # Errors
    /// When somebody else took the port.
    pub async fn start(self) -> Result<TestServer> {
        self.place.start(self.port).await
    }
}

/// The project's folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
