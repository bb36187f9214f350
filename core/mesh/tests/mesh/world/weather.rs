//! How kind the world is: delays and misfortunes.

use std::{ops::Range, time::Duration};

use super::random::Random;

/// The delays of one world, and the chances of misfortune.
#[derive(Clone)]
pub struct Weather {
    /// From the browser's event to the page's code.
    pub task: Range<Duration>,
    /// A timer fires this much too late: hidden tabs have coarse ones.
    pub lateness: Range<Duration>,
    /// One way over a WebSocket.
    pub signaling: Range<Duration>,
    /// One way between two pages.
    pub path: Range<Duration>,
    /// One operation on an `RTCPeerConnection`'s chain.
    pub operation: Range<Duration>,
    /// Until a candidate is found.
    pub gathering: Range<Duration>,
    /// From the first usable candidate to `connected`.
    pub connecting: Range<Duration>,
    /// Until a person has answered the browser's question.
    pub permission: Range<Duration>,
    /// Until a broken WebSocket is noticed by the page.
    pub page_notices: Range<Duration>,
    /// Until a broken WebSocket is noticed by the server.
    pub server_notices: Range<Duration>,
    /// What a page says last, before it closes a connection, is heard in so many cases of a
    /// hundred.
    pub last_words: u32,
    /// Of connections that never come about, in percent.
    pub failing: u32,
}

impl Weather {
    /// A good day, always the same.
    pub fn calm() -> Self {
        Self {
            task: millis(0..0),
            lateness: millis(0..0),
            signaling: millis(10..10),
            path: millis(10..10),
            operation: millis(5..5),
            gathering: millis(5..5),
            connecting: millis(50..50),
            permission: millis(100..100),
            page_notices: millis(0..0),
            server_notices: millis(0..0),
            last_words: 100,
            failing: 0,
        }
    }

    /// A day drawn at random. Even on the worst one a handshake without misfortune takes less than
    /// five seconds.
    pub fn drawn(random: &mut Random) -> Self {
        let slow = 1 + random.below(4) as u64;
        Self {
            task: millis(0..[1, 3, 30, 150][random.below(4)]),
            lateness: millis(0..[1, 20, 1000][random.below(3)]),
            signaling: millis(2..20 + 70 * slow),
            path: millis(1..20 + 50 * slow),
            operation: millis(0..10 + 25 * slow),
            gathering: millis(1..100 * slow),
            connecting: millis(5..200 * slow),
            permission: millis(1..[50, 5000][random.below(2)]),
            page_notices: millis(0..[1, 4000][random.below(2)]),
            server_notices: millis(0..[1, 15_000][random.below(2)]),
            last_words: [0, 50, 100][random.below(3)],
            failing: [0, 0, 10, 30][random.below(4)],
        }
    }
}

fn millis(range: Range<u64>) -> Range<Duration> {
    Duration::from_millis(range.start)..Duration::from_millis(range.end)
}
