use super::*;
use futures_util::FutureExt;
use protocol::{ClientMessage, Incarnation, Name, PeerSecret};

fn join(seat: &Seat, person: u8) {
    seat.say(
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
fn joined(seat: &Seat) -> PeerId {
    let portion = seat.next().now_or_never().unwrap();
    match protocol::decode(&portion.messages[0].text) {
        Some(ServerMessage::Joined { id, .. }) => id,
        other => panic!("{other:?}"),
    }
}

fn house(bytes: usize) -> (Hub, Arc<Metrics>, [Seat; 3]) {
    let metrics = Arc::new(Metrics::default());
    let bounds = Bounds {
        connections: 3,
        bytes,
    };
    let hub = Hub::new(3, Ice::default(), bounds, Arc::clone(&metrics));
    let seats = [1, 2, 3].map(|person| {
        let seat = hub.sit_down(&[], hub.memory()).unwrap();
        join(&seat, person);
        seat
    });
    assert_eq!(hub.sit_down(&[], hub.memory()).unwrap_err(), NoSeat::Full);
    (hub, metrics, seats)
}

fn write(seat: &Seat, to: PeerId, length: usize) {
    let payload = "x".repeat(length);
    seat.say(ClientMessage::Signal { to, payload }, Instant::now());
}

/// All that waits.
fn told(seat: &Seat) -> Vec<ServerMessage> {
    let mut told = Vec::new();
    while let Some(portion) = seat.next().now_or_never() {
        let texts = portion.messages.iter().map(|message| &message.text);
        told.extend(texts.map(|text| protocol::decode(text).unwrap()));
    }
    told
}

#[test]
fn if_all_together_is_too_much_each_still_has_a_little() {
    let (hub, metrics, seats) = house(20_000);
    let [writer, slow, other] = &seats;
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
    drop(seats);
    assert_eq!(hub.census(), Census::default());
}

#[test]
fn what_is_passed_on_is_never_larger_than_a_page_takes() {
    let (_hub, _, [writer, reader, _other]) = house(1_000_000);
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
