use super::*;
use std::os::unix::fs::PermissionsExt;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn a_certificate_is_kept_as_long_as_it_fits() {
    let folder = tempfile::tempdir().unwrap();
    let make = |wanted: &[&str]| {
        Tls::self_signed(folder.path(), &names(wanted))
            .unwrap()
            .fingerprint()
    };
    let first = make(&["localhost", "192.0.2.1", "2001:db8::1"]);
    assert_eq!(first.len(), 32 * 3 - 1);
    assert_eq!(make(&["192.0.2.1"]), first);
    let second = make(&["192.0.2.1", "192.0.2.2"]);
    assert_ne!(second, first);
    let key = folder.path().join("key.pem");
    assert_eq!(
        fs::metadata(key).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn what_is_of_no_use_is_refused_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for folder in [&one, &two] {
        Tls::self_signed(folder, &names(&["localhost"])).unwrap();
    }
    let read = |cert: &Path, key: &Path| Tls::read(cert, key).unwrap_err();
    let (cert, key) = (one.join("cert.pem"), one.join("key.pem"));
    assert!(read(&cert, &two.join("key.pem")).ends_with("the key is none of this certificate's"));
    assert!(read(&key, &key).ends_with("there is no certificate in it"));
    assert!(read(&cert, &cert).contains("cert.pem: "));
    assert!(read(&folder.path().join("absent"), &key).contains("absent"));
}

#[test]
fn a_certificate_out_of_date_is_refused_at_the_start_and_not_taken_later() {
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls::self_signed(folder.path(), &names(&["localhost"])).unwrap();
    let before = tls.fingerprint();
    assert!(!tls.has_changed());
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(names(&["localhost"])).unwrap();
    let hour = Duration::from_secs(3600);
    params.not_before = time::OffsetDateTime::now_utc() - 2 * hour;
    params.not_after = time::OffsetDateTime::now_utc() - hour;
    let cert = params.self_signed(&key).unwrap();
    let files = tls.files.clone();
    fs::write(&files.key, key.serialize_pem()).unwrap();
    fs::write(&files.cert, cert.pem()).unwrap();
    assert!(tls.has_changed());
    assert!(
        tls.reload()
            .unwrap_err()
            .ends_with("the certificate is out of date")
    );
    assert!(!tls.has_changed(), "it is told once");
    assert_eq!(tls.fingerprint(), before);
    params.not_after = time::OffsetDateTime::now_utc() + hour;
    fs::write(&files.cert, params.self_signed(&key).unwrap().pem()).unwrap();
    tls.reload().unwrap();
    assert_ne!(tls.fingerprint(), before);
}

#[test]
fn this_machine_has_names() {
    let names = local_names();
    assert!(names.contains(&"localhost".to_owned()) && names.contains(&"127.0.0.1".to_owned()));
}
