//! Microphones, cameras and speakers that are chosen, taken away and given back.

use e2e::{
    Engine::{Chromium, Firefox},
    FakeDevices, Harness, Page, Person, all_see_and_hear_all,
};
use serde_json::json;

/// From a device that is free again to one that is used.
const BACK: u64 = 2;

/// `deviceId` of the device of this kind that gives something.
const IN_USE: &str = "probe.tracks.filter(track => track.readyState === 'live' && track.kind === KIND).map(track => track.getSettings().deviceId).join()";

fn in_use(kind: &str) -> String {
    IN_USE.replace("KIND", &json!(kind).to_string())
}

/// Chooses the option of this place, as a person does.
async fn choose(page: &Page, select: &str, place: usize) -> e2e::Result<String> {
    let select = json!(format!("#{select}"));
    page.until(&format!(
        "document.querySelector({select})?.options.length > {place}"
    ))
    .await?;
    let chosen = page
        .value(&format!(
            "(select => {{
                select.selectedIndex = {place};
                select.dispatchEvent(new Event('change', {{ bubbles: true }}));
                return select.value;
            }})(document.querySelector({select}))"
        ))
        .await?;
    Ok(chosen.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn another_device_is_used_in_mid_call_without_a_new_description() {
    Harness::run("device_choice", &[], async |harness| {
        let [ada, ben] = harness
            .call([
                Person::new("Ada", Chromium).having(FakeDevices::Several),
                Person::new("Ben", Firefox),
            ])
            .await?;
        let before = ada.value("probe.descriptions()").await?;
        ada.click("Settings").await?;
        for (select, kind) in [
            ("settings-Camera", "video"),
            ("settings-Microphone", "audio"),
        ] {
            let (used, shown) = (
                in_use(kind),
                format!("document.querySelector('#{select}').value"),
            );
            ada.until(&format!("{used} === {shown}")).await?;
            let was = ada.value(&used).await?;
            let chosen = choose(&ada, select, 2).await?;
            assert_ne!(json!(chosen), was);
            ada.until(&format!(
                "{used} === {shown} && {shown} === {}",
                json!(chosen)
            ))
            .await?;
        }
        ada.click("Close").await?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        assert_eq!(ada.value("probe.descriptions()").await?, before);
        // They are remembered.
        let chosen = (
            ada.value(&in_use("video")).await?,
            ada.value(&in_use("audio")).await?,
        );
        ada.reload().await?;
        ada.until("probe.button('Leave call')").await?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        assert_eq!(ada.value(&in_use("video")).await?, chosen.0);
        assert_eq!(ada.value(&in_use("audio")).await?, chosen.1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn in_the_lobby_one_chooses_what_the_browser_names() {
    Harness::run("device_lobby", &[], async |harness| {
        let [ada, ben] = harness
            .people([
                Person::new("Ada", Chromium).having(FakeDevices::Several),
                Person::new("Ben", Firefox),
            ])
            .await?;
        for page in [&ada, &ben] {
            page.open(&harness.address("/r/tea")).await?;
            page.until("probe.heading() === 'Ready to join?'").await?;
            page.value(
                "localStorage.setItem('madang.microphone-device', 'gone\\nDesk microphone')",
            )
            .await?;
            page.enter_lobby(&harness.address("/r/tea")).await?;
            page.give_devices().await?;
            // Nobody is left without a microphone because another one was chosen before.
            page.until("document.body.innerText.includes('“Desk microphone” is not connected.')")
                .await?;
            page.until(&format!(
                "document.querySelector('#lobby-Microphone').value === {}",
                in_use("audio")
            ))
            .await?;
        }
        let chosen = choose(&ada, "lobby-Camera", 2).await?;
        ada.until(&format!("{} === {}", in_use("video"), json!(chosen)))
            .await?;
        ada.until("probe.inUse('video') === 1").await?;
        for page in [&ada, &ben] {
            page.click("Join now").await?;
        }
        all_see_and_hear_all(&[&ada, &ben]).await?;
        ada.until(&format!("{} === {}", in_use("video"), json!(chosen)))
            .await
    })
    .await;
}

#[tokio::test]
async fn a_microphone_that_was_taken_comes_back_by_itself() {
    Harness::run("device_taken", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        // Events that a script sends to a track are heard in Chromium alone.
        for (page, other) in [(&ada, &ben)] {
            let before = page.value("probe.descriptions()").await?;
            page.value("probe.phone('audio')").await?;
            page.until("document.body.innerText.includes('It comes back by itself.')")
                .await?;
            let name = json!(page.name);
            other
                .until(&format!("probe.tile({name}).words.includes('Muted')"))
                .await?;
            page.value("probe.hangUp()").await?;
            page.until_within("probe.inUse('audio') === 1", BACK)
                .await?;
            other
                .until_within(
                    &format!("!probe.tile({name}).words.includes('Muted')"),
                    BACK,
                )
                .await?;
            page.until("!document.body.innerText.includes('It comes back by itself.')")
                .await?;
            all_see_and_hear_all(&[&ada, &ben]).await?;
            assert_eq!(page.value("probe.descriptions()").await?, before);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn with_voice_only_no_byte_of_a_picture_goes_either_way() {
    Harness::run("voice_only", &[], async |harness| {
        let [ada, ben, cho] = harness
            .people([("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        ada.click("Settings").await?;
        ada.value("[...document.querySelectorAll('.tick')].find(line => line.textContent.startsWith('Voice only')).click()").await?;
        ada.click("Close").await?;
        ada.until("probe.inUse('video') === 0 && document.body.innerText.includes('Voice only: no pictures')").await?;
        // Ben's camera stays on, for others.
        let sum = |name: &str| format!("await (async flow => (flow.shownBytes ?? 0) + (flow.seenBytes ?? 0))(await probe.flow({}))", json!(name));
        for (page, other) in [(&ada, &ben), (&ben, &ada)] {
            let sum = sum(&other.name);
            page.until(&format!("await (async () => {{ const before = {sum}; await probe.pause(2000); return before === {sum}; }})()")).await?;
        }
        let heard = ben.value("(await probe.flow('Ada')).heard").await?;
        ben.until(&format!("(await probe.flow('Ada')).heard > {heard}")).await?;
        assert_eq!(ben.value("probe.inUse('video')").await?, json!(1));
        // Who comes later is never sent a picture, nor sends one.
        cho.join(&room).await?;
        all_see_and_hear_all(&[&ben, &cho]).await?;
        cho.until("(await probe.flow('Ada'))?.heard > 0").await?;
        for (page, other) in [(&ada, &cho), (&cho, &ada)] {
            let shown = page.value(&sum(&other.name)).await?;
            assert_eq!(shown, json!(0), "{}", page.name);
        }
        ada.click("Show pictures").await?;
        ada.click("Turn on camera").await?;
        all_see_and_hear_all(&[&ada, &ben, &cho]).await?;
        ada.until("probe.descriptions().every(count => count === 1)").await
    })
    .await;
}
