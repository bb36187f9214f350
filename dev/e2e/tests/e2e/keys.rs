//! What keys do in a call.

use e2e::{
    Engine::{self, Chromium, Firefox},
    Harness,
};

const SHIFT: char = '\u{e008}';
const CONTROL: char = '\u{e009}';
const ESCAPE: &str = "\u{e00c}";

#[tokio::test]
async fn keys_do_what_buttons_do() {
    for engine in [Chromium, Firefox] {
        Harness::run(&format!("keys_{engine:?}"), &[], async |harness| {
            press_them_all(harness, engine).await
        })
        .await;
    }
}

async fn press_them_all(harness: &mut Harness, engine: Engine) -> e2e::Result<()> {
    let [ada, ben] = harness.call([("Ada", engine), ("Ben", Chromium)]).await?;
    for (key, after, again) in [
        ("m", "Turn on microphone", "Turn off microphone"),
        ("v", "Turn on camera", "Turn off camera"),
        ("r", "Lower hand", "Raise hand"),
        ("p", "Hide people", "Show people"),
    ] {
        for button in [after, again] {
            ada.press(key).await?;
            ada.until(&format!("probe.button('{button}')")).await?;
        }
    }
    // What is written is no shortcut, and Escape leads out of the field.
    ada.press("c").await?;
    ada.until("document.activeElement.ariaLabel === 'Message everyone'")
        .await?;
    ada.press("vcr").await?;
    ada.until("document.querySelector('textarea').value === 'vcr'")
        .await?;
    ada.press(ESCAPE).await?;
    ada.until("probe.button('Open chat')").await?;
    assert_eq!(
        ada.value("probe.button('Turn off camera') && probe.button('Raise hand')")
            .await?,
        true
    );
    // The browser's own key for a bookmark.
    ada.hold(CONTROL).await?;
    ada.press("d").await?;
    ada.let_go(CONTROL).await?;
    ada.until("probe.button('Turn on microphone')").await?;
    // Nine keys pin.
    ada.press("1").await?;
    ada.until("probe.button('Unpin Ben')").await?;
    ada.press("1").await?;
    ada.until("probe.button('Pin Ben')").await?;
    // Bare browsers share no screens.
    if engine == Chromium && !cfg!(feature = "bare") {
        ada.hold(SHIFT).await?;
        ada.press("s").await?;
        ada.let_go(SHIFT).await?;
        ben.until("document.querySelector('.tile.screen')").await?;
    }
    // The sheet has the keyboard to itself.
    ada.press("?").await?;
    ada.until("document.querySelector('dialog:modal kbd')")
        .await?;
    ada.press("v").await?;
    ada.press(ESCAPE).await?;
    ada.until("!document.querySelector('dialog:modal') && probe.button('Turn off camera')")
        .await
}

#[tokio::test]
async fn the_space_bar_talks_while_it_is_held() {
    Harness::run("push_to_talk", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        let muted = "probe.tile('Ada').words.includes('Muted')";
        ada.press("m").await?;
        ben.until(muted).await?;
        // The heading has the focus, which is no control.
        ada.value("document.querySelector('h1').focus()").await?;
        ada.hold(' ').await?;
        ben.until(&format!("!{muted}")).await?;
        ben.sees_and_hears(&ada).await?;
        ada.let_go(' ').await?;
        ben.until(muted).await?;
        ada.until("probe.inUse('audio') === 0").await?;
        // Who turns it off while it is held has it off, also after letting go.
        ada.hold(' ').await?;
        ben.until(&format!("!{muted}")).await?;
        ada.press("m").await?;
        ben.until(muted).await?;
        ada.let_go(' ').await?;
        ada.until("probe.button('Turn on microphone') && !document.querySelector('[aria-busy]')")
            .await?;
        assert_eq!(ada.value("probe.inUse('audio')").await?, 0);
        // A button that has the focus is pressed by it instead.
        ada.value("document.querySelector('[aria-label=\"Raise hand\"]').focus()")
            .await?;
        ada.press(" ").await?;
        ada.until("probe.button('Lower hand') && probe.button('Turn on microphone')")
            .await?;
        // Whoever turns them off has the keys for other things.
        ada.click("Settings").await?;
        for words in ["Keyboard shortcuts", "Talk while the space bar is held"] {
            ada.value(&format!(
                "[...document.querySelectorAll('dialog .tick')].find(tick => tick.textContent === '{words}').querySelector('input').click()"
            ))
            .await?;
        }
        ada.click("Close").await?;
        ada.value("document.querySelector('h1').focus()").await?;
        ada.press("r m").await?;
        assert_eq!(
            ada.value("probe.button('Lower hand') && probe.button('Turn on microphone')")
                .await?,
            true
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_space_bar_asks_nobody_for_a_microphone() {
    Harness::run("space", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        ada.enter_lobby(&harness.address("/r/tea")).await?;
        ada.click("Join now").await?;
        ada.until("probe.button('Leave call') && document.activeElement.tagName === 'H1'")
            .await?;
        ada.press(" r").await?;
        ada.until("probe.button('Lower hand')").await?;
        assert_eq!(ada.value("probe.tracks.length").await?, 0);
        ada.until("probe.button('Turn on microphone') && !document.querySelector('[aria-busy]')")
            .await
    })
    .await;
}
