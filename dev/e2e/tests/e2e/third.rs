//! Two who cannot hear each other, and a third whom both hear, on machines of their own.

use std::time::Instant;

use e2e::{
    Access,
    Engine::{Chromium, Firefox},
    Harness, Network, Page, Person, TestServer, all_see_and_hear_all,
};
use tempfile::TempDir;

/// From the break to sound by way of the third.
const HEARD_AGAIN: f64 = 10.0;

#[tokio::test]
async fn two_who_cannot_reach_each_other_are_heard_by_way_of_a_third() {
    let test = "third";
    let network = match Network::new() {
        Ok(network) => network,
        Err(why) => return println!("{test} is left out, for want of network namespaces: {why}"),
    };
    let folder = TempDir::new().unwrap();
    let server = TestServer::start_on(&network.hub, folder.path())
        .await
        .unwrap();
    Harness::run_at(test, server, async |harness| {
        let machines = [network.machine()?, network.machine()?, network.machine()?];
        let [ada, ben, cho] = harness
            .people([
                Person::new("Ada", Chromium).with(Access::Machine(&machines[0])),
                Person::new("Ben", Firefox).with(Access::Machine(&machines[1])),
                Person::new("Cho", Chromium).with(Access::Machine(&machines[2])),
            ])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room), cho.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben, &cho]).await?;

        network.part(&machines[0], &machines[1])?;
        let begin = Instant::now();
        tokio::try_join!(
            hears_through(&ada, "Ben", "Cho", begin),
            hears_through(&ben, "Ada", "Cho", begin),
            cho.until("document.body.textContent.includes('cannot hear each other. It is being repaired.')"),
        )?;
        let took = begin.elapsed().as_secs_f64();
        println!("{test}: from the break to sound by way of the third {took:.1} s");
        assert!(took < HEARD_AGAIN, "{took:.1} s");
        ben.click("Open chat").await?;
        ben.say("by way of Cho").await?;
        ada.click("Open chat").await?;
        ada.until("probe.chat().some(([, words]) => words === 'by way of Cho')")
            .await?;

        network.heal()?;
        for (page, name) in [(&ada, "Ben"), (&ben, "Ada")] {
            page.until(&format!(
                "probe.tile('{name}').words.every(words => !words.startsWith('Through'))"
            ))
            .await?;
        }
        cho.until("!document.body.textContent.includes('cannot hear each other')")
            .await?;
        all_see_and_hear_all(&[&ada, &ben, &cho]).await
    })
    .await;
}

/// The tile says through whom, and what comes in place of that one's screen is loud and goes on.
async fn hears_through(page: &Page, name: &str, third: &str, begin: Instant) -> e2e::Result<()> {
    page.until(&format!(
        "probe.tile('{name}').words.includes('Through {third}: sound only')"
    ))
    .await?;
    let energy = format!(
        "(async () => {{
            const connection = probe.connectionOf('{third}');
            const {{ mid }} = connection.getTransceivers()[2];
            const reports = [...(await connection.getStats()).values()];
            const sound = reports.find(report => report.type === 'inbound-rtp' && report.mid === mid);
            return sound?.totalAudioEnergy ?? 0;
        }})()"
    );
    let before = page.value(&energy).await?;
    page.until(&format!("await {energy} > {before}")).await?;
    let seconds = begin.elapsed().as_secs_f64();
    println!("  {} hears {name} after {seconds:.1} s", page.name);
    Ok(())
}
