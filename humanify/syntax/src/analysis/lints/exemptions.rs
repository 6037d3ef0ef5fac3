//! Exemptions whose condition any client can fulfil at will.

use super::LintFindings;
use crate::analysis::block::RuleBlock;
use crate::analysis::conditions::solver;
use crate::analysis::formula::{Facts, Formula};
use crate::analysis::print;
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Comparison, Condition, Field, Sign, Test};

pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(statement) = block.entries.get(position).map(|entry| entry.statement) else {
        return;
    };
    let Some(when) = &statement.when else {
        return;
    };
    if statement.action != Action::Exempt
        || statement.observe
        || controlled_by(when, true, Hosts::AreServed) != ControlledBy::OnClient
    {
        return;
    }
    let mut chosen = None;
    let formula = chosen_formula(&mut block.facts, when, true, &mut chosen);
    let shown = lints
        .acts
        .as_ref()
        .and_then(|acts| request(block, position, &formula, acts));
    let help = match chosen {
        Some(part) => format!(
            "leave `{part}` out, or join it by `&&` to a condition that a client cannot choose"
        ),
        None => "add a condition that a client cannot choose, such as `client.ip in […]` or \
                 `client.is_verified_crawler`, or protect the handler by an attribute"
            .to_owned(),
    };
    lints.add_shown(
        Warning::CLIENT_SENDS,
        "any client can fulfil this condition: it reads only values that the client chooses",
        help,
        |acts| Witness::of(shown.unwrap_or(acts), &statement),
    );
}

/// The formula of a condition that holds, of each disjunction the part that the client chooses. The
/// first of these parts is written into `chosen`.
fn chosen_formula(
    facts: &mut Facts,
    condition: &Condition,
    affirmed: bool,
    chosen: &mut Option<String>,
) -> Formula {
    let (parts, is_conjunction) = match condition {
        Condition::All(parts) => (*parts, affirmed),
        Condition::Any(parts) => (*parts, !affirmed),
        Condition::Not(part) => return chosen_formula(facts, part, !affirmed, chosen),
        _ => return facts.condition(condition, affirmed, false),
    };
    if is_conjunction {
        let parts = parts.iter();
        let parts = parts.map(|part| chosen_formula(facts, part, affirmed, chosen));
        return Formula::All(parts.collect());
    }
    let of_client = parts
        .iter()
        .find(|part| controlled_by(part, affirmed, Hosts::AreServed) == ControlledBy::OnClient);
    match of_client {
        Some(part) => {
            chosen.get_or_insert_with(|| print::condition(part));
            chosen_formula(facts, part, affirmed, chosen)
        }
        None => facts.condition(condition, affirmed, false),
    }
}

/// A request to the path of another one, on which an entry acts and a formula holds.
fn request(
    block: &mut RuleBlock,
    position: usize,
    formula: &Formula,
    like: &ExampleRequest,
) -> Option<ExampleRequest> {
    let acts = block.entries.get(position)?.acts.clone();
    let path = match like.path.strip_suffix('/') {
        Some(path) if !path.is_empty() => path,
        _ => like.path.as_str(),
    };
    let matched = block.matched(path.as_bytes()).ok()?;
    let found = solver(block).request(&[&acts, formula], &matched).ok()??;
    Some(ExampleRequest {
        path: like.path.clone(),
        route: like.route,
        endpoint: like.endpoint.clone(),
        ..found
    })
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

/// What a comparison of the host says about a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hosts {
    /// It names one of the sites that the server serves.
    AreServed,
    /// It names a header that the client chooses.
    AreSent,
}

/// Who controls whether a condition holds, or, unless `affirmed`, whether it fails.
pub(super) fn controlled_by(condition: &Condition, affirmed: bool, hosts: Hosts) -> ControlledBy {
    match condition {
        Condition::Not(part) => controlled_by(part, !affirmed, hosts),
        Condition::All(parts) => joined(parts, affirmed, affirmed, hosts),
        Condition::Any(parts) => joined(parts, affirmed, !affirmed, hosts),
        // A client chooses its user agent, and so whether it looks like a crawler.
        Condition::Is(Sign::Crawler | Sign::Inconsistent | Sign::Impostor) => {
            ControlledBy::OnClient
        }
        // Every client can leave out what makes it a crawler.
        Condition::Is(Sign::VerifiedCrawler) if !affirmed => ControlledBy::OnClient,
        Condition::Is(_) => ControlledBy::Fixed,
        Condition::Compare(field, asked) => match field {
            Field::Ip | Field::VpnProvider => ControlledBy::Fixed,
            Field::Host if hosts == Hosts::AreSent => ControlledBy::OnClient,
            Field::Host if asked.negated != affirmed && names_loopback(asked) => {
                ControlledBy::OnClient
            }
            Field::Method | Field::Path | Field::Host | Field::Scheme => ControlledBy::OnRequest,
            _ => ControlledBy::OnClient,
        },
    }
}

/// Whether a comparison names a host of the machine itself. Such a request comes from anywhere.
fn names_loopback(asked: &Comparison) -> bool {
    const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
    let is_loopback = |text: &&str| {
        let text = text.to_ascii_lowercase();
        LOOPBACK.contains(&text.as_str()) || text.ends_with(".localhost")
    };
    match asked.test {
        Test::OneOf(texts) | Test::EndsWith(texts) => texts.iter().any(is_loopback),
        _ => false,
    }
}

/// For a conjunction the part that the client controls least counts, for a disjunction the one that
/// it controls most.
fn joined(parts: &[Condition], affirmed: bool, all: bool, hosts: Hosts) -> ControlledBy {
    let mut rests = parts
        .iter()
        .map(|part| controlled_by(part, affirmed, hosts));
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
