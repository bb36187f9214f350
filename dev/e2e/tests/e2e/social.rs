//! Hands, between real browsers.

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page,
};
use serde_json::json;

/// Waits until a page shows these people's hands, in this order.
async fn hands(page: &Page, names: &[&str]) -> e2e::Result<()> {
    let shown = "JSON.stringify([...document.querySelectorAll('.tile')].map(tile => \
        [tile.querySelector('.hand > :last-child')?.textContent, tile.ariaLabel.replace(' (you)', '')]) \
        .filter(([place]) => place).sort().map(([, name]) => name))";
    let wanted = json!(json!(names).to_string());
    page.until(&format!("{shown} === {wanted}")).await
}

#[tokio::test]
async fn hands_are_in_order_for_all_and_outlive_a_connection() {
    Harness::run("hands", &[], async |harness| {
        let people = [("Ada", Chromium), ("Ben", Firefox), ("Cho", Chromium)];
        let [ada, ben, cho] = harness.people(people).await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        ada.sees_only(&[&ben]).await?;
        ben.click("Raise hand").await?;
        ada.until("document.querySelector('[role=status]').textContent.includes('Ben raised a hand')").await?;
        ada.until("probe.tile('Ben').words.includes('Hand raised')").await?;
        ada.click("Raise hand").await?;
        for page in [&ada, &ben] {
            hands(page, &["Ben", "Ada"]).await?;
        }
        // Who comes later sees the same, and comes last.
        cho.join(&room).await?;
        hands(&cho, &["Ben", "Ada"]).await?;
        cho.click("Raise hand").await?;
        for page in [&ada, &ben, &cho] {
            hands(page, &["Ben", "Ada", "Cho"]).await?;
        }
        // The connection breaks, and another takes its place.
        let before = cho.value("probe.connections.length").await?;
        cho.value("(probe.channels('ctl').forEach(channel => channel.close()), true)").await?;
        cho.until(&format!("probe.connections.length === {before} + 2 && probe.channels('ctl').length === 2")).await?;
        ben.click("Lower hand").await?;
        for page in [&ada, &ben, &cho] {
            hands(page, &["Ada", "Cho"]).await?;
        }
        cho.click("Show people").await?;
        cho.until(
            "JSON.stringify([...document.querySelectorAll('.people li')].map(li => li.querySelector('.name').textContent)) \
             === '[\"Ada\",\"Cho (you)\",\"Ben\"]'",
        )
        .await?;
        // Leaving lowers it.
        ada.click("Leave call").await?;
        ada.click("Rejoin").await?;
        hands(&ben, &["Cho"]).await?;
        hands(&ada, &["Cho"]).await?;
        ada.until("probe.button('Raise hand')").await
    })
    .await;
}
