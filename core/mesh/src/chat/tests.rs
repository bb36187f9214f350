use super::*;
use crate::essay::{CHAT, says};

const ALICE: Author = (PeerId([1; 16]), Incarnation(1));
const BOB: Author = (PeerId([2; 16]), Incarnation(1));
const CAROL: Author = (PeerId([3; 16]), Incarnation(1));
const MALLORY: Author = (PeerId([9; 16]), Incarnation(1));
const NOON: u64 = 1_800_000_000_000;
const HOUR: u64 = 3_600_000;
const NOW: Moment = at(NOON);

const fn at(wall_clock: u64) -> Moment {
    let now = Duration::ZERO;
    Moment { now, wall_clock }
}

fn say(log: &mut Log, author: Author, text: &str) -> ChatMessage {
    log.say(author, Name::default(), chat_text(text), NOW)
}

fn chat_text(text: &str) -> ChatText {
    text.to_owned().try_into().unwrap()
}

fn log_at(clock: u64) -> Log {
    let clock = Clock::at(clock);
    Log {
        clock,
        ..Log::default()
    }
}

/// What somebody might write without any log.
fn forged(author: Author, clock: u64, seq: u32, text: &str) -> ChatMessage {
    ChatMessage {
        key: key(clock, author, seq),
        time: NOON,
        name: Name::default(),
        text: chat_text(text),
    }
}

fn texts(log: &Log) -> Vec<String> {
    let text = |line: &ChatLine| line.message.text.as_str().to_owned();
    log.shown().iter().map(text).collect()
}

fn tell(log: &mut Log, teller: Author, message: ChatMessage) {
    log.told(message, teller, |_| false, NOW);
}

/// `from` tells `to` what it lacks.
fn sync((from, teller): (&Log, Author), (to, reader): (&mut Log, Author)) {
    let Chat::Have { seen, .. } = to.have(teller) else {
        panic!()
    };
    for portion in from.missed(&seen) {
        assert!(protocol::encode(&portion).len() <= portion::MAX_PORTION);
        let Chat::Missed { messages } = portion else {
            panic!()
        };
        for message in messages {
            to.told(message, teller, |author| author == reader, NOW);
        }
    }
}

#[test]
fn an_answer_follows_its_question_whatever_the_clocks_say() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    for round in 0..5 {
        let now = NOON - 5 * HOUR * round;
        let question = alice.say(
            ALICE,
            Name::default(),
            chat_text(&format!("{round}?")),
            at(now),
        );
        bob.hear(question, NOW);
        let answer = bob.say(BOB, Name::default(), chat_text(&format!("{round}!")), NOW);
        alice.hear(answer, at(now));
    }
    let turns = ["0?", "0!", "1?", "1!", "2?", "2!", "3?", "3!", "4?", "4!"];
    assert_eq!(texts(&alice), turns);
    assert_eq!(texts(&bob), turns);
}

#[test]
fn a_time_that_cannot_be_right_is_that_of_the_arrival() {
    let mut log = Log::default();
    let said = [(NOON - 50_000, true), (NOON + 50_000, true)];
    let wrong = [
        (0, false),
        (NOON - HOUR, false),
        (NOON + HOUR, false),
        (u64::MAX, false),
    ];
    for (seq, (time, is_right)) in (1..).zip(said.into_iter().chain(wrong)) {
        let message = ChatMessage {
            time,
            ..forged(BOB, seq.into(), seq, "said")
        };
        log.hear(message, NOW);
        let shown = log.line(BOB, seq).unwrap().message.time;
        assert_eq!(shown, if is_right { time } else { NOON });
    }
    let told = [
        (NOON - 20 * HOUR, true),
        (NOON - HOUR, true),
        (NOON + HOUR, false),
        (7, false),
    ];
    for (seq, (time, is_right)) in (1..).zip(told) {
        tell(
            &mut log,
            ALICE,
            ChatMessage {
                time,
                ..forged(CAROL, 9, seq, "told")
            },
        );
        let shown = log.line(CAROL, seq).unwrap().message.time;
        assert_eq!(shown, if is_right { time } else { NOON });
    }
}

#[test]
fn numbers_of_the_future_are_not_taken() {
    let mut bob = Log::default();
    for clock in [u64::MAX, 1 << 53, 1 << 34] {
        let message = forged(MALLORY, clock, 1, "last for ever");
        assert_eq!(bob.hear(message, NOW), Said::Ahead);
    }
    assert_eq!(say(&mut bob, BOB, "first").key.clock, 1);
}

