//! A call while a network changes, on machines of their own.

use std::time::{Duration, Instant};

use e2e::{
    Access,
    Engine::{self, Chromium, Firefox},
    Harness, Network, Page, Person, TestServer, all_see_and_hear_all,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

/// From the new address to a call that is whole again.
const WHOLE_AGAIN: f64 = 5.0;
/// Without any network.
const GAP: Duration = Duration::from_millis(2500);

#[tokio::test]
async fn who_gets_another_address_in_chromium_is_back_within_five_seconds() {
    change("address_chromium", Chromium, GAP).await;
}

#[tokio::test]
async fn who_gets_another_address_in_firefox_is_back_within_five_seconds() {
    change("address_firefox", Firefox, GAP).await;
}

/// From Wi-Fi straight to a telephone's network.
#[tokio::test]
async fn who_gets_another_address_without_a_gap_is_back_within_five_seconds() {
    change("address_no_gap", Chromium, Duration::ZERO).await;
}

/// Of three people one, with this browser, gets another address.
async fn change(test: &str, engine: Engine, gap: Duration) {
    let network = match Network::new() {
        Ok(network) => network,
        Err(why) => return println!("{test} is left out, for want of network namespaces: {why}"),
    };
    let folder = TempDir::new().unwrap();
    let server = TestServer::start_on(&network.hub, folder.path())
        .await
        .unwrap();
    Harness::run_at(test, server, async |harness| {
        let moving = network.machine()?;
        let others = [network.machine()?, network.machine()?];
        let [ada, ben, cho] = harness
            .people([
                Person::new("Ada", engine).with(Access::Machine(&moving)),
                Person::new("Ben", Chromium).with(Access::Machine(&others[0])),
                Person::new("Cho", Firefox).with(Access::Machine(&others[1])),
            ])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room), cho.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben, &cho]).await?;
        ben.click("Open chat").await?;
        for page in [&ada, &ben, &cho] {
            let old = page.value(WATCH).await?;
            assert_eq!(old, json!(2));
        }

        moving.vanish()?;
        ben.say("meanwhile").await?;
        sleep(gap).await;
        moving.appear_at(77)?;
        let begin = Instant::now();
        whole_again(&ada, &[&ben, &cho], begin).await?;
        ada.until("document.body.textContent.includes('Unread messages: 1')")
            .await?;
        let took = begin.elapsed().as_secs_f64();
        println!("{test}: from the new address to the whole call {took:.1} s");
        for page in [&ben, &cho] {
            let gone = page.value("window.gone").await?;
            assert_eq!(gone, json!(false), "{} saw Ada leave", page.name);
            let names = page.value("probe.names().length").await?;
            assert_eq!(names, json!(3), "one Ada, not two");
        }
        for page in [&ada, &ben, &cho] {
            let blamed = page.value("window.blamed").await?;
            assert_eq!(
                blamed,
                json!(false),
                "{} read that no call gets out",
                page.name
            );
        }
        assert!(took < WHOLE_AGAIN, "{took:.1} s");
        ada.click("Open chat").await?;
        ada.until("probe.chat().some(([, words]) => words === 'meanwhile')")
            .await
    })
    .await;
}

/// Remembers the connections, and notices if Ada's tile goes away for a moment, or if a browser is
/// blamed for what the network does; says how many connections there are.
const WATCH: &str = "(() => {
    window.old = probe.alive();
    window.gone = window.blamed = false;
    const look = () => {
        window.gone ||= !probe.names().some(name => name.startsWith('Ada'));
        window.blamed ||= document.body.textContent.includes('lets no call out');
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    return window.old.length;
})()";

/// New connections carry pictures both ways.
async fn whole_again(mover: &Page, others: &[&Page], begin: Instant) -> e2e::Result<()> {
    let ways = others.iter();
    for (page, other) in ways.flat_map(|other| [(mover, *other), (*other, mover)]) {
        let name = json!(other.name);
        page.until(&format!(
            "!window.old.includes(probe.connectionOf({name})) && (await probe.flow({name}))?.seen > 0"
        ))
        .await?;
        let seconds = begin.elapsed().as_secs_f64();
        println!("  {} sees {} after {seconds:.1} s", page.name, other.name);
    }
    Ok(())
}
