//! The QR code of a call's link, read from pictures of the page as a phone reads it.

use std::io::Cursor;

use e2e::{Engine::Chromium, Harness, Page};
use serde_json::json;

#[tokio::test]
async fn a_camera_reads_the_link_without_its_language() {
    Harness::run("qr_code", &[], async |harness| {
        let [ada, ben] = harness.people([("Ada", Chromium), ("Ben", Chromium)]).await?;
        ada.enter_lobby(&harness.address("/r/우리-마당?lang=en"))
            .await?;
        ada.click("Join now").await?;
        let link = harness.address("/r/%EC%9A%B0%EB%A6%AC-%EB%A7%88%EB%8B%B9");
        show(&ada).await?;
        for features in [
            json!([{ "name": "prefers-color-scheme", "value": "light" }]),
            json!([{ "name": "prefers-color-scheme", "value": "dark" }]),
            json!([{ "name": "forced-colors", "value": "active" }]),
        ] {
            let media = json!({ "features": features });
            ada.browser()
                .devtools("Emulation.setEmulatedMedia", media)
                .await?;
            for size in [(1280, 800), (320, 568), (844, 390)] {
                ada.resize(size).await?;
                assert_eq!(read(&ada).await?, link, "{features} at {size:?}");
            }
        }
        // Below it people read the same.
        const WRITTEN: &str = "new URL(document.querySelector('dialog .address').textContent).href";
        assert_eq!(ada.value(WRITTEN).await?, json!(link));
        // Back closes it, and asks nothing.
        ada.back().await?;
        ada.until("!document.querySelector('dialog:modal') && document.activeElement.textContent === 'Show QR code'")
            .await?;

        // Later it is where the people are.
        ben.enter_lobby(&link).await?;
        ben.click("Join now").await?;
        ada.until("probe.names().length === 2 && !probe.button('Show QR code')")
            .await?;
        ada.resize((1280, 800)).await?;
        ada.click("Show people").await?;
        show(&ada).await?;
        assert_eq!(read(&ada).await?, link);
        ada.click("Close").await?;
        ada.until("!document.querySelector('dialog:modal') && document.activeElement.ariaLabel === 'Show people'")
            .await
    })
    .await;
}

#[tokio::test]
async fn the_systems_sheet_gets_the_same_link() {
    Harness::run("share_link", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        ada.enter_lobby(&harness.address("/r/우리-마당?lang=en"))
            .await?;
        // No browser without a screen has one.
        ada.value("(navigator.share = async shared => { window.shared = shared; }, true)")
            .await?;
        ada.click("Join now").await?;
        ada.click("Share link").await?;
        ada.until("window.shared").await?;
        let link = harness.address("/r/우리-마당");
        let shared = ada.value("shared").await?;
        assert_eq!(shared, json!({ "title": "Madang", "url": link }));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_camera_reads_the_longest_link() {
    Harness::run("qr_code_long", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        let link = harness.address(&format!("/r/{}", "%EB%A7%88".repeat(64)));
        ada.enter_lobby(&link).await?;
        ada.click("Join now").await?;
        show(&ada).await?;
        assert_eq!(read(&ada).await?, link);
        Ok(())
    })
    .await;
}

async fn show(page: &Page) -> e2e::Result<()> {
    page.click("Show QR code").await?;
    page.until("document.querySelector('dialog:modal .qr-code') && await probe.drawn()")
        .await
}

/// What the only code on a page says.
async fn read(page: &Page) -> e2e::Result<String> {
    let picture = page.browser().client.screenshot().await?;
    let mut reader = png::Decoder::new(Cursor::new(picture)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large a picture")?];
    let frame = reader.next_frame(&mut pixels)?;
    let [width, height] = [frame.width, frame.height].map(|pixels| pixels as usize);
    let samples = frame.color_type.samples();
    let luminance = |x, y| pixels[(y * width + x) * samples];
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, luminance);
    match &picture.detect_grids()[..] {
        [code] => Ok(code.decode()?.1),
        codes => Err(format!("{} codes", codes.len()).into()),
    }
}
