//! What screen readers hear is called what `NAMES.md` says.

use std::{cell::RefCell, collections::BTreeSet};

use e2e::{Harness, Page};
use serde_json::json;

use super::screens::{switch_language, walk};

const PAGE: &str = include_str!("../../NAMES.md");
/// Who stands for `NAME`.
const PEOPLE: [&str; 2] = ["Ada", "Ben"];

/// Roles and names.
type Heard = BTreeSet<(String, String)>;

#[tokio::test]
#[cfg_attr(
    feature = "bare",
    ignore = "bare browsers are not offered all that has a name"
)]
async fn every_name_is_heard_in_both_languages() {
    // English comes first.
    let heard = RefCell::new([Heard::new(), Heard::new()]);
    Harness::run("names", &[], async |harness| {
        let listen = async |page: &Page| {
            for language in 0..2 {
                let new = hear(page).await?;
                heard.borrow_mut()[language].extend(new);
                switch_language(page).await?;
            }
            e2e::Result::Ok(())
        };
        let look = async |page: &Page, what: &str| {
            // Only phones and few other machines have it.
            page.value("(navigator.share ??= async () => {}, true)")
                .await?;
            listen(page).await?;
            if what == "a call of two" {
                // What other states are called.
                page.click("Raise hand").await?;
                page.click("Pin Ben").await?;
                page.until("probe.button('Unpin Ben') && probe.button('Lower hand')")
                    .await?;
                listen(page).await?;
                page.click("Unpin Ben").await?;
                page.click("Lower hand").await?;
                page.resize((390, 844)).await?;
                listen(page).await?;
                page.resize((1280, 800)).await?;
            }
            Ok(())
        };
        walk(harness, "/r/tea", PEOPLE, look).await
    })
    .await;
    let heard = heard.take();
    let (mut count, mut missing) = (0, Vec::new());
    for (role, names) in things() {
        for (heard, names) in heard.iter().zip(names) {
            for name in names.split(" / ") {
                count += 1;
                let is_heard = PEOPLE
                    .iter()
                    .any(|person| heard.contains(&(role.to_owned(), name.replace("NAME", person))));
                if !is_heard {
                    missing.push(format!("{role} {name:?}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?} of {heard:#?}");
    assert!(count > 70, "{count}");
}

/// The roles and names of the table, in English and in Korean.
fn things() -> Vec<(&'static str, [&'static str; 2])> {
    let (_, table) = PAGE.split_once("\n## Names\n").expect("a table of names");
    let (table, _) = table.split_once("\n## ").expect("more after it");
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let rows = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    rows.skip(1)
        .map(|cells| (cells[2], [cells[3], cells[4]]))
        .collect()
}

/// All that has a role and a name, as Chromium tells screen readers.
async fn hear(page: &Page) -> e2e::Result<Heard> {
    let browser = page.browser();
    let tree = browser
        .devtools("Accessibility.getFullAXTree", json!({}))
        .await?;
    let nodes = tree["nodes"].as_array().ok_or("no tree")?;
    let text = |value: &serde_json::Value| value["value"].as_str().map(str::to_owned);
    let named = nodes
        .iter()
        .filter_map(|node| Some((text(&node["role"])?, text(&node["name"])?)));
    Ok(named.collect())
}
