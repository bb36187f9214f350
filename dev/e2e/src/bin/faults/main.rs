//! What a call of three feels of a fault, printed beside what a page feels that follows the usual
//! recipe: `cargo xtask measure faults`. Nothing here fails for being slow.
//!
//! Each line is a call of its own, of three Chromiums on machines of their own, with the same
//! server: Madang's page (`dist/`) or the recipe's (`plain.html`), whose tiles have names too, so
//! that the same `watch.js` looks at both.

mod call;
mod fault;
mod report;

use std::{
    fs,
    panic::AssertUnwindSafe,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use e2e::{
    Access, Engine::Chromium, Error, Harness, Machine, Network, Page, Person, Result, TestServer,
    all_see_and_hear_all, server::project,
};
use futures_util::{FutureExt, future::try_join_all};
use serde_json::json;
use tempfile::TempDir;

use call::Call;
use fault::{FAULTS, Fault};
use report::Report;

/// How long a call has to come back, from the moment at which the network is whole.
const AFTERWARDS: Duration = Duration::from_secs(20);

/// Which page is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Madang,
    Recipe,
}

#[tokio::main]
async fn main() {
    if let Err(why) = Network::new() {
        return println!("This needs network namespaces: {why}");
    }
    Report::HEAD.iter().for_each(|line| println!("{line}"));
    for fault in &FAULTS {
        for kind in [Kind::Madang, Kind::Recipe] {
            let named = format!("{:<26} {:<7}", fault.name, kind.name());
            match measure(kind, fault).await {
                Ok(report) => println!("{named} {report}"),
                Err(why) => println!("{named} | left out: {why}"),
            }
        }
    }
    println!("{}", Report::NOTES);
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Madang => "Madang",
            Self::Recipe => "recipe",
        }
    }

    async fn serve(self, machine: &Machine, folder: &Path) -> Result<TestServer> {
        let dist = match self {
            Self::Madang => project().join("dist"),
            Self::Recipe => {
                let version = protocol::VERSION.to_string();
                let page = include_str!("plain.html").replace("PROTOCOL_VERSION", &version);
                fs::write(folder.join("index.html"), page)?;
                // The server takes no page without a module.
                fs::write(folder.join("none.wasm"), "")?;
                folder.to_owned()
            }
        };
        TestServer::start_with(&dist, machine, &folder.join(".tls")).await
    }

    async fn join(self, harness: &Harness, page: &Page) -> Result<()> {
        match self {
            Self::Madang => page.join(&harness.address("/r/tea")).await,
            Self::Recipe => {
                let room = harness.address(&format!("/r/tea?name={}", page.name));
                page.open(&room).await
            }
        }
    }
}

/// Has a call, breaks something, and waits for what comes of it.
async fn measure(kind: Kind, fault: &Fault) -> Result<Report> {
    let network = Network::new()?;
    let folder = TempDir::new()?;
    let server = kind.serve(&network.hub, folder.path()).await?;
    let machines = [network.machine()?, network.machine()?, network.machine()?];
    let mut outcome = Err("no call came about".to_owned());
    let name = format!("faults_{}", kind.name());
    let run = Harness::run_at(&name, server, async |harness| {
        let call = Call {
            harness,
            network: &network,
            machines: &machines,
        };
        let watched = watch(kind, fault, call).await;
        let line = |why: &Error| why.to_string().lines().take(1).collect();
        outcome = watched.as_ref().map_err(line).cloned();
        watched.map(drop)
    });
    // It has said why it failed, and left artifacts. Other calls may work.
    let _ = AssertUnwindSafe(run).catch_unwind().await;
    Ok(outcome?)
}

/// Once all see and hear all.
async fn watch(kind: Kind, fault: &Fault, mut call: Call<'_>) -> Result<Report> {
    let [ada, ben, cho] = call.machines;
    let people = [("Ada", ada), ("Ben", ben), ("Cho", cho)]
        .map(|(name, machine)| Person::new(name, Chromium).with(Access::Machine(machine)));
    let pages = call.harness.people(people).await?;
    try_join_all(pages.iter().map(|page| kind.join(call.harness, page))).await?;
    all_see_and_hear_all(&pages.each_ref().map(|page| &**page)).await?;
    for page in &pages {
        let others = pages.iter().filter(|other| other.name != page.name);
        let names: Vec<&str> = others.map(|other| other.name.as_str()).collect();
        let watch = format!("({})({})", include_str!("watch.js"), json!(names));
        page.value(&watch).await?;
    }
    for page in &pages {
        page.until("watch.moves()").await?;
        page.value("watch.begin()").await?;
    }
    let begin = now()?;
    fault.happen(&mut call).await?;
    let whole = now()?;
    let end = whole + AFTERWARDS.as_secs_f64() * 1000.0;
    let span = json!({ "begin": begin, "whole": whole, "end": end });
    let question = format!("watch.report({span})");
    let reports = try_join_all(pages.iter().map(|page| page.value(&question))).await?;
    Ok(Report::of(&reports))
}

/// In milliseconds since 1970.
fn now() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1000.0)
}
