//! slowhttptest against the server: `cargo xtask test slow`.
//!
//! Each attack has a server of its own, which has to let go of all the attacker's connections while
//! the attack goes on. Meanwhile somebody else, at another address, loads the page again and again.

use std::{
    net::Ipv4Addr,
    path::Path,
    process::{ExitCode, Stdio},
    time::{Duration, Instant},
};

use e2e::{Error, Result, TestServer, server::project};
use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::{
    fs,
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    process::Command,
    time::{interval, timeout},
};

/// How a server is attacked.
struct Attack {
    name: &'static str,
    mode: &'static str,
    path: String,
    /// Whether the attacker is let in with all of its connections, and can judge for itself.
    /// Otherwise the limit for each address keeps some of them out.
    is_let_in: bool,
}

/// All at once, and a few bytes each second from then on, for as long as the server bears it, but
/// 45 seconds at most.
const FORCE: &str = "-c 200 -r 200 -i 1 -p 3 -l 45";
/// Connections that show that the attack has begun.
const CROWD: usize = 100;
/// Connections of whoever visits meanwhile.
const VISITS: usize = 8;
/// For a page, on a machine that is busy with four other attacks.
const PROMPT: Duration = Duration::from_secs(1);
/// Then a visit has failed.
const NO_ANSWER: Duration = Duration::from_secs(10);
const SOMEBODY_ELSE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

#[tokio::main]
async fn main() -> ExitCode {
    match attack().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn attack() -> Result<()> {
    let home = || "/".to_owned();
    let module = format!("/{}", largest_file(&project().join("dist")).await?);
    let attacks = [
        ("slow headers", "-H", home(), true),
        ("slow headers, limited", "-H", home(), false),
        ("slow body", "-B", home(), true),
        ("overlapping ranges", "-R", module.clone(), true),
        ("slow reading", "-X", module, true),
    ];
    let attacks = attacks.map(|(name, mode, path, is_let_in)| Attack {
        name,
        mode,
        path,
        is_let_in,
    });
    let outcomes = join_all(attacks.iter().map(Attack::run)).await;
    outcomes.into_iter().collect()
}

async fn largest_file(folder: &Path) -> Result<String> {
    let mut files = fs::read_dir(folder).await?;
    let mut largest = (0, String::new());
    while let Some(file) = files.next_entry().await? {
        let name = file.file_name().to_string_lossy().into_owned();
        largest = largest.max((file.metadata().await?.len(), name));
    }
    Ok(largest.1)
}

impl Attack {
    async fn run(&self) -> Result<()> {
        let flags: &[&str] = if self.is_let_in {
            &["--max-connections-per-address=1000"]
        } else {
            &[]
        };
        let server = TestServer::start(flags).await?;
        let mut watch = Watch::new(&server)?;
        let report = tokio::select! {
            report = self.attack(server.port()) => report?,
            error = watch.on_and_on() => return Err(format!("{}: {error}", self.name).into()),
        };
        println!(
            "{:<22} at most {} files open, over after {:.0} s; {} visits, each within {} ms",
            self.name,
            watch.most,
            watch.over.unwrap_or(watch.begin.elapsed()).as_secs_f64(),
            watch.visits,
            watch.longest.as_millis()
        );
        self.judge(&watch, &report)
            .map_err(|fault| format!("{}: {fault}", self.name).into())
    }

    /// Returns what slowhttptest has to say.
    async fn attack(&self, port: u16) -> Result<Report> {
        let folder = TempDir::new()?;
        let url = format!("http://127.0.0.1:{port}{}", self.path);
        let output = Command::new("slowhttptest")
            .args([self.mode, "-u", &url, "-g", "-o", "report"])
            .args(FORCE.split(' '))
            .current_dir(&folder)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        Ok(Report {
            was_let_go: String::from_utf8_lossy(&output.stdout)
                .contains("No open connections left"),
            seconds: fs::read_to_string(folder.path().join("report.csv")).await?,
        })
    }

    fn judge(&self, watch: &Watch, report: &Report) -> std::result::Result<(), String> {
        if watch.visits == 0 || watch.longest > PROMPT {
            return Err(format!("others had to wait for {:?}", watch.longest));
        }
        if watch.over.is_none() && !report.was_let_go {
            return Err(format!("the server held on\n{}", report.seconds));
        }
        if self.is_let_in && !report.was_always_available() {
            return Err(format!("no answer at times\n{}", report.seconds));
        }
        Ok(())
    }
}

/// What slowhttptest found.
struct Report {
    /// The server, or its system, told the attacker that all is over. Who does not read is not
    /// told.
    was_let_go: bool,
    /// `Seconds,Closed,Pending,Connected,Service Available`, a line for each second.
    seconds: String,
}

impl Report {
    fn was_always_available(&self) -> bool {
        let mut seconds = self.seconds.lines().skip(1).peekable();
        seconds.peek().is_some() && seconds.all(|second| !second.ends_with(",0"))
    }
}

/// What others find meanwhile.
struct Watch<'a> {
    server: &'a TestServer,
    begin: Instant,
    idle: usize,
    most: usize,
    /// When the attacker's connections were all gone.
    over: Option<Duration>,
    visits: usize,
    longest: Duration,
}

impl<'a> Watch<'a> {
    fn new(server: &'a TestServer) -> Result<Self> {
        Ok(Self {
            server,
            begin: Instant::now(),
            idle: server.open_files()?,
            most: 0,
            over: None,
            visits: 0,
            longest: Duration::ZERO,
        })
    }

    /// Returns when a visit fails.
    async fn on_and_on(&mut self) -> Error {
        let mut ticks = interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            if let Err(error) = self.look().await {
                return error;
            }
        }
    }

    async fn look(&mut self) -> Result<()> {
        let begin = Instant::now();
        timeout(NO_ANSWER, visit(self.server.port())).await??;
        self.longest = self.longest.max(begin.elapsed());
        self.visits += 1;
        let files = self.server.open_files()?;
        self.most = self.most.max(files);
        if self.most > self.idle + CROWD && files < self.idle + VISITS {
            self.over.get_or_insert(self.begin.elapsed());
        }
        Ok(())
    }
}

async fn visit(port: u16) -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((SOMEBODY_ELSE, 0).into())?;
    let mut stream = socket.connect((Ipv4Addr::LOCALHOST, port).into()).await?;
    let request = format!("GET / HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer.starts_with(b"HTTP/1.1 200") {
        Ok(())
    } else {
        Err(format!("a visit got {}", String::from_utf8_lossy(&answer)).into())
    }
}
