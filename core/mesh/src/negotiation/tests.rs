use super::*;
use crate::essay::{PAIR, says};

fn description(kind: SdpKind, ufrag: &str) -> Description {
    Description {
        kind,
        sdp: sdp(ufrag),
    }
}

fn sdp(ufrag: &str) -> String {
    format!("v=0\r\na=ice-ufrag:{ufrag}\r\n")
}

fn candidate(ufrag: &str) -> IceCandidate {
    IceCandidate {
        candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host".into(),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(0),
        username_fragment: Some(ufrag.into()),
    }
}

fn offer(negotiation: u32, ufrag: &str) -> Step {
    Step::Offer {
        negotiation,
        sdp: sdp(ufrag),
    }
}

fn answer(negotiation: u32, ufrag: &str) -> Step {
    Step::Answer {
        negotiation,
        sdp: sdp(ufrag),
    }
}

/// An initiator whose offer is out.
fn offering() -> Negotiation {
    let mut initiator = Negotiation::new(Role::Initiator);
    assert_eq!(initiator.needed(), [Output::SetLocal]);
    let said = initiator.local_set(description(SdpKind::Offer, "a"));
    assert_eq!(said, [Output::Say(offer(1, "a"))]);
    initiator
}

/// A responder that has answered.
fn stable_responder() -> Negotiation {
    let mut responder = Negotiation::new(Role::Responder);
    responder.heard(offer(1, "a"));
    responder.remote_set();
    responder.local_set(description(SdpKind::Answer, "b"));
    responder
}

#[test]
fn one_offer_and_one_answer_make_a_pair_stable() {
    let mut initiator = offering();
    let mut responder = Negotiation::new(Role::Responder);
    assert_eq!(
        responder.needed(),
        [],
        "the first offer is not the responder's to make"
    );
    assert_eq!(
        responder.heard(offer(1, "a")),
        [Output::SetRemote(description(SdpKind::Offer, "a"))]
    );
    assert_eq!(responder.remote_set(), [Output::SetLocal]);
    assert_eq!(
        responder.local_set(description(SdpKind::Answer, "b")),
        [Output::Say(answer(1, "b"))]
    );
    assert_eq!(
        initiator.heard(answer(1, "b")),
        [Output::SetRemote(description(SdpKind::Answer, "b"))]
    );
    assert_eq!(initiator.remote_set(), []);
    assert_eq!(
        initiator.heard(answer(1, "b")),
        [],
        "an offer is answered once"
    );
}

#[test]
fn candidates_wait_for_their_description() {
    let mut initiator = offering();
    assert_eq!(initiator.heard(Step::Candidate(candidate("b"))), []);
    initiator.heard(answer(1, "b"));
    assert_eq!(initiator.heard(Step::Candidate(candidate("b"))), []);
    assert_eq!(
        initiator.remote_set(),
        [Output::Add(candidate("b")), Output::Add(candidate("b"))]
    );
    assert_eq!(
        initiator.heard(Step::Candidate(candidate("b"))),
        [Output::Add(candidate("b"))]
    );
    assert_eq!(initiator.heard(Step::Candidate(candidate("old"))), []);
}

#[test]
fn local_candidates_follow_their_description() {
    let mut initiator = Negotiation::new(Role::Initiator);
    initiator.needed();
    assert_eq!(initiator.found(candidate("a")), []);
    let said = initiator.local_set(description(SdpKind::Offer, "a"));
    assert_eq!(
        said,
        [
            Output::Say(offer(1, "a")),
            Output::Say(Step::Candidate(candidate("a")))
        ]
    );
    assert_eq!(
        initiator.found(candidate("a")),
        [Output::Say(Step::Candidate(candidate("a")))]
    );
}

#[test]
fn the_polite_side_rolls_back_on_glare() {
    let mut responder = stable_responder();
    assert_eq!(responder.needed(), [Output::SetLocal]);
    responder.local_set(description(SdpKind::Offer, "b2"));
    assert_eq!(
        responder.heard(offer(2, "a2")),
        [Output::SetRemote(description(SdpKind::Offer, "a2"))]
    );
    assert_eq!(responder.remote_set(), [Output::SetLocal]);
    assert_eq!(
        responder.local_set(description(SdpKind::Answer, "b3")),
        [Output::Say(answer(2, "b3"))]
    );
    assert_eq!(
        responder.heard(answer(1, "a3")),
        [],
        "nobody answers an offer that was rolled back"
    );
}

