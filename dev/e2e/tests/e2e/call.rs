//! Calls between real browsers.

use std::time::Instant;

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page, Signal, all_see_and_hear_all,
};
use serde_json::{Value, json};

use super::outside::hide;

/// How long a person may stand there after a crash.
const GHOST: u64 = 20;
/// What happens at once on machines that are not busy with tests.
const AT_ONCE: u64 = 5;

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
    Harness::run("chromium_and_firefox", &[], async |harness| {
        let [ada, ben] = harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?;
        let room = harness.address("/r/tea");
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
    Harness::run("four", &[], async |harness| {
        let [ada, ben, cho, dan] = harness
            .call([
                ("Ada", Chromium),
                ("Ben", Firefox),
                ("Cho", Chromium),
                ("Dan", Firefox),
            ])
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
    Harness::run("rejoin", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Firefox), ("Ben", Chromium)]).await?;
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
    Harness::run("toggles", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        for (page, other) in [(&ada, &ben), (&ben, &ada)] {
            camera_off(page, other).await?;
            microphone_off(page, other).await?;
            page.click("Turn on microphone").await?;
            page.click("Turn on camera").await?;
            page.until("probe.inUse('audio') === 1 && probe.inUse('video') === 1")
                .await?;
            all_see_and_hear_all(&[&ada, &ben]).await?;
        }
        negotiated_once(&ada, 1).await?;
        negotiated_once(&ben, 1).await
    })
    .await;
}

/// Nothing is seen any longer, while there is still sound.
async fn camera_off(page: &Page, other: &Page) -> e2e::Result<()> {
    let (name, own, others) = (json!(page.name), json!(page.own()), json!(other.name));
    page.click("Turn off camera").await?;
    page.until("probe.button('Turn on camera') && probe.inUse('video') === 0")
        .await?;
    other
        .until(&format!(
            "probe.tile({name}).covered && probe.tile({name}).words.includes('Camera off')"
        ))
        .await?;
    page.until(&format!("probe.tile({own}).words.includes('Camera off')"))
        .await?;
    let (shown, seen) = (
        format!("(await probe.flow({others})).shownBytes"),
        format!("(await probe.flow({name})).seen"),
    );
    tokio::try_join!(nothing_more(page, &shown), nothing_more(other, &seen))?;
    let heard = flow(other, page).await?["heard"].clone();
    let hears = format!("(await probe.flow({name})).heard > {heard}");
    other.until(&hears).await
}

async fn microphone_off(page: &Page, other: &Page) -> e2e::Result<()> {
    let (name, own, others) = (json!(page.name), json!(page.own()), json!(other.name));
    page.click("Turn off microphone").await?;
    page.until("probe.button('Turn on microphone') && probe.inUse('audio') === 0")
        .await?;
    other
        .until(&format!("probe.tile({name}).words.includes('Muted')"))
        .await?;
    page.until(&format!("probe.tile({own}).words.includes('Muted')"))
        .await?;
    let (said, heard) = (
        format!("(await probe.flow({others})).saidBytes"),
        format!("(await probe.flow({name})).heard"),
    );
    tokio::try_join!(nothing_more(page, &said), nothing_more(other, &heard)).map(drop)
}

/// A number comes to a stop, and has stopped for two seconds of what else flows.
async fn nothing_more(page: &Page, number: &str) -> e2e::Result<()> {
    page.until(&format!(
        "await (async () => {{ const before = {number}; await probe.pause(2000); return {number} === before; }})()"
    ))
    .await
}

#[tokio::test]
async fn a_reload_leads_back_into_the_call_and_leaves_no_ghost() {
    Harness::run("reload", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        for (page, other) in [(&ada, &ben), (&ben, &ada)] {
            // Whoever stands on a tile from now on.
            other.value(
                "(window.most = 0, new MutationObserver(() => { window.most = Math.max(window.most, probe.names().length); })
                    .observe(document.body, { childList: true, subtree: true }), true)",
            )
            .await?;
            for _ in 0..3 {
                page.reload().await?;
                page.until("probe.button('Leave call')").await?;
                page.sees_only(&[other]).await?;
                other.sees_only(&[page]).await?;
                all_see_and_hear_all(&[&ada, &ben]).await?;
            }
            assert_eq!(other.value("window.most").await?, json!(2));
            assert_eq!(other.value("probe.alive().length").await?, json!(1));
        }
        Ok(())
    })
    .await;
}

/// Remembers what tiles say of their connections.
const REMEMBER_STATES: &str = "(() => {
    window.states = new Set();
    const look = () => document.querySelectorAll('.tile .state').forEach(state =>
        states.add(`${state.closest('.tile').ariaLabel}: ${state.textContent}`));
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
})()";

#[tokio::test]
async fn who_crashes_or_freezes_is_gone_within_twenty_seconds() {
    Harness::run("crash", &[], async |harness| {
        let [ada, ben, cho, dan] = harness
            .call([
                ("Ada", Chromium),
                ("Ben", Firefox),
                ("Cho", Chromium),
                ("Dan", Firefox),
            ])
            .await?;
        // Browsers stop pages that nobody sees.
        hide(&dan, true).await?;
        for page in [&ada, &ben] {
            page.value(REMEMBER_STATES).await?;
        }
        let begin = Instant::now();
        cho.signal(Signal::KILL);
        dan.signal(Signal::STOP);
        let (only_ben, only_ada): ([&Page; 1], [&Page; 1]) = ([&ben], [&ada]);
        tokio::try_join!(
            ada.sees_only_within(&only_ben, GHOST),
            ben.sees_only_within(&only_ada, GHOST)
        )?;
        let seconds = begin.elapsed().as_secs_f64();
        println!("Cho and Dan are gone after {seconds:.1} s");
        for page in [&ada, &ben] {
            let states = page.value("[...states].sort()").await?;
            // As long as a word may still come it is their sound alone that does not.
            let told = json!([
                "Cho: Reconnecting",
                "Cho: You cannot hear Cho",
                "Dan: Away",
                "Dan: You cannot hear Dan"
            ]);
            assert_eq!(states, told, "{}", page.name);
        }
        all_see_and_hear_all(&[&ada, &ben]).await?;
        negotiated_once(&ada, 3).await?;
        // A machine that was asleep comes back by itself.
        dan.signal(Signal::CONT);
        hide(&dan, false).await?;
        all_see_and_hear_all(&[&ada, &ben, &dan]).await
    })
    .await;
}

#[tokio::test]
async fn a_call_goes_on_while_the_server_restarts() {
    Harness::run("restart", &[], async |harness| {
        let [ada, ben, cho] = harness
            .people([("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room), cho.enter_lobby(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        harness.stop_server().await?;
        for page in [&ada, &ben] {
            page.until("document.body.textContent.includes('Your call goes on')")
                .await?;
        }
        cho.until("document.body.textContent.includes('The server cannot be reached')")
            .await?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        harness.start_server().await?;
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
async fn a_room_has_an_address_of_its_own() {
    Harness::run("home", &[], async |harness| {
        let [ada] = harness.people([("Ada", Firefox)]).await?;
        ada.open(&harness.address("/")).await?;
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

        ada.open(&harness.address("/?lang=ko")).await?;
        ada.click("방 만들기").await?;
        ada.until("/^\\/r\\/[a-z0-9-]{16,}$/.test(location.pathname)").await?;
        ada.until("document.documentElement.lang === 'ko' && probe.heading() === '참여할 준비가 되셨나요?'").await
    })
    .await;
}
