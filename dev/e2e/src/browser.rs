//! A browser with fake devices, none, or refused ones.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder,
    wd::{Capabilities, TimeoutConfiguration},
};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    fs,
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{
    Machine, Result,
    bidi::{self, Console},
    person::{Access, Engine, FakeDevices, Person},
    process::Process,
    speech,
};

/// What looks at pages, as a function.
const PROBE: &str = include_str!("probe.js");

/// A running browser and its driver.
#[derive(Debug)]
pub struct Browser {
    /// For all that a user does.
    pub client: Client,
    /// Its pages' consoles.
    pub console: Console,
    engine: Engine,
    driver: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// When browser or driver are missing, or do not understand each other.
    pub async fn start(person: Person<'_>) -> Result<Self> {
        let engine = person.engine;
        let machine = match person.access {
            Access::Machine(machine) => Some(machine),
            Access::Direct | Access::Proxied => None,
        };
        // What is killed leaves its files; they go with this.
        let profile = tempfile::Builder::new().prefix("madang").tempdir()?;
        let (driver, port) = driver(engine, profile.path(), machine).await?;
        let voice = profile.path().join("voice.wav");
        if person.devices == FakeDevices::Voice {
            fs::write(&voice, speech::wav()).await?;
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(person, &voice))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .map_err(|error| format!("{engine:?} does not start: {error}\n{}", driver.printed()))?;
        let patience = Some(Duration::from_secs(180));
        client
            .update_timeouts(TimeoutConfiguration::new(patience, patience, None))
            .await?;
        let console = if engine == Engine::WebKit {
            Console::default()
        } else {
            let url = client
                .capabilities()
                .and_then(|capabilities| capabilities.get("webSocketUrl")?.as_str())
                .ok_or("the browser offers no BiDi")?;
            if let (Some(machine), Some(port)) =
                (machine, port_of(url).filter(|bidi| *bidi != port))
            {
                machine.reach(port)?;
            }
            let bare = person.is_bare.then_some(include_str!("bare.js"));
            bidi::prepare(url, bare.into_iter().chain([PROBE])).await?
        };
        Ok(Self {
            client,
            console,
            engine,
            driver,
            _profile: profile,
        })
    }

    /// Gives the page the probe, where that has not been done before its own scripts.
    ///
    /// # Errors
    /// When the page does not take it.
    pub(crate) async fn look_on(&self) -> Result<()> {
        if self.engine == Engine::WebKit {
            self.client.execute(&format!("({PROBE})()"), vec![]).await?;
        }
        Ok(())
    }

    /// What its driver printed.
    pub fn printed(&self) -> String {
        self.driver.printed()
    }

    /// Sends a signal to the browser with all its processes.
    pub fn signal(&self, signal: Signal) {
        self.driver.signal(signal);
    }
}

fn port_of(url: &str) -> Option<u16> {
    let (_, rest) = url.rsplit_once(':')?;
    rest.split('/').next()?.parse().ok()
}

/// Starts a driver, at a port that nobody else has: chromedriver is given one of IPv6 and wants the
/// same of IPv4, and what is free on a machine may be taken outside of it.
async fn driver(engine: Engine, files: &Path, machine: Option<&Machine>) -> Result<(Process, u16)> {
    const MORE_ATTEMPTS: u32 = 4;
    for _ in 0..MORE_ATTEMPTS {
        match start_driver(engine, files, machine).await {
            Err(error) if error.to_string().contains("Address already in use") => {}
            started => return started,
        }
    }
    start_driver(engine, files, machine).await
}

async fn start_driver(
    engine: Engine,
    files: &Path,
    machine: Option<&Machine>,
) -> Result<(Process, u16)> {
    let (program, arguments, before): (_, &[&str], _) = match engine {
        Engine::Chromium => ("chromedriver", &["--port=0"], "successfully on port "),
        Engine::WebKit => return start_webkit(files).await,
        Engine::Firefox => (
            "geckodriver",
            &["--port=0", "--websocket-port=0", "--allow-system-access"],
            "Listening on 127.0.0.1:",
        ),
    };
    let program = Path::new(program);
    let files = [("TMPDIR", files)];
    let mut driver = match machine {
        None => Process::start(program, arguments, &files)?,
        Some(machine) => {
            let (program, arguments) = machine.on_it(program, arguments);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            Process::start(&program, &arguments, &files)?
        }
    };
    let port = driver.number_after(before).await?;
    if let Some(machine) = machine {
        machine.reach(port)?;
    }
    Ok((driver, port))
}

