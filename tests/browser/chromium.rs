//! A headless Chromium, driven through chromedriver. Each test starts a browser of its own, so that
//! tests share no cookies, history or pages.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel};

use crate::support::services::missing;

/// A browser with one window. It ends, and chromedriver after it, when this is dropped.
pub(crate) struct Chromium {
    window: WebDriver,
    logs: &'static [&'static str],
    // Dropped after the window, since chromedriver closes the window.
    _chromedriver: Chromedriver,
}

/// The display settings of a visitor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// `Accept-Language`.
    pub(crate) language: &'static str,
    /// Width and height of the window in CSS pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Whether a dark colour scheme is preferred.
    pub(crate) dark: bool,
    /// Whether scripts run.
    pub(crate) scripts: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look {
            language: "en",
            width: 1280,
            height: 720,
            dark: false,
            scripts: true,
        }
    }
}

/// The browser to start.
enum Program {
    /// Chromium without a window, which starts faster and has no profile. Where it is not installed, the
    /// whole browser takes its place.
    Shell,
    /// The whole browser.
    Whole,
}

impl Chromium {
    /// Starts a browser, or says on stderr what is missing and that a test is skipped.
    pub(crate) async fn start() -> Option<Chromium> {
        Chromium::launch(Program::Shell, DesiredCapabilities::chrome(), &[]).await
    }

    /// The same, with a log of console messages and requests.
    pub(crate) async fn start_with_logs() -> Option<Chromium> {
        let logs = &["browser", "performance"];
        Chromium::launch(Program::Shell, DesiredCapabilities::chrome(), logs).await
    }

    /// Starts the browser that people use, with preferences of its profile.
    pub(crate) async fn start_whole(preferences: Value) -> Option<Chromium> {
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities
            .add_experimental_option("prefs", preferences)
            .unwrap();
        Chromium::launch(Program::Whole, capabilities, &[]).await
    }

    /// The same, with another user agent for everything that the browser sends.
    pub(crate) async fn start_as(agent: &str) -> Option<Chromium> {
        let mut capabilities = DesiredCapabilities::chrome();
        let argument = format!("--user-agent={agent}");
        capabilities.add_arg(&argument).unwrap();
        Chromium::launch(Program::Whole, capabilities, &[]).await
    }

    /// The same as [`start`](Self::start), with this name for this machine.
    pub(crate) async fn start_resolving(host: &str) -> Option<Chromium> {
        let mut capabilities = DesiredCapabilities::chrome();
        let argument = format!("--host-resolver-rules=MAP {host} 127.0.0.1");
        capabilities.add_arg(&argument).unwrap();
        Chromium::launch(Program::Shell, capabilities, &[]).await
    }