#[test]
fn a_flood_of_great_numbers_does_not_keep_anybody_from_writing() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    let hello = say(&mut alice, ALICE, "hello");
    bob.hear(hello, NOW);
    for seq in 1..=5000 {
        for log in [&mut alice, &mut bob] {
            log.hear(
                forged(MALLORY, log.clock.value() + Clock::STEP, seq, "me"),
                NOW,
            );
            tell(
                log,
                MALLORY,
                forged((PeerId([7; 16]), Incarnation(seq)), u64::MAX, 1, "me"),
            );
        }
    }
    let answer = say(&mut bob, BOB, "hello to you");
    assert_eq!(alice.hear(answer, NOW), Said::Taken);
    assert_eq!(texts(&alice).last().unwrap(), "hello to you");
    assert_eq!(texts(&alice)[0], "hello");
    assert!(alice.clock.value() < Clock::MAX / 1_000_000);
}

#[test]
fn numbers_never_grow_beyond_what_javascript_counts_to() {
    let mut log = log_at(Clock::MAX - 1);
    tell(&mut log, MALLORY, forged(CAROL, u64::MAX, 1, "told"));
    assert_eq!(say(&mut log, BOB, "said").key.clock, Clock::MAX);
    assert!(
        log.shown()
            .iter()
            .all(|line| line.message.key.clock <= Clock::MAX)
    );
}

/// Mallory led Bob alone to great numbers, and Alice elsewhere.
#[test]
fn who_was_led_elsewhere_catches_up_and_reads_all_in_order() {
    let (mut alice, mut bob) = (Log::default(), log_at(1 << 32));
    alice.hear(forged(MALLORY, (1 << 32) - 9, 1, "for Alice alone"), NOW);
    let question = bob.say(BOB, Name::default(), chat_text("question"), NOW);
    for _ in 0..2 {
        bob.hear(
            forged(MALLORY, bob.clock.value() + Clock::STEP, 1, "for Bob alone"),
            NOW,
        );
    }
    let more = say(&mut bob, BOB, "more");
    assert_eq!(alice.hear(more, NOW), Said::Ahead);
    let later = Moment {
        now: Duration::from_secs(15),
        ..NOW
    };
    alice.follow(bob.clock.value(), later.now);
    sync((&bob, BOB), (&mut alice, ALICE));
    let answer = alice.say(ALICE, Name::default(), chat_text("answer"), later);
    assert!(question.key < answer.key);
    assert_eq!(bob.hear(answer, later), Said::Taken);
    assert_eq!(texts(&alice)[1..], ["question", "more", "answer"]);
    assert_eq!(texts(&bob), ["question", "for Bob alone", "more", "answer"]);
}

/// Somebody who came after hours of that.
#[test]
fn who_cannot_catch_up_is_read_all_the_same() {
    let (mut alice, mut bob) = (Log::default(), log_at(1 << 45));
    say(&mut bob, BOB, "question");
    sync((&bob, BOB), (&mut alice, ALICE));
    let answer = say(&mut alice, ALICE, "answer");
    assert_eq!(bob.hear(answer, NOW), Said::Taken);
    assert_eq!(texts(&bob), ["question", "answer"]);
    assert_eq!(texts(&alice), ["question", "answer"]);
}

#[test]
fn what_its_author_says_takes_the_place_of_what_was_told() {
    let mut bob = Log::default();
    tell(&mut bob, MALLORY, forged(ALICE, 4, 1, "I resign"));
    assert_eq!(bob.shown()[0].provenance, Provenance::Told(MALLORY.0));
    bob.hear(forged(ALICE, 1, 1, "hello"), NOW);
    assert_eq!(texts(&bob), ["hello"]);
    tell(&mut bob, MALLORY, forged(ALICE, 4, 1, "I resign"));
    bob.hear(forged(ALICE, 9, 1, "hello again"), NOW);
    assert_eq!(texts(&bob), ["hello"], "what was said stays");
}

