use super::*;
use crate::memory::Used;
use futures_util::FutureExt;

const ADA: PeerId = PeerId([1; 16]);
const BEN: PeerId = PeerId([2; 16]);

fn queue() -> Queue {
    Queue::new(&Memory::new(1_000_000))
}

fn about(subject: Subject, length: usize) -> Outgoing {
    Outgoing {
        text: "x".repeat(length).into(),
        subject,
    }
}

fn signal(from: PeerId, length: usize) -> Outgoing {
    let since = Instant::now();
    about(Subject::Signal { from, since }, length)
}

fn joined(id: PeerId, is_new: bool) -> Outgoing {
    about(Subject::Joined { id, is_new }, 100)
}

fn left(id: PeerId) -> Outgoing {
    about(Subject::Left(id), 50)
}

/// What the page is told.
fn taken(queue: &Queue) -> Vec<Outgoing> {
    let mut taken = Vec::new();
    while let Some(batch) = queue.take().now_or_never() {
        taken.extend(batch.messages);
    }
    taken
}

#[test]
fn messages_come_out_in_order_and_wake_the_reader() {
    let queue = queue();
    assert!(queue.take().now_or_never().is_none());
    let messages = [signal(ADA, 1), about(Subject::Answer, 2)];
    assert!(
        messages
            .clone()
            .into_iter()
            .all(|message| queue.push(message))
    );
    let batch = queue.take().now_or_never().unwrap();
    assert_eq!((batch.messages, batch.end), (messages.into(), None));
    assert!(queue.take().now_or_never().is_none());
}

#[test]
fn each_peer_has_a_share_of_messages_and_of_bytes() {
    let queue = queue();
    for _ in 0..MAX_SIGNALS {
        assert!(queue.push(signal(ADA, 1)));
    }
    assert!(!queue.push(signal(ADA, 1)));
    assert!(queue.push(signal(BEN, MAX_SIGNAL_BYTES - 1)));
    assert!(!queue.push(signal(BEN, 2)));
    assert!(queue.push(signal(BEN, 1)));
    assert_eq!(taken(&queue).len(), MAX_SIGNALS + 2);
    assert!(queue.push(signal(ADA, 1)) && queue.push(signal(BEN, MAX_MESSAGE)));
}

#[test]
fn the_server_itself_goes_on_while_peers_have_used_up_their_share() {
    let queue = queue();
    assert!(queue.push(signal(ADA, MAX_SIGNAL_BYTES)));
    assert!(queue.push(joined(BEN, true)) && queue.push(about(Subject::Answer, 1)));
}

#[test]
fn who_comes_and_goes_before_it_was_told_takes_no_place() {
    let queue = queue();
    let number = |number: u32| PeerId(std::array::from_fn(|at| number.to_be_bytes()[at % 4]));
    for id in (0..100_000).map(number) {
        for message in [joined(id, true), signal(id, 1000), left(id)] {
            assert!(queue.push(message));
        }
    }
    assert_eq!((queue.bytes(), taken(&queue)), (0, vec![]));
}

/// Whoever was told of somebody is told that they are gone, and what came of it.
#[test]
fn what_the_page_knows_ends_as_it_is() {
    let queue = queue();
    let told = |said: &[&Outgoing]| {
        for message in said {
            assert!(queue.push((*message).clone()));
        }
        taken(&queue)
    };
    let [new, again, gone] = [joined(ADA, true), joined(ADA, false), left(ADA)];
    let word = signal(ADA, 1);
    let is = |told: Vec<Outgoing>, expected: &[&Outgoing]| {
        assert!(told.iter().eq(expected.iter().copied()), "{told:?}");
    };
    // Known before.
    is(told(&[&gone, &new, &gone]), &[&gone]);
    is(told(&[&again, &word, &gone]), &[&gone]);
    is(told(&[&gone, &new, &again]), &[&gone, &new]);
    // Not known before.
    is(told(&[&new, &again, &gone]), &[]);
    let corrected = Outgoing {
        text: "another name".into(),
        ..again
    };
    let expected = Outgoing {
        text: "another name".into(),
        ..new
    };
    is(told(&[&new, &corrected]), &[&expected]);
    assert_eq!(queue.bytes(), 0);
}

