//! The test of the connection, which people ask for: what browsers tell of real STUN and TURN
//! servers, and what is said of it.

use std::{fs, net::UdpSocket, path::Path};

use e2e::{
    Access,
    Engine::{Chromium, Firefox},
    Harness, Page, Person,
};
use serde_json::json;

use super::server::{SECRET, coturn};

const SERVER: &str = "The server can be reached.";
const DIRECT: &str = "This browser can connect to others directly.";

/// What it says, line by line.
const FOUND: &str =
    "[...document.querySelectorAll('.connection-test li')].map(line => line.textContent)";

/// Tests the connection and compares what each line begins with. Nothing is left open that was not
/// before, and the focus stays where it was.
async fn finds(page: &Page, beginnings: &[&str]) -> e2e::Result<()> {
    let before = page.value("(window.old = probe.alive()).length").await?;
    page.click("Test connection").await?;
    page.until("probe.button('Test connection') && document.querySelector('.connection-test li')")
        .await?;
    let found = page.value(FOUND).await?;
    let lines = found.as_array().cloned().unwrap_or_default();
    let is_expected = lines.len() == beginnings.len()
        && lines.iter().zip(beginnings).all(|(line, beginning)| {
            line.as_str()
                .is_some_and(|line| line.starts_with(beginning))
        });
    assert!(is_expected, "{} finds {found:#}", page.name);
    assert_eq!(page.value("probe.alive().length").await?, before);
    assert_eq!(
        page.value("probe.alive().every(it => window.old.includes(it)) && document.activeElement.textContent")
            .await?,
        json!("Test connection")
    );
    Ok(())
}

/// A port where nobody answers.
fn silent_port() -> e2e::Result<(UdpSocket, u16)> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let port = socket.local_addr()?.port();
    Ok((socket, port))
}

/// The flag for a file with this secret.
fn secret(folder: &Path, secret: &str) -> e2e::Result<String> {
    let file = folder.join("secret");
    fs::write(&file, secret)?;
    Ok(format!("--turn-secret-file={}", file.display()))
}

/// Without credentials, which a lobby is not told.
#[tokio::test]
async fn the_lobby_tells_whether_server_stun_and_relay_answer() -> e2e::Result<()> {
    let folder = tempfile::tempdir()?;
    let (_coturn, port) = coturn(folder.path()).await?;
    let stun = format!("--stun-url=stun:127.0.0.1:{port}");
    let turn = format!("--turn-url=turn:127.0.0.1:{port}?transport=udp");
    let secret = secret(folder.path(), SECRET)?;
    Harness::run("test_lobby", &[&stun, &turn, &secret], async |harness| {
        let pages = harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?;
        let rest = [DIRECT, "STUN answers", "The relay (TURN) answers. "];
        for page in &pages {
            page.enter_lobby(&harness.address("/r/tea")).await?;
            page.until("document.body.textContent.includes('Nobody is here yet')")
                .await?;
            finds(page, &[&[SERVER][..], &rest].concat()).await?;
        }
        harness.crash_server().await?;
        for page in &pages {
            page.until(
                "document.body.textContent.includes('The server cannot be reached. Trying')",
            )
            .await?;
            let gone = "The server cannot be reached. Check your network";
            finds(page, &[&[gone][..], &rest].concat()).await?;
        }
        // What was found is told in the language that one reads.
        let [ada, _] = &pages;
        ada.value("document.querySelector('button[lang=ko]').click()")
            .await?;
        ada.until("probe.button('연결 테스트')").await?;
        ada.until(&format!(
            "{FOUND}[0].startsWith('서버에 연결할 수 없습니다.')"
        ))
        .await
    })
    .await;
    Ok(())
}

