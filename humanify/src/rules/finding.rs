//! `RuleFinding`: a warning about a statement that only the running program can find.

use std::fmt;

use humanify_syntax::RuleSet;
use humanify_syntax::analysis::{Defect, Warning, undecided};

/// A warning about a statement that the compiler could not give, because it concerns the protected
/// router or other blocks of rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RuleFinding {
    /// Its number in the [guide](crate::guide::meaning), such as `H026`.
    pub number: &'static str,
    /// The name that `intended(…)` before the statement silences it by.
    pub name: &'static str,
    /// The statement, as it was written.
    pub statement: &'static str,
    /// The problem.
    pub problem: String,
    /// The help.
    pub help: String,
}

impl RuleFinding {
    /// The statements for which it takes too many steps to find out whether they ever act, except
    /// those with `intended(…)` for this warning.
    pub(crate) fn undecided(blocks: &[RuleSet]) -> Vec<RuleFinding> {
        let warning = Warning::UNDECIDED;
        let statements = undecided(blocks).into_iter();
        statements
            .filter(|statement| !statement.intended.contains(&warning.name))
            .map(|statement| RuleFinding {
                number: warning.number,
                name: warning.name,
                statement: statement.source,
                problem: "it takes too many steps to find out whether this statement ever acts"
                    .to_owned(),
                help: "make its regular expressions shorter, or use globs".to_owned(),
            })
            .collect()
    }
}

impl From<(&'static str, Defect)> for RuleFinding {
    fn from((statement, defect): (&'static str, Defect)) -> Self {
        RuleFinding {
            number: defect.warning.map_or("", |warning| warning.number),
            name: defect.warning.map_or("", |warning| warning.name),
            statement,
            problem: defect.problem,
            help: defect.help,
        }
    }
}

impl fmt::Display for RuleFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "[{}] `{}`: {}; {}; if it is meant, add `intended({})` before the statement",
            self.number, self.statement, self.problem, self.help, self.name
        )
    }
}
