//! What keeps people from a call is said in words, to them and to those who wait for them.

use e2e::{
    Access,
    Engine::{Chromium, Firefox},
    FakeDevices, Harness, Page, Person, all_see_and_hear_all,
};
use serde_json::json;

/// From being in the room to knowing why nobody is seen.
const TOLD: u64 = 5;
/// Phones, on which four tiles are small.
const PHONES: [(u32, u32); 2] = [(390, 844), (320, 568)];

const LAPTOP: (u32, u32) = (1280, 800);

const HERE: &str = "This browser lets no call out";
const THERE: &str = "Their browser or network lets no call out";
const ADVICE: &str = "Turn off extensions that block WebRTC";
const LOBBY_BUSY: &str = "Many people are coming at once. Who is here will show in a moment.";
const BUSY: &str = "Many people are coming at once. You will be let in automatically in a moment.";

/// Words on tiles that reach the tile's other edge, lie over its name, or are cut.
const OVERFLOWING: &str = "[...document.querySelectorAll('.tile .state')].filter(state => {
    const [words, tile] = [state, state.closest('.tile')].map(element => element.getBoundingClientRect());
    const name = state.parentElement.querySelector('.plate').getBoundingClientRect();
    return words.left < tile.left || words.right > tile.right - 9 || words.bottom > name.top
        || state.scrollWidth > state.clientWidth || state.scrollHeight > state.clientHeight;
}).map(state => state.textContent)";
/// Rows of the people's list in which no name is left, or which are wider than the list.
const NAMELESS: &str = "[...document.querySelectorAll('.people li')].filter(row =>
    row.querySelector('.name').clientWidth < 80 || row.scrollWidth > row.clientWidth
).map(row => row.innerText)";
const ALONE: &str = "document.body.textContent.includes('You are the only one here')";

async fn reads(page: &Page, words: &str) -> e2e::Result<()> {
    page.until(&shows(words)).await
}

fn shows(words: &str) -> String {
    format!("document.body.innerText.includes({})", json!(words))
}

async fn reads_on(page: &Page, other: &Page, words: &str) -> e2e::Result<()> {
    let (name, words) = (json!(other.name), json!(words));
    page.until_within(&format!("probe.tile({name}).words.includes({words})"), TOLD)
        .await
}

#[tokio::test]
async fn whose_browser_lets_no_udp_out_is_told_so_and_so_are_the_others() {
    Harness::run("no_way_out", &[], async |harness| {
        let [ada, ben, cho, dan] = harness
            .people([
                Person::new("Ada", Chromium),
                Person::new("Ben", Firefox),
                Person::new("Cho", Chromium).with(Access::Proxied),
                Person::new("Dan", Firefox).with(Access::Proxied),
            ])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        for (blocked, others) in [(&cho, vec![&ada, &ben]), (&dan, vec![&ada, &ben, &cho])] {
            blocked.join(&room).await?;
            blocked.until_within(&shows(ADVICE), TOLD).await?;
            for other in others {
                reads_on(blocked, other, HERE).await?;
                let words = if other.name == "Cho" { HERE } else { THERE };
                reads_on(other, blocked, words).await?;
            }
        }
        all_see_and_hear_all(&[&ada, &ben]).await?;
        for page in [&ada, &cho] {
            for language in ["한국어", "English"] {
                page.resize(LAPTOP).await?;
                page.click(language).await?;
                for size in PHONES {
                    page.resize(size).await?;
                    let covered = page.value(OVERFLOWING).await?;
                    let name = &page.name;
                    assert_eq!(covered, json!([]), "{name} at {size:?}: {language}");
                }
            }
            page.click("Show people").await?;
            assert_eq!(page.value(NAMELESS).await?, json!([]), "{}", page.name);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_is_turned_away_is_told_so_and_comes_in_by_waiting() {
    Harness::run(
        "busy",
        &["--max-connections-per-address=1"],
        async |harness| {
            let [ada, ben] = harness
                .people([("Ada", Chromium), ("Ben", Firefox)])
                .await?;
            let room = harness.address("/r/tea");
            ada.join(&room).await?;
            ben.enter_lobby(&room).await?;
            reads(&ben, LOBBY_BUSY).await?;
            ben.click("Join now").await?;
            reads(&ben, BUSY).await?;
            ada.click("Leave call").await?;
            ben.until(ALONE).await?;
            ben.until(&format!("!{}", shows(BUSY))).await
        },
    )
    .await;
}

#[tokio::test]
async fn a_full_room_says_so_and_lets_one_in_later() {
    Harness::run("full", &["--max-peers", "2"], async |harness| {
        let [ada, ben, cho] = harness
            .people([("Ada", Chromium), ("Ben", Chromium), ("Cho", Chromium)])
            .await?;
        let room = harness.address("/r/tea");
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
async fn without_devices_one_joins_all_the_same() {
    Harness::run("no_devices", &[], async |harness| {
        let [ada, bare, refused, denied] = harness
            .people([
                Person::new("Ada", Chromium),
                Person::new("Ben", Firefox).having(FakeDevices::Absent),
                Person::new("Cho", Chromium).having(FakeDevices::Refused),
                Person::new("Dan", Firefox).having(FakeDevices::Refused),
            ])
            .await?;
        let room = harness.address("/r/tea");
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
            page.until("probe.descriptions().length === probe.names().length - 1 && probe.descriptions().every(count => count === 1)").await?;
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
async fn what_a_browser_cannot_do_is_said_in_words() {
    Harness::run("support", &[], async |harness| {
        let [ada, ben] = harness.people([("Ada", Chromium), ("Ben", Chromium)]).await?;
        let room = harness.address("/r/tea");
        ada.join(&room).await?;
        ben.enter_lobby(&room.replace("localhost", "insecure.test")).await?;
        ben.until("!isSecureContext && document.body.textContent.includes('This page was not loaded securely')").await?;
        ben.click("Allow camera and microphone").await?;
        ben.until("probe.button('Dismiss') && document.body.textContent.split('was not loaded securely').length === 2").await?;
        ben.click("Join now").await?;
        ben.sees_and_hears(&ada).await?;

        ada.open(&harness.address("/")).await?;
        ada.value("delete window.RTCPeerConnection").await?;
        ada.click("Create room").await?;
        ada.until("document.body.textContent.includes('it has no WebRTC')").await?;
        ada.until("[...document.querySelectorAll('button')].find(button => button.textContent === 'Join now').disabled").await
    })
    .await;
}
