//! Nobody is seen or heard who does not want to be, and nobody leaves who does not want to.

use e2e::{
    Engine::{self, Chromium, Firefox},
    Harness, all_see_and_hear_all,
};
use serde_json::json;

/// What happens at once on machines that are not busy with tests.
const AT_ONCE: u64 = 5;
/// Longer than the program is waited for when it is in doubt, in seconds.
const IN_DOUBT: u64 = 4;

/// What ends a program, which names the room, how it comes to that in a real page, and what the
/// person turned off by it.
const CRASHES: [(&str, Engine, &str, &[&str]); 6] = [
    ("panic", Chromium, PANIC, &["Camera off"]),
    ("exception", Firefox, EXCEPTION, &["Muted"]),
    ("untold", Chromium, UNTOLD, &["Muted"]),
    ("drawing", Firefox, DRAWING, &["Muted"]),
    ("trap-chromium", Chromium, TRAP, &[]),
    ("trap-firefox", Firefox, TRAP, &[]),
];

/// An extension moves what Yew wants to draw before: it panics.
const PANIC: &str = "(document.body.append(document.querySelector('.tile.own .plate')),
    document.querySelector('[aria-label=\"Turn off camera\"]').click(), true)";

/// A part of the browser throws where none does, past all destructors.
const EXCEPTION: &str = "(Object.defineProperty(MediaStreamTrack.prototype, 'enabled', { get() { return true; }, set() { throw new Error('out of order'); } }),
    document.querySelector('[aria-label=\"Turn off microphone\"]').click(), true)";

/// The same, by something that does not tell where it comes from; so browsers tell of what other
/// origins' scripts throw.
const UNTOLD: &str = "(Object.defineProperty(MediaStreamTrack.prototype, 'enabled', { get() { return true; }, set() { throw null; } }),
    document.querySelector('[aria-label=\"Turn off microphone\"]').click(), true)";

/// The same where only what is drawn is lost.
const DRAWING: &str =
    "(Element.prototype.setAttribute = () => { throw new Error('out of order'); },
    document.querySelector('[aria-label=\"Turn off microphone\"]').click(), true)";

/// Nothing asks whether to leave.
const UNASKED: &str =
    "(addEventListener('beforeunload', event => event.stopImmediatePropagation(), true), true)";

/// No memory is left: there are four GiB at most.
const TRAP: &str = "await (async () => {
    const program = await wasmBindings.default();
    for (let taken = 0; taken < 4; taken += 1) setTimeout(program.__wbindgen_malloc, 0, 2 ** 30, 8);
    return true;
})()";