    async fn launch(
        program: Program,
        mut capabilities: ChromeCapabilities,
        logs: &'static [&'static str],
    ) -> Option<Chromium> {
        let Some(chromedriver) = Chromedriver::start() else {
            missing("chromedriver");
            return None;
        };
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            // Each further process costs the browser messages.
            "--in-process-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            // A process for each tab costs more than the page in it.
            "--renderer-process-limit=1",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        for log in logs {
            capabilities
                .set_logging_prefs(*log, LoggingPrefsLogLevel::All)
                .unwrap();
        }
        if matches!(program, Program::Shell) && Path::new(SHELL).exists() {
            capabilities.set_binary(SHELL).unwrap();
        }
        // Chromedriver gives each session a new profile, and deletes it at the end.
        let window = match WebDriver::new(chromedriver.address(), capabilities).await {
            Ok(window) => window,
            Err(error) if error.to_string().contains("cannot find") => {
                missing("chromium");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let patience = Duration::from_secs(30);
        window.set_page_load_timeout(patience).await.unwrap();
        window.set_script_timeout(patience).await.unwrap();
        Some(Chromium {
            window,
            logs,
            _chromedriver: chromedriver,
        })
    }

    /// Changes the display settings. `peer` is the visitor's address as a proxy would report it;
    /// `None` without a proxy.
    pub(crate) async fn set_look(&self, look: Look, peer: Option<&str>) {
        let scheme = if look.dark { "dark" } else { "light" };
        let mut headers = json!({ "Accept-Language": look.language });
        if let Some(peer) = peer {
            headers["X-Forwarded-For"] = json!(peer);
        }
        for (command, parameters) in [
            ("Network.enable", json!({})),
            ("Network.setExtraHTTPHeaders", json!({ "headers": headers })),
            (
                "Emulation.setEmulatedMedia",
                json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
            ),
            (
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false }),
            ),
            ("Emulation.setScrollbarsHidden", json!({ "hidden": true })),
            (
                "Emulation.setScriptExecutionDisabled",
                json!({ "value": !look.scripts }),
            ),
        ] {
            self.devtools(command, parameters).await;
        }
    }

    /// Changes the user agent, and nothing else.
    pub(crate) async fn send_agent(&self, agent: &str) {
        self.devtools("Network.enable", json!({})).await;
        let headers = json!({ "headers": { "User-Agent": agent } });
        self.devtools("Network.setExtraHTTPHeaders", headers).await;
    }

    /// Changes the time zone.
    pub(crate) async fn move_to(&self, zone: &str) {
        let zone = json!({ "timezoneId": zone });
        self.devtools("Emulation.setTimezoneOverride", zone).await;
    }

    /// Simulates a slow connection.
    pub(crate) async fn slow_down(&self, latency: Duration) {
        self.devtools("Network.enable", json!({})).await;
        let milliseconds = u64::try_from(latency.as_millis()).unwrap();
        let line = json!({
            "offline": false,
            "latency": milliseconds,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        });
        self.devtools("Network.emulateNetworkConditions", line)
            .await;
    }

    /// Blocks requests whose addresses match this pattern, as a filter does.
    pub(crate) async fn block(&self, pattern: &str) {
        self.devtools("Network.enable", json!({})).await;
        let blocked = json!({ "urls": [pattern] });
        self.devtools("Network.setBlockedURLs", blocked).await;
    }

    /// Runs a script before the scripts of each page, until [`forget`](Self::forget) gets the
    /// returned id.
    pub(crate) async fn run_before_pages(&self, script: &str) -> String {
        let added = self
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": script }),
            )
            .await;
        added["identifier"].as_str().unwrap().to_owned()
    }

    /// Stops running such a script.
    pub(crate) async fn forget(&self, id: &str) {
        let command = "Page.removeScriptToEvaluateOnNewDocument";
        self.devtools(command, json!({ "identifier": id })).await;
    }

    /// A picture of the page in a window of this width, as high as the page, as PNG in Base64.
    pub(crate) async fn whole_page(&self, width: u32) -> String {
        let height = "return document.documentElement.scrollHeight";
        let height = self.evaluate(height).await;
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await;
        // The window was resized, and the screenshot may still show the old picture.
        let drawn = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
        self.execute_async(drawn, Vec::new()).await.unwrap();
        let taken = self.devtools("Page.captureScreenshot", json!({ "format": "png" }));
        taken.await["data"].as_str().unwrap().to_owned()
    }

    /// Forgets what the logs hold.
    pub(crate) async fn clear_logs(&self) {
        for log in self.logs {
            self.get_log(log).await.unwrap();
        }
    }

    /// Runs a script, even if the page's policy forbids scripts.
    pub(crate) async fn evaluate(&self, script: &str) -> Value {
        let returned = self.execute(script, Vec::new()).await.unwrap();
        returned.json().clone()
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let answer = self.cdp().send_raw(command, parameters).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}

impl Deref for Chromium {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.window
    }
}

/// Where Debian installs Chromium without a window. The script of this name in `/usr/bin` would be ended
/// in its place, and leave the browser running.
const SHELL: &str = "/usr/lib/chromium/chromium-headless-shell";

/// The program that starts browsers and drives them.
struct Chromedriver {
    program: Child,
    port: u16,
    // Kept open, so that the program never writes to a closed pipe.
    _output: BufReader<ChildStdout>,
}

impl Chromedriver {
    /// `None` if there is no such program.
    fn start() -> Option<Chromedriver> {
        // It takes a free port for IPv4, and ends if the same port for IPv6 is taken.
        for _ in 0..10 {
            match Chromedriver::try_start() {
                Ok(Some(started)) => return Some(started),
                Ok(None) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => return None,
                Err(error) => panic!("chromedriver: {error}"),
            }
        }
        panic!("chromedriver finds no port");
    }

    /// `None` if the program ends before it listens.
    fn try_start() -> std::io::Result<Option<Chromedriver>> {
        let mut program = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut output = BufReader::new(program.stdout.take().unwrap());
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 {
            // "ChromeDriver was started successfully on port 36307."
            if let Some((_, port)) = line.split_once("successfully on port ") {
                let port = port.trim_end().trim_end_matches('.').parse().unwrap();
                return Ok(Some(Chromedriver {
                    program,
                    port,
                    _output: output,
                }));
            }
            line.clear();
        }
        program.wait()?;
        Ok(None)
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks chromedriver to end, which also ends its browsers. Killing it would leave them running.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let port = self.port;
        write!(
            stream,
            "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        )?;
        stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            let _ = self.program.kill();
        }
        let _ = self.program.wait();
    }
}