/// To somebody whose network lets no UDP out a server looks as one does that has no UDP.
#[tokio::test]
async fn where_udp_is_blocked_the_relay_answers_over_tcp() -> e2e::Result<()> {
    let folder = tempfile::tempdir()?;
    let (_coturn, port) = coturn(folder.path()).await?;
    let (_socket, silent) = silent_port()?;
    let stun = format!("--stun-url=stun:127.0.0.1:{silent}");
    let udp = format!("--turn-url=turn:127.0.0.1:{silent}?transport=udp");
    let tcp = format!("--turn-url=turn:127.0.0.1:{port}?transport=tcp");
    let secret = secret(folder.path(), SECRET)?;
    Harness::run("test_tcp", &[&stun, &udp, &tcp, &secret], async |harness| {
        let pages = harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?;
        for page in &pages {
            page.enter_lobby(&harness.address("/r/tea")).await?;
            page.until("document.body.textContent.includes('Nobody is here yet')")
                .await?;
            finds(
                page,
                &[
                    SERVER,
                    DIRECT,
                    "STUN does not answer: your network may block UDP.",
                    "The relay (TURN) answers over TCP alone: your network blocks UDP.",
                ],
            )
            .await?;
        }
        Ok(())
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn a_server_without_stun_and_relay_is_told_of_and_so_is_a_browser_without_a_way_out() {
    Harness::run("test_bare", &[], async |harness| {
        let [ada, ben, cho, dan] = harness
            .people([
                Person::new("Ada", Chromium),
                Person::new("Ben", Firefox),
                Person::new("Cho", Chromium).with(Access::Proxied),
                Person::new("Dan", Firefox).with(Access::Proxied),
            ])
            .await?;
        for page in [&ada, &ben, &cho, &dan] {
            page.enter_lobby(&harness.address("/r/tea")).await?;
            page.until("document.body.textContent.includes('Nobody is here yet')")
                .await?;
        }
        for page in [&ada, &ben] {
            finds(
                page,
                &[SERVER, DIRECT, "This server has neither STUN nor a relay"],
            )
            .await?;
        }
        for page in [&cho, &dan] {
            finds(
                page,
                &[SERVER, "This browser or its network lets no call out."],
            )
            .await?;
        }
        Ok(())
    })
    .await;
}

/// The server has another secret than the relay. The call goes on as it was.
#[tokio::test]
async fn a_call_tells_that_the_relay_refuses_the_servers_password() -> e2e::Result<()> {
    let folder = tempfile::tempdir()?;
    let (_coturn, port) = coturn(folder.path()).await?;
    let url = format!("--turn-url=turn:127.0.0.1:{port}?transport=udp");
    let secret = secret(folder.path(), "another secret")?;
    Harness::run("test_password", &[&url, &secret], async |harness| {
        let pages = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        for page in &pages {
            page.click("Settings").await?;
            let refuses = "The relay (TURN) refuses the password that this server gave.";
            finds(page, &[SERVER, DIRECT, refuses]).await?;
            page.click("Close").await?;
        }
        for page in &pages {
            assert_eq!(page.value("probe.connected()").await?, json!(1));
            page.until(
                "(await probe.flow(probe.names().find(name => !name.endsWith('(you)')))).seen > 0",
            )
            .await?;
        }
        Ok(())
    })
    .await;
    Ok(())
}

/// With credentials, of which the lobby knows none.
#[tokio::test]
async fn a_call_tells_that_the_relay_lets_one_in() -> e2e::Result<()> {
    let folder = tempfile::tempdir()?;
    let (_coturn, port) = coturn(folder.path()).await?;
    let url = format!("--turn-url=turn:127.0.0.1:{port}?transport=udp");
    let secret = secret(folder.path(), SECRET)?;
    Harness::run("test_relay", &[&url, &secret], async |harness| {
        let pages = harness.call([("Ada", Chromium), ("Ben", Firefox)]).await?;
        for page in &pages {
            page.click("Settings").await?;
            finds(page, &[SERVER, DIRECT, "The relay (TURN) answers. "]).await?;
        }
        Ok(())
    })
    .await;
    Ok(())
}
