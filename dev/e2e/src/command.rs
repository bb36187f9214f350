//! Commands of one browser alone, which WebDriver does not name.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::{Result, browser::Browser};

#[derive(Debug)]
struct Command {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> std::result::Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    /// Sends Chromium a command of its DevTools, and returns the answer:
    /// <https://chromedevtools.github.io/devtools-protocol/>
    ///
    /// # Errors
    /// When it refuses, or is no Chromium.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.command("goog/cdp/execute", body).await
    }

    /// Sets a preference of Firefox.
    ///
    /// # Errors
    /// When it refuses, or is no Firefox.
    pub async fn prefer(&self, preference: &str, value: bool) -> Result<()> {
        let context = async |context: &str| {
            let context = json!({ "context": context });
            self.command("moz/context", context).await.map(drop)
        };
        context("chrome").await?;
        let set = "Services.prefs.setBoolPref(arguments[0], arguments[1])";
        self.client
            .execute(set, vec![json!(preference), json!(value)])
            .await?;
        context("content").await
    }

    async fn command(&self, path: &'static str, body: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Command { path, body }).await?)
    }
}
