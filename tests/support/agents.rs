//! Tables of user agents: `data/agents/`, written by `assets/scripts/measure_crawlers.py`.

/// A table of observed user agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agents {
    /// Ten thousand browsers of people.
    People,
    /// The instances of the list `crawler-user-agents`.
    Crawlers,
}

impl Agents {
    /// The agents of the table, none of them twice.
    pub(crate) fn read(self) -> Vec<String> {
        let table = match self {
            Agents::People => include_str!("../data/agents/people.txt"),
            Agents::Crawlers => include_str!("../data/agents/crawlers.txt"),
        };
        let mut last = String::new();
        let mut agents = Vec::new();
        for line in table.split_terminator('\n') {
            // The number of leading bytes that a line shares with the previous one.
            let (same, rest) = line.split_once('\t').unwrap();
            last.truncate(same.parse().unwrap());
            last.push_str(rest);
            agents.push(last.clone());
        }
        agents
    }
}
