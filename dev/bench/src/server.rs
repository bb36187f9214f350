//! A server that runs and listens.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{Result, TIMEOUT, process::Process};

/// A server that can be started.
pub trait Program: Sync {
    /// What it is called in the tables.
    fn name(&self) -> &'static str;

    /// Name and version of what it is made of.
    fn version(&self) -> String;

    /// Starts it on this port of 127.0.0.1.
    ///
    /// # Errors
    /// When something is missing that it needs.
    fn command(&self, port: u16) -> Result<Command>;
}

/// A running server; it ends with this.
#[derive(Debug)]
pub struct RunningServer {
    process: Process,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    name: &'static str,
    started: Instant,
}

impl RunningServer {
    /// Between two attempts to connect to a server that starts: there is nothing to wait for but
    /// its answer.
    const ATTEMPT: Duration = Duration::from_micros(200);

    /// Starts it on a free port, and does not wait.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn spawn(program: &dyn Program) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let mut command = program.command(port)?;
        let started = Instant::now();
        Ok(Self {
            process: Process::start(&mut command)?,
            port,
            name: program.name(),
            started,
        })
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Errors
    /// When it ends or takes too long.
    pub fn start(program: &dyn Program) -> Result<Self> {
        let mut server = Self::spawn(program)?;
        server.listening()?;
        Ok(server)
    }

    /// Waits until it takes connections. Until then there is nothing else to do, and the runtime's
    /// timers know whole milliseconds only: this blocks.
    ///
    /// # Errors
    /// When it ends or takes too long.
    pub fn listening(&mut self) -> Result<()> {
        let begin = Instant::now();
        while TcpStream::connect(self.address()).is_err() {
            if let Some(end) = self.process.end() {
                return Err(format!("{} ended: {end}", self.name).into());
            }
            if begin.elapsed() > TIMEOUT {
                return Err(format!("{} does not listen after {TIMEOUT:?}", self.name).into());
            }
            thread::sleep(Self::ATTEMPT);
        }
        Ok(())
    }

    /// How long ago it was started.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// CPU time since the start in microseconds.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> Result<f64> {
        let cpu = self.process.cpu();
        Ok(cpu
            .map_err(|error| format!("{}: {error}", self.name))?
            .as_secs_f64()
            * 1e6)
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory(&self) -> Result<f64> {
        Ok(self.process.memory()? as f64)
    }

    /// Resident memory in bytes, once it has been the same for a while.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn settled_memory(&self) -> Result<f64> {
        const STILL: u32 = 5;
        const MOST: u32 = 50;
        let (mut last, mut still) = (self.memory()?, 0);
        for _ in 0..MOST {
            // Nothing tells that a process has done its chores; some do them by the clock.
            sleep(Duration::from_millis(100)).await;
            let now = self.memory()?;
            still = if now == last { still + 1 } else { 0 };
            last = now;
            if still == STILL {
                break;
            }
        }
        Ok(last)
    }
}

/// The project's folder.
pub fn project() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).unwrap_or(folder).to_path_buf()
}

/// A program that was built together with this one.
///
/// # Errors
/// When it was not.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or("this program is nowhere")?;
    let is_test = folder.ends_with("deps");
    let folder = folder.parent().filter(|_| is_test).unwrap_or(folder);
    let path = folder.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!(
            "{} is not built yet. Run: cargo xtask bench",
            path.display()
        )
        .into())
    }
}
