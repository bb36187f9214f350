//! Shared screens, between real browsers.

use e2e::{
    Engine::{self, Chromium, Firefox},
    Harness, Page, Person, all_see_and_hear_all,
};
use serde_json::{Value, json};

/// A page to be shared, with small text.
const SLIDES: &str = "data:text/html,<title>Slides</title><body style='font: 12px sans-serif'>\
    <p>The quick brown fox jumps over the lazy dog, 0123456789";

/// The luminance of the part of a screen's picture where the text stands.
async fn text(page: &Page, tile: &str) -> e2e::Result<Vec<f64>> {
    let pixels = format!(
        "(video => {{
            const context = new OffscreenCanvas(330, 40).getContext('2d');
            context.drawImage(video, 0, 0);
            return [...context.getImageData(0, 0, 330, 40).data].filter((_, place) => place % 4 === 1);
        }})(document.querySelector(`[aria-label={}] video`))",
        json!(tile)
    );
    let pixels = page.value(&pixels).await?;
    let pixels = pixels.as_array().ok_or("no pixels")?;
    Ok(pixels.iter().filter_map(Value::as_f64).collect())
}

/// How much two pictures are alike: 1 is the same, 0 has nothing in common.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let centred = |pixels: &[f64]| -> Vec<f64> {
        let mean = pixels.iter().sum::<f64>() / pixels.len() as f64;
        pixels.iter().map(|pixel| pixel - mean).collect()
    };
    let product = |one: &[f64], other: &[f64]| -> f64 {
        one.iter().zip(other).map(|(one, other)| one * other).sum()
    };
    let (one, other) = (centred(one), centred(other));
    product(&one, &other) / (product(&one, &one) * product(&other, &other)).sqrt()
}

#[tokio::test]
async fn small_text_on_a_shared_tab_is_readable_and_closing_the_tab_ends_the_share() {
    Harness::run("shared_tab", &[], async |harness| {
        let presenter = Person::new("Ada", Chromium).sharing("Slides").whole();
        let [ada, ben] = harness
            .people([presenter, Person::new("Ben", Firefox)])
            .await?;
        let room = harness.address("/r/tea");
        let client = &ada.browser().client;
        let call = client.window().await?;
        let slides = client.new_window(true).await?.handle;
        client.switch_to_window(slides.clone()).await?;
        client.goto(SLIDES).await?;
        client.switch_to_window(call.clone()).await?;
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;

        ada.click("Share screen").await?;
        ada.until("document.body.textContent.includes('You are sharing your screen')")
            .await?;
        ben.until("(await probe.sight(\"Ada's screen\"))?.width > 0")
            .await?;
        // Nothing of it is scaled down, however small the picture of the face becomes beside it.
        let size = "(video => [video.videoWidth, video.videoHeight])";
        let size = |tile: &str| {
            format!(
                "{size}(document.querySelector(`[aria-label={}] video`))",
                json!(tile)
            )
        };
        let own = ada.value(&size("Your screen")).await?;
        ben.until(&format!(
            "JSON.stringify({}) === {}",
            size("Ada's screen"),
            json!(own.to_string())
        ))
        .await?;
        let sharp = text(&ada, "Your screen").await?;
        let mut likeness = 0.0;
        for _ in 0..100 {
            likeness = correlation(&sharp, &text(&ben, "Ada's screen").await?);
            if likeness > 0.95 {
                break;
            }
            ben.value("probe.drawn()").await?;
        }
        println!("text of 12 px as sent and as seen: correlation {likeness:.3}");
        assert!(likeness > 0.95, "{likeness}");
        ben.until("(await probe.sight('Ada')).change > 0").await?;

        client.switch_to_window(slides).await?;
        client.close_window().await?;
        client.switch_to_window(call).await?;
        ben.until("!probe.tile(\"Ada's screen\")").await?;
        ada.until("probe.button('Share screen') && !probe.tile('Your screen')")
            .await?;
        ada.until("document.querySelector('.notices').textContent === ''")
            .await?;
        for page in [&ada, &ben] {
            assert_eq!(page.value("probe.descriptions()").await?, json!([1]));
            assert_eq!(page.value("probe.violations").await?, json!([]));
        }
        Ok(())
    })
    .await;
}

/// Sees the screen, hears it, and sees the presenter's face beside it.
async fn follows(page: &Page) -> e2e::Result<()> {
    page.until("(await probe.sight(\"Ada's screen\"))?.change > 0")
        .await?;
    page.until("(await probe.sight('Ada'))?.change > 0").await?;
    // The third transceiver is the one for what the screen plays.
    page.until(
        "await (async () => {
            const { receiver } = probe.connectionOf('Ada').getTransceivers()[2];
            const reports = [...(await receiver.getStats()).values()];
            return reports.some(report => report.type === 'inbound-rtp' && report.totalAudioEnergy > 0);
        })()",
    )
    .await?;
    // It takes the stage; the faces stand in a strip.
    page.until(
        "(area => area(\"Ada's screen\") > 2 * area('Ada'))(name => {
            const { width, height } = document.querySelector(`[aria-label=\"${name}\"]`).getBoundingClientRect();
            return width * height;
        })",
    )
    .await
}

