//! Everybody gets everywhere: what axe-core finds, and the whole way without a pointer.

use std::cell::RefCell;

use e2e::{
    Engine::{self, Chromium, Firefox},
    Harness, Page, artifacts,
};
use serde_json::{Value, json};

use super::screens::{switch_language, walk};

/// A laptop and a phone.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];

/// Leaves pictures of all screens, in both languages and themes, in `dev/e2e/artifacts/axe/`.
#[tokio::test]
async fn axe_finds_nothing_on_any_screen() {
    let axe = axe();
    let found = RefCell::new(Vec::new());
    let pictures = artifacts("axe").join("pictures");
    Harness::run("axe", &[], async |harness| {
        let look = async |page: &Page, what: &str| {
            page.value(&format!("(window.axe ?? {axe}, true)")).await?;
            for _language in ["en", "ko"] {
                for theme in ["light", "dark"] {
                    for size in SIZES {
                        page.resize(size).await?;
                        emulate(page, theme).await?;
                        let violations = page.value(VIOLATIONS).await?;
                        let language = page.value("document.documentElement.lang").await?;
                        let language = language.as_str().unwrap_or_default();
                        let name =
                            format!("{what}-{language}-{theme}-{}", size.0).replace(' ', "-");
                        page.picture(&pictures, &name).await?;
                        if violations != json!([]) {
                            let place = format!("{what}, {language}, {theme}, {size:?}");
                            found.borrow_mut().push(format!("{place}: {violations:#}"));
                        }
                    }
                }
                switch_language(page).await?;
            }
            Ok(())
        };
        walk(harness, "/r/tea", ["Haneul", "Ben"], look).await?;
        let found = found.take();
        assert!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn axe_would_find_it() {
    let axe = axe();
    Harness::run("axe_would", &[], async |harness| {
        let [ada] = harness.people([("Ada", Chromium)]).await?;
        ada.open(&harness.address("/")).await?;
        ada.until("document.querySelector('#room')").await?;
        ada.value(&format!("({axe}, true)")).await?;
        const PALE: &str = "document.querySelector('h1').style.color = '#ddd', document.querySelector('label').remove(), true";
        ada.value(PALE).await?;
        let found = ada
            .value(&format!("{VIOLATIONS}.map(([id]) => id)"))
            .await?;
        assert_eq!(found, json!(["color-contrast", "label"]));
        Ok(())
    })
    .await;
}

/// What is wrong, where, and how axe sees it.
const VIOLATIONS: &str = "(await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
    preload: false,
})).violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]))";

/// Colours of this theme, and nothing on its way from one to another.
async fn emulate(page: &Page, theme: &str) -> e2e::Result<()> {
    let features = json!({ "features": [
        { "name": "prefers-color-scheme", "value": theme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]});
    page.browser()
        .devtools("Emulation.setEmulatedMedia", features)
        .await?;
    page.until(&format!(
        "matchMedia('(prefers-color-scheme: {theme})').matches && await probe.drawn()"
    ))
    .await
}

/// The program that looks, as an expression.
fn axe() -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../.tools/node_modules/axe-core/axe.min.js"
    );
    let program =
        std::fs::read_to_string(path).expect("`cargo xtask test e2e` puts axe-core into .tools");
    format!("(() => {{ {program} }})()")
}

#[tokio::test]
async fn the_whole_way_is_gone_by_keyboard_alone() {
    for engine in [Chromium, Firefox] {
        Harness::run(&format!("keyboard_{engine:?}"), &[], async |harness| {
            go_by_keyboard(harness, engine).await
        })
        .await;
    }
}

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const ESCAPE: &str = "\u{e00c}";

async fn go_by_keyboard(harness: &mut Harness, engine: Engine) -> e2e::Result<()> {
    let [ada] = harness.people([("Ada", engine)]).await?;
    ada.open(&harness.address("/")).await?;
    ada.until("document.querySelector('#room')").await?;
    tab_to(&ada, "Your name").await?;
    ada.press("Ada").await?;
    tab_to(&ada, "Room ID").await?;
    ada.press("tea").await?;
    tab_to(&ada, "Join room").await?;
    ada.press(ENTER).await?;
    ada.until("probe.heading() === 'Ready to join?' && document.activeElement.tagName === 'H1'")
        .await?;
    tab_to(&ada, "Allow camera and microphone").await?;
    ada.press(SPACE).await?;
    ada.until("probe.button('Turn off camera') && probe.button('Turn off microphone')")
        .await?;
    tab_to(&ada, "Join now").await?;
    ada.press(ENTER).await?;
    ada.until("probe.button('Leave call') && document.activeElement.tagName === 'H1'")
        .await?;
    tab_to(&ada, "Turn off microphone").await?;
    ada.press(SPACE).await?;
    ada.until("probe.button('Turn on microphone')").await?;
    is_at(&ada, "Turn on microphone").await?;
    tab_to(&ada, "Open chat").await?;
    ada.press(ENTER).await?;
    is_at(&ada, "Message everyone").await?;
    ada.press("hello").await?;
    ada.press(ENTER).await?;
    ada.until("probe.chat().length === 1").await?;
    is_at(&ada, "Message everyone").await?;
    ada.press(ESCAPE).await?;
    is_at(&ada, "Open chat").await?;
    tab_to(&ada, "Show people").await?;
    ada.press(ENTER).await?;
    is_at(&ada, "Hide people").await?;
    tab_to(&ada, "Leave call").await?;
    ada.press(ENTER).await?;
    ada.until("probe.button('Rejoin') && document.activeElement.tagName === 'H1'")
        .await?;
    tab_to(&ada, "Go home").await?;
    ada.press(ENTER).await?;
    ada.until("document.querySelector('#room') && document.activeElement.tagName === 'H1'")
        .await
}

/// What the focused control is called; null, where one does not see that it is focused.
const FOCUSED: &str = "(element => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px' && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    return isSeen ? element.ariaLabel ?? (element.labels?.[0] ?? element).textContent.trim() : null;
})(document.activeElement)";

/// Steps on until the focus is on the control of this name, and is seen at each.
async fn tab_to(page: &Page, name: &str) -> e2e::Result<()> {
    const STEPS: usize = 24;
    let mut passed = Vec::new();
    for _ in 0..STEPS {
        page.press(TAB).await?;
        let focused = page.value(FOCUSED).await?;
        if focused == json!(name) {
            return Ok(());
        }
        passed.push(focused);
    }
    let passed = Value::from(passed);
    Err(format!("{} does not get to {name}: {passed}", page.name).into())
}

async fn is_at(page: &Page, name: &str) -> e2e::Result<()> {
    page.until(&format!("{FOCUSED} === {}", json!(name))).await
}
