//! The program as an operator starts it.

use std::{net::SocketAddr, path::Path, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::WebSocketStream;

use super::socket;

/// The server as a process of its own.
pub struct Program {
    pub child: Child,
    pub lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    pub port: u16,
    pub dist: TempDir,
}

pub fn command(dist: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    command
        .args([
            "--listen=127.0.0.1:0",
            "--metrics-listen=none",
            "--stun-url=none",
            "--dist",
        ])
        .arg(dist)
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub async fn start(flags: &[&str]) -> Program {
    let dist = super::dist();
    start_command(command(dist.path(), flags), dist).await
}

pub async fn start_command(mut command: Command, dist: TempDir) -> Program {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = loop {
        let line = timeout(super::LONG, lines.next_line()).await.unwrap();
        match line.unwrap() {
            Some(line) if line.starts_with("Madang is at ") => {
                break line.rsplit_once(':').unwrap().1.parse().unwrap();
            }
            // What it warns of.
            Some(_) => {}
            None => {
                let mut words = String::new();
                let mut stderr = child.stderr.take().unwrap();
                stderr.read_to_string(&mut words).await.unwrap();
                panic!("{words}")
            }
        }
    };
    Program {
        child,
        lines,
        port,
        dist,
    }
}

impl Program {
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap() as i32).unwrap();
        kill_process(pid, signal).unwrap();
    }

    pub async fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(self.address()).await
    }

    pub async fn page(&self) -> WebSocketStream<TcpStream> {
        self.page_over(self.connect().await.unwrap()).await
    }

    pub async fn page_over(&self, stream: TcpStream) -> WebSocketStream<TcpStream> {
        socket::open(stream, &format!("http://{}", self.address())).await
    }

    /// What it says until it ends.
    pub async fn rest(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        while let Some(line) = timeout(super::LONG, self.lines.next_line())
            .await
            .unwrap()
            .unwrap()
        {
            text += &line;
            text.push('\n');
        }
        let status = self.child.wait().await.unwrap();
        let mut words = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut words)
            .await
            .unwrap();
        (status.code(), text + &words)
    }
}
