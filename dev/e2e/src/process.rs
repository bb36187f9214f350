//! A program whose output is kept, and which ends together with all that it started.

use std::{
    fs,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

use crate::Result;

/// Builds may run beside the tests.
const START: Duration = Duration::from_secs(30);

/// A running program and its process group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    group: Option<Pid>,
    printed: Arc<Mutex<String>>,
    lines: watch::Receiver<usize>,
}

impl Process {
    /// Starts a program in a process group of its own.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &Path)],
    ) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let printed = Arc::new(Mutex::new(String::new()));
        let (count, lines) = watch::channel(0);
        if let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) {
            tokio::spawn(keep(stdout, printed.clone(), count.clone()));
            tokio::spawn(keep(stderr, printed.clone(), count));
        }
        let group = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        Ok(Self {
            child,
            group,
            printed,
            lines,
        })
    }

    /// What it has printed.
    pub fn printed(&self) -> String {
        self.printed
            .lock()
            .map_or_else(|error| error.into_inner().clone(), |text| text.clone())
    }

    /// How many files it has open, connections included.
    ///
    /// # Errors
    /// When it has ended.
    pub fn open_files(&self) -> Result<usize> {
        let id = self.child.id().ok_or("it has ended")?;
        Ok(fs::read_dir(format!("/proc/{id}/fd"))?.count())
    }

    /// Waits until a line has `before` in it, and returns the number that follows.
    ///
    /// # Errors
    /// When it ends, or takes too long.
    pub async fn number_after(&mut self, before: &str) -> Result<u16> {
        let number = |text: &str| {
            let (_, after) = text.split_once(before)?;
            let (digits, _) = after.split_once(|c: char| !c.is_ascii_digit())?;
            digits.parse().ok()
        };
        let found = async {
            loop {
                let found = number(&self.printed());
                if found.is_some() || self.lines.changed().await.is_err() {
                    return found;
                }
            }
        };
        let found = timeout(START, found).await.ok().flatten();
        found.ok_or_else(|| format!("no {before:?} in:\n{}", self.printed()).into())
    }

    /// Sends a signal to it and to all that it started.
    pub fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // There may be nobody left.
            let _ = kill_process_group(group, signal);
        }
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// When it does not.
    pub async fn end(mut self) -> Result<()> {
        self.signal(Signal::TERM);
        timeout(START, self.child.wait()).await??;
        Ok(())
    }

    /// Ends it as a crash does, and waits until it has.
    ///
    /// # Errors
    /// When it does not.
    pub async fn crash(mut self) -> Result<()> {
        self.signal(Signal::KILL);
        timeout(START, self.child.wait()).await??;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::CONT);
        self.signal(Signal::KILL);
    }
}

async fn keep(
    from: impl AsyncRead + Unpin,
    printed: Arc<Mutex<String>>,
    count: watch::Sender<usize>,
) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Ok(mut text) = printed.lock() {
            text.push_str(&line);
            text.push('\n');
        }
        count.send_modify(|count| *count += 1);
    }
}
