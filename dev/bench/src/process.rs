//! A program that runs: what it has used of CPU and memory.

use std::{
    fs::{self, File},
    io::{Read, Seek},
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::{
    sys::resource::{Resource, getrlimit, setrlimit},
    time::{ClockId, clock_getcpuclockid, clock_gettime},
    unistd::Pid,
};

use crate::Result;

/// A running program; it ends with this.
#[derive(Debug)]
pub struct Process {
    child: Child,
    clock: ClockId,
    complaints: File,
}

impl Process {
    /// Starts it, with what it says on standard error kept.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(command: &mut Command) -> Result<Self> {
        let complaints = tempfile::tempfile()?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(complaints.try_clone()?)
            .spawn()
            .map_err(|error| format!("{:?} does not start: {error}", command.get_program()))?;
        let clock = clock_getcpuclockid(Pid::from_raw(i32::try_from(child.id())?))?;
        Ok(Self {
            child,
            clock,
            complaints,
        })
    }

    /// CPU time of all its threads since the start, in the kernel too, to the nanosecond.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> Result<Duration> {
        Ok(clock_gettime(self.clock)?.into())
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory(&self) -> Result<u64> {
        // `VmRSS` of `status` is counted per thread and lags behind.
        let path = format!("/proc/{}/smaps_rollup", self.child.id());
        let rollup = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        Ok(kilobytes.ok_or_else(|| format!("no Rss in {path}"))? * 1024)
    }

    /// How it ended and what it complained about, if it did end.
    pub fn end(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        let mut words = String::new();
        // What cannot be read is not said; the status is.
        let _ = self.complaints.rewind();
        let _ = self.complaints.read_to_string(&mut words);
        Some(format!("{status}\n{words}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets this process and those it starts open as many files as the system allows; returns how many
/// that is.
///
/// # Errors
/// When the system does not even tell.
pub fn raise_file_limit() -> Result<u64> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    Ok(hard)
}