#[tokio::test]
async fn whatever_ends_the_program_ends_capture_and_connections_first() {
    Harness::run("crashes", &[], async |harness| {
        let people = [("Ada", Chromium), ("Ben", Firefox)];
        let [ada, ben] = harness.people(people).await?;
        for (room, engine, crash, off) in CRASHES {
            let (crashing, other) = if engine == Chromium {
                (&ada, &ben)
            } else {
                (&ben, &ada)
            };
            let name = json!(crashing.name);
            let room = harness.address(&format!("/r/{room}"));
            tokio::try_join!(crashing.join(&room), other.join(&room))?;
            all_see_and_hear_all(&[crashing, other]).await?;

            crashing.value(crash).await?;
            crashing
                .until_within(
                    "probe.held() + probe.alive().length === 0",
                    IN_DOUBT + AT_ONCE,
                )
                .await?;
            crashing
                .until("document.body.innerText.includes('Something went wrong on this page')")
                .await?;
            other.sees_only_within(&[], AT_ONCE).await?;

            // Nothing of it asks, or comes back by itself.
            crashing.value("probe.pause(3000)").await?;
            let left = crashing.value("probe.held() + probe.alive().length");
            assert_eq!(left.await?, json!(0));
            other.sees_only(&[]).await?;

            // The person who is asked whether to leave says yes; chromedriver cannot always.
            crashing.value(UNASKED).await?;
            crashing.click_id("rejoin").await?;
            crashing.until("probe.button('Leave call')").await?;
            crashing.sees_and_hears(other).await?;
            other
                .until(&format!(
                    "(await probe.flow({name}))?.state === 'connected'"
                ))
                .await?;
            other
                .until(&format!(
                    "JSON.stringify(probe.tile({name}).words) === {}",
                    json!(json!(off).to_string())
                ))
                .await?;
            other.sees_only(&[crashing]).await?;
            // What was turned off would be off in the next room.
            crashing.value("(localStorage.clear(), true)").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_fails_in_an_extension_ends_nothing() {
    const FAILURES: &str = "(setTimeout(() => { throw null; }), setTimeout(() => { throw new Error('mine'); }), Promise.reject('mine'),
        dispatchEvent(new ErrorEvent('error', { message: 'Script error.' })), true)";
    Harness::run("foreign_error", &[], async |harness| {
        let [ada, ben] = harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        for page in [&ada, &ben] {
            page.value(FAILURES).await?;
            page.value(&format!("probe.pause({IN_DOUBT} * 1000)"))
                .await?;
        }
        all_see_and_hear_all(&[&ada, &ben]).await
    })
    .await;
}

#[tokio::test]
async fn after_a_crash_reload_leads_to_the_lobby() {
    Harness::run("crash_reload", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        ada.join(&harness.address("/r/tea?lang=en")).await?;
        ada.value(PANIC).await?;
        ada.until("document.getElementById('reload').checkVisibility()")
            .await?;
        ada.click_id("reload").await?;
        ada.until("probe.heading() === 'Ready to join?'").await
    })
    .await;
}

#[tokio::test]
async fn a_second_press_while_a_device_starts_takes_the_wish_back() {
    const SLOW: &str = "(gives => {
        const devices = navigator.mediaDevices;
        const ask = devices.getUserMedia.bind(devices);
        devices.getUserMedia = async wanted => { await new Promise(give => gives.push(give)); return ask(wanted); };
        window.give = () => gives.splice(0).forEach(give => give());
        window.isAsked = () => gives.length > 0;
    })([])";
    for (test, engine) in [
        ("withdraw_chromium", Chromium),
        ("withdraw_firefox", Firefox),
    ] {
        Harness::run(test, &[], async |harness| {
            let [ada] = harness.people([("Ada", engine)]).await?;
            ada.enter_lobby(&harness.address("/r/tea")).await?;
            ada.value(SLOW).await?;
            ada.click("Allow camera and microphone").await?;
            ada.click("Turn off camera").await?;
            ada.until("probe.button('Turn on camera') && isAsked()")
                .await?;
            ada.value("give()").await?;
            ada.until("probe.inUse('audio') === 1 && !document.querySelector('[aria-busy]')")
                .await?;
            ada.until("probe.inUse('video') === 0 && probe.button('Turn on camera')")
                .await?;

            ada.click("Join now").await?;
            ada.click("Turn on camera").await?;
            ada.until("isAsked()").await?;
            ada.click("Turn off camera").await?;
            ada.until("probe.button('Turn on camera')").await?;
            let asked = ada.value("probe.tracks.length").await?;
            ada.value("give()").await?;
            ada.until(&format!(
                "probe.tracks.length > {asked} && probe.inUse('video') === 0"
            ))
            .await?;
            ada.until("probe.tile('Ada (you)').covered && probe.button('Turn on camera')")
                .await
        })
        .await;
    }
}

#[tokio::test]
async fn what_the_system_mutes_is_said_on_both_sides_and_comes_back_by_itself() {
    // As the browser does it; no test can call a telephone.
    let mute = |muted: bool| {
        format!(
            "(track => {{
                Object.defineProperty(track, 'muted', {{ configurable: true, value: {muted} }});
                track.dispatchEvent(new Event({muted} ? 'mute' : 'unmute'));
            }})(probe.tracks.find(track => track.kind === 'audio'))"
        )
    };
    Harness::run("system_mute", &[], async |harness| {
        let [ada, ben] = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        ada.value(&mute(true)).await?;
        ada.until("document.body.textContent.includes('Your system keeps the microphone from working right now')").await?;
        ada.until("probe.tile('Ada (you)').words.includes('Muted')").await?;
        ben.until("probe.tile('Ada').words.includes('Muted')").await?;
        ada.value(&mute(false)).await?;
        ada.until("!document.body.textContent.includes('Your system keeps')").await?;
        all_see_and_hear_all(&[&ada, &ben]).await
    })
    .await;
}

