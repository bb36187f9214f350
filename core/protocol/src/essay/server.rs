//! What a page may ask of the server, and why a WebSocket ends.
//!
//! If the server does not do what it was asked, it says so with [`rejected`], and the WebSocket
//! stays open unless a close code is named here.
//!
//! # How often
//!
//! A full room is joined without a pause. What is in brackets is the operator's to choose.
//!
//! | what | at once | a second | beyond that |
//! |---|---|---|---|
//! | messages of one page | 400 | 50 | 1008 |
//! | its pings and pongs, as frames | 30 | 10 | 1008 |
//! | its `watch` and `join` | 12 | 0.5 | `overloaded`, 1013 |
//! | rooms that are new to its address | (240) | (4) | it waits 8 seconds, then as above |
//! | WebSockets of its address | (512) | | `overloaded`, 1013 |
//!
//! **Pages share an address, and it has a share**: hence the wait. A room is not new where somebody
//! of the same address is in it. In IPv6 a /64 has it once, a /56 2 times, a /48 4 times. What an
//! address asks of HTTP beyond its share is answered with 429, and with 503 while the server stops,
//! each with a `Retry-After`.
//!
//! # How long
//!
//! | a page has for | seconds | beyond that |
//! |---|---|---|
//! | its first `watch` or `join` | 10 | 4001 |
//! | the last byte of a message, after the first | 30 | 1008 |
//! | any sign of life after a ping of the server | 10 | 4007 |
//! | taking anything of what was sent to it | 10 | 4006 |
//! | taking a signal, after it arrived at the server | 60 | 4006 |
//!
//! The server pings every 5 seconds, give or take a tenth; a WebSocket library answers by itself.
//! Bytes of a message that is still coming in are a sign of life.
//!
//! # How much
//!
//! - A message has [`MAX_MESSAGE`] bytes, else 1009.
//! - Anything that is not a message is rejected as `bad-message`; after 5 in a row the code is
//!   1008.
//! - Of one page's signals 64 wait for one peer, or 65536 bytes of them; what is more is rejected
//!   as `congested`. What passed on would be larger than [`MAX_MESSAGE`], two bytes more than came,
//!   is `too-large`.
//! - An answer that waits already, word for word, is not said twice: two `ping`s bring one `pong`
//!   if the first `pong` was not read. Whoever lets 512 answers wait is closed with 4006.
//! - All pages together have 256 MiB for what waits for them and what they said half of, and one
//!   customer's, those of an IPv4 address or an IPv6 /48, have 1/4 of that. Beyond that a signal is
//!   `congested` as well where its peer would have more than 16384 bytes waiting; whoever says half
//!   of a message and more than 16384 bytes of it is closed with 1013, without a `rejected`; and
//!   whoever lets 16384 bytes of the server's own words wait, with 4006.
//! - A room takes (12) people; the next is told `room-full`, with how many that is.
//! - A lobby tells 64 watchers who is there; the next is told `overloaded`, and may join all the
//!   same.
//!
//! # What a rejection asks for
//!
//! | `reason` | what the page does |
//! |---|---|
//! | `room-full` | tells the person; in a call that goes on, it comes back as after 1013 |
//! | `overloaded` | closes, and comes back after its `retryAfter`, as below |
//! | `congested` | says it again after one to two seconds |
//! | `no-such-peer` | nothing: `peer-left` came or comes |
//! | `superseded`, `version` | stays away, and tells the person |
//! | the others | nothing: they are faults of the page, and would be again |
//!
//! # What a close code asks for
//!
//! | code | why | when the page comes back |
//! |---|---|---|
//! | [1000] | the same page load joined over another WebSocket | it goes on with that one |
//! | 1003, 1007, 1009 | binary, no UTF-8, too large | soon, and does not repeat what it sent |
//! | [1008] | too much or too slow, see above | after 10 to 20 seconds: sooner would be as bad |
//! | [1012] | the server restarts | soon: at once would be a stampede |
//! | [1013] | the server is used up, or what an address has of it | when it said, see below |
//! | [4001] | no first word | when it has something to say |
//! | [4003] | another load of the page joined under this id | never: it would start a quarrel |
//! | [4006] | what was sent to it was not read | soon, and reads |
//! | [4007] | no sign of life | soon |
//!
//! Soon is at a random moment between 50 milliseconds and a bound. After 1012 the bound is the
//! `reconnectWithin` of the last [`pong`]: 2 milliseconds for each page that the server has, 1500
//! at least, 60000 at most. Otherwise it is 500 milliseconds, doubled by each attempt that failed,
//! and no more than that either (1500 before the first `pong`).
//!
//! `retryAfter` is 5000 milliseconds; one of more than 60 seconds counts as that. The page waits
//! for as long and up to as long again at random, and says that it waits; after 1013 without one, 5
//! to 15 seconds. It gives up a WebSocket that does not open, or that does not answer `watch` or
//! `join`, after 10 seconds. Connections to the others go on meanwhile.
//!
//! [`MAX_MESSAGE`]: crate::MAX_MESSAGE
//! [`rejected`]: crate::ServerMessage::Rejected
//! [`pong`]: crate::ServerMessage::Pong
//! [1000]: crate::CloseCode::REPLACED
//! [1008]: crate::CloseCode::POLICY
//! [1012]: crate::CloseCode::RESTART
//! [1013]: crate::CloseCode::OVERLOADED
//! [4001]: crate::CloseCode::SILENT
//! [4003]: crate::CloseCode::SUPERSEDED
//! [4006]: crate::CloseCode::TOO_SLOW
//! [4007]: crate::CloseCode::TIMED_OUT
