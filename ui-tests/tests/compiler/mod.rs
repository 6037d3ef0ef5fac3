//! `Compiler`: rustc, with the crates that the cases use.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::normal;

/// The crates that cases name.
const CRATES: [&str; 3] = ["axum", "humanify", "tokio"];

/// The compiler, and the paths of its libraries.
pub(crate) struct Compiler {
    rustc: String,
    /// Each crate with its library.
    crates: Vec<(&'static str, PathBuf)>,
    /// The folder of the libraries of all dependencies.
    libraries: PathBuf,
    /// The folder for compiled programs.
    output: PathBuf,
}

impl Compiler {
    /// Asks cargo for the libraries that it has built for this test.
    pub(crate) fn new() -> Compiler {
        let mut cargo = Command::new(env!("CARGO"));
        // Cargo's variables for this package are removed, since the other packages would be rebuilt
        // with them.
        let of_package =
            |name: &str| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR";
        for (name, _) in std::env::vars().filter(|(name, _)| of_package(name)) {
            cargo.env_remove(name);
        }
        let cargo = cargo
            // The whole workspace, since for one package alone the libraries would be built again with fewer
            // features.
            .args([
                "test",
                "--workspace",
                "--no-run",
                "--offline",
                "--message-format=json",
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&cargo.stderr);
        assert!(cargo.status.success(), "{said}");
        let built = String::from_utf8(cargo.stdout).unwrap();
        let library = |name: &'static str| {
            let lines = built.lines().filter(|line| {
                line.contains("\"compiler-artifact\"")
                    && line.contains(&format!("\"name\":\"{name}\""))
                    && line.contains("\"kind\":[\"lib\"]")
            });
            let path = lines
                .flat_map(|line| line.split('"'))
                .find(|part| part.ends_with(".rlib"));
            (
                name,
                PathBuf::from(path.unwrap_or_else(|| panic!("no {name}: {built}"))),
            )
        };
        let crates = CRATES.map(library).to_vec();
        let libraries = crates[0].1.parent().unwrap().to_owned();
        let output = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        Compiler {
            rustc: std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()),
            crates,
            libraries,
            output,
        }
    }

    /// Whether a case compiles, and the compiler's messages.
    pub(crate) fn check(&self, case: &Path) -> (bool, String) {
        let output = self
            .command(case)
            .arg("--emit=metadata")
            .arg("--out-dir")
            .arg(&self.output)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        (output.status.success(), normal::form(&said))
    }

    /// Compiles a case and runs it.
    pub(crate) fn run(&self, case: &Path) -> Result<(), String> {
        let program = self.output.join(case.file_stem().unwrap());
        let mut compile = self.command(case);
        compile.arg("--emit=link").arg("-o").arg(&program);
        for mut command in [compile, Command::new(&program)] {
            let output = command.output().map_err(|error| error.to_string())?;
            let said = String::from_utf8_lossy(&output.stderr);
            if !output.status.success() || !said.is_empty() {
                return Err(said.into_owned());
            }
        }
        Ok(())
    }

    fn command(&self, case: &Path) -> Command {
        let mut command = Command::new(&self.rustc);
        let name = case.file_stem().unwrap().to_string_lossy();
        command
            // Libraries of the workspace resolve the paths of their files from there.
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .arg(Path::new(normal::PACKAGE).join(case))
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "bin",
                "--color",
                "never",
            ])
            // Cases contain unused items.
            .args(["--allow", "dead_code", "--verbose"])
            .args(["--crate-name", &name])
            .arg("-L")
            .arg(format!("dependency={}", self.libraries.display()));
        for (name, library) in &self.crates {
            command.arg("--extern");
            command.arg(format!("{name}={}", library.display()));
        }
        command
    }
}
