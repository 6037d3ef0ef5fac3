//! Bans that can never act, or whose offences no statement reports.

use super::limits::is_stricter;
use crate::analysis::defect::{Defect, DefectSubject};
use crate::analysis::warnings::Warning;
use crate::{Action, Ban, Offence, Statement};

/// The defects of a block's bans.
pub(in crate::analysis) fn check(bans: &[Ban], statements: &[&Statement]) -> Vec<Defect> {
    let mut found = Vec::new();
    let has_trap = statements
        .iter()
        .any(|statement| statement.action == Action::Trap && !statement.observe);
    for (index, ban) in bans.iter().enumerate() {
        let mut add = |warning, problem: String, help: &str| {
            found.push(Defect {
                about: DefectSubject::Ban(index),
                warning,
                problem,
                witness: None,
                help: help.to_owned(),
            });
        };
        let stronger = bans.iter().enumerate().find(|(other, known)| {
            let is_same = known.rate == ban.rate && known.seconds == ban.seconds;
            let counts_both = match known.offence == ban.offence {
                true => !is_same,
                // A ban for denials counts every offence.
                false => known.offence == Offence::Denial,
            };
            *other != index
                && counts_both
                && is_stricter(known.rate, ban.rate)
                && known.seconds >= ban.seconds
        });
        if let Some((_, stronger)) = stronger {
            let who = match stronger.offence == ban.offence {
                true => "another ban on the same offence begins sooner".to_owned(),
                false => format!(
                    "a ban for denials counts {}, too, begins as soon",
                    ban.offence.name()
                ),
            };
            add(
                None,
                format!("this ban can never act: {who} and lasts as long"),
                "leave it out, or make it last longer",
            );
            continue;
        }
        if ban.offence == Offence::Trap && !has_trap {
            add(
                Some(Warning::NO_TRAP),
                "this ban counts traps, but the block has no `trap`".to_owned(),
                "add a statement such as `trap on \"/wp-admin/*\"`",
            );
        }
        if u64::from(ban.seconds) * 100 < u64::from(ban.rate.seconds()) {
            add(
                Some(Warning::SHORT_BAN),
                "this ban lasts less than a hundredth of the period in which it counts".to_owned(),
                "make it last about as long as that period",
            );
        }
    }
    found
}
