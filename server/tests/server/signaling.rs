//! What pages say to each other through the server.

use protocol::{ClientMessage, CloseCode, LeaveReason, Rejection, ServerMessage};

use crate::harness::{harness, join, rejected, watch};

#[tokio::test]
async fn pages_meet_signal_and_part() {
    let harness = harness(&[]).await;
    let (mut ada, ada_id) = harness.member("tea", 1).await;
    let mut ben = harness.page().await;
    ben.say(&watch("tea")).await;
    match ben.hear().await {
        ServerMessage::Watching {
            peers,
            capacity,
            ice_servers,
        } => {
            assert_eq!((peers.len(), peers[0].id, capacity), (1, ada_id, 12));
            assert_eq!(ice_servers[0].urls, ["stun:stun.example.org"]);
        }
        other => panic!("{other:?}"),
    }
    ben.say(&join("tea", 2)).await;
    let ben_id = match ben.hear().await {
        ServerMessage::Joined {
            id,
            peers,
            ice_servers,
        } => {
            assert_eq!(peers[0].id, ada_id);
            assert_eq!(ice_servers[0].urls, ["stun:stun.example.org"]);
            id
        }
        other => panic!("{other:?}"),
    };
    match ada.hear().await {
        ServerMessage::PeerJoined { peer } => {
            assert_eq!((peer.id, peer.name.as_str()), (ben_id, "Person 2"));
        }
        other => panic!("{other:?}"),
    }
    ada.say(&ClientMessage::Signal {
        to: ben_id,
        payload: "안녕".to_owned(),
    })
    .await;
    let signal = ServerMessage::Signal {
        from: ada_id,
        payload: "안녕".to_owned(),
    };
    assert_eq!(ben.hear().await, signal);
    ada.say(&ClientMessage::Leave).await;
    let left = ServerMessage::PeerLeft {
        id: ada_id,
        reason: LeaveReason::Left,
    };
    assert_eq!(ben.hear().await, left);
}

/// Asking is free: it is no first message, and takes no place.
#[tokio::test]
async fn the_server_answers_a_ping_at_once_in_any_state() {
    let harness = harness(&[]).await;
    let mut page = harness.page().await;
    page.say(&ClientMessage::Ping).await;
    assert!(matches!(page.hear().await, ServerMessage::Pong { .. }));
    page.join("tea", 1).await;
    page.say(&ClientMessage::Ping).await;
    assert!(matches!(page.hear().await, ServerMessage::Pong { .. }));
}

#[tokio::test]
async fn a_lost_page_is_told_of_as_lost() {
    let harness = harness(&[]).await;
    let (mut ada, _) = harness.member("tea", 1).await;
    let (ben, id) = harness.member("tea", 2).await;
    assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
    drop(ben);
    assert_eq!(
        ada.hear().await,
        ServerMessage::PeerLeft {
            id,
            reason: LeaveReason::Lost
        }
    );
}

#[tokio::test]
async fn nothing_passes_between_rooms() {
    let harness = harness(&[]).await;
    let (_ada, ada) = harness.member("tea", 1).await;
    let (mut eve, _) = harness.member("coffee", 2).await;
    eve.say(&ClientMessage::Signal {
        to: ada,
        payload: String::new(),
    })
    .await;
    assert_eq!(
        rejected(eve.hear().await),
        Rejection::NoSuchPeer { to: ada }
    );
    let mut nobody = harness.page().await;
    nobody
        .say(&ClientMessage::Signal {
            to: ada,
            payload: String::new(),
        })
        .await;
    assert_eq!(rejected(nobody.hear().await), Rejection::NotJoined);
}

/// Whatever a page says of itself, the others learn who it is from the server.
#[tokio::test]
async fn nobody_speaks_in_the_name_of_another() {
    let harness = harness(&[]).await;
    let (mut ada, ada_id) = harness.member("tea", 1).await;
    let (_ben, ben_id) = harness.member("tea", 2).await;
    let (mut eve, eve_id) = harness.member("tea", 3).await;
    for _ in 0..2 {
        assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
    }
    let spoofed = format!(
        r#"{{"type":"signal","from":"{ben_id}","to":"{ada_id}","payload":"it is me, Ben"}}"#
    );
    eve.send(spoofed.into()).await;
    let payload = "it is me, Ben".to_owned();
    let from = eve_id;
    assert_eq!(ada.hear().await, ServerMessage::Signal { from, payload });
}

/// An id follows from a secret that nobody else learns, so nobody is thrown out by others who know
/// the link.
#[tokio::test]
async fn only_the_page_itself_takes_its_place_again() {
    let harness = harness(&[]).await;
    let (mut ada, ada_id) = harness.member("tea", 1).await;
    let mut eve = harness.page().await;
    // The very id in place of the secret.
    let forged = format!(
        r#"{{"type":"join","version":2,"room":"tea","name":"Ada","secret":"{ada_id}","incarnation":1}}"#
    );
    eve.send(forged.into()).await;
    match eve.hear().await {
        ServerMessage::Joined { id, .. } => assert_ne!(id, ada_id),
        other => panic!("{other:?}"),
    }
    assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
}

#[tokio::test]
async fn a_second_tab_takes_over_and_a_second_socket_of_one_page_does_no_harm() {
    let harness = harness(&["--max-peers=2"]).await;
    let (mut ada, _) = harness.member("tea", 1).await;
    let (_ben, _) = harness.member("tea", 2).await;
    let mut cho = harness.page().await;
    cho.say(&join("tea", 3)).await;
    assert_eq!(
        rejected(cho.hear().await),
        Rejection::RoomFull { capacity: 2 }
    );
    // The same page load over another WebSocket.
    let (mut again, _) = harness.member("tea", 1).await;
    assert!(matches!(ada.hear().await, ServerMessage::PeerJoined { .. }));
    assert_eq!(ada.end().await, CloseCode::REPLACED);
    // Another tab of the same person.
    let ClientMessage::Join {
        version,
        room,
        name,
        secret,
        incarnation,
    } = join("tea", 1)
    else {
        unreachable!()
    };
    let incarnation = protocol::Incarnation(incarnation.0 + 1);
    let mut tab = harness.page().await;
    tab.say(&ClientMessage::Join {
        version,
        room,
        name,
        secret,
        incarnation,
    })
    .await;
    assert!(matches!(tab.hear().await, ServerMessage::Joined { .. }));
    assert_eq!(rejected(again.hear().await), Rejection::Superseded);
    assert_eq!(again.end().await, CloseCode::SUPERSEDED);
}
