//! A certificate that `openssl` makes and signs by itself.

use std::io::ErrorKind;
use std::process::Command;

use super::folder::Folder;
use super::services::missing;

/// The paths of a certificate and of its key.
pub(crate) struct Certificate {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Certificate {
    /// Makes a certificate for a name, with further X.509 extensions, in a folder; `None` if
    /// `openssl` is not installed.
    pub(crate) fn new(folder: &Folder, name: &str, extensions: &[&str]) -> Option<Certificate> {
        let file = |name: &str| folder.file(name).to_str().unwrap().to_owned();
        let made = Certificate {
            certificate: file("server.crt"),
            key: file("server.key"),
        };
        let mut openssl = Command::new("openssl");
        openssl
            .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-subj", &format!("/CN={name}")])
            .args(["-keyout", &made.key, "-out", &made.certificate]);
        for extension in extensions {
            openssl.args(["-addext", extension]);
        }
        match openssl.output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                missing("openssl");
                None
            }
            output => {
                assert!(output.unwrap().status.success());
                Some(made)
            }
        }
    }
}