#[test]
fn answers_are_not_said_twice_and_so_many_wait() {
    let queue = queue();
    for length in (0..MAX_ANSWERS).chain(0..MAX_ANSWERS) {
        assert!(queue.push(about(Subject::Answer, length)));
    }
    assert!(!queue.push(about(Subject::Answer, MAX_ANSWERS)));
    assert_eq!(taken(&queue).len(), MAX_ANSWERS);
}

/// Signals of others are no reason to let somebody go.
#[test]
fn if_all_together_is_too_much_the_server_itself_still_says_a_little() {
    let memory = Memory::new(1_000_000);
    let queue = Queue::new(&memory);
    assert!(queue.push(signal(ADA, MAX_SIGNAL_BYTES)));
    let mut others = memory.reserve();
    others.resize(1_000_000);
    assert!(!queue.push(signal(BEN, 1)));
    let about = |length| about(Subject::Answer, length);
    assert!(queue.push(joined(BEN, true)) && queue.push(about(1)));
    let rest = Memory::FLOOR - 101 - 3 * OVERHEAD;
    assert!(!queue.push(about(rest + 1)) && queue.push(about(rest)));
    // What is being written waits as well.
    while queue.take().now_or_never().unwrap().messages.len() == 1 {}
    assert!(!queue.push(about(2)));
}

/// Others have their part of it.
#[test]
fn a_customer_has_a_part_of_what_all_have_together() {
    let (all, here) = (Memory::new(1_000_000), Used::default());
    let queues = [&here, &here, &Used::default()].map(|used| Queue::new(&all.of(used.clone())));
    let [first, second, elsewhere] = &queues;
    for peer in 0..4 {
        assert!(first.push(signal(PeerId([peer; 16]), MAX_SIGNAL_BYTES)));
    }
    assert!(here.bytes() > 1_000_000 / Memory::PARTS && here.bytes() == all.used());
    let large = || signal(ADA, Memory::FLOOR);
    assert!(!first.push(signal(BEN, 1)) && !second.push(large()));
    assert!(second.push(signal(ADA, 1)) && elsewhere.push(large()));
    drop(queues);
    assert_eq!((here.bytes(), all.used()), (0, 0));
}

/// The next batch is asked for when the last one is written.
#[test]
fn what_is_being_written_counts_until_it_is_written() {
    let memory = Memory::new(1_000_000);
    let queue = Queue::new(&memory);
    let size = 20_000 + OVERHEAD;
    for _ in 0..3 {
        assert!(queue.push(signal(ADA, 20_000)));
    }
    assert_eq!((queue.bytes(), memory.used()), (3 * size, 3 * size));
    assert_eq!(queue.take().now_or_never().unwrap().messages.len(), 2);
    assert_eq!((queue.bytes(), memory.used()), (3 * size, 3 * size));
    assert_eq!(queue.take().now_or_never().unwrap().messages.len(), 1);
    assert_eq!(memory.used(), size);
    assert!(queue.push(signal(ADA, 1)));
    queue.close();
    assert_eq!((queue.bytes(), memory.used()), (0, 0));
}

#[test]
fn what_was_said_before_the_end_is_still_sent() {
    let queue = queue();
    for _ in 0..2 {
        assert!(queue.push(signal(ADA, BATCH)));
    }
    queue.end(CloseCode::SUPERSEDED);
    queue.end(CloseCode::RESTART);
    assert!(queue.is_ending() && queue.push(signal(ADA, 1)));
    let ends = [(); 3].map(|()| {
        let batch = queue.take().now_or_never().unwrap();
        (batch.messages.len(), batch.end)
    });
    let superseded = Some(CloseCode::SUPERSEDED);
    assert_eq!(ends, [(1, None), (1, superseded), (0, superseded)]);
}
