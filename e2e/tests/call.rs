//! Calls between real browsers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use e2e::{
    Devices,
    Engine::{self, Chromium, Firefox},
    House, Page, Signal, hold,
};
use futures_util::future::try_join_all;
use serde_json::{Value, json};

/// How long a person may stand there after a crash.
const GHOST: u64 = 20;
/// What happens at once on machines that are not busy with tests.
const AT_ONCE: u64 = 5;

async fn all_see_and_hear_all(pages: &[&Page]) -> e2e::Result<()> {
    for page in pages {
        for other in pages.iter().filter(|other| other.name != page.name) {
            page.sees_and_hears(other).await?;
        }
    }
    Ok(())
}

/// A call of these people, who all join at once and see and hear each other.
async fn call<const N: usize>(
    house: &mut House,
    people: [(&str, Engine); N],
) -> e2e::Result<[Arc<Page>; N]> {
    let pages = house.people(people).await?;
    let room = house.address("/r/tea");
    try_join_all(pages.iter().map(|page| page.join(&room))).await?;
    all_see_and_hear_all(&pages.each_ref().map(|page| &**page)).await?;
    Ok(pages)
}

/// Each connection that ever was set one description, and there was one for each other person.
async fn negotiated_once(page: &Page, others: usize) -> e2e::Result<()> {
    let descriptions = page.value("probe.descriptions()").await?;
    assert_eq!(descriptions, json!(vec![1; others]), "{}", page.name);
    Ok(())
}

/// What flows between this page and that person, after this page has decoded and sent for a while.
async fn flow(page: &Page, other: &Page) -> e2e::Result<Value> {
    page.value(&format!("probe.flow({})", json!(other.name)))
        .await
}

