//! A Redis server on a free port, with a folder of its own. It ends with the test.

use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use humanify::{Clock, ManualClock};

use super::folder::Folder;
use super::services::{free_port, missing};

/// A Redis server that runs, or has been killed to be started again.
pub(crate) struct RedisServer {
    process: Child,
    // Kept open, so that the server never writes to a closed pipe.
    _log: BufReader<ChildStdout>,
    pub(crate) port: u16,
    folder: Folder,
    options: Vec<String>,
}

impl RedisServer {
    /// Starts a server with these options; `None`, with a message on stderr, if no server is
    /// installed.
    pub(crate) fn start(options: &[&str]) -> Option<RedisServer> {
        let folder = Folder::new();
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        // Another program may take the port before the server does.
        for _ in 0..10 {
            let port = free_port();
            match spawn_server(port, &folder, &options) {
                Ok(Some((process, log))) => {
                    return Some(RedisServer {
                        process,
                        _log: log,
                        port,
                        folder,
                        options,
                    });
                }
                Ok(None) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    missing("redis-server");
                    return None;
                }
                Err(error) => panic!("redis-server cannot be started: {error}"),
            }
        }
        panic!("redis-server does not start with {options:?}");
    }

    /// A clock for processes that use a server. It is ahead of the server's, which runs: a challenge
    /// is not older than the server's run.
    pub(crate) fn clock() -> ManualClock {
        let clock = ManualClock::default();
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        clock.advance((real + Duration::from_secs(3600)).saturating_sub(clock.now()));
        clock
    }

    pub(crate) fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    pub(crate) fn restart(&mut self) {
        let again = spawn_server(self.port, &self.folder, &self.options).unwrap();
        let (process, log) = again.expect("the server's port is taken");
        self.process = process;
        self._log = log;
    }

    /// What `redis-cli` prints for a command.
    pub(crate) fn ask(&self, command: &str) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(command.split(' '))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// How often the server has run a command, also in scripts, since `CONFIG RESETSTAT`.
    pub(crate) fn calls(&self, command: &str) -> u32 {
        let stats = self.ask("INFO commandstats");
        let start = format!("cmdstat_{command}:calls=");
        let Some((_, after)) = stats.split_once(&start) else {
            return 0;
        };
        after.split(',').next().unwrap().parse().unwrap()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A server that accepts connections; `None` if it ended before.
fn spawn_server(
    port: u16,
    folder: &Folder,
    options: &[String],
) -> std::io::Result<Option<(Child, BufReader<ChildStdout>)>> {
    let program = std::env::var("REDIS_SERVER");
    let mut process = Command::new(program.as_deref().unwrap_or("redis-server"))
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .arg("--dir")
        .arg(folder.path())
        .args(["--save", ""])
        .args(options)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut log = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("Ready to accept connections") {
        line.clear();
        if log.read_line(&mut line)? == 0 {
            process.wait()?;
            return Ok(None);
        }
    }
    Ok(Some((process, log)))
}
