//! Sound that gets through one way and not the other, on machines of their own.

use std::time::Instant;

use e2e::{
    Access,
    Engine::{self, Chromium, Firefox},
    Harness, Machine, Network, Page, Person, TestServer, all_see_and_hear_all,
};
use tempfile::TempDir;

/// From the break until both pages say so: the goal, and what a machine that runs all of this may
/// need more.
const TOLD: [f64; 2] = [3.0, 2.0];
/// From the break until nothing is sent any more: the goal, the same, and a look at what is sent.
const PAUSED: [f64; 2] = [10.0, 4.0];

/// From whom, to whom.
type Lose = fn(&Network, &Machine, &Machine) -> e2e::Result<()>;

#[tokio::test]
async fn both_read_that_firefox_does_not_hear_chromium() {
    one_way("deaf_firefox", [Chromium, Firefox], Network::lose_media).await;
}

#[tokio::test]
async fn both_read_that_chromium_does_not_hear_firefox() {
    one_way("deaf_chromium", [Firefox, Chromium], Network::lose_media).await;
}

#[tokio::test]
async fn both_read_that_nothing_gets_through_to_firefox() {
    one_way("cut_off_firefox", [Chromium, Firefox], Network::lose_all).await;
}

#[tokio::test]
async fn both_read_that_nothing_gets_through_to_chromium() {
    one_way("cut_off_chromium", [Firefox, Chromium], Network::lose_all).await;
}

/// Ben does not hear Ada for a while, and she hears him.
async fn one_way(test: &str, engines: [Engine; 2], lose: Lose) {
    let network = match Network::new() {
        Ok(network) => network,
        Err(why) => return println!("{test} is left out, for want of network namespaces: {why}"),
    };
    let folder = TempDir::new().unwrap();
    let server = TestServer::start_on(&network.hub, folder.path())
        .await
        .unwrap();
    Harness::run_at(test, server, async |harness| {
        let machines = [network.machine()?, network.machine()?];
        let [ada, ben] = harness
            .people([
                Person::new("Ada", engines[0]).with(Access::Machine(&machines[0])),
                Person::new("Ben", engines[1]).with(Access::Machine(&machines[1])),
            ])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room))?;
        all_see_and_hear_all(&[&ada, &ben]).await?;

        lose(&network, &machines[0], &machines[1])?;
        let begin = Instant::now();
        tokio::try_join!(
            reads(&ben, "Ada", "You cannot hear Ada", begin),
            reads(&ada, "Ben", "Ben cannot hear you", begin),
        )?;
        within(test, "both read it", begin, TOLD);
        ben.until(SENDS_NOTHING).await?;
        within(test, "nothing is sent", begin, PAUSED);

        network.heal()?;
        let begin = Instant::now();
        all_see_and_hear_all(&[&ada, &ben]).await?;
        for (page, name) in [(&ada, "Ben"), (&ben, "Ada")] {
            page.until(&format!(
                "probe.tile('{name}').words.every(words => !words.includes('cannot hear'))"
            ))
            .await?;
        }
        let took = begin.elapsed().as_secs_f64();
        println!("{test}: all is well {took:.1} s after it is healed");
        Ok(())
    })
    .await;
}

/// Within a second and a half, sound and pictures.
const SENDS_NOTHING: &str = "await (async () => {
    const sent = async () => {
        const flow = await probe.flow('Ada');
        return flow && (flow.saidBytes ?? 0) + (flow.shownBytes ?? 0);
    };
    const before = await sent();
    await new Promise(resolve => setTimeout(resolve, 1500));
    return before !== null && before === await sent();
})()";

async fn reads(page: &Page, name: &str, words: &str, begin: Instant) -> e2e::Result<()> {
    page.until(&format!("probe.tile('{name}').words.includes('{words}')"))
        .await?;
    let seconds = begin.elapsed().as_secs_f64();
    println!("  {} reads “{words}” after {seconds:.1} s", page.name);
    Ok(())
}

fn within(test: &str, what: &str, begin: Instant, [goal, slack]: [f64; 2]) {
    let took = begin.elapsed().as_secs_f64();
    println!("{test}: {what} after {took:.1} s; the goal is {goal} s, and {slack} s are left");
    assert!(took < goal + slack, "{took:.1} s");
}