/// It has no mode without a screen, and its driver chooses no port and says nothing.
async fn start_webkit(files: &Path) -> Result<(Process, u16)> {
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let arguments = [
        "--auto-servernum",
        "--server-args=-screen 0 1280x800x24",
        "WebKitWebDriver",
        &format!("--port={port}"),
    ];
    let driver = Process::start(Path::new("xvfb-run"), &arguments, &[("TMPDIR", files)])?;
    let is_there = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    match timeout(Duration::from_secs(30), is_there).await {
        Ok(()) => Ok((driver, port)),
        Err(_) => Err(format!("WebKitWebDriver is not there:\n{}", driver.printed()).into()),
    }
}

fn capabilities(person: Person<'_>, voice: &Path) -> Capabilities {
    let (key, options) = match person.engine {
        Engine::Chromium => ("goog:chromeOptions", chromium(person, voice)),
        Engine::Firefox => ("moz:firefoxOptions", firefox(person)),
        Engine::WebKit => ("webkitgtk:browserOptions", webkit(person)),
    };
    let mut capabilities = Capabilities::new();
    if person.engine != Engine::WebKit {
        capabilities.insert("webSocketUrl".to_owned(), json!(true));
    }
    capabilities.insert("acceptInsecureCerts".to_owned(), json!(true));
    capabilities.insert(key.to_owned(), options);
    capabilities
}

fn chromium(person: Person<'_>, voice: &Path) -> Value {
    let voice = format!("--use-file-for-fake-audio-capture={}", voice.display());
    let mut arguments = vec![
        "--headless=new",
        // Tests may run as root, where Chromium has no sandbox.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
        "--mute-audio",
        if person.hears_at_once {
            "--autoplay-policy=no-user-gesture-required"
        } else {
            "--autoplay-policy=document-user-activation-required"
        },
        // Several windows share one screen, and people look at all of them.
        "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows",
        "--disable-background-timer-throttling",
        "--window-size=1280,800",
        "--accept-lang=en-US",
        // A host that is not `localhost` and has no TLS.
        "--host-resolver-rules=MAP insecure.test 127.0.0.1",
    ];
    arguments.extend_from_slice(match person.devices {
        FakeDevices::Granted | FakeDevices::Voice => &[
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ],
        FakeDevices::Several => &[
            "--use-fake-device-for-media-stream=device-count=3",
            "--use-fake-ui-for-media-stream",
        ],
        FakeDevices::Absent => &["--use-fake-ui-for-media-stream"],
        FakeDevices::Refused => &[
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream=deny",
        ],
    });
    if person.devices == FakeDevices::Voice {
        arguments.push(&voice);
    }
    if matches!(person.access, Access::Proxied) {
        arguments.push("--webrtc-ip-handling-policy=disable_non_proxied_udp");
    }
    let tab = person
        .tab
        .map(|title| format!("--auto-select-tab-capture-source-by-title={title}"));
    if let Some(tab) = &tab {
        // The fake prompt would choose a fake screen.
        arguments.retain(|argument| *argument != "--use-fake-ui-for-media-stream");
        arguments.extend(["--auto-accept-camera-and-microphone-capture", tab]);
    }
    json!({ "args": arguments })
}

fn firefox(person: Person<'_>) -> Value {
    // nsIPermissionManager: 0 asks, 2 denies.
    let permission = if person.devices == FakeDevices::Refused {
        2
    } else {
        0
    };
    json!({
        "args": ["-headless", "-width", "1280", "-height", "800"],
        "prefs": {
            "media.navigator.streams.fake": person.devices != FakeDevices::Absent,
            "media.navigator.permission.disabled": person.devices != FakeDevices::Refused,
            "permissions.default.camera": permission,
            "permissions.default.microphone": permission,
            // 0 allows, 1 forbids.
            "media.autoplay.default": i32::from(!person.hears_at_once),
            // No codecs are to be fetched while a test runs.
            "media.gmp-manager.updateEnabled": false,
            // The TURN server of the tests is on loopback.
            "media.peerconnection.ice.loopback": true,
            "media.peerconnection.ice.proxy_only": matches!(person.access, Access::Proxied),
            "intl.accept_languages": "en-US",
        },
    })
}

fn webkit(person: Person<'_>) -> Value {
    let has_devices = person.devices != FakeDevices::Absent;
    json!({
        "binary": webkit_browser(),
        "args": ["--automation", format!("--enable-mock-capture-devices={has_devices}")],
    })
}

/// Debian keeps it beside the library, in a folder of the machine's kind.
fn webkit_browser() -> PathBuf {
    const LIBRARIES: &str = "/usr/lib";
    let folders = std::fs::read_dir(LIBRARIES).into_iter().flatten().flatten();
    let mut browsers = folders.map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
    let browser = browsers.find(|browser| browser.exists());
    browser.unwrap_or_else(|| PathBuf::from("MiniBrowser"))
}
