//! nginx, for the files only.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::{
    Result,
    server::{Program, project},
};

/// nginx with `brotli_static`, one process, and nothing that these files do not need.
#[derive(Debug)]
pub struct Nginx {
    folder: TempDir,
}

impl Nginx {
    /// Where Debian has it; elsewhere it is on the `PATH`.
    const PROGRAM: &str = "/usr/sbin/nginx";
    const MODULES: &str = "/usr/lib/nginx/modules";

    /// Makes a folder for what it writes.
    ///
    /// # Errors
    /// When there is no place for one.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("madang-bench").tempdir()?;
        Ok(Self { folder })
    }

    fn program() -> Command {
        let is_debians = Path::new(Self::PROGRAM).exists();
        Command::new(if is_debians { Self::PROGRAM } else { "nginx" })
    }
}

impl Program for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn version(&self) -> String {
        let output = Self::program().arg("-v").output();
        let words = output.map_or_else(|_| Vec::new(), |output| output.stderr);
        let words = String::from_utf8_lossy(&words);
        let version = words.trim().rsplit('/').next().unwrap_or_default();
        format!("nginx {version} with brotli_static")
    }

    fn command(&self, port: u16) -> Result<Command> {
        let folder = self.folder.path();
        let dist = project().canonicalize()?.join("dist");
        let settings = include_str!("../../rivals/nginx.conf")
            .replace("FOLDER_OF_MODULES", Self::MODULES)
            .replace("FOLDER", &folder.display().to_string())
            .replace("PORT", &port.to_string())
            .replace("DIST", &dist.display().to_string());
        let path = folder.join("nginx.conf");
        fs::write(&path, settings)?;
        let mut command = Self::program();
        command.arg("-p").arg(folder).arg("-c").arg(path);
        Ok(command)
    }
}
