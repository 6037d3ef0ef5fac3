//! Prints which user agents on standard input are crawlers: for each line the name of the crawler
//! or `-`, a tab, and the line.
//!
//! `cargo run --release -q -p humanify-tests --example find_crawlers < agents.txt`

#![allow(
    clippy::print_stdout,
    reason = "it is run by hand and by measure_crawlers.py, and prints"
)]

use std::error::Error;
use std::io::{self, BufRead, Write};

use humanify::Crawlers;

fn main() -> Result<(), Box<dyn Error>> {
    let crawlers = Crawlers::embedded()?;
    let mut output = io::stdout().lock();
    for agent in io::stdin().lock().split(b'\n') {
        let agent = agent?;
        let name = crawlers.find(&agent).map_or("-", |crawler| crawler.name);
        output.write_all(name.as_bytes())?;
        output.write_all(b"\t")?;
        output.write_all(&agent)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}