#[tokio::test]
async fn chromium_and_firefox_see_and_hear_each_other() {
    hold("chromium_and_firefox", &[], async |house| {
        let [ada, ben] = house.people([("Ada", Chromium), ("Ben", Firefox)]).await?;
        let room = house.address("/r/tea");
        ada.join(&room).await?;
        ben.enter_lobby(&room).await?;
        ben.until("document.body.textContent.includes('Ada is here')")
            .await?;
        ben.give_devices().await?;
        let begin = Instant::now();
        ben.click("Join now").await?;
        ben.until("(await probe.flow('Ada'))?.seen > 0").await?;
        println!(
            "from Join to the first remote frame: {:.1} s",
            begin.elapsed().as_secs_f64()
        );
        all_see_and_hear_all(&[&ada, &ben]).await?;
        for page in [&ada, &ben] {
            negotiated_once(page, 1).await?;
            assert_eq!(page.value("probe.violations").await?, json!([]));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn four_join_at_once_and_go_one_by_one() {
    hold("four", &[], async |house| {
        let [ada, ben, cho, dan] = call(
            house,
            [
                ("Ada", Chromium),
                ("Ben", Firefox),
                ("Cho", Chromium),
                ("Dan", Firefox),
            ],
        )
        .await?;
        for page in [&ada, &ben, &cho, &dan] {
            negotiated_once(page, 3).await?;
        }
        // Four are sent smaller pictures than two.
        ada.until("(await probe.sight('Ada (you)')).height === 360")
            .await?;

        dan.click("Leave call").await?;
        dan.until("probe.heading() === 'You left the call'").await?;
        dan.until("probe.held() + probe.alive().length === 0")
            .await?;
        for (page, rest) in [
            (&ada, [&*ben, &*cho]),
            (&ben, [&ada, &cho]),
            (&cho, [&ada, &ben]),
        ] {
            page.sees_only_within(&rest, AT_ONCE).await?;
        }
        all_see_and_hear_all(&[&ada, &ben, &cho]).await?;

        cho.close_tab().await?;
        ada.sees_only_within(&[&ben], AT_ONCE).await?;
        ben.sees_only_within(&[&ada], AT_ONCE).await?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        ada.until("(await probe.sight('Ben')).height > 360").await?;
        ben.until("(await probe.sight('Ada')).height > 360").await?;
        negotiated_once(&ada, 3).await
    })
    .await;
}

#[tokio::test]
async fn who_leaves_can_come_back() {
    hold("rejoin", &[], async |house| {
        let [ada, ben] = call(house, [("Ada", Firefox), ("Ben", Chromium)]).await?;
        ben.click("Leave call").await?;
        ada.sees_only_within(&[], AT_ONCE).await?;
        ada.until("document.body.textContent.includes('You are the only one here')")
            .await?;
        ben.click("Rejoin").await?;
        all_see_and_hear_all(&[&ada, &ben]).await
    })
    .await;
}

#[tokio::test]
async fn toggles_stop_and_start_what_flows_without_negotiation() {
    for (test, first, second) in [
        ("toggles_chromium", Chromium, Firefox),
        ("toggles_firefox", Firefox, Chromium),
    ] {
        hold(test, &[], async |house| {
            let [ada, ben] = call(house, [("Ada", first), ("Ben", second)]).await?;

            ada.click("Turn off camera").await?;
            ada.until("probe.button('Turn on camera') && probe.inUse('video') === 0")
                .await?;
            ben.until(
                "probe.tile('Ada').covered && probe.tile('Ada').words.includes('Camera off')",
            )
            .await?;
            ada.until("probe.tile('Ada (you)').words.includes('Camera off')")
                .await?;
            nothing_more(&ada, "(await probe.flow('Ben')).shownBytes").await?;
            nothing_more(&ben, "(await probe.flow('Ada')).seen").await?;
            let heard = flow(&ben, &ada).await?["heard"].clone();
            ben.until(&format!("(await probe.flow('Ada')).heard > {heard}"))
                .await?;

            ada.click("Turn off microphone").await?;
            ada.until("probe.button('Turn on microphone') && probe.inUse('audio') === 0")
                .await?;
            ben.until("probe.tile('Ada').words.includes('Muted')")
                .await?;
            ada.until("probe.tile('Ada (you)').words.includes('Muted')")
                .await?;
            nothing_more(&ada, "(await probe.flow('Ben')).saidBytes").await?;
            nothing_more(&ben, "(await probe.flow('Ada')).heard").await?;

            ada.click("Turn on microphone").await?;
            ada.click("Turn on camera").await?;
            ada.until("probe.inUse('audio') === 1 && probe.inUse('video') === 1")
                .await?;
            all_see_and_hear_all(&[&ada, &ben]).await?;
            negotiated_once(&ada, 1).await?;
            negotiated_once(&ben, 1).await
        })
        .await;
    }
}

/// A number comes to a stop, and has stopped for two seconds of what else flows.
async fn nothing_more(page: &Page, number: &str) -> e2e::Result<()> {
    page.until(&format!(
        "await (async () => {{ const before = {number}; await probe.pause(2000); return {number} === before; }})()"
    ))
    .await
}

#[tokio::test]
async fn the_chat_is_the_same_for_all_and_shows_text_literally() {
    hold("chat", &[], async |house| {
        let [ada, ben, cho] = house.people([("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)]).await?;
        let room = house.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        ada.click("Open chat").await?;
        const MARKUP: &str = "<img src=x onerror=alert(1)> **no** https://example.org/a?b=c javascript:alert(1)";
        ada.say(MARKUP).await?;
        ben.until("document.body.textContent.includes('Unread messages: 1')").await?;
        ben.click("Open chat").await?;
        ben.until("!document.body.textContent.includes('Unread messages')").await?;
        ben.until(&format!("JSON.stringify(probe.chat()) === {}", json!(json!([["Ada", MARKUP]]).to_string()))).await?;
        assert_eq!(ben.value("document.querySelectorAll('[role=log] img').length").await?, json!(0));
        let links = ben.value("[...document.querySelectorAll('[role=log] a')].map(link => [link.href, link.target, link.rel])").await?;
        assert_eq!(links, json!([["https://example.org/a?b=c", "_blank", "noopener noreferrer nofollow"]]));

        // Both write at once, with the Enter key, and somebody comes while they do.
        let write = async |page: &Page, letter: &str| -> e2e::Result<()> {
            for number in 0..10 {
                page.type_keys("Message everyone", &format!("{letter}{number}\u{e007}")).await?;
            }
            Ok(())
        };
        tokio::try_join!(write(&ada, "a"), write(&ben, "b"), cho.join(&room))?;
        cho.click("Open chat").await?;
        let mut chats = Vec::new();
        for page in [&ada, &ben, &cho] {
            page.until("probe.chat().length === 21").await?;
            let said = page.value("probe.chat().map(([, words]) => words)").await?;
            chats.push(said);
        }
        assert_eq!(chats[0], chats[1]);
        assert_eq!(chats[0], chats[2]);
        let own = |letter: &str| -> Vec<String> {
            let words = chats[0].as_array().into_iter().flatten().filter_map(Value::as_str);
            words.filter(|words| words.starts_with(letter)).map(str::to_owned).collect()
        };
        for letter in ["a", "b"] {
            let expected: Vec<String> = (0..10).map(|number| format!("{letter}{number}")).collect();
            assert_eq!(own(letter), expected);
        }
        assert_eq!(ada.value("probe.violations").await?, json!([]));
        Ok(())
    })
    .await;
}

/// Sends over the page's own chat channels what no page of ours would.
const HOSTILE: &str = r#"(() => {
    const [ada, eve] = ['Ada', 'Eve'].map(name => probe.said().find(message => message.name === name));
    const forged = ({ key, ...rest }, clock, seq, text) => ({ ...rest, key: { ...key, clock, seq }, time: 0, text });
    for (const channel of probe.channels('chat')) {
        const send = message => channel.send(JSON.stringify(message));
        for (let seq = 2; seq < 600; seq += 1) {
            const clock = seq % 2 ? 2 ** 53 - 1 : seq * 2 ** 20;
            send({ type: 'said', message: forged(eve, clock, seq, 'hostile') });
        }
        send({ type: 'said', message: forged(ada, 9, 2, 'hostile: I resign') });
        send({ type: 'missed', messages: [1, 2, 3].map(seq => forged(ada, 9, seq, 'hostile: I resign')) });
        for (let number = 0; number < 50; number += 1) send({ type: 'have', seen: [] });
        channel.send('[' .repeat(60000));
    }
    return probe.channels('chat').length;
})()"#;

#[tokio::test]
async fn one_member_spoils_the_chat_for_nobody() {
    hold("hostile", &[], async |house| {
        let people = [("Ada", Chromium), ("Ben", Firefox), ("Eve", Chromium)];
        let [ada, ben, eve] = call(house, people).await?;
        for page in [&ada, &ben, &eve] {
            page.click("Open chat").await?;
        }
        ada.say("hello").await?;
        eve.until("probe.chat().length === 1").await?;
        eve.say("hello to you").await?;
        let honest = "probe.chat().map(([, words]) => words).filter(words => !words.includes('hostile'))";
        let mut turns = vec!["hello".to_owned(), "hello to you".to_owned()];
        let agree = async |turns: &[String]| -> e2e::Result<()> {
            let shown = json!(turns).to_string();
            let question = format!("JSON.stringify({honest}) === {}", json!(shown));
            tokio::try_join!(ada.until(&question), ben.until(&question))?;
            Ok(())
        };
        agree(&turns).await?;
        assert_eq!(eve.value(HOSTILE).await?, json!(2));
        for round in 0..3 {
            for (page, mark) in [(&ada, '?'), (&ben, '!')] {
                turns.push(format!("{round}{mark}"));
                page.say(&format!("{round}{mark}")).await?;
                agree(&turns).await?;
            }
        }
        for page in [&ada, &ben] {
            page.until("probe.chat().some(([, words]) => words === 'hostile')").await?;
            let forged = "probe.chat().filter(([who, words]) => !who.startsWith('Eve') && words.includes('hostile'))";
            assert_eq!(page.value(forged).await?, json!([]), "{}", page.name);
        }
        all_see_and_hear_all(&[&ada, &ben]).await
    })
    .await;
}

#[tokio::test]
async fn a_reload_leads_back_into_the_call_and_leaves_no_ghost() {
    for (test, first, second) in [
        ("reload_chromium", Firefox, Chromium),
        ("reload_firefox", Chromium, Firefox),
    ] {
        hold(test, &[], async |house| {
            let [ada, ben] = call(house, [("Ada", first), ("Ben", second)]).await?;
            // Whoever stands on a tile from now on.
            ada.value(
                "(window.most = 0, new MutationObserver(() => { window.most = Math.max(window.most, probe.names().length); })
                    .observe(document.body, { childList: true, subtree: true }), true)",
            )
            .await?;
            for _ in 0..3 {
                ben.reload().await?;
                ben.until("probe.button('Leave call')").await?;
                ben.sees_only(&[&ada]).await?;
                ada.sees_only(&[&ben]).await?;
                all_see_and_hear_all(&[&ada, &ben]).await?;
            }
            assert_eq!(ada.value("window.most").await?, json!(2));
            assert_eq!(ada.value("probe.alive().length").await?, json!(1));
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn who_crashes_or_freezes_is_gone_within_twenty_seconds() {
    hold("crash", &[], async |house| {
        let [ada, ben, cho, dan] = call(
            house,
            [
                ("Ada", Chromium),
                ("Ben", Firefox),
                ("Cho", Chromium),
                ("Dan", Firefox),
            ],
        )
        .await?;
        for (page, signal, rest) in [
            (&cho, Signal::KILL, vec![&*ben, &*dan]),
            (&dan, Signal::STOP, vec![&*ben]),
        ] {
            let begin = Instant::now();
            page.signal(signal);
            ada.sees_only_within(&rest, GHOST).await?;
            println!(
                "{} is gone after {:.1} s",
                page.name,
                begin.elapsed().as_secs_f64()
            );
            assert!(begin.elapsed() < Duration::from_secs(GHOST));
        }
        ben.sees_only_within(&[&ada], GHOST).await?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        negotiated_once(&ada, 3).await?;
        // A machine that was asleep comes back by itself.
        dan.signal(Signal::CONT);
        all_see_and_hear_all(&[&ada, &ben, &dan]).await
    })
    .await;
}

#[tokio::test]
async fn without_devices_one_joins_all_the_same() {
    hold("no_devices", &[], async |house| {
        let [ada] = house.people([("Ada", Chromium)]).await?;
        let bare = house.person("Ben", Firefox, Devices::Own).await?;
        let refused = house.person("Cho", Chromium, Devices::Refused).await?;
        let denied = house.person("Dan", Firefox, Devices::Refused).await?;
        let room = house.address("/r/tea");
        ada.join(&room).await?;
        for (page, words) in [
            (&bare, "No camera or microphone was found"),
            (&refused, "does not let this page use the camera or microphone"),
            (&denied, "does not let this page use the camera or microphone"),
        ] {
            page.enter_lobby(&room).await?;
            page.click("Allow camera and microphone").await?;
            page.until(&format!("document.body.textContent.includes({})", json!(words))).await?;
            page.click("Join now").await?;
            page.sees_and_hears(&ada).await?;
            let name = json!(page.name);
            ada.until(&format!("JSON.stringify(probe.tile({name})?.words) === JSON.stringify(['Camera off', 'Muted'])")).await?;
            negotiated_once(page, page.value("probe.names().length - 1").await?.as_u64().unwrap_or(0) as usize).await?;
        }
        // They write, and are read.
        bare.until("(await probe.flow('Dan'))?.state === 'connected'").await?;
        bare.click("Open chat").await?;
        bare.say("Hello").await?;
        denied.click("Open chat").await?;
        denied.until("JSON.stringify(probe.chat()) === JSON.stringify([['Ben', 'Hello']])").await
    })
    .await;
}

#[tokio::test]
async fn a_call_goes_on_while_the_server_restarts() {
    hold("restart", &[], async |house| {
        let [ada, ben, cho] = house
            .people([("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)])
            .await?;
        let room = house.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room), cho.enter_lobby(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        house.stop_server().await?;
        for page in [&ada, &ben] {
            page.until("document.body.textContent.includes('Your call goes on')")
                .await?;
        }
        cho.until("document.body.textContent.includes('The server cannot be reached')")
            .await?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        house.start_server().await?;
        for page in [&ada, &ben] {
            page.until("!document.body.textContent.includes('Your call goes on')")
                .await?;
        }
        cho.give_devices().await?;
        cho.click("Join now").await?;
        all_see_and_hear_all(&[&ada, &ben, &cho]).await?;
        negotiated_once(&ada, 2).await?;
        ada.sees_only(&[&ben, &cho]).await
    })
    .await;
}

#[tokio::test]
async fn a_full_room_says_so_and_lets_one_in_later() {
    hold("full", &["--max-peers", "2"], async |house| {
        let [ada, ben, cho] = house
            .people([("Ada", Chromium), ("Ben", Chromium), ("Cho", Chromium)])
            .await?;
        let room = house.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room), cho.enter_lobby(&room))?;
        cho.until(
            "document.body.textContent.includes('The room is full right now: it takes 2 people.')",
        )
        .await?;
        cho.click("Join now").await?;
        cho.until("probe.heading() === 'The room is full'").await?;
        ada.sees_only(&[&ben]).await?;
        ben.click("Leave call").await?;
        ada.sees_only(&[]).await?;
        cho.click("Try again").await?;
        ada.sees_only(&[&cho]).await
    })
    .await;
}

#[tokio::test]
async fn a_room_has_an_address_of_its_own() {
    hold("home", &[], async |house| {
        let [ada] = house.people([("Ada", Firefox)]).await?;
        ada.open(&house.address("/")).await?;
        ada.fill("Your name", "Ada").await?;
        ada.click("Join room").await?;
        ada.until("document.querySelector('#room').getAttribute('aria-invalid') === 'true'").await?;
        ada.until("document.body.textContent.includes('Enter the room ID that you were given')").await?;
        ada.fill("Room ID", "tea/time").await?;
        ada.click("Join room").await?;
        ada.until("document.body.textContent.includes('letters, digits, hyphens and spaces. “/” cannot be in it')").await?;
        ada.fill("Room ID", "  Unser Café ").await?;
        ada.click("Join room").await?;
        ada.until("decodeURI(location.pathname) === '/r/unser-café'").await?;
        ada.until("probe.heading() === 'Ready to join?'").await?;

        ada.open(&house.address("/?lang=ko")).await?;
        ada.click("방 만들기").await?;
        ada.until("/^\\/r\\/[a-z0-9-]{16,}$/.test(location.pathname)").await?;
        ada.until("document.documentElement.lang === 'ko' && probe.heading() === '참여할 준비가 되셨나요?'").await
    })
    .await;
}

#[tokio::test]
async fn what_a_browser_cannot_do_is_said_in_words() {
    hold("support", &[], async |house| {
        let [ada, ben] = house.people([("Ada", Chromium), ("Ben", Chromium)]).await?;
        let room = house.address("/r/tea");
        ada.join(&room).await?;
        ben.enter_lobby(&room.replace("localhost", "insecure.test")).await?;
        ben.until("!isSecureContext && document.body.textContent.includes('This page was not loaded securely')").await?;
        ben.click("Allow camera and microphone").await?;
        ben.until("probe.button('Dismiss') && document.body.textContent.split('was not loaded securely').length === 2").await?;
        ben.click("Join now").await?;
        ben.sees_and_hears(&ada).await?;

        ada.open(&house.address("/")).await?;
        ada.value("delete window.RTCPeerConnection").await?;
        ada.click("Create room").await?;
        ada.until("document.body.textContent.includes('it has no WebRTC')").await?;
        ada.until("[...document.querySelectorAll('button')].find(button => button.textContent === 'Join now').disabled").await
    })
    .await;
}