#[test]
fn what_was_told_is_asked_of_its_author_again() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    say(&mut alice, ALICE, "hello");
    tell(&mut bob, MALLORY, forged(ALICE, 1, 1, "I resign"));
    sync((&alice, ALICE), (&mut bob, BOB));
    assert_eq!(
        (texts(&bob), bob.shown()[0].provenance),
        (vec!["hello".to_owned()], Provenance::Earlier)
    );
    let Chat::Have { seen, .. } = bob.have(ALICE) else {
        panic!()
    };
    assert_eq!(alice.missed(&seen).count(), 0);
}

#[test]
fn nobody_speaks_for_who_is_there() {
    let mut bob = Log::default();
    let is_there = |author| author == ALICE || author == BOB;
    bob.told(forged(ALICE, 1, 1, "I resign"), MALLORY, is_there, NOW);
    bob.told(forged(BOB, 1, 1, "So do I"), MALLORY, is_there, NOW);
    assert_eq!(texts(&bob), [""; 0]);
    bob.told(forged(ALICE, 1, 1, "hello"), ALICE, is_there, NOW);
    assert_eq!(texts(&bob), ["hello"]);
}

#[test]
fn what_its_author_does_not_know_was_never_said() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    say(&mut alice, ALICE, "hello");
    for (author, seq) in [(ALICE, 1), (ALICE, 2), (CAROL, 1)] {
        tell(&mut bob, MALLORY, forged(author, 1, seq, "told"));
    }
    let Chat::Have { seen, .. } = alice.have(BOB) else {
        panic!()
    };
    bob.vouched(ALICE, &seen);
    assert!(bob.line(ALICE, 1).is_some() && bob.line(CAROL, 1).is_some());
    assert!(bob.line(ALICE, 2).is_none());
}

#[test]
fn a_number_has_one_place() {
    let mut bob = Log::default();
    for clock in [5, 1, 9, 5] {
        bob.hear(forged(ALICE, clock, 1, "once"), NOW);
        tell(&mut bob, MALLORY, forged(CAROL, clock, 1, "once"));
    }
    bob.hear(forged(ALICE, 5, 0, "no number"), NOW);
    assert_eq!((bob.shown().len(), bob.places.len()), (2, 2));
}

#[test]
fn logs_that_tell_each_other_what_they_lack_become_the_same() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    for minute in 0..40 {
        let said = say(
            &mut alice,
            ALICE,
            &format!("alice {minute} {}", "x".repeat(1000)),
        );
        if minute % 3 == 0 {
            bob.hear(said, NOW);
        }
        say(&mut bob, BOB, &format!("bob {minute}"));
    }
    sync((&alice, ALICE), (&mut bob, BOB));
    sync((&bob, BOB), (&mut alice, ALICE));
    assert_eq!(texts(&alice).len(), 80);
    assert_eq!(texts(&alice), texts(&bob));
    let mut carol = Log::default();
    sync((&alice, ALICE), (&mut carol, CAROL));
    assert_eq!(texts(&carol), texts(&bob));
}

#[test]
fn a_log_forgets_its_oldest_lines_and_is_not_told_them_again() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    for _ in 0..share::MAX_LINES {
        say(&mut alice, ALICE, "hello");
    }
    sync((&alice, ALICE), (&mut bob, BOB));
    say(&mut bob, BOB, "one more");
    assert_eq!(bob.shown().len(), share::MAX_LINES);
    assert!(bob.was_full() && !alice.was_full());
    let Chat::Have { seen, .. } = bob.have(ALICE) else {
        panic!()
    };
    assert_eq!(alice.missed(&seen).count(), 0);
    sync((&bob, BOB), (&mut alice, ALICE));
    assert_eq!(texts(&alice), texts(&bob));
}

/// Whoever writes most forgets first, in whatever order the messages came.
#[test]
fn nobody_erases_what_the_others_wrote() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    let mut said: Vec<ChatMessage> = (0..40).map(|_| say(&mut alice, ALICE, "alice")).collect();
    said.extend((1..=2000).map(|seq| forged(MALLORY, 40 + u64::from(seq), seq, "me")));
    said.extend((1..=100).map(|seq| forged(CAROL, 2040 + u64::from(seq), seq, "carol")));
    for message in said.iter().skip(40) {
        alice.hear(message.clone(), NOW);
    }
    for message in said.iter().rev() {
        bob.hear(message.clone(), NOW);
    }
    let count = |log: &Log, text| texts(log).iter().filter(|line| **line == text).count();
    assert_eq!(
        ["alice", "carol", "me"].map(|text| count(&alice, text)),
        [40, 100, 1860]
    );
    assert_eq!(texts(&alice), texts(&bob));
}