/// A screen reader says this there.
async fn hears(page: &Page, words: &str) -> e2e::Result<()> {
    page.until(&format!(
        "[...document.querySelectorAll('[role=status] p')].some(p => p.textContent === '{words}')"
    ))
    .await
}

#[tokio::test]
async fn a_screen_is_seen_and_heard_beside_the_face_by_who_is_there_and_who_comes_later() {
    Harness::run("shared_screen", &[], async |harness| {
        let people = [
            Person::new("Ada", Chromium).whole(),
            Person::new("Ben", Firefox),
            Person::new("Cho", Chromium),
        ];
        let [ada, ben, cho] = harness.people(people).await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;
        ada.click("Share screen").await?;
        follows(&ben).await?;
        hears(&ben, "Ada shares a screen").await?;
        cho.join(&room).await?;
        follows(&cho).await?;
        hears(&cho, "Ada shares a screen").await?;

        // One's own choice comes before what others share.
        cho.click("Pin Ben").await?;
        cho.until("(area => area('Ben') > 2 * area(\"Ada's screen\"))(name => document.querySelector(`[aria-label=\"${name}\"]`).clientHeight ** 2)").await?;
        cho.click("Unpin Ben").await?;
        follows(&cho).await?;
        cho.click("Hide own picture").await?;
        cho.until("!probe.tile('Cho (you)') && probe.button('Show own picture')").await?;

        ada.click("Stop sharing screen").await?;
        for page in [&ben, &cho] {
            page.until("!probe.tile(\"Ada's screen\")").await?;
            hears(page, "Ada no longer shares a screen").await?;
        }
        // Nothing goes on that nobody wants.
        let bytes = "(await Promise.all(probe.alive().flatMap(connection => connection.getTransceivers().slice(2)).map(async ({ sender }) =>
            [...(await sender.getStats()).values()].filter(report => report.type === 'outbound-rtp').map(report => report.bytesSent)))).join()";
        ada.until("probe.button('Share screen')").await?;
        ada.until(&format!("await (async () => {{ const before = {bytes}; await new Promise(done => setTimeout(done, 2000)); return before === {bytes}; }})()")).await?;
        assert_eq!(ada.value("probe.descriptions()").await?, json!([1, 1]));
        Ok(())
    })
    .await;
}

/// Fingers go where these say, from the first to the last.
async fn drag(page: &Page, ways: impl Iterator<Item = Vec<Value>>) -> e2e::Result<()> {
    let mut kind = "touchStart";
    for points in ways {
        let touch = json!({ "type": kind, "touchPoints": points });
        page.browser()
            .devtools("Input.dispatchTouchEvent", touch)
            .await?;
        kind = "touchMove";
    }
    let end = json!({ "type": "touchEnd", "touchPoints": [] });
    let browser = page.browser();
    browser.devtools("Input.dispatchTouchEvent", end).await?;
    Ok(())
}

/// By the browser's own zoom, which nothing of the page is in the way of.
#[tokio::test]
async fn on_a_phone_a_shared_screen_zooms_and_pans_under_fingers() {
    Harness::run("pinch", &[], async |harness| {
        let [ada, ben] = harness
            .call([("Ada", Chromium), ("Ben", Chromium)])
            .await?;
        ben.click("Share screen").await?;
        let browser = ada.browser();
        let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
        browser
            .devtools("Emulation.setDeviceMetricsOverride", phone)
            .await?;
        let touch = json!({ "enabled": true, "maxTouchPoints": 2 });
        browser
            .devtools("Emulation.setTouchEmulationEnabled", touch)
            .await?;
        ada.until("document.querySelector('.tile.screen video')?.videoWidth > 0")
            .await?;
        let place = "(box => [box.x + box.width / 2, box.y + box.height / 2])(document.querySelector('.tile.screen').getBoundingClientRect())";
        let place = ada.value(place).await?;
        let at = |along: f64| {
            let x = place[0].as_f64().unwrap_or_default() + along;
            json!({ "x": x, "y": place[1], "id": u8::from(along > 0.0) })
        };
        let steps = || (1..=12).map(|step| f64::from(step) * 10.0);
        drag(&ada, steps().map(|far| vec![at(-far), at(far)])).await?;
        ada.until("visualViewport.scale > 2").await?;
        let left = ada.value("visualViewport.pageLeft").await?;
        drag(&ada, steps().map(|far| vec![at(-far)])).await?;
        ada.until(&format!("visualViewport.pageLeft > {left} + 10"))
            .await
    })
    .await;
}

