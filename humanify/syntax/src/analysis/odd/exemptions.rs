//! Exemptions whose condition any client can fulfil at will.

use super::Oddities;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Condition, Field, Sign, Statement};

pub(super) fn check(statement: &Statement, odd: &mut Oddities) {
    let Some(when) = &statement.when else {
        return;
    };
    if statement.action == Action::Exempt
        && !statement.observe
        && rests_on(when, true) == Rests::OnClient
    {
        odd.add_shown(
            Warning::CLIENT_SENDS,
            "this exempts whoever sends what it asks for: nothing in it is told by anybody but the client",
            "add what a client cannot choose, such as `client.ip in […]` or \
             `client.is_verified_crawler`, or protect the handler by an attribute",
            |acts| Witness::of(acts, statement),
        );
    }
}

/// Who controls whether a condition holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rests {
    /// Properties that a client cannot choose, such as its address.
    Firmly,
    /// Properties that every request has, such as its method and path.
    OnRequest,
    /// Values that the client is free to send or leave out.
    OnClient,
}

/// Who controls whether a condition holds, or, unless `affirmed`, whether it fails.
pub(super) fn rests_on(condition: &Condition, affirmed: bool) -> Rests {
    match condition {
        Condition::Not(part) => rests_on(part, !affirmed),
        Condition::All(parts) => joined(parts, affirmed, affirmed),
        Condition::Any(parts) => joined(parts, affirmed, !affirmed),
        // A client chooses its user agent, and so whether it looks like a crawler.
        Condition::Is(Sign::Crawler | Sign::Inconsistent) => Rests::OnClient,
        Condition::Is(_) => Rests::Firmly,
        Condition::Compare(field, _) => match field {
            Field::Ip | Field::VpnProvider => Rests::Firmly,
            Field::Method | Field::Path | Field::Host | Field::Scheme => Rests::OnRequest,
            _ => Rests::OnClient,
        },
    }
}

/// For a conjunction the part that the client controls least counts, for a disjunction the one that
/// it controls most.
fn joined(parts: &[Condition], affirmed: bool, all: bool) -> Rests {
    let mut rests = parts.iter().map(|part| rests_on(part, affirmed));
    let (first, then) = match all {
        true => (Rests::Firmly, Rests::OnClient),
        false => (Rests::OnClient, Rests::OnRequest),
    };
    if rests.clone().any(|one| one == first) {
        return first;
    }
    match rests.any(|one| one == then) {
        true => then,
        false if all => Rests::OnRequest,
        false => Rests::Firmly,
    }
}
