use super::*;
use crate::essay::{SERVER, says};

fn parse(arguments: &[&str]) -> Result<Config, String> {
    let config = Config::try_parse_from([&["madang"], arguments].concat());
    let config = config.map_err(|error| error.to_string())?;
    config.check([].into_iter()).map(|()| config)
}

#[test]
fn a_public_stun_server_is_the_default_and_can_be_switched_off() {
    let stun = |arguments: &[&str]| parse(arguments).unwrap().ice().unwrap().stun;
    assert_eq!(stun(&[]).len(), 1);
    assert_eq!(stun(&["--stun-url", "none"]), [""; 0]);
}

#[test]
fn a_turn_server_needs_a_secret_or_a_name_and_a_password() {
    let turn = "--turn-url=turn:turn.example.org,turns:turn.example.org:443";
    let access = |arguments: &[&str]| {
        let config = parse(&[&[turn], arguments].concat())?;
        config.ice().map(|ice| ice.turn.unwrap())
    };
    assert!(access(&[]).unwrap_err().contains("--turn-secret-file"));
    assert!(access(&["--turn-username=a"]).is_err());
    let turn = access(&["--turn-username=a", "--turn-credential=b"]).unwrap();
    assert_eq!(
        turn.urls,
        ["turn:turn.example.org", "turns:turn.example.org:443"]
    );
    assert!(matches!(turn.access, Access::Static { .. }));

    let file = tempfile::NamedTempFile::new().unwrap();
    let path = format!("--turn-secret-file={}", file.path().display());
    assert!(access(&[&path]).unwrap_err().contains("no secret in"));
    fs::write(file.path(), " north\n").unwrap();
    match access(&[&path, "--turn-ttl=600"]).unwrap().access {
        Access::Secret { secret, ttl } => {
            assert_eq!((&secret.0[..], ttl), ("north", Duration::from_secs(600)));
        }
        other => panic!("{other:?}"),
    }
    assert!(access(&[&path, "--turn-username=a", "--turn-credential=b"]).is_err());
    let absent = access(&["--turn-secret-file=/absent"]).unwrap_err();
    assert!(absent.contains("cannot read /absent"));
}

#[test]
fn nonsense_is_refused_at_the_start() {
    for (nonsense, word) in [
        ("--stun-url=https://example.org", "stun:"),
        ("--trusted-proxy=proxy", "no network"),
        ("--public-url=calls.example.org", "https://"),
        ("--base-path=/a b/", "a path like /madang/"),
        ("--public-url=https://example.org/calls", "--base-path"),
        ("--max-peers=1", "2..=16"),
        ("--listen=somewhere", "invalid socket address"),
        ("--unknown", "unexpected"),
        ("--tls-cert=cert.pem", "--tls-key"),
        ("--tls-key=key.pem", "--tls-cert"),
        ("--turn-secret-file=secret", "--turn-url"),
        ("--turn-ttl=5", "60..=86400"),
        ("--drain=1000", "0..=120"),
        ("--log=everything", "debug"),
    ] {
        let refusal = parse(&[nonsense]).unwrap_err();
        assert!(refusal.contains(word), "{refusal}");
    }
    assert!(parse(&["--tls-cert=a", "--tls-key=b", "--tls-self-signed=c"]).is_err());
}

#[test]
fn a_misspelt_variable_is_told() {
    let config = parse(&[]).unwrap();
    let check = |name: &str| config.check([name.to_owned()].into_iter());
    assert!(
        check("MADANG_LISTNE")
            .unwrap_err()
            .contains("MADANG_LISTNE")
    );
    assert_eq!(check("MADANG_LISTEN"), Ok(()));
    assert_eq!(check("PATH"), Ok(()));
    assert_eq!(check("MADANG_PORT_3000_TCP_ADDR"), Ok(()));
}

#[test]
fn the_network_is_not_listened_to_without_tls_by_mistake() {
    let check = |arguments: &[&str], address: &str| {
        parse(arguments)
            .unwrap()
            .check_address(address.parse().unwrap())
    };
    assert!(
        check(&[], "0.0.0.0:3000")
            .unwrap_err()
            .contains("--tls-self-signed")
    );
    assert!(check(&[], "[::]:3000").is_err());
    assert!(check(&[], "127.0.0.1:3000").is_ok() && check(&[], "[::1]:3000").is_ok());
    for flags in [
        &["--tls-self-signed=tls"][..],
        &["--tls-cert=a", "--tls-key=b"],
        &["--trusted-proxy=10.0.0.1"],
        &["--allow-plain-http"],
    ] {
        assert!(check(flags, "0.0.0.0:3000").is_ok(), "{flags:?}");
    }
}

#[test]
fn what_the_essay_leaves_to_the_operator_is_so_by_default() {
    let config = parse(&[]).unwrap();
    says(SERVER, &format!("takes ({}) people", config.max_peers));
    let sockets = config.max_connections_per_address;
    says(SERVER, &format!("of its address | ({sockets}) |"));
    let rooms = config.rooms_per_minute;
    says(
        SERVER,
        &format!("new to its address | ({rooms}) | ({}) |", rooms / 60),
    );
}
