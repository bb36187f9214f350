//! Browsers that play no sound unasked.

use e2e::{
    Engine::{Chromium, Firefox},
    FakeDevices, Harness, Person,
};

#[tokio::test]
async fn who_loads_the_page_again_turns_the_sound_on_with_one_press() {
    Harness::run("sound", &[], async |harness| {
        let [ada, ben] = harness
            .people([
                Person::new("Ada", Chromium),
                Person::new("Ben", Firefox)
                    .having(FakeDevices::Absent)
                    .silent(),
            ])
            .await?;
        let room = harness.address("/r/tea");
        ada.join(&room).await?;
        ben.enter_lobby(&room).await?;
        // Whoever presses this is heard by the browser, too.
        ben.click("Join now").await?;
        ben.sees_and_hears(&ada).await?;
        assert_eq!(ben.value("probe.button('Turn on sound')").await?, false);
        // Nobody presses anything on the way back.
        ben.reload().await?;
        ben.until("probe.button('Turn on sound')").await?;
        ben.click("Turn on sound").await?;
        ben.until("!probe.button('Turn on sound')").await?;
        ben.sees_and_hears(&ada).await
    })
    .await;
}
