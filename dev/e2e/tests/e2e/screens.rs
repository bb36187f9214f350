//! Every screen that there is, one after the other: whatever has to hold for all of them is looked
//! at here. **A new screen or state has its line in [`walk`].**

use std::sync::Arc;

use e2e::{Engine::Chromium, FakeDevices, Harness, Page, Person};
use serde_json::json;

/// A test of the connection has found something.
const TESTED: &str = "document.querySelector('.connection-test li')";

/// Leads two people of these names through all screens, by way of this room, and has each screen
/// looked at in English. The second one refuses the devices.
pub async fn walk(
    harness: &mut Harness,
    room: &str,
    names: [&str; 2],
    look: impl AsyncFn(&Page, &str) -> e2e::Result<()>,
) -> e2e::Result<()> {
    let [ada, ben] = harness
        .people([
            Person::new(names[0], Chromium),
            Person::new(names[1], Chromium).having(FakeDevices::Refused),
        ])
        .await?;
    let address = |path: &str| harness.address(path);
    ada.open(&address("/")).await?;
    ada.until("document.querySelector('#room')").await?;
    look(&ada, "home").await?;
    ada.fill("Room ID", &"/".repeat(64)).await?;
    ada.click("Join room").await?;
    ada.until("document.querySelector('#room-error').textContent")
        .await?;
    look(&ada, "home with an error").await?;
    ada.open(&address(&format!("/r/{}", ":".repeat(64))))
        .await?;
    ada.until("probe.button('Go home')").await?;
    look(&ada, "a link that leads nowhere").await?;

    ben.enter_lobby(&address(room)).await?;
    look(&ben, "an empty lobby").await?;
    ben.click("Allow camera and microphone").await?;
    ben.until("probe.button('Dismiss')").await?;
    look(&ben, "a lobby without permission").await?;
    ben.click("Test connection").await?;
    ben.until(TESTED).await?;
    look(&ben, "a lobby with a tested connection").await?;
    ben.click("Join now").await?;
    ben.until("document.querySelector('.address')").await?;
    look(&ben, "a call alone").await?;
    ben.click("Show QR code").await?;
    ben.until("document.querySelector('dialog:modal .qr-code')")
        .await?;
    look(&ben, "the QR code").await?;
    ben.click("Close").await?;

    ada.enter_lobby(&address(room)).await?;
    ada.until("document.querySelector('.faces')").await?;
    ada.give_devices().await?;
    look(&ada, "a lobby with somebody inside").await?;
    ada.click("Join now").await?;
    in_call([&ada, &ben], look).await
}

async fn in_call(
    [ada, ben]: [&Arc<Page>; 2],
    look: impl AsyncFn(&Page, &str) -> e2e::Result<()>,
) -> e2e::Result<()> {
    for page in [ada, ben] {
        page.until("probe.names().length === 2").await?;
    }
    ada.until("probe.connected() === 1").await?;
    look(ada, "a call of two").await?;
    look(ben, "a call without devices").await?;
    // Where nobody can share a screen there is no such call.
    if !cfg!(feature = "bare") {
        with_a_screen([ada, ben], &look).await?;
    }
    ada.click("Settings").await?;
    ada.until("document.querySelector('dialog:modal select')")
        .await?;
    ada.click("Test connection").await?;
    ada.until(TESTED).await?;
    look(ada, "the settings").await?;
    ada.click("Keyboard shortcuts").await?;
    ada.until("document.querySelector('dialog:modal kbd')")
        .await?;
    look(ada, "what keys do").await?;
    ada.click("Close").await?;
    ada.click("Open chat").await?;
    look(ada, "an empty chat").await?;
    ben.click("Open chat").await?;
    for text in messages() {
        write(ben, &text).await?;
        ben.click("Send message").await?;
    }
    ada.say("hello").await?;
    let all = format!("probe.chat().length === {}", messages().len() + 1);
    ada.until(&all).await?;
    ben.until(&all).await?;
    look(ada, "the chat").await?;
    // A message that is too long says so.
    write(ben, &"w".repeat(5000)).await?;
    ben.click("Send message").await?;
    ben.until("document.querySelector('#excess').textContent")
        .await?;
    look(ben, "the chat with an error").await?;
    ada.click("Show people").await?;
    look(ada, "the list of people").await?;
    ada.click("Hide people").await?;
    ada.back().await?;
    ada.until("probe.button('Stay')").await?;
    look(ada, "the question whether to leave").await?;
    ada.click("Stay").await?;
    ada.click("Leave call").await?;
    ada.until("probe.button('Rejoin')").await?;
    look(ada, "the end").await
}

async fn with_a_screen(
    [ada, ben]: [&Arc<Page>; 2],
    look: impl AsyncFn(&Page, &str) -> e2e::Result<()>,
) -> e2e::Result<()> {
    ada.click("Share screen").await?;
    for page in [ada, ben] {
        page.until("document.querySelector('.tile.screen video')?.videoWidth > 0")
            .await?;
    }
    look(ada, "a call with one's own screen").await?;
    // The controls stay for who is at them.
    ben.value("document.querySelector('.bar button').focus()")
        .await?;
    look(ben, "a call with a shared screen").await?;
    ada.click("Stop sharing screen").await?;
    ben.until("!document.querySelector('.tile.screen')").await
}

/// The longest that may be written: without a space, in scripts that are wide, that stack and that
/// run from the right, an address, and lines.
fn messages() -> Vec<String> {
    let longest = |part: &str| part.repeat(4096 / part.len());
    [
        "w",
        "마당",
        "नमस्तेदुनिया",
        "مرحبابالعالم",
        "https://example.org/",
        "a\n",
    ]
    .map(longest)
    .into()
}

/// Writes into the chat's field at once, line breaks too: keys would send each line.
pub async fn write(page: &Page, text: &str) -> e2e::Result<()> {
    let text = json!(text);
    page.value(&format!(
        "(field => {{ field.value = {text}; field.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); }})(document.querySelector('textarea'))"
    ))
    .await?;
    Ok(())
}

/// Goes on in the other language.
pub async fn switch_language(page: &Page) -> e2e::Result<()> {
    let before = "document.documentElement.lang";
    let language = page.value(before).await?;
    // Wherever it stands, and whatever lies above it now.
    page.value("document.querySelector('button[lang]').click()")
        .await?;
    page.until(&format!("{before} !== {language} && await probe.drawn()"))
        .await
}
