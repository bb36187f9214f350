use super::*;
use futures_util::FutureExt;
use protocol::{ClientMessage, Incarnation, Name, PeerSecret};

fn join(registration: &Registration, person: u8) {
    registration.say(
        ClientMessage::Join {
            version: protocol::VERSION,
            room: "tea".parse().unwrap(),
            name: Name::default(),
            secret: PeerSecret([person; 16]),
            incarnation: Incarnation(0),
        },
        Instant::now(),
    );
}

/// The id that a page is told.
fn joined(registration: &Registration) -> PeerId {
    let batch = registration.next().now_or_never().unwrap();
    match protocol::decode(&batch.messages[0].text) {
        Some(ServerMessage::Joined { id, .. }) => id,
        other => panic!("{other:?}"),
    }
}

fn hub_of_three(bytes: usize) -> (Hub, Arc<Metrics>, [Registration; 3]) {
    let metrics = Arc::new(Metrics::default());
    let bounds = Bounds {
        connections: 3,
        bytes,
    };
    let hub = Hub::new(3, Ice::default(), bounds, Arc::clone(&metrics));
    let registrations = [1, 2, 3].map(|person| {
        let registration = hub.register(&[], hub.memory()).unwrap();
        join(&registration, person);
        registration
    });
    assert_eq!(
        hub.register(&[], hub.memory()).unwrap_err(),
        RegisterError::Full
    );
    (hub, metrics, registrations)
}

fn write(registration: &Registration, to: PeerId, length: usize) {
    let payload = "x".repeat(length);
    registration.say(ClientMessage::Signal { to, payload }, Instant::now());
}

/// All that waits.
fn told(registration: &Registration) -> Vec<ServerMessage> {
    let mut told = Vec::new();
    while let Some(batch) = registration.next().now_or_never() {
        let texts = batch.messages.iter().map(|message| &message.text);
        told.extend(texts.map(|text| protocol::decode(text).unwrap()));
    }
    told
}

#[test]
fn if_all_together_is_too_much_each_still_has_a_little() {
    let (hub, metrics, registrations) = hub_of_three(20_000);
    let [writer, slow, other] = &registrations;
    let ids = [slow, other].map(joined);
    told(writer);
    write(writer, ids[0], 20_000);
    assert_eq!(told(writer), []);
    write(writer, ids[0], 10);
    let to = ids[0];
    let rejection = Rejection::Congested { to };
    assert_eq!(told(writer), [ServerMessage::Rejected { rejection }]);
    write(writer, ids[1], 10);
    assert_eq!(told(writer), []);
    assert!(!slow.queue.is_ending() && !other.queue.is_ending());
    // Nobody has to go for what others say.
    other.say(ClientMessage::Leave, Instant::now());
    assert!(!slow.queue.is_ending() && !writer.queue.is_ending());
    // Who lets as much wait of what the server itself says has to.
    for number in 0..200 {
        write(slow, PeerId([number; 16]), 1);
    }
    assert!(slow.queue.is_ending() && !writer.queue.is_ending());
    assert_eq!(metrics.queue_overflows.get(), 1);
    drop(registrations);
    assert_eq!(hub.counts(), Counts::default());
}

#[test]
fn what_is_passed_on_is_never_larger_than_a_page_takes() {
    let (_hub, _, [writer, reader, _other]) = hub_of_three(1_000_000);
    let (id, to) = (joined(&writer), joined(&reader));
    told(&writer);
    let around = protocol::encode(&ServerMessage::Signal {
        from: id,
        payload: String::new(),
    });
    let most = MAX_MESSAGE - around.len();
    told(&reader);
    write(&writer, to, most);
    let [ServerMessage::Signal { payload, .. }] = &told(&reader)[..] else {
        panic!()
    };
    assert_eq!(payload.len(), most);
    write(&writer, to, most + 1);
    let rejection = Rejection::TooLarge { to };
    assert_eq!(told(&writer), [ServerMessage::Rejected { rejection }]);
    assert_eq!(told(&reader), []);
}
