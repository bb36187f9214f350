//! How pages start, and why they do not, in real browsers.

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page,
};
use serde_json::{Value, json};

/// What the page shows that is not hidden.
const SHOWN: &str = "document.body.innerText";

async fn shows(page: &Page, words: &str) -> e2e::Result<()> {
    page.until(&format!("{SHOWN}.includes({})", json!(words)))
        .await
}

async fn network(page: &Page, command: &str, parameters: Value) -> e2e::Result<()> {
    let browser = page.browser();
    browser.devtools("Network.enable", json!({})).await?;
    let cache = json!({ "cacheDisabled": true });
    browser.devtools("Network.setCacheDisabled", cache).await?;
    browser.devtools(command, parameters).await.map(drop)
}

#[tokio::test]
async fn a_part_that_does_not_arrive_is_said_to_be_missing_and_a_reload_mends_it() {
    Harness::run("missing", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        for pattern in ["*.wasm", "*madang-client*.js"] {
            let blocked =
                |urls: Value| network(&ada, "Network.setBlockedURLs", json!({ "urls": urls }));
            blocked(json!([pattern])).await?;
            ada.open(&harness.address("/?lang=ko")).await?;
            shows(&ada, "페이지의 일부를 불러오지 못했습니다").await?;
            assert_eq!(
                ada.value("document.documentElement.lang").await?,
                json!("ko")
            );
            assert_eq!(
                ada.value(&format!("{SHOWN}.includes('did not arrive')"))
                    .await?,
                json!(false),
                "one language is enough once it is known"
            );
            ada.open(&harness.address("/?lang=en")).await?;
            shows(&ada, "A part of this page did not arrive").await?;
            blocked(json!([])).await?;
            ada.value("document.querySelector('#reload').click()")
                .await?;
            ada.until("probe.button('Create room')").await?;
            assert_eq!(
                ada.value("document.body.textContent.includes('did not arrive')")
                    .await?,
                json!(false),
                "the words are gone, not hidden"
            );
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_browser_without_webassembly_is_told_so() {
    Harness::run("without_wasm", &[], async |harness| {
        let [ada] = harness.people([("Ada", Firefox)]).await?;
        ada.browser()
            .prefer("javascript.options.wasm", false)
            .await?;
        ada.open(&harness.address("/r/tea")).await?;
        ada.until("typeof WebAssembly === 'undefined'").await?;
        shows(&ada, "This browser cannot run Madang").await?;
        ada.until("document.querySelector('#reload').checkVisibility()")
            .await
    })
    .await;
}

#[tokio::test]
async fn a_slow_line_shows_words_before_the_program_and_tells_of_itself() {
    Harness::run("slow_line", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        let conditions = json!({ "offline": false, "latency": 0, "downloadThroughput": 20_000, "uploadThroughput": 20_000 });
        network(&ada, "Network.emulateNetworkConditions", conditions).await?;
        // Whoever waits for the page to be loaded sees nothing of it.
        let room = json!(harness.address("/r/tea?lang=en"));
        ada.value(&format!("void setTimeout(() => location.assign({room}))")).await?;
        shows(&ada, "Madang is loading").await?;
        shows(&ada, "Madang is still loading").await?;
        ada.until("document.querySelector('#reload').checkVisibility()").await?;
        let conditions = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        network(&ada, "Network.emulateNetworkConditions", conditions).await?;
        ada.until("probe.heading() === 'Ready to join?'").await
    })
    .await;
}

#[tokio::test]
async fn nothing_that_the_page_starts_with_is_forbidden_by_its_own_policy() {
    Harness::run("start_policy", &[], async |harness| {
        let [ada, ben] = harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?;
        for page in [&ada, &ben] {
            page.open(&harness.address("/")).await?;
            page.until("probe.button('Create room')").await?;
            assert_eq!(page.value("probe.violations").await?, json!([]));
        }
        Ok(())
    })
    .await;
}

/// Whoever is invited waits for it, on a phone and far from a mast too.
#[tokio::test]
async fn all_that_the_browser_loads_is_small() {
    const MOST: u64 = 260_000;
    const LOADED: &str = "performance.getEntries().filter(entry => entry.encodedBodySize).map(entry => [entry.name, entry.encodedBodySize])";
    Harness::run("small", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        ada.open(&harness.address("/")).await?;
        ada.until("probe.button('Create room')").await?;
        let loaded = ada.value(LOADED).await?;
        let loaded = loaded.as_array().ok_or("no list")?;
        let bytes: u64 = loaded.iter().filter_map(|file| file[1].as_u64()).sum();
        assert!(loaded.len() > 3, "{loaded:?}");
        assert!(
            bytes < MOST,
            "{bytes} bytes, unless `cargo xtask build` has not compressed them: {loaded:?}"
        );
        println!("all that the browser loads: {bytes} bytes");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_focus_goes_with_the_person_from_page_to_page() {
    Harness::run("focus", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        let focused = async |heading: &str| {
            ada.until(&format!(
                "document.activeElement.matches('h1') && probe.heading().startsWith('{heading}')"
            ))
            .await
        };
        ada.open(&harness.address("/")).await?;
        ada.until("document.querySelector('#room')").await?;
        assert_eq!(
            ada.value("document.activeElement.tagName").await?,
            json!("BODY")
        );
        ada.type_keys("Room ID", "tea\u{e007}").await?;
        focused("Ready to join?").await?;
        ada.back().await?;
        focused("Meet face to face").await?;
        ada.forward().await?;
        focused("Ready to join?").await?;
        ada.reload().await?;
        ada.until("probe.heading() === 'Ready to join?'").await?;
        assert_eq!(
            ada.value("document.activeElement.tagName").await?,
            json!("BODY")
        );
        Ok(())
    })
    .await;
}