#[tokio::test]
async fn the_controls_make_room_for_a_screen_while_nobody_uses_them() {
    for engine in [Chromium, Firefox] {
        Harness::run(&format!("idle_{engine:?}"), &[], async |harness| {
            let presenter = Person::new("Ada", Chromium).whole();
            let people = [presenter, Person::new("Ben", engine)];
            let [ada, ben] = harness.people(people).await?;
            let room = harness.address("/r/tea");
            tokio::try_join!(ada.join(&room), ben.join(&room))?;
            ben.until("probe.names().length === 2").await?;
            ben.value(WATCH_POINTER).await?;
            make_room(&ada, &ben, engine).await
        })
        .await;
    }
}

const SHIFT: &str = "\u{e008}";
const WATCH_POINTER: &str =
    "addEventListener('pointermove', () => { window.moved = performance.now(); })";
const OPACITY: &str = "getComputedStyle(document.querySelector('.bar')).opacity";
const AWAY: &str = "getComputedStyle(document.querySelector('.bar')).opacity === '0'";
const THERE: &str = "getComputedStyle(document.querySelector('.bar')).opacity === '1'";
/// In milliseconds: longer than the controls wait.
const LONG: &str = "await probe.pause(5000)";

async fn make_room(ada: &Page, ben: &Page, engine: Engine) -> e2e::Result<()> {
    let stage = (400.0, 300.0);
    let for_long = format!("({LONG}, {OPACITY})");
    // Without a screen they stay.
    ben.value("document.activeElement.blur()").await?;
    ben.point_at(stage).await?;
    assert_eq!(ben.value(&for_long).await?, json!("1"));

    ada.click("Share screen").await?;
    ben.until("document.querySelector('.tile.screen video')?.videoWidth > 0")
        .await?;
    ben.point_at((500.0, 300.0)).await?;
    const BOTTOM: &str = "document.querySelector('.stage').getBoundingClientRect().bottom";
    let low = ben.value(BOTTOM).await?;
    ben.until(AWAY).await?;
    let waited = ben.value("performance.now() - window.moved").await?;
    assert!(waited.as_f64() >= Some(4000.0), "{waited}");
    // The screen has their place, and they are still found.
    ben.until(&format!("{BOTTOM} > {low}")).await?;
    const FOUND: &str = "[...document.querySelectorAll('.bar .control:not(.more)')].every(button =>
        button.checkVisibility({ visibilityProperty: true }) && !button.closest('[inert], [aria-hidden]'))";
    assert_eq!(ben.value(FOUND).await?, json!(true));
    assert_eq!(ben.value(&for_long).await?, json!("0"));

    // They come back for a pointer, a key and the focus.
    ben.point_at((510.0, 310.0)).await?;
    ben.until_within(THERE, 2).await?;
    ben.until(AWAY).await?;
    ben.press(SHIFT).await?;
    ben.until_within(THERE, 2).await?;
    ben.until(AWAY).await?;
    ben.value("document.querySelector('[aria-label=\"Open chat\"]').focus()")
        .await?;
    ben.until_within(THERE, 2).await?;
    // And stay for what has it, and under a pointer.
    assert_eq!(ben.value(&for_long).await?, json!("1"));
    const LEAVE: &str = "(({ left, top, width, height }) => [left + width / 2, top + height / 2])(document.querySelector('.leave').getBoundingClientRect())";
    let leave = ben.value(LEAVE).await?;
    let leave = leave[0].as_f64().zip(leave[1].as_f64()).ok_or("no place")?;
    ben.point_at(leave).await?;
    ben.value("document.activeElement.blur()").await?;
    assert_eq!(ben.value(&for_long).await?, json!("1"));
    ben.point_at(stage).await?;
    ben.until(AWAY).await?;

    // A finger that brings them back presses none of them.
    ben.tap(leave).await?;
    ben.until_within(THERE, 2).await?;
    if engine == Chromium {
        let media =
            json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        ben.browser()
            .devtools("Emulation.setEmulatedMedia", media)
            .await?;
    }
    ben.until(AWAY).await?;
    if engine == Chromium {
        let motion = "getComputedStyle(document.querySelector('.bar')).transitionDuration";
        assert_eq!(ben.value(motion).await?, json!("0s"));
    }
    // With the screen the reason goes.
    ada.click("Stop sharing screen").await?;
    ben.until("!probe.hasScreen()").await?;
    ben.until_within(THERE, 2).await
}
