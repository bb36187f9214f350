//! What a person sees and hears on a page.

use futures_util::future::try_join_all;
use serde_json::{Value, json};

use crate::{Result, page::Page};

/// How long anything may take that has no limit of its own. Two cores run all the browsers, and
/// perhaps a build.
pub const TIMEOUT: u64 = 60;

impl Page {
    /// What an expression is worth on the page; `probe` is at hand.
    ///
    /// # Errors
    /// When the page throws, or is gone.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[0];
             (async () => ({expression}))().then(value => done({{ value }}), error => done({{ error: String(error) }}));"
        );
        let answer = self
            .browser()
            .client
            .execute_async(&script, Vec::new())
            .await?;
        match answer["error"].as_str() {
            None => Ok(answer["value"].clone()),
            Some(error) => Err(format!("{}: {expression}: {error}", self.name).into()),
        }
    }

    /// Waits until an expression is true.
    ///
    /// # Errors
    /// When it never is; says what the page shows instead.
    pub async fn until(&self, expression: &str) -> Result<()> {
        self.until_within(expression, TIMEOUT).await
    }

    /// Waits until an expression is true, for at most so many seconds.
    ///
    /// # Errors
    /// When it is not by then; says what the page shows instead.
    pub async fn until_within(&self, expression: &str, seconds: u64) -> Result<()> {
        let question = format!("probe.until(async () => ({expression}), {seconds})");
        let answer = self.value(&question).await?;
        if answer["ok"] == json!(true) {
            return Ok(());
        }
        let shown = "({ heading: probe.heading(), tiles: probe.tiles(), flows: await Promise.all(probe.names().map(probe.flow)), \
                        connections: probe.connections.map(c => [c.connectionState, c.descriptions]) })";
        let shown = self.value(shown).await.unwrap_or_default();
        Err(format!(
            "{}: not within {seconds} s: {expression} ({})\n{shown:#}",
            self.name, answer["why"]
        )
        .into())
    }

    /// Waits until exactly these people are on tiles, and oneself.
    ///
    /// # Errors
    /// When others are.
    pub async fn sees_only(&self, others: &[&Page]) -> Result<()> {
        self.sees_only_within(others, TIMEOUT).await
    }

    /// The same, within so many seconds.
    ///
    /// # Errors
    /// When others are.
    pub async fn sees_only_within(&self, others: &[&Page], seconds: u64) -> Result<()> {
        let mut names: Vec<String> = others.iter().map(|page| page.name.clone()).collect();
        names.push(self.own());
        names.sort();
        let names = json!(names);
        self.until_within(
            &format!("JSON.stringify(probe.names()) === JSON.stringify({names})"),
            seconds,
        )
        .await
    }

    /// Waits until a person is seen and heard: frames are decoded and change, none of them black,
    /// and sound comes in.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn sees_and_hears(&self, other: &Page) -> Result<()> {
        let name = json!(other.name);
        let first = format!("(await probe.flow({name}))");
        let (seen, heard) = (format!("{first}?.seen > 0"), format!("{first}?.heard > 0"));
        self.until(&seen).await?;
        self.until(&heard).await?;
        let flow = self.value(&format!("probe.flow({name})")).await?;
        let (frames, energy) = (&flow["seen"], &flow["heard"]);
        self.until(&format!("(await probe.flow({name})).seen > {frames} && (await probe.flow({name})).heard > {energy}")).await?;
        self.until(&format!("(sight => sight && sight.brightness > 10 && sight.change > 0.01)(await probe.sight({name}))")).await?;
        self.until(&format!(
            "probe.tile({name}).words.length === 0 && !probe.tile({name}).covered"
        ))
        .await
    }
}

/// Waits until each of these sees and hears each other one.
///
/// # Errors
/// When one does not.
pub async fn all_see_and_hear_all(pages: &[&Page]) -> Result<()> {
    let seeing = pages.iter().map(async |page| {
        for other in pages.iter().filter(|other| other.name != page.name) {
            page.sees_and_hears(other).await?;
        }
        Ok(())
    });
    try_join_all(seeing).await.map(drop)
}