#[tokio::test]
async fn back_closes_what_is_open_then_asks_then_leads_out() {
    for (test, engine) in [("back_chromium", Chromium), ("back_firefox", Firefox)] {
        Harness::run(test, &[], async |harness| {
            let [ada] = harness.people([("Ada", engine)]).await?;
            ada.open(&harness.address("/?lang=en")).await?;
            ada.fill("Your name", "Ada").await?;
            ada.fill("Room ID", "tea").await?;
            ada.click("Join room").await?;
            ada.click("Join now").await?;
            ada.until("document.body.textContent.includes('You are the only one here')")
                .await?;

            // A panel closes first.
            ada.click("Open chat").await?;
            ada.back().await?;
            ada.until("probe.button('Open chat')").await?;
            assert_eq!(ada.value(ASKS).await?, json!(false));

            // Then it asks; Back, Escape and the button stay.
            ada.back().await?;
            ada.until(ASKS).await?;
            ada.back().await?;
            ada.until(&format!("!{ASKS}")).await?;
            ada.back().await?;
            ada.until(ASKS).await?;
            ada.press("\u{e00c}").await?;
            ada.until(&format!("!{ASKS}")).await?;
            // Farther back is as Back.
            ada.value("history.go(-2)").await?;
            ada.until(ASKS).await?;
            ada.click("Stay").await?;
            ada.until(&format!(
                "!{ASKS} && probe.button('Leave call') && {IN_ROOM}"
            ))
            .await?;

            ada.back().await?;
            ada.click("Leave").await?;
            ada.until(&format!(
                "probe.heading() === 'You left the call' && {IN_ROOM}"
            ))
            .await?;
            ada.click("Rejoin").await?;
            ada.until("document.body.textContent.includes('You are the only one here')")
                .await?;
            ada.click("Leave call").await?;
            ada.until("probe.heading() === 'You left the call'").await?;
            ada.back().await?;
            ada.until("probe.heading().startsWith('Meet face to face')")
                .await?;
            ada.forward().await?;
            ada.until(&format!(
                "probe.heading() === 'Ready to join?' && {IN_ROOM}"
            ))
            .await
        })
        .await;
    }
}

#[tokio::test]
async fn back_leads_from_a_call_that_ended_to_the_lobby_and_on_to_where_one_came_from() {
    for (test, engine) in [
        ("back_lobby_chromium", Chromium),
        ("back_lobby_firefox", Firefox),
    ] {
        Harness::run(test, &[], async |harness| {
            let [ada] = harness.people([("Ada", engine)]).await?;
            ada.open(&harness.address("/?lang=en")).await?;
            ada.fill("Room ID", "tea").await?;
            ada.click("Join room").await?;
            ada.click("Join now").await?;
            ada.until("document.body.textContent.includes('You are the only one here')")
                .await?;
            // A reload of the call leaves its place in the history alone.
            ada.reload().await?;
            ada.until("document.body.textContent.includes('You are the only one here')")
                .await?;
            ada.click("Leave call").await?;
            ada.until("probe.heading() === 'You left the call'").await?;
            ada.back().await?;
            ada.until(&format!(
                "probe.heading() === 'Ready to join?' && {IN_ROOM}"
            ))
            .await?;
            ada.forward().await?;
            ada.back().await?;
            ada.until("probe.heading() === 'Ready to join?'").await?;
            ada.back().await?;
            ada.until("probe.heading().startsWith('Meet face to face')")
                .await
        })
        .await;
    }
}

const ASKS: &str = "(document.querySelector('dialog:modal #question') !== null)";
const IN_ROOM: &str = "(location.pathname === '/r/tea' && location.search === '?lang=en')";
