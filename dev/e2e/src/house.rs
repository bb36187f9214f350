//! All that one test needs.

use std::{panic::AssertUnwindSafe, path::PathBuf, sync::Arc};

use futures_util::{
    FutureExt,
    future::{join_all, try_join_all},
};
use tokio::fs;

use crate::{
    Result,
    page::Page,
    person::Person,
    server::{Server, Stopped, project},
    sight::all_see_and_hear_all,
};

/// A server and everybody who came.
#[derive(Debug)]
pub struct House {
    server: Option<Server>,
    stopped: Option<Stopped>,
    pages: Vec<Arc<Page>>,
}

impl House {
    /// Starts a browser for each of these people, at the same time.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn people<'a, const N: usize>(
        &mut self,
        people: [impl Into<Person<'a>>; N],
    ) -> Result<[Arc<Page>; N]> {
        let starting = people.map(|person| Page::start(person.into()));
        let mut pages = Vec::new();
        for page in join_all(starting).await {
            pages.push(Arc::new(page?));
        }
        self.pages.extend(pages.iter().cloned());
        pages
            .try_into()
            .map_err(|_| "as many as were asked for".into())
    }

    /// A call of these people, who all join at once and see and hear each other.
    ///
    /// # Errors
    /// When they do not.
    pub async fn call<'a, const N: usize>(
        &mut self,
        people: [impl Into<Person<'a>>; N],
    ) -> Result<[Arc<Page>; N]> {
        let pages = self.people(people).await?;
        let room = self.address("/r/tea");
        try_join_all(pages.iter().map(|page| page.join(&room))).await?;
        all_see_and_hear_all(&pages.each_ref().map(|page| &**page)).await?;
        Ok(pages)
    }

    /// The address of a path.
    pub fn address(&self, path: &str) -> String {
        self.server
            .as_ref()
            .map(|server| server.address(path))
            .unwrap_or_default()
    }

    /// Ends the server.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop_server(&mut self) -> Result<()> {
        if let Some(server) = self.server.take() {
            self.stopped = Some(server.stop().await?);
        }
        Ok(())
    }

    /// Ends the server as a crash does.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn crash_server(&mut self) -> Result<()> {
        if let Some(server) = self.server.take() {
            self.stopped = Some(server.crash().await?);
        }
        Ok(())
    }

    /// Starts it again.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_server(&mut self) -> Result<()> {
        if let Some(stopped) = self.stopped.take() {
            self.server = Some(stopped.start().await?);
        }
        Ok(())
    }
}

/// Holds a test in a house of its own; on failure leaves behind what tells why.
///
/// # Panics
/// When the test fails.
#[expect(clippy::panic, reason = "this is how tests fail")]
pub async fn hold(test: &str, flags: &[&str], script: impl AsyncFnOnce(&mut House) -> Result<()>) {
    let server = Server::start(flags)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    hold_at(test, server, script).await;
}

/// The same at a server that is there.
///
/// # Panics
/// When the test fails.
#[expect(clippy::panic, reason = "this is how tests fail")]
pub async fn hold_at(
    test: &str,
    server: Server,
    script: impl AsyncFnOnce(&mut House) -> Result<()>,
) {
    let mut house = House {
        server: Some(server),
        stopped: None,
        pages: Vec::new(),
    };
    let folder = artifacts(test);
    // What an earlier run left.
    let _ = fs::remove_dir_all(&folder).await;
    let outcome = AssertUnwindSafe(script(&mut house)).catch_unwind().await;
    let failed = !matches!(outcome, Ok(Ok(())));
    if failed && fs::create_dir_all(&folder).await.is_ok() {
        join_all(house.pages.iter().map(|page| page.keep(&folder))).await;
        let printed = house
            .server
            .as_ref()
            .map(Server::printed)
            .unwrap_or_default();
        let _ = fs::write(folder.join("server.txt"), printed).await;
    }
    join_all(house.pages.iter().map(|page| page.end())).await;
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{error}\nSee dev/e2e/artifacts/{test}/."),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn artifacts(test: &str) -> PathBuf {
    project().join("dev/e2e/artifacts").join(test)
}
