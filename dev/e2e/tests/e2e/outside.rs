//! What a call shows and hears outside of its page: in a small window, on the whole screen, in the
//! tab, on a headset.

use e2e::{
    Engine::{self, Chromium, Firefox},
    Harness, Page,
};

const ESCAPE: &str = "\u{e00c}";

#[tokio::test]
#[cfg_attr(
    feature = "bare",
    ignore = "bare browsers have no documentPictureInPicture"
)]
async fn a_small_window_shows_the_others_and_has_buttons() {
    for engine in [Chromium, Firefox] {
        Harness::run(&format!("miniature_{engine:?}"), &[], async |harness| {
            let [ada, ben] = harness.call([("Ada", engine), ("Ben", Chromium)]).await?;
            look_at_miniature(&ada, &ben).await
        })
        .await;
    }
}

const WINDOW: &str = "documentPictureInPicture.window";

async fn look_at_miniature(ada: &Page, ben: &Page) -> e2e::Result<()> {
    ada.click("Picture in picture").await?;
    let tile = format!("{WINDOW}?.document.querySelector('.tile[aria-label=Ben]')");
    ada.until(&format!("{tile}?.querySelector('video').videoWidth > 0"))
        .await?;
    let time = format!("{tile}.querySelector('video').currentTime");
    let before = ada.value(&time).await?;
    ada.until(&format!("{time} > {before}")).await?;
    // It is styled, and speaks the page's language.
    ada.until(&format!("getComputedStyle({tile}).borderRadius === '14px' && {WINDOW}.document.documentElement.lang === 'en'"))
        .await?;
    let click = |name| {
        format!(
            "[...{WINDOW}.document.querySelectorAll('button')].find(button => button.ariaLabel === '{name}').click()"
        )
    };
    ada.value(&click("Turn off microphone")).await?;
    ben.until("probe.tile('Ada').words.includes('Muted')")
        .await?;
    // It closes by the button that opened it.
    ada.click("Close picture in picture").await?;
    ada.until(&format!(
        "{WINDOW} === null && probe.button('Picture in picture')"
    ))
    .await?;
    // The person closes it.
    ada.click("Picture in picture").await?;
    ada.until(&format!(
        "{tile}?.isConnected && probe.button('Close picture in picture')"
    ))
    .await?;
    ada.value(&format!("{WINDOW}.close()")).await?;
    ada.until("probe.button('Picture in picture')").await?;
    // It goes with the call.
    ada.click("Picture in picture").await?;
    ada.until(&format!("{tile}?.isConnected")).await?;
    ada.value(&click("Leave call")).await?;
    ada.until(&format!("probe.button('Rejoin') && {WINDOW} === null"))
        .await
}

/// As Safari does.
#[tokio::test]
#[cfg_attr(feature = "bare", ignore = "bare browsers have no such windows")]
async fn where_no_document_fits_a_small_window_a_picture_does() {
    Harness::run("picture", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Chromium)]).await?;
        ada.value("delete window.documentPictureInPicture").await?;
        let shown = "document.pictureInPictureElement?.closest('.tile').ariaLabel === 'Ben'";
        let closed = "!document.pictureInPictureElement && probe.button('Picture in picture')";
        let opened = format!("{shown} && probe.button('Close picture in picture')");
        // It closes by the button that opened it, by the browser's own, and with the call.
        ada.click("Picture in picture").await?;
        ada.until(&opened).await?;
        ada.click("Close picture in picture").await?;
        ada.until(closed).await?;
        ada.click("Picture in picture").await?;
        ada.until(&opened).await?;
        ada.value("document.exitPictureInPicture()").await?;
        ada.until(closed).await?;
        ada.click("Picture in picture").await?;
        ada.until(&opened).await?;
        ben.click("Share screen").await?;
        ada.until("document.querySelector('.tile.screen video')?.videoWidth > 0")
            .await?;
        ada.until(&opened).await?;
        ada.click("Leave call").await?;
        ada.until("probe.button('Rejoin') && !document.pictureInPictureElement")
            .await
    })
    .await;
}

