//! What the server tells its operator: one line for each event, on the standard output.
//!
//! **No address, no name, no room ID, no signal ever gets into it**, at any level. Connections have
//! numbers.

use std::io;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// What needs the operator.
    Error,
    /// What may need the operator.
    Warn,
    /// The start, the stop and the like.
    Info,
    /// Each WebSocket, too.
    Debug,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Lines that may wait for the reader of the log. A slower reader loses some; nobody waits for it.
const MAX_WAITING: usize = 10_000;

/// Begins to log; what is returned ends it when dropped, after the last line.
pub fn begin(level: Level, format: Format) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MAX_WAITING)
        .finish(io::stdout());
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(match level {
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        })
        // A log that cannot be written is not to be complained about in another that cannot be
        // written either.
        .log_internal_errors(false)
        .with_ansi(false)
        .with_target(false)
        .with_writer(writer);
    match format {
        Format::Text => subscriber.init(),
        Format::Json => subscriber.json().flatten_event(true).init(),
    }
    guard
}
