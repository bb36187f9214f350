use super::*;
use crate::essay::{SERVER, START, says};

#[test]
fn pauses_grow_to_what_the_server_advised() {
    for (advice, most) in [
        (None, 1.5),
        (Some(0), 1.5),
        (Some(20), 20.0),
        (Some(3600), 60.0),
    ] {
        let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
        if let Some(seconds) = advice {
            signaling.advised(Duration::from_secs(seconds));
        }
        let pauses = pauses(&mut signaling, &mut random);
        let longest = pauses.iter().copied().fold(0.0, f64::max);
        assert!(
            longest > 0.9 * most && longest <= most,
            "{longest} of {most}"
        );
        assert!(pauses[..2].iter().all(|pause| *pause <= 1.0), "{pauses:?}");
    }
}

/// Between two hundred attempts without success, in seconds.
fn pauses(signaling: &mut Signaling, random: &mut Random) -> Vec<f64> {
    let mut now = Duration::ZERO;
    let mut pause = || {
        assert_eq!(signaling.advance(now, random), Some(Output::Open));
        signaling.closed(now, CloseCode::ABNORMAL, random);
        let retry = signaling.deadline().unwrap();
        let pause = retry - now;
        now = retry;
        pause.as_secs_f64()
    };
    (0..200).map(|_| pause()).collect()
}

/// Online since the beginning, and asked for a sign of life at this second.
fn doubted(second: u64) -> (Signaling, Random) {
    let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
    signaling.advance(Duration::ZERO, &mut random);
    signaling.answered(Duration::ZERO);
    let now = Duration::from_secs(second);
    signaling.check(now);
    assert_eq!(signaling.advance(now, &mut random), Some(Output::Ping));
    (signaling, random)
}

#[test]
fn a_server_that_says_nothing_is_asked_and_then_replaced() {
    let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
    signaling.advance(Duration::ZERO, &mut random);
    signaling.answered(Duration::ZERO);
    assert_eq!(signaling.deadline(), Some(Signaling::QUIET));
    assert_eq!(
        signaling.advance(Signaling::QUIET, &mut random),
        Some(Output::Ping)
    );
    assert_eq!(signaling.server(), Server::Online);
    let end = Signaling::QUIET + Signaling::ANSWER;
    assert_eq!(signaling.deadline(), Some(end));
    assert_eq!(signaling.advance(end, &mut random), Some(Output::Replace));
    assert_eq!(signaling.server(), Server::Offline);
}

#[test]
fn any_word_of_the_server_is_a_sign_of_life() {
    let (mut signaling, mut random) = doubted(5);
    let now = Duration::from_secs(6);
    signaling.heard(now);
    assert_eq!(signaling.deadline(), Some(now + Signaling::QUIET));
    assert_eq!(signaling.advance(now, &mut random), None);
}

#[test]
fn asked_again_and_again_the_first_question_counts() {
    let (mut signaling, mut random) = doubted(5);
    for second in [6, 7] {
        let now = Duration::from_secs(second);
        signaling.check(now);
        assert_eq!(signaling.advance(now, &mut random), None);
    }
    let now = Duration::from_secs(8);
    assert_eq!(signaling.advance(now, &mut random), Some(Output::Replace));
}

/// To join from the lobby, say.
#[test]
fn a_question_that_is_outstanding_takes_no_server_away() {
    let (mut signaling, mut random) = doubted(5);
    let now = Duration::from_secs(6);
    signaling.asked(now);
    assert_eq!(signaling.server(), Server::Online);
    let doubt = Duration::from_secs(5) + Signaling::ANSWER;
    assert_eq!(signaling.deadline(), Some(doubt), "as before it was asked");
    signaling.heard(now);
    let end = now + Signaling::PATIENCE;
    assert_eq!(signaling.deadline(), Some(end), "it lives, and may be slow");
    signaling.heard(now + Duration::from_secs(1));
    assert_eq!(signaling.deadline(), Some(end), "that is no answer");
    assert_eq!(signaling.advance(end, &mut random), Some(Output::Close));
    assert_eq!(signaling.server(), Server::Offline);
}

#[test]
fn a_page_that_slept_over_a_question_leaves_the_time_to_read_the_answer() {
    let (mut signaling, mut random) = doubted(5);
    signaling.heard(Duration::from_secs(6));
    signaling.asked(Duration::from_secs(6));
    let woken = Duration::from_secs(3600);
    signaling.resumed(woken);
    assert_eq!(signaling.advance(woken, &mut random), None);
    let end = woken + Signaling::ANSWER;
    assert_eq!(signaling.advance(end, &mut random), Some(Output::Replace));
}

#[test]
fn a_page_that_slept_asks_once_more_before_it_judges() {
    let (mut signaling, mut random) = doubted(5);
    let woken = Duration::from_secs(3600);
    assert_eq!(signaling.advance(woken, &mut random), Some(Output::Ping));
    assert_eq!(signaling.server(), Server::Online);
    let again = Duration::from_secs(7200);
    assert_eq!(signaling.advance(again, &mut random), Some(Output::Replace));
}

