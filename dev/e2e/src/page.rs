//! What a person does on a page, by the names that people hear.

use std::{path::Path, time::Duration};

use fantoccini::{
    Locator,
    actions::{
        InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
        TouchActions,
    },
    elements::Element,
};
use rustix::process::Signal;
use serde_json::json;
use tokio::fs;

use crate::{Result, browser::Browser, person::Person};

/// A person at a browser.
#[derive(Debug)]
pub struct Page {
    /// What the person is called.
    pub name: String,
    browser: Browser,
}

impl Page {
    /// Starts a browser for a person.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(person: Person<'_>) -> Result<Self> {
        let browser = Browser::start(person).await?;
        Ok(Self {
            name: person.name.to_owned(),
            browser,
        })
    }

    /// What the person's own tile is called.
    pub fn own(&self) -> String {
        format!("{} (you)", self.name)
    }

    /// Opens an address, whatever the page that is left would ask.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.ask_nothing().await?;
        self.browser.client.goto(address).await?;
        self.browser.look_on().await
    }

    /// Has the page ask nothing when it is left: chromedriver answers for the person, but on a busy
    /// machine another command of its own finds the question first and fails.
    async fn ask_nothing(&self) -> Result<()> {
        const UNASKED: &str =
            "addEventListener('beforeunload', event => event.stopImmediatePropagation(), true)";
        self.browser.client.execute(UNASKED, vec![]).await?;
        Ok(())
    }

    /// Loads the page again, whatever it would ask.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn reload(&self) -> Result<()> {
        self.ask_nothing().await?;
        Ok(self.browser.client.refresh().await?)
    }

    /// Goes back in the browser's history.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn back(&self) -> Result<()> {
        Ok(self.browser.client.back().await?)
    }

    /// Goes forward in the browser's history.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.browser.client.forward().await?)
    }

    /// Clicks the element of this id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn click_id(&self, id: &str) -> Result<()> {
        let element = self.browser.client.find(Locator::Id(id)).await?;
        Ok(element.click().await?)
    }

    /// Types keys, one after the other, wherever the focus is then.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let strokes = keys
            .chars()
            .flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let typing = strokes.fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
        Ok(self.browser.client.perform_actions(typing).await?)
    }

    /// Presses a key and keeps it down.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn hold(&self, key: char) -> Result<()> {
        self.stroke(KeyAction::Down { value: key }).await
    }

    /// Lets go of a key that was kept down.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn let_go(&self, key: char) -> Result<()> {
        self.stroke(KeyAction::Up { value: key }).await
    }

    async fn stroke(&self, stroke: KeyAction) -> Result<()> {
        let typing = KeyActions::new("keyboard".to_owned()).then(stroke);
        Ok(self.browser.client.perform_actions(typing).await?)
    }

    /// Moves the mouse to a place of the page, in CSS pixels.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn point_at(&self, (x, y): (f64, f64)) -> Result<()> {
        let moving = MouseActions::new("mouse".to_owned()).then(move_to(x, y));
        Ok(self.browser.client.perform_actions(moving).await?)
    }

    /// Taps a place of the page with a finger.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn tap(&self, (x, y): (f64, f64)) -> Result<()> {
        let button = MOUSE_BUTTON_LEFT;
        let tapping = TouchActions::new("finger".to_owned())
            .then(move_to(x, y))
            .then(PointerAction::Down { button })
            .then(PointerAction::Up { button });
        Ok(self.browser.client.perform_actions(tapping).await?)
    }

    /// Closes the tab.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn close_tab(&self) -> Result<()> {
        // A browser without tabs ends.
        self.browser.client.new_window(true).await?;
        Ok(self.browser.client.close_window().await?)
    }

    /// Clicks a button.
    ///
    /// # Errors
    /// When there is none of this name.
    pub async fn click(&self, button: &str) -> Result<()> {
        let quoted = json!(button);
        self.until(&format!("probe.button({quoted})")).await?;
        if self.value("probe.hasScreen()").await? == json!(true) {
            // The controls may be away, and come back for who moves.
            for place in [(8.0, 8.0), (9.0, 9.0)] {
                self.point_at(place).await?;
            }
            self.until("!document.querySelector('.bar.away')").await?;
            // Under the mouse they stay, however long it takes to press one.
            let bar = self
                .value("probe.corner(document.querySelector('.bar'))")
                .await?;
            let [x, y] = [0, 1].map(|axis| bar[axis].as_f64().unwrap_or_default());
            self.point_at((x, y)).await?;
        }
        let path = format!(
            "//button[@aria-label={quoted} or (not(@aria-label) and normalize-space()={quoted})]"
        );
        let buttons = self.browser.client.find_all(Locator::XPath(&path)).await?;
        for button in &buttons {
            if button.is_displayed().await? {
                return Ok(button.click().await?);
            }
        }
        // A narrow screen has no room for it.
        let more = Locator::Css(".bar .more");
        self.browser.client.find(more).await?.click().await?;
        // What was open closed with that, perhaps all that was wanted.
        for button in self.browser.client.find_all(Locator::XPath(&path)).await? {
            button.click().await?;
        }
        Ok(())
    }

    /// Writes into a field, instead of what stood there.
    ///
    /// # Errors
    /// When there is none of this name.
    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        // In one step: Firefox's own command tells the page nothing, which then may draw again what
        // stood there before the first key.
        const EMPTY: &str = "const [field] = arguments;
            field.value = '';
            field.dispatchEvent(new InputEvent('input', { bubbles: true }));";
        let field = self.field(field).await?;
        let element = serde_json::to_value(&field)?;
        self.browser.client.execute(EMPTY, vec![element]).await?;
        Ok(field.send_keys(text).await?)
    }

    /// Types into a field what may be keys too.
    ///
    /// # Errors
    /// When there is none of this name.
    pub async fn type_keys(&self, field: &str, keys: &str) -> Result<()> {
        Ok(self.field(field).await?.send_keys(keys).await?)
    }

    async fn field(&self, name: &str) -> Result<Element> {
        let name = json!(name);
        let path = format!(
            "//*[self::input or self::textarea][@aria-label={name} or @id=//label[normalize-space()={name}]/@for]"
        );
        Ok(self
            .browser
            .client
            .wait()
            .for_element(Locator::XPath(&path))
            .await?)
    }

    /// Goes to a room's lobby and says who one is.
    ///
    /// # Errors
    /// When the lobby does not come up.
    pub async fn enter_lobby(&self, address: &str) -> Result<()> {
        self.open(address).await?;
        self.until("probe.heading() === 'Ready to join?'").await?;
        self.fill("Your name", &self.name).await
    }

    /// Turns both devices on, in the lobby.
    ///
    /// # Errors
    /// When they stay off.
    pub async fn give_devices(&self) -> Result<()> {
        // Where devices were given before they come on by themselves, and the button goes: found
        // and clicked in one step.
        const BOTH: &str = "probe.button('Turn off camera') && probe.button('Turn off microphone') && !document.querySelector('[aria-busy]')";
        const ALLOW: &str = "[...document.querySelectorAll('button')].find(button => button.textContent === 'Allow camera and microphone')";
        self.until(&format!(
            "({BOTH}) || ({ALLOW}?.click(), {ALLOW} !== undefined)"
        ))
        .await?;
        self.until(BOTH).await
    }

    /// Joins a room with both devices on, and waits until one is in.
    ///
    /// # Errors
    /// When that does not work.
    pub async fn join(&self, address: &str) -> Result<()> {
        self.enter_lobby(address).await?;
        self.give_devices().await?;
        self.click("Join now").await?;
        self.until("probe.button('Leave call')").await
    }

    /// Writes to all.
    ///
    /// # Errors
    /// When the chat is not open.
    pub async fn say(&self, text: &str) -> Result<()> {
        self.fill("Message everyone", text).await?;
        self.click("Send message").await
    }

    /// Sends a signal to the browser with all its processes: `KILL` is a crash, `STOP` a frozen
    /// machine.
    pub fn signal(&self, signal: Signal) {
        self.browser.signal(signal);
    }

    /// Leaves behind what tells why something went wrong.
    pub(crate) async fn keep(&self, folder: &Path) {
        let console = self
            .browser
            .console
            .lock()
            .map(|text| text.clone())
            .unwrap_or_default();
        let name = &self.name;
        // As much as can be had of a browser that may be dead.
        if let Ok(Ok(picture)) =
            tokio::time::timeout(Duration::from_secs(10), self.browser.client.screenshot()).await
        {
            let _ = fs::write(folder.join(format!("{name}.png")), picture).await;
        }
        let _ = fs::write(folder.join(format!("{name}.console.txt")), console).await;
        let _ = fs::write(
            folder.join(format!("{name}.driver.txt")),
            self.browser.printed(),
        )
        .await;
    }

    /// Gives the page a viewport of this size in CSS pixels, also one that is too small for a
    /// window. Chromium alone can.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        self.browser
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        self.until(&format!(
            "innerWidth === {width} && innerHeight === {height} && await probe.drawn()"
        ))
        .await
    }

    /// Takes a picture of the page, to be looked at in this folder under this name.
    ///
    /// # Errors
    /// When the browser or the disk cannot.
    pub async fn picture(&self, folder: &Path, name: &str) -> Result<()> {
        fs::create_dir_all(folder).await?;
        let path = folder.join(format!("{name}.png"));
        Ok(fs::write(path, self.browser.client.screenshot().await?).await?)
    }

    /// The browser, for what only measurements need.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Ends the browser.
    pub(crate) async fn end(&self) {
        let _ = tokio::time::timeout(Duration::from_secs(10), self.browser.client.clone().close())
            .await;
    }
}

fn move_to(x: f64, y: f64) -> PointerAction {
    let duration = None;
    PointerAction::MoveTo { duration, x, y }
}
