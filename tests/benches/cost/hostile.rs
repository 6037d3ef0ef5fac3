//! Measures how long people wait for responses while bots send a tenth of the requests.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::contenders::CHROME;
use super::over_http::{can_load, spawn_server};

/// Connections of people, each of which sends a request every [`PAUSE`] milliseconds, and of bots.
const PEOPLE: u32 = 256;
const BOTS: u32 = 26;
const PAUSE: u32 = 40;
const SECONDS: u32 = 8;

/// The `User-Agent` of bots that are denied and get a page.
const BOT: &str = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)";

/// How often each row is measured.
const ROUNDS: usize = 7;

/// What a tenth of all requests asks for, while people's waits are measured.
const ROWS: [(&str, Option<Others>); 4] = [
    ("alone", None),
    (
        "beside as many more people",
        Some(Others {
            agent: CHROME,
            path: "/",
        }),
    ),
    (
        "beside bots that are denied",
        Some(Others {
            agent: BOT,
            path: "/denied",
        }),
    ),
    (
        "beside bots that are sent to a challenge",
        Some(Others {
            agent: CHROME,
            path: "/challenged",
        }),
    ),
];

/// The requests of the others.
#[derive(Clone, Copy)]
struct Others {
    agent: &'static str,
    path: &'static str,
}

/// Prints percentiles of people's waits in milliseconds, without bots and with two kinds of them.
/// More people in the place of the bots show which part of the difference any load makes.
pub(super) fn hostile() {
    if !can_load() {
        return;
    }
    // In turns, so that all rows are measured under the same conditions.
    let rounds: Vec<Vec<[f64; 3]>> = (0..ROUNDS)
        .map(|_| ROWS.iter().map(|(_, others)| wait(*others)).collect())
        .collect();
    println!("| people wait | p50 | p99 | p99.9 | p99.9 / alone in the same round |");
    println!("|---|---|---|---|---|");
    let median = |value: &dyn Fn(&[[f64; 3]]) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(|round| value(round)).collect();
        values.sort_by(f64::total_cmp);
        values[ROUNDS / 2]
    };
    for (row, (name, _)) in ROWS.iter().enumerate() {
        let [p50, p99, p999] = [0, 1, 2].map(|column| median(&|round| round[row][column]));
        let ratio = median(&|round| round[row][2] / round[0][2]);
        println!("| {name} | {p50:.2} | {p99:.2} | {p999:.2} | {ratio:.2} |");
    }
}

/// The percentiles of one run, with a server of its own.
fn wait(others: Option<Others>) -> [f64; 3] {
    let (mut server, address) = spawn_server("hostile");
    let scripts = Scripts::write();
    let load = |script: &Path, connections: u32, agent: &str, path: &str| {
        Command::new("taskset")
            .args(["-c", "1", "wrk", "-t1", "-s"])
            .arg(script)
            .arg(format!("-c{connections}"))
            .arg(format!("-d{SECONDS}s"))
            .args(["-H", &format!("User-Agent: {agent}")])
            .args(["-H", "Accept: text/html,application/xhtml+xml,*/*;q=0.8"])
            .args(["-H", "Accept-Language: en-US,en;q=0.9"])
            .args([
                "-H",
                "Sec-Fetch-Mode: navigate",
                "-H",
                "Sec-Fetch-Dest: document",
            ])
            .arg(format!("http://{address}{path}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let others: Option<Child> =
        others.map(|others| load(&scripts.pace, BOTS, others.agent, others.path));
    let people = load(&scripts.percentiles, PEOPLE, CHROME, "/");
    let output = people.wait_with_output().unwrap();
    if let Some(mut others) = others {
        others.wait().unwrap();
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let printed = BufReader::new(&output.stdout[..])
        .lines()
        .map_while(Result::ok);
    let line = printed.filter_map(|line| line.strip_prefix("percentiles ").map(str::to_owned));
    let line = line.last().expect("wrk prints percentiles");
    let values: Vec<f64> = line
        .split(' ')
        .map(|value| value.parse().unwrap())
        .collect();
    [values[0], values[1], values[2]]
}

/// The scripts for `wrk`, which send at a fixed rate and print percentiles.
struct Scripts {
    pace: PathBuf,
    percentiles: PathBuf,
}

impl Scripts {
    fn write() -> Scripts {
        let folder = std::env::temp_dir();
        let pace = format!("function delay() return {PAUSE} end\n");
        let percentiles = format!(
            "{pace}function done(summary, latency, requests)\n\
             print(string.format('percentiles %.3f %.3f %.3f', latency:percentile(50) / 1000, \
             latency:percentile(99) / 1000, latency:percentile(99.9) / 1000))\nend\n"
        );
        let write = |name: &str, text: String| {
            let path = folder.join(format!("humanify-{}-{name}.lua", std::process::id()));
            std::fs::write(&path, text).unwrap();
            path
        };
        Scripts {
            pace: write("pace", pace),
            percentiles: write("percentiles", percentiles),
        }
    }
}

impl Drop for Scripts {
    fn drop(&mut self) {
        for path in [&self.pace, &self.percentiles] {
            let _ = std::fs::remove_file(path);
        }
    }
}
