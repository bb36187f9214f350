//! All that one test needs.

use std::{
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::{
    FutureExt,
    future::{join_all, try_join_all},
};
use tokio::fs;

use crate::{
    Result,
    page::Page,
    person::Person,
    server::{StoppedServer, TestServer, project},
    sight::all_see_and_hear_all,
};

/// A server and everybody who came.
#[derive(Debug)]
pub struct Harness {
    server: Option<TestServer>,
    stopped: Option<StoppedServer>,
    pages: Vec<Arc<Page>>,
}

impl Harness {
    /// Runs a test with a server of its own. If the test fails, screenshots, consoles and logs are
    /// left in `dev/e2e/artifacts/TEST/`.
    ///
    /// # Panics
    /// When the test fails.
    #[expect(clippy::panic, reason = "this is how tests fail")]
    pub async fn run(
        test: &str,
        flags: &[&str],
        script: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) {
        let server = TestServer::start(flags).await;
        let server = server.unwrap_or_else(|error| panic!("{error}"));
        Self::run_at(test, server, script).await;
    }

    /// The same with a server that has been started.
    ///
    /// # Panics
    /// When the test fails.
    #[expect(clippy::panic, reason = "this is how tests fail")]
    pub async fn run_at(
        test: &str,
        server: TestServer,
        script: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) {
        let mut harness = Self {
            server: Some(server),
            stopped: None,
            pages: Vec::new(),
        };
        let folder = artifacts(test);
        // What an earlier run left.
        let _ = fs::remove_dir_all(&folder).await;
        let outcome = AssertUnwindSafe(script(&mut harness)).catch_unwind().await;
        if !matches!(outcome, Ok(Ok(()))) {
            harness.keep(&folder).await;
        }
        join_all(harness.pages.iter().map(|page| page.end())).await;
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => panic!("{error}\nSee dev/e2e/artifacts/{test}/."),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

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

    /// Leaves behind what tells why the test failed.
    async fn keep(&self, folder: &Path) {
        if fs::create_dir_all(folder).await.is_err() {
            return;
        }
        join_all(self.pages.iter().map(|page| page.keep(folder))).await;
        let printed = self.server.as_ref().map(TestServer::printed);
        let _ = fs::write(folder.join("server.txt"), printed.unwrap_or_default()).await;
    }
}

/// Where a test leaves what people may look at.
pub fn artifacts(test: &str) -> PathBuf {
    project().join("dev/e2e/artifacts").join(test)
}
