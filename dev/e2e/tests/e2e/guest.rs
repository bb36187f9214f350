//! Somebody with a program of another make in a call with real browsers.

use std::time::Duration;

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page, Result,
    guest::{Guest, GuestEvent, Invitation, Record},
};
use protocol::{
    ClientMessage, Control, Envelope, IceCandidate, Incarnation, MediaState, Name, PeerSecret,
    ServerMessage, Signal, Step, decode, encode,
};
use serde_json::json;
use tokio::time::timeout;

/// How long the guest waits for anything.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How soon somebody is gone who said so.
const AT_ONCE: u64 = 5;
/// At two seconds each, longer than any silence is borne.
const SIGNS_OF_LIFE: usize = 12;

/// The smaller id of two offers. The ids of these, `0000...` and `ffff...`, are smaller and greater
/// than those of browsers, but for one in thirty thousand.
const FIRST: &str = "0000000000000000000000000001d398";
const LAST: &str = "000000000000000000000000000071f4";

#[tokio::test]
async fn a_guest_who_offers_is_in_the_call() {
    visit("guest_offers", FIRST, "0000").await;
}

#[tokio::test]
async fn a_guest_who_answers_is_in_the_call() {
    visit("guest_answers", LAST, "ffff").await;
}

/// Joins Chromium and Firefox, talks, stays for a while, and leaves.
async fn visit(test: &str, secret: &str, id: &str) {
    Harness::run(test, &[], async |harness| {
        let [ada, ben] = harness.people([("Ada", Chromium), ("Ben", Firefox)]).await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        for page in [&ada, &ben] {
            page.click("Open chat").await?;
        }
        ada.say("before").await?;
        reads(&ben, &["before"]).await?;

        let mut guest = Guest::join(&Invitation {
            origin: harness.address(""),
            room: "tea".parse()?,
            name: Name::new("Gus"),
            secret: secret.parse()?,
            incarnation: Incarnation(1),
            record: None,
        })
        .await?;
        let joined = |event: &GuestEvent| matches!(event, GuestEvent::Joined(own) if own.to_string().starts_with(id));
        until(&mut guest, joined).await?;
        for page in [&ada, &ben] {
            page.until("JSON.stringify(probe.tile('Gus')?.words) === JSON.stringify(['Camera off', 'Muted'])").await?;
            page.value(WATCH).await?;
        }
        let both = MediaState { microphone: true, camera: true, ..MediaState::default() };
        hears(&mut guest, &[
            GuestEvent::Media(Name::new("Ada"), both),
            GuestEvent::Media(Name::new("Ben"), both),
        ], &["before"]).await?;

        guest.say("hello from afar".to_owned().try_into()?).await?;
        for page in [&ada, &ben] {
            reads(page, &["before", "hello from afar"]).await?;
        }
        ada.say("hello to you").await?;
        reads(&ben, &["before", "hello from afar", "hello to you"]).await?;
        ben.say("and from me").await?;
        hears(&mut guest, &[], &["hello to you", "and from me"]).await?;

        let signs = [Name::new("Ada"), Name::new("Ben")].map(|name| vec![GuestEvent::Alive(name); SIGNS_OF_LIFE]);
        hears(&mut guest, &signs.concat(), &[]).await?;
        for page in [&ada, &ben] {
            assert_eq!(page.value("window.seen").await?, json!([]), "{}", page.name);
            assert_eq!(page.value("probe.descriptions()").await?, json!([1, 1]), "{}", page.name);
            reads(page, &["before", "hello from afar", "hello to you", "and from me"]).await?;
        }

        guest.leave().await?;
        ada.sees_only_within(&[&ben], AT_ONCE).await?;
        ben.sees_only_within(&[&ada], AT_ONCE).await?;
        ada.sees_and_hears(&ben).await
    })
    .await;
}

/// Keeps what the guest's tile says from now on beside that its devices are off.
const WATCH: &str = "(window.seen = [], new MutationObserver(() => {
    const tile = JSON.stringify(probe.tile('Gus')?.words);
    if (tile !== JSON.stringify(['Camera off', 'Muted'])) window.seen.push(tile);
}).observe(document.body, { childList: true, subtree: true, characterData: true }), true)";

/// Waits until exactly this stands in the chat.
async fn reads(page: &Page, words: &[&str]) -> Result<()> {
    let words = json!(json!(words).to_string());
    page.until(&format!(
        "JSON.stringify(probe.chat().map(([, words]) => words)) === {words}"
    ))
    .await
}

/// Waits until all of this happened to the guest, in any order.
async fn hears(guest: &mut Guest, events: &[GuestEvent], words: &[&str]) -> Result<()> {
    let (mut events, mut words) = (events.to_vec(), words.to_vec());
    while !(events.is_empty() && words.is_empty()) {
        let event = timeout(TIMEOUT, guest.next())
            .await
            .map_err(|_| format!("never heard: {events:?}, {words:?}"))??;
        if let GuestEvent::Read(message) = &event {
            words.retain(|words| *words != message.text.as_str());
        }
        if let Some(place) = events.iter().position(|it| *it == event) {
            events.swap_remove(place);
        }
    }
    Ok(())
}

