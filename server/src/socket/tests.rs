use protocol::{CloseCode, MAX_MESSAGE, Rejection};

use super::{
    allowance::{CONTROLS, ENTRIES, MESSAGES, TURN},
    session::Session,
    *,
};
use crate::{
    bucket::Rate,
    essay::{SERVER, START, says},
    memory::Memory,
    queue::{MAX_ANSWERS, MAX_SIGNAL_BYTES, MAX_SIGNALS},
};

#[test]
fn a_page_may_say_as_much_as_the_essay_says() {
    let row = |what, rate: Rate, end| {
        let Rate { burst, per_second } = rate;
        says(
            SERVER,
            &format!("| {what} | {burst} | {per_second} | {end} |"),
        );
    };
    row("messages of one page", MESSAGES, "1008");
    row("its pings and pongs, as frames", CONTROLS, "1008");
    row("its `watch` and `join`", ENTRIES, "`overloaded`, 1013");
    let turn = format!("(4) | it waits {} seconds, then as above", TURN.as_secs());
    says(SERVER, &turn);
    says(
        SERVER,
        &format!("64 wait for one peer, or {MAX_SIGNAL_BYTES} bytes"),
    );
    assert_eq!((MAX_SIGNALS, MAX_SIGNAL_BYTES), (64, MAX_MESSAGE));
    says(SERVER, &format!("lets {MAX_ANSWERS} answers wait"));
    for words in [
        "would have more than FLOOR bytes waiting",
        "more than FLOOR bytes of it is closed with 1013",
        "FLOOR bytes of the server's own words",
    ] {
        says(SERVER, &words.replace("FLOOR", &Memory::FLOOR.to_string()));
    }
    let parts = Memory::PARTS;
    says(
        SERVER,
        &format!("an IPv4 address or an IPv6 /48, have 1/{parts} of that"),
    );
    let mistakes = Session::<tokio::io::Empty>::MAX_MISTAKES;
    says(
        SERVER,
        &format!("after {mistakes} in a row the code is 1008"),
    );
    assert_eq!(mistakes, 5);
    says(START, "closes after five in a row");
    let Rejection::Overloaded { retry_after } = Rejection::overloaded() else {
        unreachable!("that is what it is");
    };
    says(
        SERVER,
        &format!("`retryAfter` is {retry_after} milliseconds"),
    );
}

#[test]
fn a_page_has_as_long_as_the_essay_says() {
    let Timeouts {
        first_word,
        ping,
        silence,
        stall,
        lag,
        message,
    } = Timeouts::default();
    for (what, timeouts, code) in [
        ("its first `watch` or `join`", first_word, CloseCode::SILENT),
        (
            "the last byte of a message, after the first",
            message,
            CloseCode::POLICY,
        ),
        (
            "any sign of life after a ping of the server",
            silence,
            CloseCode::TIMED_OUT,
        ),
        (
            "taking anything of what was sent to it",
            stall,
            CloseCode::TOO_SLOW,
        ),
        (
            "taking a signal, after it arrived at the server",
            lag,
            CloseCode::TOO_SLOW,
        ),
    ] {
        says(
            SERVER,
            &format!("| {what} | {} | {} |", timeouts.as_secs(), code.0),
        );
    }
    says(SERVER, &format!("pings every {} seconds", ping.as_secs()));
}
