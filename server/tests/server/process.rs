//! The program as an operator starts it: signals, files, sockets, and what it prints.

use std::{
    fs,
    os::fd::{AsFd, OwnedFd},
    os::unix::process::CommandExt,
    process::Stdio,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use protocol::ClientMessage;
use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use tokio::{
    net::{TcpSocket, TcpStream},
    process::Command,
    time::timeout,
};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{
    self, dist, exchange, join,
    program::{Program, command, start, start_command},
    socket::{hear, say},
};

#[tokio::test]
async fn sigterm_lets_pages_move_elsewhere() {
    let program = start(&[]).await;
    let mut page = program.page().await;
    say(&mut page, &join("tea", 1)).await;
    program.signal(Signal::TERM);
    let begin = Instant::now();
    match timeout(harness::LONG, page.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap()
    {
        Message::Close(Some(frame)) => assert_eq!(u16::from(frame.code), 1012),
        other => panic!("{other:?}"),
    }
    let (code, log) = program.rest().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopping"), "{log}");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

/// Longer than any page may be silent, and all of it the server's own.
#[tokio::test]
async fn a_server_that_was_stopped_drops_nobody_who_answers() {
    let program = start(&[]).await;
    let mut new = program.page().await;
    let mut pages = Vec::new();
    for person in 1..=8 {
        let mut page = program.page().await;
        say(&mut page, &join("tea", person)).await;
        pages.push(page);
    }
    program.signal(Signal::STOP);
    tokio::time::sleep(Duration::from_secs(16)).await;
    program.signal(Signal::CONT);
    for page in &mut pages {
        // What a page asks is answered behind the news of those who came, and a close would be
        // heard before.
        let mut heard = say(page, &ClientMessage::Ping).await;
        while !heard.contains("pong") {
            heard = hear(page).await;
        }
    }
    assert!(say(&mut new, &join("tea", 9)).await.contains("joined"));
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let program = start(&["--drain=120"]).await;
    // Deaf to the close frame, so that the first signal alone would take a second.
    let mut pages = Vec::new();
    for _ in 0..100 {
        pages.push(program.page().await);
    }
    program.signal(Signal::INT);
    let begin = Instant::now();
    while !exchange(
        program.connect().await.unwrap(),
        b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    )
    .await
    .0
    .contains("503")
    {
        assert!(begin.elapsed() < harness::LONG);
    }
    program.signal(Signal::INT);
    let (code, _) = program.rest().await;
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn what_is_wrong_at_the_start_is_said_in_plain_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (flags, words) in [
        (&["--listen", &taken][..], "cannot listen on"),
        (&["--metrics-listen", &taken], "--metrics-listen says where"),
        (&["--listen=0.0.0.0:0"], "--tls-self-signed"),
        (
            &["--tls-cert=/absent.pem", "--tls-key=/absent.key"],
            "/absent.pem: ",
        ),
        (
            &["--turn-url=turn:a", "--turn-secret-file=/absent"],
            "cannot read /absent",
        ),
        (&["--turn-url=turn:a"], "--turn-secret-file"),
        (
            &["--dist=/absent"],
            "no page in /absent: No such file or directory",
        ),
    ] {
        let said = refusal(flags).await;
        assert!(
            said.contains(words) && said.starts_with("madang: "),
            "{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}

/// Somebody copied a part, or forgot to build.
#[tokio::test]
async fn a_page_that_is_not_whole_keeps_it_from_starting() {
    for (name, content, words) in [
        ("index.html", None, "it has no index.html"),
        (
            "app-0123456789abcdef_bg.wasm",
            None,
            "it has no WebAssembly module",
        ),
        (
            "index.html",
            Some("<script type=module>import '/app-fedcba9876543210.js'</script>"),
            "app-fedcba9876543210.js is missing",
        ),
    ] {
        let dist = dist();
        fs::remove_file(dist.path().join(name)).unwrap();
        if let Some(content) = content {
            fs::write(dist.path().join(name), content).unwrap();
        }
        let said = refusal(&["--dist", &dist.path().display().to_string()]).await;
        assert!(said.contains(words), "{said}");
        assert!(said.contains("--dist says where it is"), "{said}");
    }
}

/// The words with which it refuses to start. No flag may be given twice.
async fn refusal(flags: &[&str]) -> String {
    let dist = dist();
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    let path = dist.path().display().to_string();
    for (flag, harmless) in [
        ("--listen", "127.0.0.1:0"),
        ("--metrics-listen", "none"),
        ("--dist", &path),
    ] {
        if !flags.iter().any(|given| given.starts_with(flag)) {
            command.args([flag, harmless]);
        }
    }
    let output = timeout(harness::LONG, command.args(flags).output());
    let output = output.await.unwrap().unwrap();
    assert!(!output.status.success(), "{flags:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_misspelt_variable_keeps_it_from_starting() {
    let dist = dist();
    let mut command = command(dist.path(), &[]);
    let output = command.env("MADANG_MAX_PEER", "4").output();
    let output = timeout(harness::LONG, output).await.unwrap().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("MADANG_MAX_PEER"), "{said}");
}

/// Everything that nobody's log is to hold, said to a server that tells as much as it can.
#[tokio::test]
async fn few_file_descriptors_are_survived() {
    let dist = dist();
    let mut command = command(dist.path(), &[]);
    // Safe: setrlimit is async-signal-safe, and nothing else happens between fork and exec.
    #[expect(unsafe_code, reason = "there is no other way to limit a child alone")]
    unsafe {
        command.as_std_mut().pre_exec(|| {
            let few = Rlimit {
                current: Some(64),
                maximum: Some(64),
            };
            Ok(setrlimit(Resource::Nofile, few)?)
        });
    }
    let program = start_command(command, dist).await;
    let mut page = program.page().await;
    say(&mut page, &join("tea", 1)).await;
    let mut crowd = Vec::new();
    for number in 0..100 {
        // The backlog takes those that the server cannot. One address alone would not get so many.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 1, number], 0).into()).unwrap();
        crowd.push(socket.connect(program.address()).await.unwrap());
    }
    let before = cpu(&program);
    let again = ClientMessage::Watch {
        room: "x".parse().unwrap(),
    };
    for _ in 0..10 {
        // A second in all, for a loop that spins to show.
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(say(&mut page, &again).await.contains("already-joined"));
    }
    assert!(cpu(&program) - before < 0.3, "it spins");
    drop(crowd);
    let mut other = program.page().await;
    assert!(say(&mut other, &join("tea", 2)).await.contains("joined"));
}

/// Seconds of processor time so far.
fn cpu(program: &Program) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.child.id().unwrap())).unwrap();
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    ticks as f64 / 100.0
}

/// As systemd does it: the socket is there before the server, and outlives it.
#[tokio::test]
async fn a_socket_that_was_passed_on_is_used() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // Whoever comes before the server waits for it.
    let early = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    for _ in 0..2 {
        let dist = dist();
        let mut command = Command::new("sh");
        let inherited: OwnedFd = listener.as_fd().try_clone_to_owned().unwrap();
        command
            .args([
                "-c",
                "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"",
            ])
            .arg(env!("CARGO_BIN_EXE_madang"))
            .args(["--metrics-listen=none", "--stun-url=none", "--dist"])
            .arg(dist.path())
            .stdin(Stdio::from(inherited))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let program = start_command(command, dist).await;
        assert_eq!(program.port, port);
        let mut page = program.page().await;
        say(&mut page, &join("tea", 1)).await;
        program.signal(Signal::TERM);
        assert_eq!(program.rest().await.0, Some(0));
    }
    drop(early);
}

/// By the signal and by itself.
#[tokio::test]
async fn a_changed_certificate_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let flag = format!("--tls-self-signed={}", folder.path().display());
    let mut program = start(&[&flag]).await;
    let log = async |program: &mut Program, word: &str| {
        loop {
            let line = timeout(harness::LONG, program.lines.next_line())
                .await
                .unwrap()
                .unwrap()
                .unwrap();
            if line.contains(word) {
                return line;
            }
        }
    };
    log(&mut program, "ready").await;
    program.signal(Signal::HUP);
    let first = log(&mut program, "read again").await;
    let elsewhere = tempfile::tempdir().unwrap();
    server::tls::Tls::self_signed(elsewhere.path(), &["localhost".to_owned()]).unwrap();
    fs::copy(
        elsewhere.path().join("key.pem"),
        folder.path().join("key.pem"),
    )
    .unwrap();
    // Half of a change is none.
    log(&mut program, "the old one stays").await;
    fs::copy(
        elsewhere.path().join("cert.pem"),
        folder.path().join("cert.pem"),
    )
    .unwrap();
    let second = log(&mut program, "read again").await;
    let fingerprint = |line: &str| line.rsplit_once("fingerprint=").unwrap().1.to_owned();
    assert_ne!(fingerprint(&first), fingerprint(&second));
}