async fn until(guest: &mut Guest, is_it: impl Fn(&GuestEvent) -> bool) -> Result<()> {
    while !is_it(&timeout(TIMEOUT, guest.next()).await??) {}
    Ok(())
}

/// In the essay, `>` is what Ada says. Her id is greater than Ben's.
const HANDSHAKE: &str = include_str!("../../../../core/protocol/src/essay/handshake.rs");

/// The essay's handshake is one that took place. What differs each time, keys and addresses, is as
/// in examples.
#[tokio::test]
async fn a_handshake_goes_as_the_essay_tells() {
    Harness::run("handshake", &[], async |harness| {
        let record = Record::default();
        let come = async |name: &str, secret, incarnation, record| {
            Guest::join(&Invitation {
                origin: harness.address(""),
                room: "tea".parse()?,
                name: Name::new(name),
                secret: PeerSecret([secret; 16]),
                incarnation: Incarnation(incarnation),
                record,
            })
            .await
        };
        let mut ben = come("Ben", 2, 5, None).await?;
        let mut ada = come("Ada", 1, 7, Some(record.clone())).await?;
        for (guest, other) in [(&mut ada, "Ben"), (&mut ben, "Ada")] {
            let other = Name::new(other);
            let events = [GuestEvent::Met(other.clone()), GuestEvent::Alive(other)];
            hears(guest, &events, &[]).await?;
        }
        ada.leave().await?;
        until(&mut ben, |event| {
            *event == GuestEvent::Gone(Name::new("Ada"))
        })
        .await?;
        ben.leave().await?;

        let took_place: Vec<String> = record.lines().iter().map(|line| plain(line)).collect();
        let told = HANDSHAKE
            .lines()
            .filter_map(|line| line.strip_prefix("//! "));
        let told: Vec<&str> = told.filter(|line| line.contains(['<', '>'])).collect();
        let in_full = took_place.join("\n");
        // What goes over one channel in one direction has an order; and all that goes over the
        // WebSocket, since there each word follows from the one before.
        for lane in ["", "ctl >", "ctl <", "chat >", "chat <"] {
            let is_of_lane = |line: &&str| match lane {
                "" => line.starts_with(['<', '>']),
                lane => line.starts_with(lane),
            };
            let took_place = took_place.iter().map(String::as_str).filter(is_of_lane);
            let mut took_place: Vec<&str> = took_place.collect();
            // On a busy machine there may be more of the same signs of life.
            took_place.dedup();
            let told: Vec<&str> = told.iter().copied().filter(is_of_lane).collect();
            assert!(told == took_place, "it went like this:\n{in_full}");
        }
        Ok(())
    })
    .await;
}

/// With keys and addresses as in examples.
fn plain(line: &str) -> String {
    if let Some(said) = line.strip_prefix("> ")
        && let Some(ClientMessage::Signal { to, payload }) = decode(said)
    {
        let payload = plain_payload(&payload, "192.0.2.1 54401");
        return format!("> {}", encode(&ClientMessage::Signal { to, payload }));
    }
    if let Some(heard) = line.strip_prefix("< ")
        && let Some(ServerMessage::Signal { from, payload }) = decode(heard)
    {
        let payload = plain_payload(&payload, "192.0.2.2 54402");
        return format!("< {}", encode(&ServerMessage::Signal { from, payload }));
    }
    let said = line.strip_prefix("ctl > ").or(line.strip_prefix("ctl < "));
    if let Some(Control::Alive { ack }) = said.and_then(decode) {
        // Through the server the other's last steps may come a little later than the first sign of
        // life over the channel.
        assert!((1..=3).contains(&ack), "{line}");
        return line.replace(&format!("\"ack\":{ack}"), "\"ack\":3");
    }
    line.to_owned()
}

fn plain_payload(payload: &str, address: &str) -> String {
    let Some(mut envelope) = decode::<Envelope>(payload) else {
        return payload.to_owned();
    };
    if let Signal::Step { step, .. } = &mut envelope.signal {
        match step {
            Step::Offer { sdp, .. } | Step::Answer { sdp, .. } => {
                assert!(sdp.starts_with("v=0\r\n"));
                *sdp = "v=0\r\n…".to_owned();
            }
            Step::Candidate(IceCandidate { candidate, .. }) if !candidate.is_empty() => {
                assert!(candidate.contains(" typ host"), "{candidate}");
                *candidate = format!("candidate:1 1 udp 2122260223 {address} typ host");
            }
            Step::Candidate(_) => {}
        }
    }
    encode(&envelope)
}
