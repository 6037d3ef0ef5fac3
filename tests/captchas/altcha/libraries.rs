//! Tests with other ALTCHA libraries, which solve challenges and verify solutions.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ::altcha::{SolveChallengeOptions, VerifySolutionOptions, solve_challenge, verify_solution};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanify::captcha::{AltchaProtocol, Provider};
use serde_json::Value;

use super::{PROTOCOLS, builder, challenge, folder};
use crate::captchas::SECRET;
use crate::support::services::missing;

#[tokio::test]
async fn the_crate_altcha_accepts_the_same_solutions() {
    let captchas = builder(AltchaProtocol::V2).build().unwrap();
    for level in 1..=5 {
        let challenge: ::altcha::Challenge =
            serde_json::from_str(&challenge(&captchas, level).await).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge))
            .unwrap()
            .unwrap();
        let range = 10_000 * u32::from(level)..=25_000 * u32::from(level);
        assert!(
            range.contains(&solution.counter),
            "{level}: {}",
            solution.counter
        );
        let options = VerifySolutionOptions::new(&challenge, &solution, SECRET);
        assert!(verify_solution(options).unwrap().verified);
        let payload = ::altcha::Payload {
            challenge,
            solution,
        };
        let token = STANDARD.encode(serde_json::to_string(&payload).unwrap());
        assert!(
            captchas
                .verify(Provider::Altcha, &token, None)
                .await
                .is_ok()
        );
    }
}

/// Whether a program is installed. If not, the test is skipped with a message, or fails if all
/// services are required.
pub(super) fn is_installed(path: &Path) -> bool {
    let there = path.exists();
    if !there {
        missing(&path.display().to_string());
    }
    there
}

/// Runs a program with an input, and returns the JSON that it prints.
pub(super) fn run(program: &Path, arguments: &[&str], input: &str) -> Value {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn other_libraries_solve_challenges_and_accept_the_same_solutions() {
    let folder = folder();
    let script = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("captchas")
            .join(name);
        path.to_str().unwrap().to_owned()
    };
    let libraries = [
        (
            folder.join("node_modules/altcha-lib"),
            PathBuf::from("node"),
            script("library.mjs"),
        ),
        (
            folder.join("python/bin/python"),
            folder.join("python/bin/python"),
            script("library.py"),
        ),
    ];
    for (needs, program, script) in libraries {
        if !is_installed(&needs) {
            continue;
        }
        for protocol in PROTOCOLS {
            let captchas = builder(protocol).build().unwrap();
            for level in [1, 5] {
                let challenge = challenge(&captchas, level).await;
                let arguments = [&script, folder.to_str().unwrap(), SECRET];
                let reply = run(&program, &arguments, &challenge);
                assert_eq!(reply["accepted"], true, "{script} {protocol:?}");
                let token = reply["token"].as_str().unwrap();
                let verification = captchas.verify(Provider::Altcha, token, None).await;
                assert_eq!(
                    verification.unwrap().hardness,
                    Some(level),
                    "{script} {protocol:?}"
                );
            }
        }
    }
}
