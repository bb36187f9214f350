//! What browsers see of the server beside calls: why it closes, and what its TURN credentials are
//! good for.

use std::{fs, net::UdpSocket, path::Path, time::Duration};

use e2e::{
    Engine::{Chromium, Firefox},
    Harness,
    process::Process,
};
use serde_json::json;
use tokio::{
    net::UnixDatagram,
    time::{Instant, sleep, timeout},
};

pub const SECRET: &str = "the secret of this test";
/// Builds may run beside the tests.
const START: Duration = Duration::from_secs(30);

/// Joins a room by hand after somebody else, and gathers with the TURN server that it is told of,
/// once as it is and once with another password: the types of the candidates that come.
const GATHER: &str = r#"
    await (async () => {
        const room = crypto.randomUUID();
        const join = async person => {
            const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
            await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
            const secret = person.repeat(16);
            socket.send(JSON.stringify({ type: 'join', version: 2, room, name: '', secret, incarnation: 1 }));
            return new Promise(resolve => { socket.onmessage = event => resolve(JSON.parse(event.data)); });
        };
        const alone = await join('00');
        if (alone.iceServers.some(server => server.credential)) throw new Error('a relay to nobody');
        const told = await join('01');
        const gather = async change => {
            const iceServers = told.iceServers.map(server => ({ ...server, ...change }));
            const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' });
            connection.createDataChannel('any');
            const types = [];
            const done = new Promise(resolve => {
                connection.onicecandidate = ({ candidate }) => {
                    if (!candidate) resolve();
                    else if (candidate.candidate) types.push(candidate.type);
                };
            });
            await connection.setLocalDescription();
            await done;
            connection.close();
            return [...new Set(types)];
        };
        return [await gather({}), await gather({ credential: 'a guess' })];
    })()
"#;

/// Sends a text of so many letters, and waits for the close code.
const TOO_MUCH: &str = r#"
    await (async () => {
        const codes = [];
        for (const size of [100_000, 5_000_000]) {
            const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
            await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
            const closed = new Promise(resolve => { socket.onclose = event => resolve(event.code); });
            socket.send('x'.repeat(size));
            codes.push(await closed);
        }
        return codes;
    })()
"#;

/// Long enough that pauses between attempts have grown as far as they do.
const DOWN: Duration = Duration::from_secs(12);
/// From the moment at which the server listens again until everybody in a small room is back.
const BACK: Duration = Duration::from_secs(3);

/// Pictures of Cho over a connection that is none of the old ones.
const CHO_ANEW: &str =
    "!window.old.includes(probe.connectionOf('Cho')) && (await probe.flow('Cho'))?.seen > 0";

/// After a crash nobody was told of, and a while in which all attempts are refused.
#[tokio::test]
async fn three_are_whole_again_within_three_seconds_of_a_restart() {
    Harness::run("server_crash", &[], async |harness| {
        let [ada, ben, cho] = harness
            .people([("Ada", Chromium), ("Ben", Chromium), ("Cho", Chromium)])
            .await?;
        let room = harness.address("/r/tea");
        tokio::try_join!(ada.join(&room), ben.join(&room), cho.join(&room))?;
        let everybody_sees_everybody = async || {
            ada.sees_only(&[&ben, &cho]).await?;
            ben.sees_only(&[&ada, &cho]).await?;
            cho.sees_only(&[&ada, &ben]).await
        };
        everybody_sees_everybody().await?;
        let says_so = "document.body.textContent.includes('Your call goes on')";
        harness.crash_server().await?;
        for page in [&ada, &ben, &cho] {
            page.until(says_so).await?;
        }
        sleep(DOWN).await;
        harness.start_server().await?;
        let begin = Instant::now();
        let gone = format!("!{says_so}");
        tokio::try_join!(ada.until(&gone), ben.until(&gone), cho.until(&gone))?;
        let took = begin.elapsed();
        println!("all three were back after {took:?}");
        assert!(took < BACK, "{took:?}");
        // Tiles never left. That signals go through again is seen of somebody who comes anew.
        for page in [&ada, &ben] {
            page.value("(window.old = probe.alive()).length").await?;
        }
        cho.reload().await?;
        cho.until("probe.button('Leave call')").await?;
        for page in [&ada, &ben] {
            page.until(CHO_ANEW).await?;
        }
        everybody_sees_everybody().await
    })
    .await;
}

/// The reason gets lost if a connection is closed while there is more to read; then browsers report
/// 1006.
#[tokio::test]
async fn browsers_learn_why_a_message_was_too_much() {
    Harness::run("too_much", &[], async |harness| {
        for page in harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?
        {
            page.open(&harness.address("/")).await?;
            for _ in 0..5 {
                assert_eq!(
                    page.value(TOO_MUCH).await?,
                    json!([1009, 1009]),
                    "{}",
                    page.name
                );
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_follows_a_link_to_nowhere_reads_why() {
    Harness::run("nowhere", &[], async |harness| {
        let [page] = harness.people([("Ada", Chromium)]).await?;
        for (path, heading, reason) in [
            ("/r/", "This link leads to no room", "one letter or digit"),
            (
                "/r/%E0%A4%A",
                "This link leads to no room",
                "was lost on its way",
            ),
            ("/nowhere", "There is no such page.", ""),
        ] {
            page.open(&harness.address(path)).await?;
            page.until(&format!("probe.heading() === '{heading}'"))
                .await?;
            page.until(&format!("document.body.innerText.includes('{reason}')"))
                .await?;
        }
        page.open(&harness.address("//R//Team/?lang=en")).await?;
        page.until("location.pathname === '/r/team'").await?;
        page.until("probe.heading() === 'Ready to join?'").await
    })
    .await;
}

#[tokio::test]
async fn browsers_get_a_relay_with_what_they_are_told_and_with_nothing_else() -> e2e::Result<()> {
    let folder = tempfile::tempdir()?;
    let (_coturn, port) = coturn(folder.path()).await?;
    let file = folder.path().join("secret");
    fs::write(&file, SECRET)?;
    let url = format!("--turn-url=turn:127.0.0.1:{port}?transport=udp");
    let secret = format!("--turn-secret-file={}", file.display());
    Harness::run("turn", &[&url, &secret], async |harness| {
        for page in harness
            .people([("Ada", Chromium), ("Ben", Firefox)])
            .await?
        {
            page.open(&harness.address("/")).await?;
            let types = page.value(GATHER).await?;
            assert_eq!(types, json!([["relay"], []]), "{}", page.name);
        }
        Ok(())
    })
    .await;
    Ok(())
}

/// As in production, but on loopback, in the clear, and with its files in this folder.
pub async fn coturn(folder: &Path) -> e2e::Result<(Process, u16)> {
    let configuration = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/turnserver.conf");
    let port = UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port();
    let file = |name: &str| folder.join(name).display().to_string();
    let arguments = [
        "-c",
        configuration,
        "--no-tls",
        "--listening-ip=127.0.0.1",
        "--relay-ip=127.0.0.1",
        &format!("--listening-port={port}"),
        &format!("--static-auth-secret={SECRET}"),
        &format!("--pidfile={}", file("pid")),
        &format!("--userdb={}", file("users")),
    ];
    let told = folder.join("ready");
    let ready = UnixDatagram::bind(&told)?;
    let environment = [("NOTIFY_SOCKET", &*told)];
    let process = Process::start(Path::new("turnserver"), &arguments, &environment)?;
    let waited = timeout(START, ready.recv(&mut [0; 256])).await;
    waited.map_err(|_| format!("coturn is not ready:\n{}", process.printed()))??;
    Ok((process, port))
}
