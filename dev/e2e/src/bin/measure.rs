//! What only whole calls tell, printed: `cargo xtask measure`. Nothing here fails for being slow.

use std::time::{Duration, Instant};

use e2e::{
    Engine::{Chromium, Firefox},
    Harness, Page, artifacts,
};
use serde_json::json;

#[tokio::main]
async fn main() {
    from_join_to_the_first_remote_frame().await;
    crowd(6, Duration::from_secs(120)).await;
    crowd(8, Duration::from_secs(180)).await;
    pictures().await;
}

async fn from_join_to_the_first_remote_frame() {
    Harness::run("first_frame", &[], async |harness| {
        let [ada, ben] = harness.people([("Ada", Chromium), ("Ben", Firefox)]).await?;
        for (first, second) in [(&ada, &ben), (&ben, &ada)] {
            let mut times = Vec::new();
            for round in 0..5 {
                let room = harness.address(&format!("/r/{}-{round}", second.name));
                first.join(&room).await?;
                second.enter_lobby(&room).await?;
                second.give_devices().await?;
                let name = json!(first.name);
                let begin = Instant::now();
                second.click("Join now").await?;
                second.until(&format!("(await probe.flow({name}))?.seen > 0")).await?;
                times.push(begin.elapsed().as_secs_f64());
                assert_eq!(second.value("probe.descriptions()").await?, json!([1]));
            }
            times.sort_by(f64::total_cmp);
            println!(
                "{} joins {}: first remote frame after {:.2} s (median of 5, {:.2} to {:.2}); one description each",
                second.name, first.name, times[2], times[0], times[4]
            );
        }
        Ok(())
    })
    .await;
}

/// All in one browser, each in a window of their own, joining as fast as one can click.
async fn crowd(people: usize, limit: Duration) {
    Harness::run("crowd", &[], async |harness| {
        let [page] = harness.people([("Crowd", Chromium)]).await?;
        let client = &page.browser().client;
        let mut windows = vec![client.window().await?];
        while windows.len() < people {
            windows.push(client.new_window(false).await?.handle);
        }
        let room = harness.address("/r/tea");
        for window in &windows {
            client.switch_to_window(window.clone()).await?;
            page.enter_lobby(&room).await?;
            page.give_devices().await?;
        }
        let begin = Instant::now();
        for window in &windows {
            client.switch_to_window(window.clone()).await?;
            page.click("Join now").await?;
        }
        let clicked = begin.elapsed();
        let wanted = people * (people - 1);
        let (mut best, mut all, mut seen) = (0, None, None);
        while begin.elapsed() < limit && seen.is_none() {
            let (mut connected, mut decoded) = (0, 0);
            for window in &windows {
                client.switch_to_window(window.clone()).await?;
                connected += number(&page, "probe.connected()").await?;
                decoded += number(&page, "(await Promise.all(probe.names().map(probe.flow))).filter(flow => flow?.seen > 0).length").await?;
            }
            println!("  {:>5.1} s: {connected} of {wanted} ends connected, {decoded} pictures", begin.elapsed().as_secs_f64());
            best = best.max(connected);
            if connected == wanted {
                all.get_or_insert(begin.elapsed());
            }
            if decoded == wanted {
                seen.get_or_insert(begin.elapsed());
            }
        }
        let pairs = wanted / 2;
        println!(
            "{people} people in one Chromium: {} of {pairs} pairs, all after {:.0?}, all pictures after {:.0?}; the clicks alone took {:.1} s",
            best / 2, all, seen, clicked.as_secs_f64()
        );
        let mut descriptions = 0;
        for window in &windows {
            client.switch_to_window(window.clone()).await?;
            descriptions += number(&page, "probe.descriptions().reduce((sum, count) => sum + count, 0)").await?;
        }
        println!("{descriptions} descriptions were set for {wanted} ends of connections");
        Ok(())
    })
    .await;
}

async fn number(page: &Page, expression: &str) -> e2e::Result<usize> {
    Ok(page.value(expression).await?.as_u64().unwrap_or_default() as usize)
}

/// Screenshots for the README, in `dev/e2e/artifacts/pictures/`.
async fn pictures() {
    Harness::run("pictures", &[], async |harness| {
        let folder = artifacts("pictures");
        let people = [
            ("Ada", Chromium),
            ("Ben", Firefox),
            ("지민", Chromium),
            ("Dana", Firefox),
        ];
        let [ada, ben, jimin, dana] = harness.people(people).await?;
        for (language, home) in [("en", "/?lang=en"), ("ko", "/?lang=ko")] {
            ada.browser().client.set_window_size(1440, 990).await?;
            ada.open(&harness.address(home)).await?;
            ada.until("probe.heading()").await?;
            ada.picture(&folder, &format!("home-{language}")).await?;
        }
        let room = harness.address("/r/tea?lang=en");
        tokio::try_join!(ben.join(&room), jimin.join(&room), dana.join(&room))?;
        ada.enter_lobby(&room).await?;
        ada.give_devices().await?;
        ada.until("document.querySelector('.preview video').videoWidth > 0")
            .await?;
        ada.picture(&folder, "lobby-en").await?;
        ada.click("Join now").await?;
        for other in [&ben, &jimin, &dana] {
            ada.sees_and_hears(other).await?;
        }
        for (page, words) in [
            (&ben, "Hello!"),
            (&jimin, "안녕하세요, 반갑습니다"),
            (&dana, "The notes are at https://example.org/notes"),
        ] {
            page.click("Open chat").await?;
            page.say(words).await?;
        }
        dana.click("Turn off camera").await?;
        ben.click("Turn off microphone").await?;
        ada.until("probe.tile('Dana').covered && probe.tile('Ben').words.includes('Muted')")
            .await?;
        ada.click("Open chat").await?;
        ada.say("Thanks 👋").await?;
        ada.until("probe.chat().length === 4").await?;
        ada.value("probe.pause(500)").await?;
        ada.picture(&folder, "call-en").await?;
        ada.click("Leave call").await?;
        ada.until("probe.heading() === 'You left the call'").await?;
        ada.picture(&folder, "left-en").await?;
        Ok(())
    })
    .await;
}