#[test]
fn an_attempt_that_began_before_the_network_changed_has_three_seconds_left() {
    let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
    signaling.advance(Duration::ZERO, &mut random);
    let now = Duration::from_secs(1);
    signaling.resumed(now);
    assert_eq!(
        signaling.deadline(),
        Some(Signaling::PATIENCE),
        "a doubt alone takes nothing away"
    );
    signaling.network_changed(now);
    let end = now + Signaling::ANSWER;
    assert_eq!(signaling.deadline(), Some(end));
    assert_eq!(signaling.advance(end, &mut random), Some(Output::Replace));
    assert_eq!(signaling.deadline(), Some(end + Signaling::PATIENCE));
}

#[test]
fn who_waits_for_a_busy_server_still_does_when_the_network_changes() {
    let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
    signaling.closed(Duration::ZERO, CloseCode::OVERLOADED, &mut random);
    let retry = signaling.deadline().unwrap();
    assert_eq!(signaling.advance(retry, &mut random), Some(Output::Open));
    signaling.network_changed(retry);
    let end = retry + Signaling::ANSWER;
    assert_eq!(signaling.advance(end, &mut random), Some(Output::Replace));
    assert_eq!(signaling.server(), Server::Busy);
}

#[test]
fn nothing_hurries_whom_the_server_asked_for_patience() {
    let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
    signaling.closed(Duration::ZERO, CloseCode::OVERLOADED, &mut random);
    signaling.network_changed(Duration::ZERO);
    assert!(signaling.deadline() > Some(Duration::from_secs(5)));
    signaling.closed(Duration::ZERO, CloseCode::ABNORMAL, &mut random);
    signaling.network_changed(Duration::ZERO);
    assert_eq!(signaling.deadline(), Some(Duration::ZERO));
}

#[test]
fn who_is_asked_for_patience_waits_longer() {
    let mut random = Random::new(7);
    for (code, least, most) in [
        (CloseCode::RESTART, 0.05, 1.5),
        (CloseCode::OVERLOADED, 5.0, 15.0),
        (CloseCode::POLICY, 10.0, 20.0),
    ] {
        for _ in 0..100 {
            let mut signaling = Signaling::new();
            signaling.advance(Duration::ZERO, &mut random);
            signaling.closed(Duration::ZERO, code, &mut random);
            let pause = signaling.deadline().unwrap().as_secs_f64();
            assert!((least..=most).contains(&pause), "{code:?}: {pause}");
        }
    }
}

#[test]
fn who_is_turned_away_comes_when_the_server_says() {
    let mut random = Random::new(7);
    for (wait, least, most) in [(5.0, 5.0, 10.0), (0.0, 0.0, 0.1), (4e6, 60.0, 120.0)] {
        for _ in 0..100 {
            let mut signaling = Signaling::new();
            signaling.advance(Duration::ZERO, &mut random);
            let wait = Duration::from_secs_f64(wait);
            signaling.turned_away(Duration::ZERO, wait, &mut random);
            let retry = signaling.deadline().unwrap();
            assert!((least..=most).contains(&retry.as_secs_f64()), "{retry:?}");
            assert_eq!(signaling.server(), Server::Busy);
            assert_eq!(signaling.advance(retry, &mut random), Some(Output::Open));
            assert_eq!(signaling.server(), Server::Busy, "until it answers");
            signaling.answered(retry);
            assert_eq!(signaling.server(), Server::Online);
        }
    }
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let (mut signaling, mut random) = (Signaling::new(), Random::new(7));
    signaling.advance(Duration::ZERO, &mut random);
    assert_eq!(signaling.server(), Server::Connecting);
    assert_eq!(signaling.deadline(), Some(Signaling::PATIENCE));
    assert_eq!(
        signaling.advance(Signaling::PATIENCE, &mut random),
        Some(Output::Close)
    );
    assert_eq!(signaling.server(), Server::Offline);
}

#[test]
fn the_server_is_asked_and_come_back_to_as_the_essay_says() {
    let seconds = |time: Duration| time.as_secs();
    let [quiet, answer] = [Signaling::QUIET, Signaling::ANSWER].map(seconds);
    says(START, &format!("heard nothing for {quiet} seconds"));
    says(
        START,
        &format!("after {answer} seconds without any message"),
    );
    let patience = seconds(Signaling::PATIENCE);
    let policy = seconds(Signaling::AFTER_POLICY);
    let overloaded = seconds(Signaling::AFTER_OVERLOADED);
    says(
        SERVER,
        &format!("does not answer `watch` or `join`, after {patience} seconds"),
    );
    says(
        SERVER,
        &format!("| after {policy} to {} seconds: sooner", policy + patience),
    );
    says(
        SERVER,
        &format!(
            "after 1013 without one, {overloaded} to {} seconds",
            overloaded + patience
        ),
    );
    let [least, first, spread, most] = [
        Signaling::MIN_PAUSE,
        Signaling::FIRST_PAUSE,
        Signaling::SPREAD,
        Signaling::MAX_SPREAD,
    ]
    .map(|time| time.as_millis());
    says(SERVER, &format!("between {least} milliseconds and a bound"));
    says(SERVER, &format!("{spread} at least, {most} at most"));
    says(SERVER, &format!("it is {first} milliseconds, doubled"));
    says(SERVER, &format!("({spread} before the first `pong`)"));
    let wait = seconds(Signaling::MAX_WAIT);
    says(
        SERVER,
        &format!("of more than {wait} seconds counts as that"),
    );
}