#[test]
fn an_offer_that_is_rolled_back_while_it_is_made_is_never_said() {
    let mut responder = stable_responder();
    responder.needed();
    responder.heard(offer(2, "a2"));
    assert_eq!(responder.local_set(description(SdpKind::Offer, "b2")), []);
    assert_eq!(responder.remote_set(), [Output::SetLocal]);
}

#[test]
fn the_impolite_side_ignores_the_offer_and_its_candidates() {
    let mut initiator = offering();
    initiator.heard(answer(1, "b"));
    initiator.remote_set();
    initiator.needed();
    assert_eq!(initiator.heard(offer(1, "b2")), []);
    assert_eq!(initiator.heard(Step::Candidate(candidate("b2"))), []);
    initiator.local_set(description(SdpKind::Offer, "a2"));
    assert_eq!(
        initiator.heard(answer(2, "b3")),
        [Output::SetRemote(description(SdpKind::Answer, "b3"))]
    );
}

#[test]
fn a_wish_to_negotiate_is_void_while_an_offer_is_answered() {
    let mut responder = stable_responder();
    responder.heard(offer(2, "a2"));
    assert_eq!(responder.needed(), []);
    responder.remote_set();
    assert_eq!(responder.needed(), []);
    responder.local_set(description(SdpKind::Answer, "b2"));
    assert_eq!(responder.needed(), [Output::SetLocal]);
}

#[test]
fn a_search_that_ends_without_a_way_is_told_of_once_there_is_none() {
    let of = |texts: &[&str]| {
        let mut gathering = Gathering::default();
        texts.iter().for_each(|text| gathering.learn(text));
        gathering
    };
    let host = "candidate:1 1 udp 1 192.0.2.1 9 typ host";
    let deaf = "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active";
    assert_eq!(of(&[deaf]), Gathering::Searching);
    assert_eq!(of(&[deaf, ""]), Gathering::Nothing);
    assert_eq!(of(&[deaf, host, ""]), Gathering::Found);
    let mut whole = Gathering::default();
    whole.learn_all(&format!("v=0\r\na={host}\r\na=end-of-candidates\r\n"));
    assert_eq!(whole, Gathering::Found);
}

#[test]
fn a_search_without_a_network_is_not_told_of() {
    let end = IceCandidate {
        candidate: String::new(),
        ..candidate("a")
    };
    let mut initiator = offering();
    initiator.excuse();
    assert_eq!(initiator.found(end), []);
    assert_eq!(initiator.failed(), []);
    assert_eq!(initiator.gathering()[0], Gathering::Excused);
    assert_eq!(initiator.found(candidate("a")).len(), 1);
    assert_eq!(initiator.gathering()[0], Gathering::Found);
}

#[test]
fn the_end_of_candidates_is_said_and_not_added() {
    let mut initiator = offering();
    let end = IceCandidate {
        candidate: String::new(),
        ..candidate("a")
    };
    let said = [Output::Say(Step::Candidate(end.clone()))];
    assert_eq!(initiator.found(end.clone()), said);
    initiator.heard(answer(1, "b"));
    initiator.remote_set();
    assert_eq!(initiator.heard(Step::Candidate(end)), []);
    assert_eq!(initiator.gathering(), [Gathering::Nothing; 2]);
}

#[test]
fn offers_are_bounded() {
    let mut responder = stable_responder();
    let applied = (2..1000).filter(|number| {
        let is_applied = !responder.heard(offer(*number, "a")).is_empty();
        responder.remote_set();
        responder.local_set(description(SdpKind::Answer, "b"));
        is_applied
    });
    assert_eq!(applied.count(), Negotiation::MAX_OFFERS - 1);
}

#[test]
fn candidates_are_bounded() {
    let mut initiator = offering();
    initiator.heard(answer(1, "b"));
    initiator.remote_set();
    let added = (0..1000)
        .flat_map(|_| initiator.heard(Step::Candidate(candidate("b"))))
        .count();
    assert_eq!(added, Negotiation::MAX_CANDIDATES);
}

#[test]
fn a_negotiation_takes_as_much_as_the_essay_says() {
    let (candidates, offers) = (Negotiation::MAX_CANDIDATES, Negotiation::MAX_OFFERS);
    says(
        PAIR,
        &format!("Beyond {candidates} candidates and {offers} offers"),
    );
}
