//! What keeps people from a call is said in words, to them and to those who wait for them.

use e2e::{
    Devices,
    Engine::{Chromium, Firefox},
    Person, hold,
};
use serde_json::json;

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
async fn without_devices_one_joins_all_the_same() {
    hold("no_devices", &[], async |house| {
        let [ada, bare, refused, denied] = house
            .people([
                Person::new("Ada", Chromium),
                Person::new("Ben", Firefox).having(Devices::Own),
                Person::new("Cho", Chromium).having(Devices::Refused),
                Person::new("Dan", Firefox).having(Devices::Refused),
            ])
            .await?;
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
