//! How many connections the process may hold open.

use tokio::sync::OwnedSemaphorePermit;
use tracing::warn;

use crate::address_slot::Permit;

/// Connections besides the WebSockets, for the page and for those who are refused.
const OTHER_CONNECTIONS: usize = 1024;
/// Where files are few, at least so many connections are left for the page.
const LEAST_OTHER_CONNECTIONS: usize = 128;
/// Descriptors for everything that is not a connection.
const OTHER_FILES: usize = 32;

/// One connection's share of all, and of its address's if no proxy of ours stands before it.
#[derive(Debug)]
#[expect(dead_code, reason = "dropping it gives both back")]
pub(crate) struct Admission {
    /// Of all.
    pub connection: OwnedSemaphorePermit,
    /// Of the address's.
    pub address: Option<Permit>,
}

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Pages in lobbies and rooms.
    pub websockets: usize,
    /// TCP connections, WebSockets included.
    pub connections: usize,
}

impl Limits {
    /// As many as wanted, if the system lets this process have so many files.
    pub(crate) fn new(wanted: usize) -> Self {
        let files = raise_file_limit().saturating_sub(OTHER_FILES).max(1);
        let connections = files.min(wanted + OTHER_CONNECTIONS);
        // If there are very few files, most still go to WebSockets.
        let others = LEAST_OTHER_CONNECTIONS.min(connections / 8);
        let websockets = wanted.min(connections - others);
        if websockets < wanted {
            warn!(
                wanted,
                websockets, "the limit of open files (ulimit -n) allows no more WebSockets"
            );
        }
        Self {
            websockets,
            connections,
        }
    }
}

/// Takes as many open files as the system allows, and says how many that is.
fn raise_file_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    // Where it cannot be raised it stays what it is.
    let _ = setrlimit(Resource::Nofile, raised);
    let limit = getrlimit(Resource::Nofile).current;
    limit.map_or(usize::MAX, |limit| limit as usize)
}