#[test]
fn what_others_tell_gives_way_first() {
    let mut bob = Log::default();
    for seq in 1..=100 {
        bob.hear(forged(ALICE, 1, seq, "alice"), NOW);
        tell(
            &mut bob,
            CAROL,
            forged((PeerId([4; 16]), Incarnation(1)), 1, seq, "dave"),
        );
    }
    for number in 1..=5000 {
        tell(
            &mut bob,
            MALLORY,
            forged((PeerId([8; 16]), Incarnation(number)), 1, 1, "me"),
        );
    }
    let count = |text| texts(&bob).iter().filter(|line| **line == text).count();
    assert_eq!(
        [count("alice"), count("dave"), count("me")],
        [100, 100, 1800]
    );
    assert!(bob.forgotten.len() <= Log::MAX_FORGOTTEN);
}

#[test]
fn a_log_is_bounded_in_bytes_and_so_is_what_it_writes() {
    let (mut alice, mut bob) = (Log::default(), Log::default());
    // Six bytes each in JSON.
    let worst = format!("x{}", "\u{1}".repeat(ChatText::MAX_BYTES - 1));
    (0..300).for_each(|_| drop(say(&mut alice, ALICE, &worst)));
    assert_eq!(alice.shown().len(), 254);
    assert!(alice.was_full());
    sync((&alice, ALICE), (&mut bob, BOB));
    assert_eq!(texts(&alice), texts(&bob));
    for number in 0..2000 {
        tell(
            &mut bob,
            MALLORY,
            forged((PeerId([8; 16]), Incarnation(number)), 1, 7, "me"),
        );
    }
    let have = protocol::encode(&bob.have(ALICE));
    assert!(have.len() < Log::MAX_HAVE + 64, "{}", have.len());
}

/// A whole question of what a page reads at most, full of nonsense.
#[test]
fn a_question_costs_little_however_it_is_made() {
    let mut alice = Log::default();
    (0..share::MAX_LINES).for_each(|_| drop(say(&mut alice, ALICE, "hello")));
    for runs in [
        vec![(9, 1); 12_000],
        vec![(1, u32::MAX); 6000],
        (0..6000).map(|run| (2 * run, 2 * run)).collect(),
    ] {
        let seen = Seen {
            author: ALICE.0,
            incarnation: ALICE.1,
            runs,
        };
        let missed = alice.missed(std::slice::from_ref(&seen)).count();
        assert!(missed <= 16, "{missed} portions");
        alice.vouched(ALICE, &[seen.clone(), seen]);
    }
}

#[test]
fn what_is_restored_is_bounded_and_has_its_places() {
    let mut before = Log::default();
    say(&mut before, ALICE, "said");
    tell(&mut before, MALLORY, forged(CAROL, 40, 1, "told"));
    let mut kept = before.shown().to_vec();
    let mut log = Log::restored(kept.clone());
    assert_eq!(log.shown(), before.shown());
    let next = (ALICE.0, Incarnation(2));
    assert!(say(&mut log, next, "more").key.clock > 40);
    // Whatever lies in the storage.
    let [said, told] = [kept[0].clone(), kept[1].clone()];
    for (clock, seq) in [(1 << 53, 7), (u64::MAX, 8), (3, 0)] {
        let mut line = said.clone();
        (line.message.key.clock, line.message.key.seq) = (clock, seq);
        kept.push(line);
    }
    kept.push(said);
    for seq in 2..5000 {
        let mut line = told.clone();
        line.message.key.seq = seq;
        kept.push(line);
    }
    let mut log = Log::restored(kept);
    assert_eq!(log.shown().len(), share::MAX_LINES);
    assert_eq!(texts(&log)[0], "said");
    assert!(say(&mut log, next, "more").key.clock < 50);
}

#[test]
fn times_and_a_have_are_bounded_as_the_essay_says() {
    let (skew, call) = (Log::SKEW.as_secs(), Log::LONGEST_CALL.as_secs() / 3600);
    says(CHAT, &format!("said more than {skew} seconds off"));
    says(CHAT, &format!("or older than {call} hours"));
    says(CHAT, &format!("It has {} bytes at most", Log::MAX_HAVE));
}
