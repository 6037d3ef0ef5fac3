//! Exemptions whose condition any client can fulfil at will.

use super::LintFindings;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Condition, Field, Sign, Statement};

pub(super) fn check(statement: &Statement, lints: &mut LintFindings) {
    let Some(when) = &statement.when else {
        return;
    };
    if statement.action == Action::Exempt
        && !statement.observe
        && controlled_by(when, true) == ControlledBy::OnClient
    {
        lints.add_shown(
            Warning::CLIENT_SENDS,
            "any client can fulfil this condition: it reads only values that the client chooses",
            "add a condition that a client cannot choose, such as `client.ip in […]` or \
             `client.is_verified_crawler`, or protect the handler by an attribute",
            |acts| Witness::of(acts, statement),
        );
    }
}

/// Who controls whether a condition holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ControlledBy {
    /// Properties that a client cannot choose, such as its address.
    Fixed,
    /// Properties that every request has, such as its method and path.
    OnRequest,
    /// Values that the client is free to send or leave out.
    OnClient,
}

/// Who controls whether a condition holds, or, unless `affirmed`, whether it fails.
pub(super) fn controlled_by(condition: &Condition, affirmed: bool) -> ControlledBy {
    match condition {
        Condition::Not(part) => controlled_by(part, !affirmed),
        Condition::All(parts) => joined(parts, affirmed, affirmed),
        Condition::Any(parts) => joined(parts, affirmed, !affirmed),
        // A client chooses its user agent, and so whether it looks like a crawler.
        Condition::Is(Sign::Crawler | Sign::Inconsistent) => ControlledBy::OnClient,
        Condition::Is(_) => ControlledBy::Fixed,
        Condition::Compare(field, _) => match field {
            Field::Ip | Field::VpnProvider => ControlledBy::Fixed,
            Field::Method | Field::Path | Field::Host | Field::Scheme => ControlledBy::OnRequest,
            _ => ControlledBy::OnClient,
        },
    }
}

/// For a conjunction the part that the client controls least counts, for a disjunction the one that
/// it controls most.
fn joined(parts: &[Condition], affirmed: bool, all: bool) -> ControlledBy {
    let mut rests = parts.iter().map(|part| controlled_by(part, affirmed));
    let (first, then) = match all {
        true => (ControlledBy::Fixed, ControlledBy::OnClient),
        false => (ControlledBy::OnClient, ControlledBy::OnRequest),
    };
    if rests.clone().any(|one| one == first) {
        return first;
    }
    match rests.any(|one| one == then) {
        true => then,
        false if all => ControlledBy::OnRequest,
        false => ControlledBy::Fixed,
    }
}
