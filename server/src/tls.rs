//! Certificates: the operator's, read again when they change; or one of the server's own, for a
//! network without names.

use std::{
    fs,
    io::{self, Write},
    net::IpAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rcgen::{CertificateParams, KeyPair};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use webpki::{EndEntityCert, KeyUsage};

/// A certificate with its key, and the files that they are from.
#[derive(Debug)]
pub struct Tls {
    files: Files,
    current: RwLock<Arc<CertifiedKey>>,
    /// The files that were looked at last.
    seen: Mutex<Stamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

/// When each file was written, as far as that is known.
type Stamp = [Option<SystemTime>; 2];

impl Tls {
    /// How often the files are looked at.
    pub const LOOK: Duration = Duration::from_secs(10);
    /// What browsers still take for a certificate of a person's own.
    const LIFETIME: Duration = Duration::from_secs(397 * 24 * 60 * 60);
    /// One that ends within a week is made anew.
    const RENEWAL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// Reads a certificate chain and its key, both PEM.
    ///
    /// # Errors
    /// When the files are none, do not belong together, or are out of date; in words for the
    /// operator.
    pub fn read(cert: &Path, key: &Path) -> Result<Arc<Self>, String> {
        let files = Files {
            cert: cert.to_owned(),
            key: key.to_owned(),
        };
        let seen = files.stamp();
        let current = files.load(Duration::ZERO)?;
        Ok(Arc::new(Self {
            files,
            current: RwLock::new(Arc::new(current)),
            seen: Mutex::new(seen),
        }))
    }

    /// The certificate kept in a folder; a new one if there is none, or it does not fit the names
    /// of this machine any more.
    ///
    /// # Errors
    /// When the folder cannot be read or written, in words for the operator.
    pub fn self_signed(folder: &Path, names: &[String]) -> Result<Arc<Self>, String> {
        let files = Files {
            cert: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        };
        let kept = files.load(Self::RENEWAL);
        if !kept.is_ok_and(|kept| is_valid_for(&kept, names)) {
            files.make(folder, names)?;
        }
        Self::read(&files.cert, &files.key)
    }

    /// Reads the files again. If they are of no use, the certificate stays what it is.
    ///
    /// # Errors
    /// As in [`Tls::read`].
    pub fn reload(&self) -> Result<(), String> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = self.files.stamp();
        let new = Arc::new(self.files.load(Duration::ZERO)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Whether the files were written since they were last read.
    pub fn has_changed(&self) -> bool {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) != self.files.stamp()
    }

    /// SHA-256 of the certificate, as browsers show it.
    pub fn fingerprint(&self) -> String {
        let current = self.current();
        let digest = Sha256::digest(current.cert.first().map_or(&[][..], AsRef::as_ref));
        let bytes: Vec<_> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    }

    /// Speaks TLS with this certificate, and only HTTP/1.1 inside.
    ///
    /// # Errors
    /// Never with the versions of TLS that are built in.
    pub fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, String> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn current(&self) -> Arc<CertifiedKey> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl Files {
    fn stamp(&self) -> Stamp {
        [&self.cert, &self.key].map(|path| fs::metadata(path).ok()?.modified().ok())
    }

    /// Reads both; the certificate has to be good for so long at least.
    fn load(&self, remaining: Duration) -> Result<CertifiedKey, String> {
        let in_file = |path: &Path, error: &dyn ToString| {
            format!("{}: {}", path.display(), error.to_string())
        };
        let chain = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| in_file(&self.cert, &error))?;
        let first = chain
            .first()
            .ok_or_else(|| in_file(&self.cert, &"there is no certificate in it"))?;
        check_dates(first, remaining).map_err(|error| in_file(&self.cert, &error))?;
        let key =
            PrivateKeyDer::from_pem_file(&self.key).map_err(|error| in_file(&self.key, &error))?;
        let pair = CertifiedKey::from_der(chain, key, &ring::default_provider());
        pair.map_err(|_| in_file(&self.key, &"the key is none of this certificate's"))
    }

    fn make(&self, folder: &Path, names: &[String]) -> Result<(), String> {
        let failed = |error: &dyn ToString| {
            format!(
                "cannot make a certificate in {}: {}",
                folder.display(),
                error.to_string()
            )
        };
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        let mut params = CertificateParams::new(names).map_err(|error| failed(&error))?;
        params.not_before = time::OffsetDateTime::now_utc() - Duration::from_secs(60 * 60);
        params.not_after = params.not_before + Tls::LIFETIME;
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Madang");
        let cert = params.self_signed(&key).map_err(|error| failed(&error))?;
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        write_secretly(&self.key, &key.serialize_pem()).map_err(|error| failed(&error))?;
        fs::write(&self.cert, cert.pem()).map_err(|error| failed(&error))
    }
}

/// Only the owner may read it.
fn write_secretly(path: &Path, text: &str) -> io::Result<()> {
    // Whatever was there may be open to others.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// Only the dates: whom the certificate is trusted by is for browsers to judge.
fn check_dates(cert: &CertificateDer<'_>, remaining: Duration) -> Result<(), String> {
    let Ok(cert) = EndEntityCert::try_from(cert) else {
        return Ok(());
    };
    let now = Duration::from_secs(UnixTime::now().as_secs());
    let verify = |time| {
        let time = UnixTime::since_unix_epoch(time);
        let usage = KeyUsage::server_auth();
        cert.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &[],
            &[],
            time,
            usage,
            None,
            None,
        )
        .err()
    };
    match verify(now + remaining) {
        Some(webpki::Error::CertExpired { .. }) => Err("the certificate is out of date".to_owned()),
        Some(webpki::Error::CertNotValidYet { .. }) => {
            Err("the certificate is not valid yet".to_owned())
        }
        _ => Ok(()),
    }
}

fn is_valid_for(pair: &CertifiedKey, names: &[String]) -> bool {
    let Some(cert) = pair
        .cert
        .first()
        .and_then(|cert| EndEntityCert::try_from(cert).ok())
    else {
        return false;
    };
    names.iter().all(|name| {
        ServerName::try_from(name.as_str())
            .is_ok_and(|name| cert.verify_is_valid_for_subject_name(&name).is_ok())
    })
}

/// By what other machines of the network may reach this one: its addresses and its names.
pub fn local_names() -> Vec<String> {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim().to_ascii_lowercase();
    let names = ["localhost".to_owned(), format!("{host}.local"), host];
    let names = names.into_iter().filter(|name| {
        matches!(
            ServerName::try_from(name.as_str()),
            Ok(ServerName::DnsName(_))
        )
    });
    let addresses = local_addresses().into_iter().map(|ip| ip.to_string());
    let mut all: Vec<String> = names.chain(addresses).collect();
    all.sort();
    all.dedup();
    all
}

/// The addresses of this machine, without those that need an interface's name beside them.
pub fn local_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let addresses = interfaces.iter().map(if_addrs::Interface::ip);
    addresses
        .filter(|ip| !matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local()))
        .collect()
}

#[cfg(test)]
mod tests;
