//! Browsers that have nothing but what a call needs.

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page, Person,
};

#[tokio::test]
async fn a_browser_with_the_necessary_alone_is_in_the_call() {
    Harness::run("bare", &[], async |harness| {
        let [ada, ben, cho] = harness
            .call([
                Person::new("Ada", Chromium).bare(),
                Person::new("Ben", Firefox).bare(),
                Person::new("Cho", Chromium).whole(),
            ])
            .await?;
        for (page, other) in [(&ada, &ben), (&ben, &ada)] {
            mute_and_write(page, other).await?;
        }
        // Who cannot share a screen sees those of others.
        cho.click("Share screen").await?;
        for page in [&ada, &ben] {
            page.until("document.querySelector('.tile.screen video')?.videoWidth > 0")
                .await?;
        }
        for page in [&ada, &ben] {
            page.click("Leave call").await?;
            page.click("Rejoin").await?;
            page.sees_and_hears(&cho).await?;
        }
        Ok(())
    })
    .await;
}

async fn mute_and_write(page: &Page, other: &Page) -> e2e::Result<()> {
    // What the browser cannot do is not offered.
    let offered = "['Share screen', 'Picture in picture', 'Full screen'].filter(name => probe.button(name)).length";
    assert_eq!(page.value(offered).await?, 0);
    page.click("Settings").await?;
    page.until("document.querySelector('#settings-Camera') && !document.querySelector('#settings-Speaker')")
        .await?;
    page.click("Close").await?;
    let words = |word: &str| format!("probe.tile('{}').words.includes('{word}')", page.name);
    for (device, word) in [("microphone", "Muted"), ("camera", "Camera off")] {
        page.click(&format!("Turn off {device}")).await?;
        other.until(&words(word)).await?;
        page.click(&format!("Turn on {device}")).await?;
    }
    other.sees_and_hears(page).await?;
    let text = format!("from {}", page.name);
    page.click("Open chat").await?;
    page.say(&text).await?;
    page.click("Close chat").await?;
    other.click("Open chat").await?;
    other
        .until(&format!(
            "probe.chat().some(([, words]) => words === '{text}')"
        ))
        .await?;
    other.click("Close chat").await
}