#[tokio::test]
#[cfg_attr(feature = "bare", ignore = "bare browsers have no full screen")]
async fn the_whole_screen_is_taken_and_given_back() {
    for engine in [Chromium, Firefox] {
        Harness::run(&format!("full_screen_{engine:?}"), &[], async |harness| {
            let [ada] = harness.people([("Ada", engine)]).await?;
            ada.join(&harness.address("/r/tea")).await?;
            take_the_whole_screen(&ada, engine).await
        })
        .await;
    }
}

const FULL: &str =
    "document.fullscreenElement === document.documentElement && probe.button('Leave full screen')";
const NOT_FULL: &str = "!document.fullscreenElement && probe.button('Full screen')";

async fn take_the_whole_screen(ada: &Page, engine: Engine) -> e2e::Result<()> {
    // By the button that took it.
    ada.click("Full screen").await?;
    ada.until(FULL).await?;
    ada.click("Leave full screen").await?;
    ada.until(NOT_FULL).await?;
    // By a key, which is the browser's; Chromium does not have it from its driver.
    ada.click("Full screen").await?;
    ada.until(FULL).await?;
    if engine == Chromium {
        ada.value("document.exitFullscreen()").await?;
    } else {
        ada.press(ESCAPE).await?;
    }
    ada.until(NOT_FULL).await?;
    // By Back, after what is open, and before it asks.
    ada.click("Full screen").await?;
    ada.click("Open chat").await?;
    ada.until(&format!("{FULL} && probe.button('Close chat')"))
        .await?;
    ada.back().await?;
    ada.until(&format!("{FULL} && probe.button('Open chat')"))
        .await?;
    ada.back().await?;
    ada.until(&format!("{NOT_FULL} && !probe.button('Stay')"))
        .await?;
    // With the call.
    ada.click("Full screen").await?;
    ada.until(FULL).await?;
    ada.click("Leave call").await?;
    ada.until("probe.button('Rejoin') && !document.fullscreenElement")
        .await?;
    assert_eq!(ada.value("probe.violations.length").await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_tab_tells_of_messages_and_of_the_microphone() {
    Harness::run("tab", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        let icon = "document.querySelector('link[rel=icon]').href.startsWith('data:')";
        ada.until(icon).await?;
        ada.click("Turn off microphone").await?;
        ada.until(&format!("!{icon}")).await?;
        ben.click("Open chat").await?;
        ben.say("one").await?;
        ada.until("document.title === '(1) tea · Madang'").await?;
        ada.click("Open chat").await?;
        ada.until("document.title === 'tea · Madang'").await?;
        // Nobody looks at a chat in a tab behind others.
        hide(&ada, true).await?;
        ben.say("two").await?;
        ada.until("document.title === '(1) tea · Madang'").await?;
        hide(&ada, false).await?;
        ada.until("document.title === 'tea · Madang'").await?;
        ada.click("Close chat").await?;
        ben.say("three").await?;
        ada.until("document.title === '(1) tea · Madang'").await?;
        ada.click("Leave call").await?;
        ada.until("probe.button('Rejoin') && document.title === 'tea · Madang'")
            .await
    })
    .await;
}

/// As if another tab came before this one, or went again.
pub async fn hide(page: &Page, hidden: bool) -> e2e::Result<()> {
    page.value(&format!(
        "(Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {hidden} }}), document.dispatchEvent(new Event('visibilitychange')))"
    ))
    .await?;
    Ok(())
}

#[tokio::test]
#[cfg_attr(
    feature = "bare",
    ignore = "bare browsers have neither wake locks nor a Media Session"
)]
async fn the_screen_stays_on_and_a_headset_mutes() {
    Harness::run("headset", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        ada.until("probe.keepsAwake()").await?;
        ada.value("probe.actions.togglemicrophone()").await?;
        ben.until("probe.tile('Ada').words.includes('Muted')")
            .await?;
        ada.value("probe.actions.togglecamera()").await?;
        ben.until("probe.tile('Ada').words.includes('Camera off')")
            .await?;
        ada.value("probe.actions.hangup()").await?;
        ada.until("probe.button('Rejoin') && !probe.keepsAwake() && probe.actions.hangup === null")
            .await?;
        ben.sees_only(&[]).await
    })
    .await;
}
